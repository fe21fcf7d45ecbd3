"""Whoever waits can ask about it, change it and leave the list by phone; nobody waits for what there never is."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.domain.restaurant import Combination
from appliance.domain.waitlist import Entry
from appliance.store.engine import Database
from support.desk import CALLER, OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock

HOME: dict[str, Any] = {"restaurant": "rest_one"}
SATURDAY = "el sábado 28 de noviembre a las nueve de la noche"


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> Desk:
    """A restaurant with a single table, which is taken all Saturday evening; it is told what happens."""
    desk = Desk(database, clock)
    await desk.open(one_table(notify_url="https://book.example.com/hook"))
    for time, name in (("20:00", "Bruno"), ("22:00", "Carla")):
        await desk.book(wish(time=time, name=name), call=f"before_{name}", caller=OTHER, **HOME)
    return desk


async def _wait(desk: Desk, *, call: str = "call_1", caller: str = CALLER, **changes: Any) -> Any:
    return await desk.wait(wish(**changes), call=call, caller=caller, **HOME)


async def _states(desk: Desk) -> list[str]:
    return [entry.state.value for entry in await desk.queue("rest_one")]


async def _only(desk: Desk) -> Entry:
    (entry,) = await desk.queue("rest_one")
    return entry


# --- what there never is ---


async def _dinner_only(database: Database, clock: FakeClock, **changes: Any) -> Desk:
    """The Gaviota, whose large table is for dinner only, and a table for a wheelchair too."""
    desk = Desk(database, clock)
    card = gaviota()
    t1, s1, s2 = card.tables
    dinner = ("Cena",)
    tables = (t1, replace(s1, shifts=dinner, accessible=True), s2)
    both = Combination(id="both", table_ids=(s1.id, s2.id), capacity=8)
    await desk.open(replace(card, tables=tables, combinations=(both,), **changes))
    return desk


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "Lo siento, a las dos de la tarde no tenemos mesa para ocho personas. Puedo ofrecerle las ocho"),
        ("en", "I'm sorry, at two in the afternoon we have no table for eight people. I can offer you eight"),
    ],
)
@pytest.mark.parametrize("use", ["join_waitlist", "check_availability", "create_reservation"])
async def test_nobody_waits_for_a_table_that_no_service_then_has(
    database: Database, clock: FakeClock, use: str, lang: str, words: str
) -> None:
    desk = await _dinner_only(database, clock)
    answer = await desk.use(use, wish(time="14:00", party_size=8, language=lang))
    assert (answer.ok, answer.code, answer.say[: len(words)]) == (False, "no_such_table", words)
    assert await desk.queue() == []


async def test_where_no_other_hour_has_such_a_table_a_person_sees_to_it(database: Database, clock: FakeClock) -> None:
    lunches = tuple(one for one in gaviota().shifts if one.name == "Comida")
    desk = await _dinner_only(database, clock, shifts=lunches)
    answer = await desk.wait(wish(time="14:00", party_size=8))
    assert (answer.code, answer.alternatives) == ("no_such_table", [])
    assert answer.say.endswith("¿Quiere que tome nota y se lo paso al equipo?")


async def test_nobody_in_a_wheelchair_waits_for_a_table_of_another_service(
    database: Database, clock: FakeClock
) -> None:
    desk = await _dinner_only(database, clock)
    answer = await desk.wait(wish(time="14:00", needs="silla de ruedas"))
    assert (answer.ok, answer.code) == (False, "not_accessible")
    assert (await desk.check(wish(needs="silla de ruedas"))).code == "available"


async def test_what_is_only_taken_is_waited_for(database: Database, clock: FakeClock) -> None:
    desk = await _dinner_only(database, clock)
    await desk.book(wish(party_size=8, name="Bruno"), caller=OTHER, call="before")
    assert (await desk.wait(wish(party_size=8))).code == "waitlisted"


# --- once a meal ---


async def test_who_asks_for_another_hour_of_the_evening_waits_for_that_instead(desk: Desk) -> None:
    await _wait(desk, needs="celíaca")
    other = await _wait(desk, call="call_2", time="21:30", party_size=3, name="Lucía")
    assert other.code == "waitlisted"
    entry = await _only(desk)
    assert (entry.minutes, entry.party_size, entry.needs) == ((1290,), 3, ("coeliac",))
    assert (await desk.topics())[-1] == "waitlist.changed"


async def test_who_changes_their_mind_keeps_their_place(desk: Desk) -> None:
    await _wait(desk)
    desk.clock.advance(1000)
    await _wait(desk, call="call_2", caller="+34600000002", name="Zoe")
    desk.clock.advance(1000)
    await _wait(desk, call="call_3", time="21:30")
    assert [entry.name for entry in await desk.queue("rest_one")] == ["Lucía Fernández", "Zoe"]


async def test_who_goes_back_to_the_first_hour_in_the_same_call_waits_for_that(desk: Desk) -> None:
    for number, time in enumerate(("21:00", "21:30", "21:00")):
        assert (await _wait(desk, time=time)).time == time, number
    assert (await _only(desk)).minutes == (1260,)


async def test_a_late_retry_does_not_take_back_the_hour_that_was_wished_since(desk: Desk) -> None:
    said = wish()
    await desk.wait(said, invocation="tool_1", **HOME)
    await desk.wait(wish(time="21:30"), invocation="tool_2", **HOME)
    assert (await desk.wait(said, invocation="tool_1", **HOME)).code == "waitlisted"
    assert (await _only(desk)).minutes == (1290,)


@pytest.mark.parametrize("other", [{"name": "Marta"}, {"date": "2026-11-29"}])
async def test_another_guest_or_day_is_another_place_in_the_list(desk: Desk, other: dict[str, str]) -> None:
    await desk.book(wish(date="2026-11-29", name="Dani"), caller=OTHER, call="before", **HOME)
    await _wait(desk)
    assert (await _wait(desk, **other)).code == "waitlisted"
    assert await _states(desk) == ["waiting", "waiting"]


async def test_nobody_waits_for_the_table_they_have_when_the_area_wished_for_has_none_such(
    database: Database, clock: FakeClock
) -> None:
    desk = await _dinner_only(database, clock)
    await desk.book(wish(party_size=8))
    answer = await desk.wait(wish(party_size=8, area="terraza"))
    assert (answer.ok, answer.code) == (False, "already_booked")
    assert await desk.queue() == []


# --- asking ---


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", f"Está en la lista de espera: {SATURDAY}, dos personas, a nombre de Lucía Fernández. Todavía no es una"),
        (
            "en",
            "You are on the waiting list: on Saturday, November 28, at nine in the evening, two people, under the name",
        ),
    ],
)
async def test_who_waits_hears_that_they_do(desk: Desk, lang: str, words: str) -> None:
    await _wait(desk)
    found = await desk.find({"language": lang}, call="call_2", **HOME)
    assert (found.ok, found.code, found.say[: len(words)]) == (True, "waitlisted", words)
    assert found.reservation
    assert (found.reservation.status, found.reservation.waiting) == ("waiting", True)


@pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation", "modify_reservation"])
async def test_nobody_else_hears_who_waits(desk: Desk, use: str) -> None:
    await _wait(desk)
    answer = await desk.use(use, {"phone": CALLER, "name": "Marta", "new_time": "21:30"}, caller=OTHER, **HOME)
    assert answer.code == "not_found"
    assert await _states(desk) == ["waiting"]


@pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation", "modify_reservation"])
async def test_who_waits_and_has_a_table_is_asked_which_is_meant(desk: Desk, use: str) -> None:
    await _wait(desk)
    await desk.book(wish(date="2026-11-29"), **HOME)
    asked = await desk.use(use, {"new_time": "21:30"}, call="call_2", **HOME)
    assert (asked.code, len(asked.reservations or [])) == ("which_one", 2)
    assert f"la lista de espera, {SATURDAY}" in asked.say
    assert await _states(desk) == ["waiting"]


# --- leaving ---


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", "De acuerdo, le quito de la lista de espera del sábado 28 de noviembre a las nueve de la noche."),
        ("en", "All right, I have taken you off the waiting list on Saturday, November 28, at nine in the evening."),
    ],
)
async def test_who_waits_can_leave_the_list(desk: Desk, lang: str, words: str) -> None:
    await _wait(desk)
    first = await desk.cancel({"language": lang}, call="call_2", **HOME)
    assert (first.ok, first.code, first.say) == (True, "cancelled", words)
    assert await desk.cancel({"language": lang}, call="call_2", **HOME) == first
    assert await _states(desk) == ["left"]
    assert (await desk.topics())[-1] == "waitlist.left"
    await desk.cancel({"time": "20:00"}, call="off", caller=OTHER, **HOME)
    await desk.cancel({"time": "22:00"}, call="off", caller=OTHER, **HOME)
    assert await _states(desk) == ["left"]


async def test_who_leaves_and_comes_back_in_one_call_waits_again(desk: Desk) -> None:
    await _wait(desk)
    await desk.cancel({}, **HOME)
    assert (await _wait(desk)).code == "waitlisted"
    assert sorted(await _states(desk)) == ["left", "waiting"]
    assert (await desk.cancel({"date": "2026-11-28"}, **HOME)).code == "cancelled"
    assert await _states(desk) == ["left", "left"]


async def test_a_booking_cancelled_in_the_call_does_not_take_the_place_in_the_list_along(desk: Desk) -> None:
    await _wait(desk)
    await desk.book(wish(date="2026-11-29"), call="call_2", **HOME)
    await desk.cancel({"date": "2026-11-29"}, call="call_2", **HOME)
    asked = await desk.cancel({}, call="call_2", **HOME)
    assert (asked.ok, asked.code) == (False, "cancel_too")
    assert asked.say == f"¿Le quito también de la lista de espera d{SATURDAY} para dos personas?"
    assert await _states(desk) == ["waiting"]


# --- changing ---


async def test_who_waits_can_wait_for_another_hour_and_party(desk: Desk) -> None:
    await _wait(desk, needs="celíaca")
    said = {"new_time": "21:30", "new_party_size": 3, "notes": "ventana"}
    changed = await desk.modify(said, call="call_2", **HOME)
    assert (changed.ok, changed.code, changed.time, changed.party_size) == (True, "waitlisted", "21:30", 3)
    assert await desk.modify(said, call="call_2", **HOME) == changed
    entry = await _only(desk)
    assert (entry.minutes, entry.party_size, entry.notes, entry.needs) == ((1290,), 3, "ventana", ("coeliac",))
    assert entry.state == "waiting"


async def test_what_is_said_of_which_it_is_and_of_what_it_should_be_are_told_apart(desk: Desk) -> None:
    await desk.book(wish(date="2026-11-29", name="Dani"), caller=OTHER, call="before", **HOME)
    await _wait(desk)
    said = {"date": "2026-11-28", "time": "21:00", "new_date": "2026-11-29"}
    changed = await desk.modify(said, call="call_2", **HOME)
    assert (changed.code, changed.date) == ("waitlisted", "2026-11-29")
    assert await desk.modify(said, call="call_2", **HOME) == changed
    assert (await _only(desk)).date == date(2026, 11, 29)


async def test_who_waits_for_another_day_stands_last_in_its_line(desk: Desk) -> None:
    await desk.book(wish(date="2026-11-29", name="Dani"), caller=OTHER, call="before", **HOME)
    await _wait(desk)
    desk.clock.advance(1000)
    await _wait(desk, call="zoe", caller="+34600000002", name="Zoe", date="2026-11-29")
    desk.clock.advance(1000)
    await desk.modify({"new_date": "2026-11-29"}, call="call_2", **HOME)
    assert [entry.name for entry in await desk.queue("rest_one")] == ["Zoe", "Lucía Fernández"]


async def test_where_what_they_would_wait_for_is_free_they_hear_so_and_wait_on(desk: Desk) -> None:
    await _wait(desk)
    free = await desk.modify({"new_time": "14:00"}, call="call_2", **HOME)
    assert (free.ok, free.code, free.available) == (False, "available", True)
    assert (await _only(desk)).minutes == (1260,)


async def test_who_waits_cannot_wait_for_what_there_never_is(desk: Desk) -> None:
    await _wait(desk)
    assert (await desk.modify({"new_party_size": 5}, call="call_2", **HOME)).code == "party_too_large"
    assert (await desk.modify({"new_time": "18:00"}, call="call_2", **HOME)).code == "outside_hours"
    assert (await _only(desk)).party_size == 2


async def test_who_waits_is_asked_what_should_change(desk: Desk) -> None:
    await _wait(desk)
    assert (await desk.modify({}, call="call_2", **HOME)).code == "missing_change"


async def test_who_gave_another_number_waits_under_it_for_another_hour_too(desk: Desk) -> None:
    number = "+34600555444"
    assert (await _wait(desk, phone=number)).code == "waitlisted"
    assert (await _wait(desk, time="21:30")).code == "waitlisted"
    assert ((await _only(desk)).phone, (await _only(desk)).minutes) == (number, (21 * 60 + 30,))
