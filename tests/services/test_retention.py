from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from appliance.domain.waitlist import EntryState
from appliance.services.privacy import Privacy
from appliance.services.retention import Retention
from appliance.services.waitlist import Waitlist
from appliance.store import answers, customers, inbox, messages, reservations, schema, waitlist
from appliance.store.engine import Database, Tx
from appliance.store.messages import LeftMessage
from support.books import booking, event, waiting
from support.desk import CALLER, OTHER, Desk, gaviota, wish
from support.fake_clock import FakeClock
from support.sheets import take
from support.switchboard import Switchboard, call_event, life_of_a_call

HOME = "rest_short"
DAY_MS = 86_400_000
GUEST_DAYS, CALL_DAYS = 100, 10


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """Beside the Gaviota, a restaurant that keeps little for long."""
    short = {"guest_days": GUEST_DAYS, "call_days": CALL_DAYS, "notify_url": "https://book.example.com/hook"}
    await desk.open(gaviota(HOME, phone="+34910000007", **short))
    return desk


@pytest.fixture
def retention(desk: Desk) -> Retention:
    queue = Waitlist(desk.database, desk.clock, desk.books, desk.holds, desk._wake)
    privacy = Privacy(desk.database, desk.clock, desk.books, queue, desk._wake)
    return Retention(desk.database, desk.clock, desk.directory, privacy)


@pytest.fixture
def board(desk: Desk) -> Switchboard:
    return Switchboard(desk.database, desk.clock, desk.directory)


async def _count(desk: Desk, table: Any, restaurant: str = HOME) -> int:
    query = select(func.count()).select_from(table).where(table.c.restaurant_id == restaurant)
    async with desk.database.read() as tx:
        return (await tx.execute(query)).scalar_one()


async def _call_and_book(desk: Desk, board: Switchboard, restaurant: str = HOME, call: str = "call_1") -> None:
    await desk.book(wish(), restaurant=restaurant, call=call)
    await answers.record(desk.database, desk.trace[-1:])
    for told in life_of_a_call(call):
        told["call"]["agent_id"] = f"agent_{restaurant}"
        await board.deliver(told)
    await board.work_off()


SPOKEN = (schema.tool_calls, schema.tool_answers, schema.inbox, schema.outbox)


async def test_what_was_said_is_kept_for_as_long_as_the_restaurant_says_and_then_let_go_of(
    desk: Desk, board: Switchboard, retention: Retention
) -> None:
    await _call_and_book(desk, board)
    before = {table.name: await _count(desk, table) for table in SPOKEN}
    assert min(before.values()) > 0
    desk.clock.advance(CALL_DAYS * DAY_MS)
    assert await retention.sweep() == Counter()
    desk.clock.advance(1)
    gone = await retention.sweep()
    assert gone == Counter(before) + Counter(calls=1)
    assert [await _count(desk, table) for table in SPOKEN] == [0] * len(SPOKEN)
    assert await retention.sweep() == Counter()


async def test_an_old_call_keeps_when_it_was_and_what_it_cost(
    desk: Desk, board: Switchboard, retention: Retention
) -> None:
    await _call_and_book(desk, board)
    desk.clock.advance(CALL_DAYS * DAY_MS + 1)
    await retention.sweep()
    async with desk.database.read() as tx:
        (call,) = (await tx.execute(select(schema.calls))).all()
    assert (call.duration_ms, call.sentiment, call.ended_because) == (90_000, "Positive", "user_hangup")
    assert (call.from_number, call.summary) == (None, None)
    assert "mesa" not in call.state
    async with desk.database.read() as tx:
        log = (await tx.execute(select(func.count()).select_from(schema.call_events))).scalar_one()
    assert log == len(life_of_a_call())


async def test_one_restaurant_s_patience_is_not_another_s(desk: Desk, board: Switchboard, retention: Retention) -> None:
    await _call_and_book(desk, board, "rest_gaviota", "call_g")
    await _call_and_book(desk, board)
    before = [await _count(desk, table, "rest_gaviota") for table in SPOKEN]
    desk.clock.advance(2 * CALL_DAYS * DAY_MS)
    # One event at a time, so that it must get past those that stay.
    await retention.sweep(limit=1)
    assert [await _count(desk, table, "rest_gaviota") for table in SPOKEN] == before
    assert await _count(desk, schema.inbox) == 0


async def test_events_of_nobody_go_in_the_end_and_their_tasks_with_them(
    desk: Desk, board: Switchboard, retention: Retention
) -> None:
    await board.deliver(call_event("call_ended", agent="agent_nobody", to_number="+34911111111"))
    await board.work_off()
    desk.clock.advance(180 * DAY_MS)
    assert await retention.sweep() == Counter()
    desk.clock.advance(1)
    assert await retention.sweep() == Counter(inbox=1)
    async with desk.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(schema.tasks))).scalar_one() == 0


async def test_a_server_without_restaurants_lets_go_of_nobody_s_events_too(
    database: Database, clock: FakeClock
) -> None:
    bare = Desk(database, clock)
    privacy = Privacy(database, clock, bare.books, bare.waitlist, bare._wake)
    await inbox.accept(database, [event("event_x", restaurant_id="", state="held", error="nobody's")])
    clock.advance(180 * DAY_MS + 1)
    retention = Retention(database, clock, bare.directory, privacy)
    assert await retention.sweep() == Counter(inbox=1)


async def _write(desk: Desk, write: Callable[[Tx], Awaitable[object]]) -> None:
    async with desk.database.write() as tx:
        await write(tx)


async def test_old_messages_and_wishes_of_the_waiting_list_go(desk: Desk, retention: Retention) -> None:
    now = desk.clock.now_ms()
    left = LeftMessage(
        id="left_1",
        restaurant_id=HOME,
        about="message",
        name="Ana",
        phone=OTHER,
        text="Gracias.",
        call_id="call_x",
        created_at=now,
    )
    await _write(desk, lambda tx: messages.add(tx, left))
    await _write(desk, lambda tx: waitlist.add(tx, waiting(restaurant_id=HOME, state=EntryState.MISSED)))
    desk.clock.advance(CALL_DAYS * DAY_MS + 1)
    assert await retention.sweep() == Counter(messages=1)
    desk.clock.advance((GUEST_DAYS - CALL_DAYS + 1) * DAY_MS)
    assert await retention.sweep() == Counter(waitlist=1)


async def _names(desk: Desk) -> list[str]:
    return [one.name for one in await desk.everything(HOME)]


async def test_a_guest_is_forgotten_so_many_days_after_the_last_visit_and_not_before(
    desk: Desk, retention: Retention
) -> None:
    await desk.book(wish(), restaurant=HOME)
    (one,) = await desk.everything(HOME)
    desk.clock.advance(one.starts_at - desk.clock.now_ms() + GUEST_DAYS * DAY_MS)
    await retention.sweep()
    assert await _names(desk) == ["Lucía Fernández"]
    desk.clock.advance(1)
    assert (await retention.sweep())["customers"] == 1
    assert await _names(desk) == [""]
    async with desk.database.read() as tx:
        assert await customers.known(tx, HOME, CALLER) is None


async def test_a_guest_who_keeps_coming_is_remembered_with_all_their_visits(desk: Desk, retention: Retention) -> None:
    await desk.book(wish(), restaurant=HOME)
    desk.clock.advance(GUEST_DAYS * DAY_MS)
    booked = await desk.book(wish(date="2027-03-13"), restaurant=HOME, call="call_2")
    assert booked.ok, booked.say
    desk.clock.advance(GUEST_DAYS * DAY_MS)
    await retention.sweep()
    assert await _names(desk) == ["Lucía Fernández"] * 2


async def test_the_name_of_a_party_without_a_number_goes_too(desk: Desk, retention: Retention) -> None:
    walked_in = booking(
        "res_walk_in", restaurant_id=HOME, table_ids=(f"{HOME}_t1",), name="Marta", phone="", notes="la del perro"
    )
    await _write(desk, lambda tx: reservations.insert(tx, walked_in))
    desk.clock.advance(GUEST_DAYS * DAY_MS)
    assert await retention.sweep() == Counter()
    desk.clock.advance(DAY_MS)
    assert await retention.sweep() == Counter(reservations=1)
    (one,) = await desk.everything(HOME)
    assert (one.name, one.notes, one.party_size) == ("", "", 4)
    assert await retention.sweep() == Counter()


@pytest.mark.parametrize(
    "said", [{"notes": "silla de ruedas, la señora García"}, {"needs": ("wheelchair",)}, {"phone": "+34600111222"}]
)
async def test_what_was_said_of_a_party_without_a_name_goes_too(
    desk: Desk, retention: Retention, said: dict[str, Any]
) -> None:
    known = {"name": "", "phone": "", "notes": ""} | said
    walked_in = booking("res_walk_in", restaurant_id=HOME, table_ids=(f"{HOME}_t1",), **known)
    await _write(desk, lambda tx: reservations.insert(tx, walked_in))
    desk.clock.advance((GUEST_DAYS + 1) * DAY_MS)
    assert await retention.sweep() == Counter(reservations=1)
    (one,) = await desk.everything(HOME)
    assert (one.notes, one.needs, one.phone) == ("", (), "")
    assert await retention.sweep() == Counter()


async def test_more_than_one_turn_s_worth_goes_in_one_sweep(desk: Desk, retention: Retention) -> None:
    now = desk.clock.now_ms()
    for n in range(7):
        left = LeftMessage(
            id=f"left_{n}",
            restaurant_id=HOME,
            about="message",
            name="",
            phone="",
            text="…",
            call_id="",
            created_at=now,
        )
        await _write(desk, lambda tx, left=left: messages.add(tx, left))  # type: ignore[misc]
    desk.clock.advance(CALL_DAYS * DAY_MS + 1)
    assert await retention.sweep(limit=3) == Counter(messages=7)


async def test_an_event_that_could_not_be_applied_is_not_kept_for_ever(desk: Desk, retention: Retention) -> None:
    unreadable = event("event_x", restaurant_id=HOME, body=b"{", state="dead", error="not JSON")
    await inbox.accept(desk.database, [unreadable])
    desk.clock.advance(CALL_DAYS * DAY_MS + 1)
    assert await retention.sweep() == Counter(inbox=1)
    assert await _count(desk, schema.tasks) == 0


async def test_a_guest_whose_visits_a_sheet_brought_in_is_kept_from_the_last_of_them_on(
    desk: Desk, retention: Retention
) -> None:
    for row in (
        "R1;2026-01-10;21:00;Cena;Ana Ruiz;600111222;4;Salón;S1;Completada;ventana;",
        "R2;2026-11-20;21:00;Cena;Eva Sanz;600333444;4;Salón;S1;Completada;;",
        "R3;2026-01-11;21:00;Cena;Eva Sanz;600333444;4;Salón;S1;Completada;;",
    ):
        await take(desk, row, restaurant=HOME)
    assert await retention.sweep() == Counter(customers=1)
    async with desk.database.read() as tx:
        (left,) = (await tx.execute(select(schema.customers.c.name))).scalars()
    assert left == "Eva Sanz"
    assert {one.name for one in await desk.everything(HOME)} == {"", "Eva Sanz"}


async def test_a_guest_who_has_been_heard_of_is_not_kept_shorter_for_an_old_sheet(
    desk: Desk, retention: Retention
) -> None:
    row = f"R1;2026-01-10;21:00;Cena;Lucía;{CALLER};4;Salón;S1;Completada;;"
    async with desk.database.write() as tx:
        await customers.remember(
            tx,
            id_="customer_1",
            restaurant_id=HOME,
            phone=CALLER,
            name="Lucía",
            by_owner=True,
            now_ms=desk.clock.now_ms(),
        )
    await take(desk, row, restaurant=HOME)
    desk.clock.advance(GUEST_DAYS * DAY_MS)
    assert await retention.sweep() == Counter()
    desk.clock.advance(1)
    assert await retention.sweep() == Counter(customers=1)
