import asyncio
import random
from collections.abc import Iterable, Iterator

from sqlalchemy import Executable, insert, literal, select, update

from appliance.store import schema as s
from appliance.store.engine import Database
from support.crash.evidence import Evidence, Operator
from support.crash.load import Load
from support.crash.story import EVENTS, Call
from support.crash.trial import under_load
from support.crash.verdict import problems, retry_all
from support.crash.victim import Victim
from support.serving import until


def _twin(reservation_id: str) -> Iterator[Executable]:
    """A second party at the same tables, that the claims know nothing of."""
    for table, column in ((s.reservations, "id"), (s.reservation_tables, "reservation_id")):
        columns = [literal("resv_twin") if one.name == column else one for one in table.c]
        copied = select(*columns).where(table.c[column] == reservation_id)
        yield insert(table).from_select([one.name for one in table.c], copied)


def _damages(event: bytes, call: Call) -> Iterator[tuple[list[Executable], tuple[str, ...]]]:
    """What could go wrong in a store, and words of the lines that should tell it."""
    booked = call.booking.deeds()[0]["reservation"]["id"]
    calls, claims, answers = s.calls.c, s.table_claims.c, s.tool_answers.c
    task = dict.fromkeys(("id", "kind", "lock", "restaurant_id", "payload"), "x") | {"attempts": 8, "created_at": 0}
    yield [s.inbox.delete().where(s.inbox.c.body == event)], ("was acknowledged and is not in the inbox",)
    yield [update(s.inbox).where(s.inbox.c.call_id == call.id).values(applied_at=None)], ("stored and not applied",)
    yield [s.call_events.delete().where(s.call_events.c.call_id == call.id)], ("applied {}",)
    yield [update(s.calls).where(calls.call_id == call.id).values(phase="odd")], ("phase should be",)
    yield [update(s.calls).where(calls.call_id == call.id).values(state="{}")], ("transcript should be",)
    yield [s.calls.delete().where(calls.call_id == call.id)], ("has events and is no call",)
    yield [s.table_claims.delete().where(claims.reservation_id == booked)], ("does not claim",)
    yield list(_twin(booked)), ("both hold", "booked once")
    yield [update(s.reservations).values(status="cancelled")], ("which nobody asked for", "without a reservation")
    yield [s.reservations.delete().where(s.reservations.c.id == booked)], (f"told that {{'{booked}'}} is booked",)
    yield [insert(s.tasks).values(task | {"state": "dead", "run_at": 0})], ("a task is dead",)
    yield [s.tool_answers.delete().where(answers.call_id == call.id)], ("was answered",)


async def _execute(database_url: str, statements: Iterable[Executable]) -> None:
    database = Database(database_url)
    async with database.write() as tx:
        for statement in statements:
            await tx.execute(statement)
    await database.close()


def _a_whole_call(load: Load, found: Evidence) -> Call:
    """One with an event applied and a booking that stands."""
    standing = {row["call_id"] for book in found.books.values() for row in book if row["status"] == "confirmed"}
    return next(
        call for call in load.calls if call.id in standing and found.calls.get(call.id) and call.booking.deeds()
    )


async def test_the_checks_tell_of_every_kind_of_loss(server: Victim, crash_seed: int) -> None:
    load = Load(random.Random(crash_seed))
    async with asyncio.timeout(60):
        async with under_load(server, load):
            await load.answers(120)
            await server.stop()
        ready = await server.start()
        async with Operator(ready) as operator:
            await until(operator.at_rest)
            found = await operator.gather(server.database_url, load.calls)
            assert problems(load, found) == []
            assert await retry_all(load, ready) == []
            event = next(request for _, request in load.requests() if request.path == EVENTS and request.acknowledged)
            told: set[str] = set()
            for damage, words in _damages(event.body, _a_whole_call(load, found)):
                await _execute(server.database_url, damage)
                found = await operator.gather(server.database_url, load.calls)
                before, told = told, set(problems(load, found))
                new = told - before or await retry_all(load, ready)
                assert all(any(word in line for line in new) for word in words), (words, new)
