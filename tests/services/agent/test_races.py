import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from msgspec.structs import replace

from appliance.clock import SystemClock
from appliance.contract import ToolAnswer
from appliance.domain.restaurant import RestaurantCard
from appliance.loadtest.phone import TOOLS, PhonePlatform
from appliance.store.engine import Database
from appliance.store.schema import table_claims
from support.desk import Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock
from support.running_server import running_server
from support.serve_process import KEY
from support.sound_book import assert_sound

CALLERS = 50

POSTGRES = pytest.mark.parametrize("backend", ["postgres"], indirect=True)

Book = Callable[[int, dict[str, Any]], Awaitable[ToolAnswer]]
"""Lets caller number n try to book."""


async def _patiently(book: Book, number: int, arguments: dict[str, Any]) -> ToolAnswer:
    """As an agent does: told that the book cannot be reached, it tries once more."""
    for _ in range(20):
        answer = await book(number, arguments)
        if answer.code != "temporarily_unavailable":
            return answer
    raise AssertionError("the book stayed out of reach")


async def _race(book: Book, wishes: list[dict[str, Any]]) -> Counter[str]:
    """Everybody at once; what they heard, by code. Whoever is refused is given an explanation."""
    answers = await asyncio.gather(*(_patiently(book, number, one) for number, one in enumerate(wishes)))
    for answer in answers:
        assert answer.ok == (answer.code == "booked")
        assert answer.say
    return Counter(answer.code for answer in answers)


def _callers(**changes: Any) -> list[dict[str, Any]]:
    return [wish(party_size=4, name=f"Ana {number}", **changes) for number in range(CALLERS)]


def _through(*desks: Desk, restaurant: str) -> Book:
    """Callers spread over these processes' desks."""

    async def book(number: int, arguments: dict[str, Any]) -> ToolAnswer:
        desk = desks[number % len(desks)]
        who = {"call": f"call_{number}", "caller": f"+346001{number:05}"}
        return await desk.book(arguments, restaurant=restaurant, **who)

    return book


# --- one process ---


async def test_of_fifty_callers_for_the_last_table_exactly_one_gets_it(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    heard = await _race(_through(desk, restaurant="rest_one"), _callers())
    assert heard == {"booked": 1, "full": CALLERS - 1}
    assert len(await assert_sound(database, "rest_one")) == 1


async def test_bookings_that_overlap_by_half_are_rivals_too(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    wishes = [wish(party_size=4, name=f"Ana {n}", time=("20:00", "20:30", "21:15")[n % 3]) for n in range(CALLERS)]
    heard = await _race(_through(desk, restaurant="rest_one"), wishes)
    assert heard == {"booked": 1, "full": CALLERS - 1}
    await assert_sound(database, "rest_one")


async def test_as_many_are_booked_as_there_are_tables(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota())
    heard = await _race(_through(desk, restaurant="rest_gaviota"), _callers())
    assert heard == {"booked": 2, "full": CALLERS - 2}
    await assert_sound(database, "rest_gaviota")


async def test_a_joined_table_and_its_parts_are_never_given_together(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota())
    wishes = [wish(party_size=(8, 4)[n % 2], name=f"Ana {n}", time=("20:30", "21:00")[n % 2]) for n in range(30)]
    heard = await _race(_through(desk, restaurant="rest_gaviota"), wishes)
    held = await assert_sound(database, "rest_gaviota")
    assert heard["booked"] == len(held)
    assert [one.party_size for one in held] in ([8], [4, 4])


async def test_one_guest_who_asks_fifty_times_at_once_is_booked_once(database_url: str, clock: FakeClock) -> None:
    database = Database(database_url, wait_s=60)  # how long fifty take is not what this is about
    desk = Desk(database, clock)
    await desk.open(gaviota())
    answers = await asyncio.gather(*(desk.book(wish(), invocation=f"tool_{n}") for n in range(CALLERS)))
    assert {answer.code for answer in answers} == {"booked"}
    assert len(await assert_sound(database, "rest_gaviota")) == 1
    await database.close()


async def test_a_crowd_at_one_restaurant_leaves_the_connections_to_the_others(
    database_url: str, clock: FakeClock
) -> None:
    database = Database(database_url, pool_size=2)
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.open(one_table("rest_quiet", phone="+34910000009"))
    crowd = asyncio.create_task(_race(_through(desk, restaurant="rest_one"), _callers()))
    await asyncio.sleep(0)
    answer = await desk.book(wish(), restaurant="rest_quiet", call="quiet")
    assert (answer.code, crowd.done()) == ("booked", False)
    assert (await crowd)["booked"] == 1
    await database.close()


# --- several processes ---


@pytest.mark.parametrize("card", [one_table(), gaviota("rest_one")], ids=["one table", "several tables"])
async def test_desks_that_share_only_the_database_agree_who_was_first(
    database: Database, database_url: str, card: RestaurantCard
) -> None:
    clock = FakeClock()
    first = Desk(database, clock)
    await first.open(card)
    other = Database(database_url)
    second = Desk(other, clock)
    await second.directory.refresh()
    heard = await _race(_through(first, second, restaurant="rest_one"), _callers())
    held = await assert_sound(database, "rest_one")
    assert heard["booked"] == len(held) == len([table for table in card.tables if table.capacity == 4])
    await other.close()


@POSTGRES
async def test_a_table_taken_past_our_lock_is_refused_after_one_more_look(
    database: Database, database_url: str, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.book(wish(), restaurant="rest_one")
    claims = await _give_up_claims(database)
    rival = await asyncpg.connect(database_url)
    async with rival.transaction():
        await rival.executemany("INSERT INTO table_claims VALUES ($1, $2, $3, $4)", claims)
        late = asyncio.create_task(desk.book(wish(name="Late"), restaurant="rest_one", call="late"))
        while not await rival.fetchval(_WAITING):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    answer = await late
    assert (answer.ok, answer.code) == (False, "race_lost")
    assert answer.say.startswith("Vaya, lo siento: esa mesa se acaba de ocupar. Puedo ofrecerle ")
    assert answer.alternatives
    assert len(await desk.everything("rest_one")) == 1
    await rival.close()


_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
"""Who waits in this database: other tests have theirs on the same server, where `pg_locks` tells of all."""


async def _give_up_claims(database: Database) -> list[tuple[Any, ...]]:
    async with database.write() as tx:
        gone = await tx.execute(table_claims.delete().returning(table_claims))
        return [tuple(claim) for claim in gone]


async def test_a_table_held_in_a_way_our_book_cannot_see_is_not_given_away(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.open(one_table("rest_other", phone="+34910000009"))
    await desk.book(wish())
    await desk.book(wish(), restaurant="rest_one")
    async with database.write() as tx:
        await tx.execute(table_claims.update().values(restaurant_id="rest_other"))
    answer = await desk.book(wish(name="Late"), restaurant="rest_one", call="late")
    assert (answer.ok, answer.code) == (False, "temporarily_unavailable")
    assert len(await desk.everything("rest_one")) == 1


@POSTGRES
async def test_two_servers_on_one_database_never_sell_a_table_twice(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    clock = SystemClock()
    desk = Desk(database, FakeClock(clock.now_ms()))
    for number, card in enumerate((one_table("rest_last"), one_table("rest_overlap"), gaviota("rest_several"))):
        await desk.open(replace(card, phone=f"+3491000001{number}"))
    day = _open_day(clock)
    with ExitStack() as stack:
        urls = [
            stack.enter_context(running_server(database_url, tmp_path / str(node), tool_deadline_ms=10_000))
            for node in (1, 2)
        ]
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=CALLERS)) as http:
            phones = [PhonePlatform(http, url=node, key=KEY, clock=clock) for node in urls]
            last = await _race(_by_phone(phones, "rest_last"), _callers(date=day))
            overlapping = [one | {"time": ("20:00", "20:30")[n % 2]} for n, one in enumerate(_callers(date=day))]
            overlap = await _race(_by_phone(phones, "rest_overlap"), overlapping)
            several = await _race(_by_phone(phones, "rest_several"), _callers(date=day))
    for restaurant, heard, winners in (
        ("rest_last", last, 1),
        ("rest_overlap", overlap, 1),
        ("rest_several", several, 2),
    ):
        assert heard == {"booked": winners, "full": CALLERS - winners}
        assert len(await assert_sound(database, restaurant)) == winners


def _by_phone(phones: list[PhonePlatform], restaurant: str) -> Book:
    async def book(number: int, arguments: dict[str, Any]) -> ToolAnswer:
        call = {
            "call_id": f"call_{restaurant}_{number}",
            "agent_id": f"agent_{restaurant}",
            "from_number": f"+346001{number:05}",
        }
        body = {"name": "create_reservation", "args": arguments, "call": call}
        reply = await phones[number % len(phones)].post(TOOLS, body)
        assert (reply.status, reply.problems) == (200, [])
        return msgspec.json.decode(reply.body, type=ToolAnswer)

    return book


def _open_day(clock: SystemClock) -> str:
    """A date some two weeks ahead on which the restaurant opens."""
    card = one_table()
    days = (card.local(clock.now_ms() + ahead * 86_400_000).date() for ahead in range(14, 28))
    closed = {closure.date for closure in card.closures}
    return next(day.isoformat() for day in days if day.weekday() != 1 and day not in closed)
