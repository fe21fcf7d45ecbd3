from datetime import date
from typing import Any

import pytest
from sqlalchemy import MetaData, func, select

from appliance.contract import CustomerExport
from appliance.domain.reservation import ReservationStatus, Source
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict, NotFound
from appliance.services.privacy import Privacy
from appliance.services.waitlist import Waitlist
from appliance.store import answers, customers, inbox, messages, outbox, schema, tasks, waitlist
from appliance.store.engine import Database, Tx
from appliance.store.messages import LeftMessage
from support.books import waiting
from support.desk import CALLER, OTHER, Desk, gaviota, wish
from support.staff_desk import StaffDesk
from support.switchboard import Switchboard, call_event, life_of_a_call

HOME = "rest_gaviota"
SECRET = ("600111222", "600 111 222", "Lucía", "Fernández", "anafilaxia", "La voz de Lucía")


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """The Gaviota tells a system of its own what happens, so that the outbox has something in it."""
    await desk.open(gaviota("rest_told", notify_url="https://book.example.com/hook", phone="+34910000007"))
    return desk


@pytest.fixture
def privacy(desk: Desk) -> Privacy:
    queue = Waitlist(desk.database, desk.clock, desk.books, desk.holds, desk._wake)
    return Privacy(desk.database, desk.clock, desk.books, queue, desk._wake)


async def found(database: Database, *words: str) -> set[tuple[str, str]]:
    """(table, column) wherever one of the words stands in the database, whatever the tables are by now."""
    places: set[tuple[str, str]] = set()
    async with database.read() as tx:
        for table in await _tables(tx):
            for row in (await tx.execute(select(*table.columns))).mappings():
                for name, value in row.items():
                    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                    if any(word in text for word in words):
                        places.add((table.name, name))
    return places


async def _tables(tx: Tx) -> list[Any]:
    """As the database itself tells: a table that our schema forgot would be found as well."""
    reflected = MetaData()
    await tx.run_sync(reflected.reflect)
    return reflected.sorted_tables


async def _guest(desk: Desk, phone: str = CALLER, restaurant: str = "rest_told") -> str:
    async with desk.database.read() as tx:
        guest = await customers.known(tx, restaurant, phone)
    assert guest is not None
    return guest.id


def _card(desk: Desk, id_: str = "rest_told") -> RestaurantCard:
    card = desk.directory.card(id_)
    assert card
    return card


async def _leave_traces(desk: Desk) -> Switchboard:
    """Lucía has called and booked, waits for a table, left a message; somebody asked for her booking by her number."""
    board = Switchboard(desk.database, desk.clock, desk.directory)
    about = {"restaurant": "rest_told"}
    await desk.book(wish(needs="celíaca", notes="riesgo de anafilaxia"), **about)
    await desk.book(wish(date="2026-11-29", phone="600 111 222"), call="call_2", caller="anonymous", **about)
    await desk.find({"name": "Lucía Fernández", "phone": "600 111 222"}, call="call_9", caller=OTHER, **about)
    await desk.cancel({"date": "2026-11-28"}, call="call_3", **about)
    for call, agent, number in (("call_1", "rest_told", CALLER), ("call_2", "rest_told", "anonymous")):
        said = [{"role": "user", "content": "Soy Lucía Fernández, riesgo de anafilaxia."}]
        more = {"transcript_object": said, "recording_url": "https://x.example.com/La voz de Lucía.wav"}
        for event in life_of_a_call(call, from_number=number):
            event["call"] |= more | {"agent_id": f"agent_{agent}"}
            event["call"]["call_analysis"] = {"call_summary": "Lucía wants a table.", "user_sentiment": "Positive"}
            await board.deliver(event)
    # In the network's own spelling, and outbound: the guest is the one who was called.
    for call, numbers in (
        ("call_4", {"from_number": "0034600111222"}),
        ("call_5", {"from_number": "+34910000007", "to_number": CALLER, "direction": "outbound"}),
    ):
        more = {"transcript": "User: Soy Lucía"}
        await board.deliver(call_event("call_ended", call=call, agent="agent_rest_told", **numbers, **more))
    await board.work_off()
    # Not applied yet.
    await board.deliver(call_event("call_analyzed", agent="agent_rest_told", call_analysis={"call_summary": "Lucía"}))
    await answers.record(desk.database, desk.trace)
    async with desk.database.write() as tx:
        await _wait_and_leave_a_message(tx, desk)
    return board


async def _wait_and_leave_a_message(tx: Tx, desk: Desk) -> None:
    lucia = {"restaurant_id": "rest_told", "name": "Lucía Fernández", "phone": CALLER}
    await waitlist.add(tx, waiting(**lucia, date=date(2026, 12, 5), call_id="call_6"))
    told = {"about": "message", "text": "Soy Lucía, llámenme.", "created_at": desk.clock.now_ms()}
    for id_, changes in (("left_1", {"call_id": "call_6"}), ("left_2", {"phone": OTHER, "call_id": "call_1"})):
        await messages.add(tx, LeftMessage(**{"id": id_} | lucia | told | changes))


async def test_of_an_erased_guest_nothing_is_found_anywhere(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    places = {table for table, _ in await found(desk.database, *SECRET)}
    assert places >= {
        "customers",
        "reservations",
        "waitlist",
        "messages",
        "calls",
        "tool_calls",
        "tool_answers",
        "inbox",
        "outbox",
    }
    await privacy.erase(_card(desk), await _guest(desk), cancel=True)
    assert await found(desk.database, *SECRET) == set()


async def test_what_an_erased_guest_booked_stays_as_figures(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    before = {one.id: one for one in await desk.everything("rest_told")}
    guest = await _guest(desk)
    await privacy.erase(_card(desk), guest, cancel=True)
    after = {one.id: one for one in await desk.everything("rest_told")}
    assert len(after) == 2
    for id_, one in after.items():
        known = before[id_]
        assert (one.date, one.time, one.party_size, one.table_ids) == (
            known.date,
            known.time,
            known.party_size,
            known.table_ids,
        )
        assert (one.name, one.phone, one.notes, one.needs, one.call_id, one.customer_id) == ("", "", "", (), "", "")


async def test_a_call_of_an_erased_guest_keeps_its_length_and_cost_and_no_word(desk: Desk, privacy: Privacy) -> None:
    board = await _leave_traces(desk)
    await privacy.erase(_card(desk), await _guest(desk), cancel=True)
    await board.work_off()
    async with desk.database.read() as tx:
        c = schema.calls.c
        row = (await tx.execute(select(schema.calls).where(c.call_id == "call_1"))).one()
    assert (row.duration_ms, row.ended_because, row.sentiment) == (90_000, "user_hangup", "Positive")
    assert (row.from_number, row.to_number, row.guest_number, row.summary) == (None, None, None, None)
    assert row.erased_at == desk.clock.now_ms()


async def test_an_event_that_comes_again_or_late_brings_nothing_of_an_erased_guest_back(
    desk: Desk, privacy: Privacy
) -> None:
    board = await _leave_traces(desk)
    await privacy.erase(_card(desk), await _guest(desk), cancel=True)
    again = call_event("call_analyzed", agent="agent_rest_told", call_analysis={"call_summary": "Lucía"})
    assert (await board.deliver(again)).outcome == "duplicate"
    late = call_event(
        "call_analyzed", agent="agent_rest_told", call_analysis={"call_summary": "Lucía, tarde"}, call_status="ended"
    )
    assert (await board.deliver(late)).outcome == "accepted"
    await board.work_off()
    assert await found(desk.database, *SECRET) == set()
    async with desk.database.read() as tx:
        waiting, _ = await tasks.page(tx, state=None, limit=10, offset=0)
    assert {task.kind for task in waiting} == {outbox.DELIVER}


async def test_an_erased_event_is_not_applied_again(desk: Desk, privacy: Privacy) -> None:
    board = await _leave_traces(desk)
    await privacy.erase(_card(desk), await _guest(desk), cancel=True)
    async with desk.database.write() as tx:
        assert await inbox.queue_again(tx, ids=[], call_id="call_1", now_ms=1) == 0
    await board.work_off()
    async with desk.database.read() as tx:
        assert (await tasks.depth(tx)).dead == 0


async def test_other_guests_are_left_alone(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    await desk.book(wish(name="Marta Ríos", date="2026-12-02"), call="call_m", caller=OTHER, restaurant="rest_told")
    await desk.book(wish())  # Lucía at another restaurant
    await answers.record(desk.database, desk.trace[-2:])
    before = await found(desk.database, "Marta", OTHER)
    await privacy.erase(_card(desk), await _guest(desk), cancel=True)
    # A message left on Lucía's own call goes with it, whatever number it named.
    assert before - await found(desk.database, "Marta", OTHER) <= {("messages", "phone")}
    assert await _guest(desk, CALLER, HOME)


async def test_a_guest_who_is_expected_is_not_forgotten_unawares(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    guest = await _guest(desk)
    with pytest.raises(Conflict, match=r"2026-11-29 21:00.*cancel=true"):
        await privacy.erase(_card(desk), guest)
    assert await _guest(desk) == guest
    assert {one.name for one in await desk.everything("rest_told")} == {"Lucía Fernández"}


async def test_bookings_to_come_are_cancelled_with_their_guest_when_that_is_asked_for(
    desk: Desk, privacy: Privacy
) -> None:
    await _leave_traces(desk)
    before = await desk.topics()
    await privacy.erase(_card(desk), await _guest(desk), cancel=True)
    assert {one.status for one in await desk.everything("rest_told")} == {ReservationStatus.CANCELLED}
    assert before
    assert await desk.topics() == ["reservation.cancelled", "customer.erased"]
    table = await desk.check(wish(date="2026-11-29", area="terraza"), restaurant="rest_told", call="call_7")
    assert table.available


async def test_whoever_waits_for_the_table_of_an_erased_guest_is_offered_it(desk: Desk, privacy: Privacy) -> None:
    for n, (party, area) in enumerate(((2, "terraza"), (4, "salón"), (4, "salón"))):
        wanted = wish(party_size=party, area=area, name=f"Ana {n}")
        caller = CALLER if n == 0 else f"+3460000000{n}"
        assert (await desk.book(wanted, caller=caller, call=f"call_{n}", restaurant="rest_told")).ok
    async with desk.database.write() as tx:
        entry = waiting(restaurant_id="rest_told", name="Marta Ríos", phone=OTHER, date=date(2026, 11, 28))
        await waitlist.add(tx, entry)
    await privacy.erase(_card(desk), await _guest(desk), cancel=True)
    offered = [one for one in await desk.everything("rest_told") if one.source is Source.WAITLIST]
    assert [(one.name, one.status) for one in offered] == [("Marta Ríos", ReservationStatus.PENDING)]


async def test_the_table_of_a_guest_who_sits_at_it_stays_taken(desk: Desk, privacy: Privacy) -> None:
    await desk.book(wish(date="hoy", time="14:00"), restaurant="rest_told")
    desk.clock.advance(3 * 3_600_000)
    async with desk.database.write() as tx:
        await tx.execute(schema.reservations.update().values(status="seated"))
    await privacy.erase(_card(desk), await _guest(desk))
    (seated,) = await desk.everything("rest_told")
    assert (seated.name, seated.status) == ("", ReservationStatus.SEATED)
    async with desk.database.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(schema.table_claims))).scalar_one() > 0


async def test_a_guest_is_erased_once_and_only_by_their_own_restaurant(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    guest = await _guest(desk)
    with pytest.raises(NotFound):
        await privacy.erase(_card(desk, HOME), guest, cancel=True)
    await privacy.erase(_card(desk), guest, cancel=True)
    with pytest.raises(NotFound):
        await privacy.erase(_card(desk), guest, cancel=True)


async def test_an_erased_guest_who_calls_again_is_new(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    guest = await _guest(desk)
    await privacy.erase(_card(desk), guest, cancel=True)
    await desk.book(wish(), call="call_8", restaurant="rest_told")
    assert await _guest(desk) != guest
    assert [one.needs for one in await desk.everything("rest_told") if one.name] == [()]


async def test_the_copy_that_a_guest_gets_has_all_that_is_found_of_them(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    copy = await privacy.export(_card(desk), await _guest(desk))
    assert copy.customer["phone"] == CALLER
    assert copy.customer["needs"] == {"Lucía Fernández": ["coeliac"]}
    assert [row["notes"] for row in copy.reservations] == ["riesgo de anafilaxia", ""]
    assert [row["id"] for row in copy.waitlist] == ["wait_1"]
    assert [row["id"] for row in copy.messages] == ["left_1", "left_2"]
    assert {row["call_id"] for row in copy.calls} == {"call_1", "call_2", "call_4", "call_5"}
    assert copy.calls[0]["facts"]["transcript"][0]["content"] == "Soy Lucía Fernández, riesgo de anafilaxia."
    assert {row["tool"] for row in copy.tool_calls} == {
        "create_reservation",
        "cancel_reservation",
        "find_reservation",
    }
    assert copy.tool_calls[0]["arguments"]["notes"] == "riesgo de anafilaxia"
    assert {row["event"] for row in copy.inbox} >= {"call_started", "call_ended", "call_analyzed"}
    assert [row["topic"] for row in copy.outbox][:1] == ["reservation.created"]


async def test_a_copy_tells_neither_bodies_nor_where_the_restaurant_s_system_is(desk: Desk, privacy: Privacy) -> None:
    await _leave_traces(desk)
    copy = await privacy.export(_card(desk), await _guest(desk))
    everything = [row for name in CustomerExport.__struct_fields__ for row in _rows(getattr(copy, name))]
    assert all({"body", "headers", "destination"}.isdisjoint(row) for row in everything)
    assert "book.example.com" not in str(copy)


def _rows(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else []


async def test_a_guest_who_was_given_another_s_booking_takes_nothing_of_theirs_along(
    desk: Desk, privacy: Privacy
) -> None:
    await desk.book(wish(), restaurant="rest_told")
    async with desk.database.write() as tx:
        left = {"restaurant_id": "rest_told", "about": "message", "name": "Lucía", "phone": "", "call_id": "call_1"}
        await messages.add(tx, LeftMessage(id="left_1", text="que me llamen", created_at=1, **left))
    staff = StaffDesk(desk, "rest_told")
    (booked,) = await desk.everything("rest_told")
    await staff.change(booked, name="Marta", phone=OTHER)
    await privacy.erase(_card(desk), await _guest(desk, OTHER), cancel=True)
    async with desk.database.read() as tx:
        assert [one.text for one in await messages.of_call(tx, "rest_told", "call_1")] == ["que me llamen"]
        assert await customers.known(tx, "rest_told", CALLER)


async def test_of_a_guest_whose_booking_was_given_to_another_nothing_is_found_either(
    desk: Desk, privacy: Privacy
) -> None:
    told = {"transcript": "User: Soy Lucía Fernández, 600 111 222"}
    await desk.book(wish(phone="600 111 222"), caller="anonymous", restaurant="rest_told")
    board = Switchboard(desk.database, desk.clock, desk.directory)
    await board.deliver(call_event("call_ended", agent="agent_rest_told", from_number="anonymous", **told))
    await board.work_off()
    await answers.record(desk.database, desk.trace)
    (booked,) = await desk.everything("rest_told")
    await StaffDesk(desk, "rest_told").change(booked, name="Marta Ríos", phone=OTHER)
    await privacy.erase(_card(desk), await _guest(desk))
    assert await found(desk.database, *SECRET) == set()
    (kept,) = await desk.everything("rest_told")
    assert (kept.name, kept.phone) == ("Marta Ríos", OTHER)


async def test_what_was_said_and_sent_of_a_booking_while_it_was_another_s_stays(desk: Desk, privacy: Privacy) -> None:
    await desk.book(wish(), restaurant="rest_told")
    (booked,) = await desk.everything("rest_told")
    await StaffDesk(desk, "rest_told").change(booked, name="Marta Ríos", phone=OTHER)
    await privacy.erase(_card(desk), await _guest(desk, OTHER), cancel=True)
    assert ("outbox", "payload") in await found(desk.database, CALLER)
    assert ("tool_answers", "answer") in await found(desk.database, "Lucía")
    assert await found(desk.database, "Marta", OTHER) == set()
