import asyncio
from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from appliance.domain.reservation import Reservation, ReservationStatus, Source
from appliance.domain.waitlist import EntryState
from appliance.errors import NotFound
from appliance.services.agent.inbound import Inbound
from appliance.store import customers, reservations
from appliance.store.engine import Database
from appliance.store.schema import outbox
from appliance.voice.events import Origin
from support.desk import OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

HOME = "rest_one"
MINUTE_MS = 60_000
FIRST, SECOND, THIRD = "+34600000001", "+34600000002", "+34600000003"


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> Desk:
    """A restaurant with a single table for four, which Bruno has on Saturday at nine; it is told what happens."""
    desk = Desk(database, clock)
    await desk.open(one_table(notify_url="https://book.example.com/hook"))
    answer = await desk.book(wish(name="Bruno"), call="before", caller=OTHER, restaurant=HOME)
    assert answer.code == "booked"
    return desk


@pytest.fixture
def house(desk: Desk) -> StaffDesk:
    return StaffDesk(desk, HOME)


async def _wait(desk: Desk, caller: str, **changes: Any) -> None:
    desk.clock.advance(1)
    answer = await desk.wait(wish(**changes), call=f"wait_{caller}", caller=caller, restaurant=HOME)
    assert answer.code == "waitlisted", answer


async def _cancel(desk: Desk, caller: str = OTHER) -> Any:
    return await desk.cancel({}, call=f"cancel_{caller}", caller=caller, restaurant=HOME)


async def _book(desk: Desk, caller: str, **changes: Any) -> Any:
    return await desk.book(wish(**changes), call=f"book_{caller}", caller=caller, restaurant=HOME)


async def _check(desk: Desk, caller: str, **changes: Any) -> Any:
    return await desk.check(wish(**changes), call=f"check_{caller}", caller=caller, restaurant=HOME)


async def _states(desk: Desk) -> dict[str, str]:
    """Each guest's state on the list, by the end of their number."""
    return {entry.phone[-1]: entry.state.value for entry in await desk.queue(HOME)}


async def _offer(desk: Desk) -> Reservation:
    """The one offer that stands; the book is sound."""
    (offer,) = [one for one in await assert_sound(desk.database, HOME) if one.is_offer]
    return offer


async def _messages(desk: Desk, topic: str) -> list[dict[str, Any]]:
    async with desk.database.read() as tx:
        found = await tx.execute(select(outbox.c.payload).where(outbox.c.topic == topic).order_by(outbox.c.id))
        return [msgspec.json.decode(payload) for payload in found.scalars()]


# --- who is offered what ---


async def test_a_table_that_is_given_back_is_kept_for_whoever_waits(desk: Desk) -> None:
    await _wait(desk, FIRST, needs="celíaca", notes="ventana")
    assert (await _cancel(desk)).code == "cancelled"
    offer = await _offer(desk)
    assert (offer.name, offer.phone, offer.source, offer.status) == ("Lucía Fernández", FIRST, "waitlist", "pending")
    assert (offer.date, offer.time, offer.party_size, offer.table_ids) == ("2026-11-28", "21:00", 2, ("rest_one_t1",))
    assert (offer.needs, offer.notes) == (("coeliac",), "ventana")
    assert offer.pending_until == desk.clock.now_ms() + 30 * MINUTE_MS
    (entry,) = await desk.queue(HOME)
    assert (entry.state, entry.reservation_id) == (EntryState.OFFERED, offer.id)
    assert (await _check(desk, THIRD)).code == "full"


async def test_the_restaurant_is_told_whom_to_tell_what(desk: Desk) -> None:
    await _wait(desk, FIRST)
    wakes = desk.wakes
    await _cancel(desk)
    (told,) = await _messages(desk, "waitlist.offered")
    assert told["phone"] == FIRST
    assert told["say"] == (
        "Lucía Fernández, hay mesa en La Gaviota: el sábado 28 de noviembre a las nueve de la noche, dos personas. "
        "Se la guardamos 30 minutos; llámenos para confirmarla."
    )
    assert (told["reservation"]["id"], told["entry"]["state"]) == ((await _offer(desk)).id, "offered")
    assert desk.wakes > wakes


@pytest.mark.parametrize(
    ("minutes", "span"), [(1, "1 minuto"), (90, "90 minutos"), (150, "2 horas"), (1440, "24 horas")]
)
async def test_how_long_the_table_is_kept_is_never_told_too_long(
    database: Database, clock: FakeClock, minutes: int, span: str
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table(notify_url="https://book.example.com/hook", waitlist_minutes=minutes))
    await _book(desk, OTHER, name="Bruno")
    await _wait(desk, FIRST)
    await _cancel(desk)
    (told,) = await _messages(desk, "waitlist.offered")
    assert f"Se la guardamos {span};" in told["say"]


async def test_whoever_waits_longest_is_asked_first(desk: Desk) -> None:
    await _wait(desk, SECOND)
    await _wait(desk, FIRST)
    await _cancel(desk)
    assert await _states(desk) == {"2": "offered", "1": "waiting"}


async def test_whom_the_table_does_not_suit_lets_the_next_go_first(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST, time="22:30")
    await _wait(desk, SECOND)
    # Only the later half of Bruno's time comes free.
    bruno = (await desk.everything(HOME))[0]
    await house.change(bruno, time="19:45", tables=["T1"], force=True)
    assert await _states(desk) == {"1": "offered", "2": "waiting"}


async def test_a_party_too_large_for_the_table_is_passed_over(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(HOME))
    for number, (size, area) in enumerate(((2, "terraza"), (4, "salón"), (4, "salón"))):
        await _book(desk, f"+3460099000{number}", party_size=size, area=area)
    await _wait(desk, FIRST, party_size=8)
    await _wait(desk, SECOND, party_size=2, area="salón")
    await _wait(desk, THIRD, party_size=2)
    await _cancel(desk, "+34600990000")
    assert await _states(desk) == {"1": "waiting", "2": "waiting", "3": "offered"}
    await _cancel(desk, "+34600990001")
    assert await _states(desk) == {"1": "waiting", "2": "offered", "3": "offered"}
    await assert_sound(database, HOME)


async def test_several_who_fit_at_once_are_all_asked(desk: Desk) -> None:
    await _wait(desk, FIRST, time="20:00")
    await _wait(desk, SECOND, time="22:00")
    await _cancel(desk)
    assert await _states(desk) == {"1": "offered", "2": "offered"}
    await assert_sound(desk.database, HOME)


async def test_a_table_that_a_caller_has_been_offered_is_not_offered_to_who_waits(desk: Desk) -> None:
    await _wait(desk, FIRST, time="21:30")
    assert (await _check(desk, THIRD, time="14:00")).code == "available"
    await _wait(desk, SECOND, time="15:00")
    await _cancel(desk)
    assert await _states(desk) == {"1": "offered", "2": "waiting"}
    desk.clock.advance(121_000)
    await desk.waitlist.look_again(desk.directory)
    assert await _states(desk) == {"1": "offered", "2": "offered"}


async def test_another_day_is_not_disturbed(desk: Desk) -> None:
    await _book(desk, THIRD, date="2026-12-05")
    await _wait(desk, FIRST, date="2026-12-05")
    await _cancel(desk)
    assert await _states(desk) == {"1": "waiting"}


async def test_the_small_hours_belong_to_their_night_and_to_the_next_date(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    shifts = tuple(one_table().shifts) + tuple(
        msgspec.structs.replace(shift, name="Copas", opens=1440, last_seating=1530, closes=1620)
        for shift in one_table().shifts
        if shift.name == "Cena"
    )
    await desk.open(one_table(shifts=shifts))
    await _book(desk, OTHER, date="2026-11-29", time="00:30", name="Bruno")
    await _wait(desk, FIRST, date="2026-11-28", time="doce y media de la noche")
    assert [entry.date for entry in await desk.queue(HOME)] == [date(2026, 11, 28)]
    await _cancel(desk)
    assert await _states(desk) == {"1": "offered"}
    offer = await _offer(desk)
    assert (offer.date, offer.time) == ("2026-11-29", "00:30")


async def test_who_stood_in_the_way_after_midnight_frees_the_next_date_too(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    late = tuple(msgspec.structs.replace(one, last_seating=1470, closes=1620) for one in one_table().shifts)
    await desk.open(one_table(shifts=late))
    await _book(desk, OTHER, time="23:15", name="Bruno")
    answer = await desk.wait(wish(date="2026-11-29", time="00:30"), caller=FIRST, restaurant=HOME)
    assert answer.code == "waitlisted"
    await _cancel(desk)
    assert await _states(desk) == {"1": "offered"}


# --- whatever frees a table ---


async def test_a_booking_that_moves_away_makes_room(desk: Desk) -> None:
    await _wait(desk, FIRST)
    moved = await desk.modify({"new_date": "2026-11-29"}, call="move", caller=OTHER, restaurant=HOME)
    assert moved.code == "modified"
    assert await _states(desk) == {"1": "offered"}


async def test_the_staff_make_room(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST)
    await house.act("cancel", (await desk.everything(HOME))[0])
    assert await _states(desk) == {"1": "offered"}


async def test_a_party_that_shrinks_makes_room_in_the_kitchen(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    paced = tuple(msgspec.structs.replace(one, max_covers=6) for one in gaviota().shifts)
    await desk.open(gaviota(HOME, shifts=paced))
    await _book(desk, OTHER, party_size=4)
    await _wait(desk, FIRST, party_size=3)
    smaller = await desk.modify({"new_party_size": 3}, call="move", caller=OTHER, restaurant=HOME)
    assert smaller.code == "modified"
    assert await _states(desk) == {"1": "offered"}


async def test_a_change_that_frees_nothing_offers_nothing(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST)
    known = (await desk.everything(HOME))[0]
    await house.change(known, notes="ventana")
    await house.change(known, party_size=4)
    assert await _states(desk) == {"1": "waiting"}


async def test_what_came_free_unnoticed_is_offered_at_the_next_look(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await desk.waitlist.look_again(desk.directory)
    assert await _states(desk) == {"1": "waiting"}
    async with desk.books.writing(HOME) as tx:
        (bruno,) = await desk.everything(HOME)
        await reservations.release(tx, bruno.id, ReservationStatus.CANCELLED, now_ms=desk.clock.now_ms())
    await desk.waitlist.look_again(desk.directory)
    assert await _states(desk) == {"1": "offered"}


# --- the guest's answer ---


async def test_the_guest_who_calls_back_has_the_table(desk: Desk) -> None:
    await _wait(desk, FIRST, needs="celíaca")
    await _cancel(desk)
    offer = await _offer(desk)
    checked = await _check(desk, FIRST)
    assert (checked.ok, checked.code, checked.available) == (True, "kept_for_you", True)
    assert checked.say == (
        "Le estamos guardando una mesa: el sábado 28 de noviembre a las nueve de la noche, dos personas, "
        "a nombre de Lucía Fernández. ¿Se la confirmo?"
    )
    taken = await _book(desk, FIRST, notes="con carrito", needs="trona")
    assert (taken.code, taken.reservation.id, taken.reservation.status) == ("booked", offer.id, "confirmed")
    (booked,) = await assert_sound(desk.database, HOME)
    assert (booked.id, booked.status, booked.pending_until) == (offer.id, "confirmed", None)
    assert (set(booked.needs), booked.notes, booked.high_chairs) == ({"coeliac", "high_chair"}, "con carrito", 1)
    assert await _states(desk) == {"1": "booked"}
    assert (await desk.topics())[-1] == "reservation.created"


async def test_who_says_yes_twice_is_booked_once(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    answers = [await _book(desk, FIRST) for _ in range(2)]
    assert [answer.code for answer in answers] == ["booked"] * 2
    assert desk.trace[-1].replayed
    assert len(await assert_sound(desk.database, HOME)) == 1


async def test_what_is_kept_for_one_guest_is_told_and_given_to_nobody_else(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    assert (await _check(desk, SECOND)).code == "full"
    assert (await _book(desk, SECOND, name="Marta")).code == "full"
    stranger = await _book(desk, SECOND, name="Marta", phone=FIRST)
    assert stranger.code == "full"
    assert "Lucía" not in stranger.say
    assert (await desk.find({"phone": FIRST, "name": "Marta"}, caller=SECOND, restaurant=HOME)).code == "not_found"
    assert (await _offer(desk)).phone == FIRST


async def test_who_calls_from_another_number_and_knows_the_name_has_the_table(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    taken = await _book(desk, SECOND, phone=FIRST, name="Lucía")
    assert (taken.code, taken.reservation.name) == ("booked", "Lucía Fernández")


async def test_who_asks_for_something_else_does_not_take_the_offer(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    assert (await _book(desk, FIRST, party_size=4)).code == "already_booked"
    assert (await _book(desk, FIRST, date="2026-11-29")).code == "booked"
    assert await _states(desk) == {"1": "offered"}


async def test_the_guest_finds_what_is_kept_for_them(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    found = await desk.find({}, caller=FIRST, restaurant=HOME)
    assert (found.ok, found.code, found.reservation.status) == (True, "kept_for_you", "pending")
    assert (await desk.wait(wish(), call="again", caller=FIRST, restaurant=HOME)).code == "kept_for_you"


async def test_the_agent_knows_of_the_offer_before_it_says_hello(desk: Desk) -> None:
    inbound = Inbound(desk.database, desk.clock, desk.directory)
    ringing = Origin(provider="retell", agent_id="agent_rest_one", from_number=FIRST)
    await _wait(desk, FIRST)
    assert (await inbound.answer(ringing))["dynamic_variables"]["waitlist_offer"] == ""
    await _cancel(desk)
    told = (await inbound.answer(ringing))["dynamic_variables"]
    assert told["waitlist_offer"] == "el sábado 28 de noviembre a las nueve de la noche para dos personas"
    assert told["upcoming_reservation"] == ""
    await _book(desk, FIRST)
    told = (await inbound.answer(ringing))["dynamic_variables"]
    assert (told["waitlist_offer"], told["upcoming_reservation"][:9]) == ("", "el sábado")


async def test_who_gives_the_offer_up_lets_the_next_have_it(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _wait(desk, SECOND)
    await _cancel(desk)
    given_up = await _cancel(desk, FIRST)
    assert given_up.code == "cancelled"
    assert given_up.say.startswith("De acuerdo, no le guardamos la mesa del sábado 28 de noviembre a las nueve")
    assert await _states(desk) == {"1": "left", "2": "offered"}
    assert (await _offer(desk)).phone == SECOND


async def test_who_moves_what_is_kept_for_them_takes_it(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _wait(desk, SECOND, time="20:00")
    await _cancel(desk)
    assert await _states(desk) == {"1": "offered", "2": "waiting"}
    refused = await desk.modify({"new_time": "17:30"}, call="once", caller=FIRST, restaurant=HOME)
    assert (refused.ok, "sigue como estaba" in refused.say) == (False, False)
    moved = await desk.modify({"new_time": "22:30"}, caller=FIRST, restaurant=HOME)
    assert (moved.code, moved.reservation.status) == ("modified", "confirmed")
    assert await _states(desk) == {"1": "booked", "2": "offered"}


async def test_the_staff_may_say_yes_for_the_guest(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    confirmed = await house.act("confirm", await _offer(desk))
    assert (confirmed.status, confirmed.pending_until) == (ReservationStatus.CONFIRMED, None)
    assert await _states(desk) == {"1": "booked"}
    desk.clock.advance(31 * MINUTE_MS)
    await desk.waitlist.lapse(desk.directory)
    assert [one.status for one in await assert_sound(desk.database, HOME)] == ["confirmed"]


async def test_what_a_guest_said_while_waiting_is_known_of_them(desk: Desk) -> None:
    await _wait(desk, FIRST, needs="celíaca")
    async with desk.database.read() as tx:
        guest = await customers.known(tx, HOME, FIRST)
    assert guest
    assert guest.needs == ("coeliac",)


# --- as time goes by ---


async def test_an_offer_nobody_takes_passes_to_the_next_in_line(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _wait(desk, SECOND)
    await _cancel(desk)
    first = await _offer(desk)
    desk.clock.advance(30 * MINUTE_MS - 1)
    await desk.waitlist.lapse(desk.directory)
    assert await _states(desk) == {"1": "offered", "2": "waiting"}
    desk.clock.advance(1)
    await desk.waitlist.lapse(desk.directory)
    assert await _states(desk) == {"1": "missed", "2": "offered"}
    second = await _offer(desk)
    assert (second.phone, second.pending_until) == (SECOND, desk.clock.now_ms() + 30 * MINUTE_MS)
    gone = next(one for one in await desk.everything(HOME) if one.id == first.id)
    assert (gone.status, gone.pending_until) == (ReservationStatus.CANCELLED, None)
    (missed,) = await _messages(desk, "waitlist.missed")
    assert (missed["entry"]["phone"], missed["entry"]["state"]) == (FIRST, "missed")
    assert (await _check(desk, FIRST)).code == "full"


async def test_an_offer_taken_at_the_last_moment_is_a_booking(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    desk.clock.advance(30 * MINUTE_MS)
    assert (await _book(desk, FIRST)).code == "booked"
    await desk.waitlist.lapse(desk.directory)
    assert await _states(desk) == {"1": "booked"}


async def test_with_nobody_left_in_line_the_table_is_free_again(desk: Desk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    desk.clock.advance(30 * MINUTE_MS)
    await desk.waitlist.lapse(desk.directory)
    assert await assert_sound(desk.database, HOME) == []
    assert (await _check(desk, THIRD)).code == "available"


async def test_who_waited_for_a_day_that_has_passed_waited_in_vain(desk: Desk) -> None:
    await _wait(desk, FIRST)
    desk.clock.advance(4 * 86_400_000)
    await desk.waitlist.look_again(desk.directory)
    assert await _states(desk) == {"1": "missed"}
    assert await desk.waitlist.look_again(desk.directory) is None


async def test_a_pending_booking_of_the_staff_does_not_lapse(desk: Desk, house: StaffDesk) -> None:
    known = await house.write_down(time="14:00", status="pending")
    desk.clock.advance(86_400_000)
    await desk.waitlist.lapse(desk.directory)
    assert known in await desk.everything(HOME)


# --- the staff's list ---


async def test_who_is_taken_off_the_list_is_offered_nothing(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST)
    await _wait(desk, SECOND)
    await desk.waitlist.leave(house.card, (await desk.queue(HOME))[0].id)
    await _cancel(desk)
    assert await _states(desk) == {"1": "left", "2": "offered"}


async def test_who_is_taken_off_the_list_gives_up_the_offer(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST)
    await _wait(desk, SECOND)
    await _cancel(desk)
    for _ in range(2):
        await desk.waitlist.leave(house.card, (await desk.queue(HOME))[0].id)
    assert await _states(desk) == {"1": "left", "2": "offered"}
    assert (await _offer(desk)).phone == SECOND


async def test_a_booking_that_came_of_the_list_outlives_the_entry(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    await _book(desk, FIRST)
    await desk.waitlist.leave(house.card, (await desk.queue(HOME))[0].id)
    assert await _states(desk) == {"1": "booked"}
    assert len(await assert_sound(desk.database, HOME)) == 1


async def test_another_restaurant_s_entry_is_not_found(desk: Desk) -> None:
    await _wait(desk, FIRST)
    other = await desk.open(gaviota())
    (entry,) = await desk.queue(HOME)
    for card, id_ in ((other, entry.id), (desk.restaurants.one(HOME), "wait_x")):
        with pytest.raises(NotFound):
            await desk.waitlist.leave(card, id_)
    assert await _states(desk) == {"1": "waiting"}


# --- several servers ---


async def test_two_servers_that_see_an_offer_lapse_pass_it_on_once(
    desk: Desk, database: Database, database_url: str, clock: FakeClock
) -> None:
    for caller in (FIRST, SECOND, THIRD):
        await _wait(desk, caller)
    await _cancel(desk)
    other = Database(database_url)
    second = Desk(other, clock)
    await second.directory.refresh()
    clock.advance(30 * MINUTE_MS)
    await asyncio.gather(*(one.waitlist.lapse(one.directory) for one in (desk, second)))
    assert await _states(desk) == {"1": "missed", "2": "offered", "3": "waiting"}
    assert (await _offer(desk)).phone == SECOND
    assert len(await _messages(desk, "waitlist.missed")) == 1
    await asyncio.gather(*(one.waitlist.look_again(one.directory) for one in (desk, second)))
    assert await _states(desk) == {"1": "missed", "2": "offered", "3": "waiting"}
    await other.close()


async def test_yes_and_lapse_at_the_same_moment_agree(desk: Desk, clock: FakeClock) -> None:
    await _wait(desk, FIRST)
    await _cancel(desk)
    clock.advance(30 * MINUTE_MS)
    answer, _ = await asyncio.gather(_book(desk, FIRST), desk.waitlist.lapse(desk.directory))
    # Whoever was first: with nobody else in line the guest has the table either way.
    assert answer.code == "booked"
    (booked,) = await assert_sound(desk.database, HOME)
    assert (booked.phone, booked.status) == (FIRST, "confirmed")
    assert booked.source in (Source.WAITLIST, Source.PHONE_AGENT)


async def test_an_offer_that_is_turned_down_waits_for_nobody_any_more(desk: Desk, house: StaffDesk) -> None:
    await _wait(desk, FIRST)
    await house.act("cancel", (await desk.everything(HOME))[0])
    assert (await desk.cancel(call="no", caller=FIRST, restaurant=HOME)).code == "cancelled"
    async with desk.database.read() as tx:
        told = (await tx.execute(select(outbox.c.payload).where(outbox.c.topic == "reservation.cancelled"))).scalars()
        last = [msgspec.json.decode(payload) for payload in told][-1]
    assert "'pending_until': None" in str(last)
