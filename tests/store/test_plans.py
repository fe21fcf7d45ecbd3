import re
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from appliance.contract import PlatformCallRow
from appliance.domain.reservation import EXPECTED
from appliance.store import answers, calls, customers, expiry, feed_tokens, personal, reservations, schema, waitlist
from appliance.store.engine import Database, Tx
from appliance.store.expiry import Kept
from appliance.store.personal import NAMELESS, Mentions, Person, Traces
from support.books import add_restaurant, booking, small_restaurant

LUCIA = Person(restaurant_id="rest_a", customer_id="cust_1", phone="+34600000001")
NAMED = Mentions(uses=("use_1",), call_ids=frozenset({"call_1"}), sent=("message_1",))
TRACES = Traces(
    reservations=("res_1",),
    waitlist=("wait_1",),
    messages=("left_1",),
    calls=(("retell", "call_1"),),
    call_ids=("call_1",),
    uses=("use_1",),
    sent=("message_1",),
)

CALL = PlatformCallRow(
    call_id="call_1",
    provider="retell",
    restaurant_id="rest_a",
    channel="phone",
    phase="ended",
    direction="inbound",
    number="",
    guest="",
    first_seen_at=1,
    started_at=1,
    ended_at=2,
    duration_ms=1,
    ended_because=None,
    sentiment=None,
    successful=None,
    cost_cents=None,
)


async def _due(kind: Kept, tx: Tx) -> object:
    return await kind.due(tx, "rest_a", 1, 10)


READS: dict[str, Callable[[Tx], Awaitable[object]]] = {
    "one call": lambda tx: calls.one(tx, "rest_a", "call_1"),
    "a page of calls": lambda tx: calls.page(tx, "rest_a", limit=10, offset=0),
    "the calls of all restaurants": lambda tx: calls.everywhere(tx, since_ms=1, limit=10, offset=0),
    "what happened last in calls": lambda tx: calls.with_what_was_last(tx, [CALL]),
    "the events of a call": lambda tx: calls.events(tx, "retell", "call_1"),
    "the calls of a day": lambda tx: calls.count_since(tx, 1),
    "the bookings of a day": lambda tx: reservations.count_created_since(tx, 1),
    "the parties that are overdue": lambda tx: reservations.overdue(tx, now_ms=1, limit=10),
    "the bookings of an evening": lambda tx: reservations.between(tx, "rest_a", 1, 2),
    "a page of a long book": lambda tx: reservations.stretch(tx, "rest_a", (1, 2), after=(1, "res_1"), limit=10),
    "what of a sheet is in the book": lambda tx: reservations.present(tx, "rest_a", ["res_1"]),
    "whose calendar it is": lambda tx: feed_tokens.valid(tx, "rest_a", "hash"),
    "a month at a glance": lambda tx: reservations.day_counts(
        tx, "rest_a", "2026-11-01", "2026-11-30", night_ends="05:00"
    ),
    "the offers nobody took": lambda tx: reservations.lapsed(tx, now_ms=1, limit=10),
    "which tables are taken": lambda tx: reservations.claims_of_several(tx, {"rest_a"}, range(10, 20)),
    "which tables are taken but for one party": lambda tx: reservations.claims(
        tx, "rest_a", range(10, 20), but="res_1"
    ),
    "the parties of a paced day": lambda tx: reservations.sittings(tx, "rest_a", range(10, 20)),
    "what a caller has to come": lambda tx: reservations.upcoming_of_phone(
        tx, "rest_a", "+34600000001", since_ms=1, states=EXPECTED
    ),
    "what is answered already": lambda tx: answers.standing(tx, "intent", ""),
    "what a call has done": lambda tx: answers.any_given(tx, "rest_a", "call_1"),
    "who has a table that day": lambda tx: reservations.phones(tx, {"rest_a"}, range(10, 20)),
    "who waits for a table": lambda tx: waitlist.waiting(tx, "rest_a", [date(2026, 11, 28)], limit=10),
    "where somebody waits": lambda tx: waitlist.waited_for(tx, after=("", ""), limit=10),
    "what a guest waits for": lambda tx: waitlist.of_phone(tx, "rest_a", "+34600000001"),
    "who was offered a table": lambda tx: waitlist.offered(tx, "res_1"),
    "the waiting list of a day": lambda tx: waitlist.page(
        tx, "rest_a", day=date(2026, 11, 28), open_only=True, limit=10, offset=0
    ),
    "the bookings of a call": lambda tx: reservations.of_call(tx, "rest_a", "call_1"),
    "a guest who calls": lambda tx: customers.known(tx, "rest_a", "+34600000001"),
    "what a guest is used to": lambda tx: customers.habits(tx, "cust_1"),
    "the bookings to come of a guest": lambda tx: reservations.to_come_of_guest(tx, "cust_1", since_ms=1),
    "the traces of a person": lambda tx: personal.traces(tx, LUCIA, NAMED),
    "all that is told of a person": lambda tx: personal.rows(tx, LUCIA, TRACES),
    "the guests to forget": lambda tx: expiry.guests(tx, "rest_a", 1, 10),
    "the oldest events": lambda tx: expiry.events(tx, after="event_1", limit=10),
    **{f"old {kind.name}": partial(_due, kind) for kind in (*expiry.OF_CALLS, *expiry.OF_GUESTS)},
}


async def _plans(database: Database, read: Callable[[Tx], Awaitable[object]]) -> list[str]:
    """How the database answers each of the statements."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    async with database.read() as tx:
        event.listen(tx.sync_connection, "before_cursor_execute", note)
        await read(tx)
        event.remove(tx.sync_connection, "before_cursor_execute", note)
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        return [
            row[-1]
            for statement, parameters in asked
            for row in await tx.exec_driver_sql(f"{explain} {statement}", parameters)
        ]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_no_table_is_read_through(database: Database, read: Callable[[Tx], Awaitable[object]]) -> None:
    plans = await _plans(database, read)
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_call_is_found_by_its_id_and_not_among_all_of_its_restaurant(database: Database) -> None:
    assert "call_id=?" in str(await _plans(database, READS["one call"]))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_tables_taken_in_an_evening_are_read_from_the_index_alone_and_no_other_evening_s(
    database: Database,
) -> None:
    (plan,) = await _plans(database, READS["which tables are taken"])
    assert "COVERING INDEX" in plan
    assert "(restaurant_id=? AND quarter>? AND quarter<?)" in plan


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("read", ["the parties of a paced day", "who has a table that day"])
async def test_the_parties_of_an_evening_are_found_by_house_and_hour(database: Database, read: str) -> None:
    (plan,) = await _plans(database, READS[read])
    assert "(restaurant_id=? AND starts_at>? AND starts_at<?)" in plan


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_table_read_through_would_be_noticed(database: Database) -> None:
    async def count(tx: Tx) -> object:
        return await tx.execute(text("SELECT count(*) FROM inbox WHERE headers = 'x'"))

    assert [plan.split()[0] for plan in await _plans(database, count)] == ["SCAN"]


def test_whatever_a_booking_may_say_of_nobody_s_guest_is_in_the_index() -> None:
    assert set(NAMELESS) == set(re.findall(r"(\w+) (?:<>|IS NULL)", str(schema.STRANGERS)))


async def test_the_few_whose_names_no_guest_keeps_are_not_looked_for_among_all_bookings(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    async with database.write() as tx:
        guest = await customers.remember(
            tx, id_="cust_1", restaurant_id="rest_a", phone="+34600000001", name="Ana", by_owner=True, now_ms=1
        )
        whose: list[dict[str, Any]] = [{"customer_id": guest.id}, {"name": "", "phone": "", "needs": ()}]
        for n in range(1000):
            said = whose[n % 2] if n % 100 else {}
            await reservations.insert(tx, booking(f"res_{n}", table_ids=(), starts_at=n, **said))
        await tx.execute(text("ANALYZE"))

    async def strangers(tx: Tx) -> object:
        found = await expiry.OF_GUESTS[0].due(tx, "rest_a", 500, 10)
        assert len(found) == 5
        return found

    assert "ix_reservations_strangers" in str(await _plans(database, strangers))
