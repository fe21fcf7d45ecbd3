"""Hours that are left open: what is free of them is offered to choose from, and none is taken for the caller."""

from typing import Any

import pytest
from msgspec import UNSET

from appliance.domain.restaurant import Shift
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock

HOUR_MS = 3_600_000
LUNCH = [f"{hour}:{minute:02}" for hour in (13, 14, 15) for minute in (0, 15, 30, 45)][:-1]
DINNER = [f"{hour}:{minute:02}" for hour in (20, 21, 22) for minute in (0, 15, 30, 45)]
FIVE = ["21:00", "21:15", "21:30", "21:45", "22:00"]


def _times(answer: Any) -> list[str]:
    return [one.time for one in answer.alternatives]


@pytest.mark.parametrize(
    "said",
    [
        {"time": "entre las nueve y las diez"},
        {"time": "de nueve a diez"},
        {"time": "between nine and ten"},
        {"date": "el sábado entre las nueve y las diez", "time": None},
        {"date": "el sábado por la noche", "time": "entre nueve y diez"},
        {"date": None, "time": "el sábado de nueve a diez de la noche"},
    ],
)
async def test_what_is_free_between_two_hours_is_told(desk: Desk, said: dict[str, Any]) -> None:
    answer = await desk.check(wish(**said))
    assert (answer.ok, answer.code, answer.available) == (True, "ambiguous_time", True)
    assert (answer.date, answer.time, answer.party_size, _times(answer)) == ("2026-11-28", UNSET, 2, FIVE)
    assert answer.say == (
        "El sábado 28 de noviembre tengo para dos personas, por ejemplo, a las nueve, las nueve y media o las "
        "diez de la noche. ¿Cuál prefiere?"
    )


async def test_a_booking_asks_which_of_the_free_hours(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    dinner = {"name": "Cena", "opens": 1200, "last_seating": 1365, "closes": 1485}
    at = (1200, 1275, 1290, 1320)
    await desk.open(
        one_table(shifts=tuple(Shift(weekday=day, **dinner, starts=at, turn_minutes=15) for day in range(7)))
    )
    await desk.book(wish(time="22:00"), restaurant="rest_one")
    answer = await desk.book(wish(time="entre las nueve y las diez"), restaurant="rest_one", call="call_2")
    assert (answer.ok, answer.code, _times(answer)) == (False, "ambiguous_time", ["21:15", "21:30"])
    assert answer.say == (
        "El sábado 28 de noviembre tengo mesa para dos personas a las nueve y cuarto o las nueve y media de la noche. "
        "¿Cuál prefiere?"
    )
    english = await desk.book(wish(time="between nine and ten", language="en"), restaurant="rest_one", call="call_2")
    assert english.say == (
        "On Saturday, November 28, I have a table for two people at a quarter past nine or half past nine in the "
        "evening. Which time would you like?"
    )
    assert len(await desk.everything("rest_one")) == 1


@pytest.mark.parametrize("tool", ["check_availability", "create_reservation"])
async def test_the_only_free_hour_is_asked_about_too(database: Database, clock: FakeClock, tool: str) -> None:
    desk = Desk(database, clock)
    dinner = {"name": "Cena", "opens": 1200, "last_seating": 1365, "closes": 1485}
    await desk.open(gaviota(shifts=tuple(Shift(weekday=day, **dinner, starts=(1200, 1290)) for day in range(7))))
    answer = await desk.use(tool, wish(time="entre las nueve y las diez"))
    assert (answer.code, _times(answer)) == ("ambiguous_time", ["21:30"])
    assert answer.say == (
        "El sábado 28 de noviembre tengo mesa para dos personas a las nueve y media de la noche. ¿Le va bien?"
    )
    assert await desk.everything() == []


@pytest.mark.parametrize(
    ("time", "free"),
    [
        ("a las nueve o a las diez", ["21:00", "22:00"]),
        ("nine or half nine", ["21:00", "21:30"]),
        ("a partir de las diez", ["22:00", "22:15", "22:30", "22:45"]),
        ("antes de las ocho y media", ["20:00", "20:15"]),
        ("a partir de las tres", ["15:00", "15:15", "15:30"]),
        ("a partir de las cuatro", DINNER),
        ("from four on", DINNER),
        ("después de las tres y media", DINNER),
        ("antes de las once", DINNER),
        ("no más tarde de las ocho", ["20:00"]),
        ("antes de las ocho de la tarde", LUNCH),
        ("de tres a nueve", ["15:00", "15:15", "15:30", "20:00", "20:15", "20:30", "20:45", "21:00"]),
    ],
)
async def test_only_hours_that_the_words_can_mean_are_offered(desk: Desk, time: str, free: list[str]) -> None:
    answer = await desk.book(wish(time=time))
    assert (answer.ok, answer.code, _times(answer)) == (False, "ambiguous_time", free)
    assert await desk.everything() == []


async def test_where_none_is_free_the_nearest_are_offered(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.book(wish(time="21:30"), restaurant="rest_one")
    answer = await desk.check(
        wish(time="entre las nueve y las diez"), restaurant="rest_one", call="call_2", caller=OTHER
    )
    assert (answer.ok, answer.code, answer.available) == (True, "full", False)
    assert answer.say.startswith(
        "Lo siento, el sábado 28 de noviembre no nos queda mesa para dos personas de nueve a diez de la noche. "
        "Puedo ofrecerle "
    )
    there = {one.time for one in answer.alternatives if one.date == answer.date}
    assert there
    assert there.isdisjoint(FIVE)


async def test_who_has_a_table_among_the_hours_left_open_is_asked_whether_to_move_it(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.book(wish(time="21:30"), restaurant="rest_one")
    answer = await desk.check(wish(time="entre las nueve y las diez"), restaurant="rest_one", call="call_2")
    assert (answer.ok, answer.code) == (True, "already_booked")


async def test_hours_at_which_nobody_is_received_are_told_as_they_were_said(desk: Desk) -> None:
    answer = await desk.check(wish(time="entre las seis y las siete de la tarde"))
    assert (answer.ok, answer.code) == (False, "outside_hours")
    assert answer.say.startswith(
        "Lo siento, el sábado 28 de noviembre no damos mesa a las seis o las siete de la tarde. "
    )
    assert _times(answer)


async def test_an_hour_among_those_left_open_is_taken(desk: Desk) -> None:
    said = {"date": "el sábado entre las nueve y las diez"}
    assert (await desk.check(wish(**said, time="21:30"))).time == "21:30"
    answer = await desk.book(wish(**said, time="20:30"))
    assert (answer.ok, _times(answer)) == (False, FIVE)


async def test_hours_that_have_passed_are_not_offered(desk: Desk) -> None:
    desk.clock.advance(10 * HOUR_MS + HOUR_MS // 2)  # 21:30, and half an hour is too soon
    answer = await desk.check(wish(date="hoy", time="entre las nueve y las diez"))
    assert _times(answer) == ["22:00"]


@pytest.mark.parametrize(
    ("said", "code"), [({"date": None}, "missing_date"), ({"party_size": None}, "missing_party_size")]
)
async def test_what_else_is_missing_is_asked_first(desk: Desk, said: dict[str, Any], code: str) -> None:
    assert (await desk.check(wish(time="entre las nueve y las diez") | said)).code == code


async def _changed(desk: Desk, **new: str) -> Any:
    return await desk.modify({f"new_{name}": said for name, said in new.items()}, call="call_2")


async def test_a_change_offers_what_is_free_of_the_hours_left_open_but_what_they_have(desk: Desk) -> None:
    await desk.book(wish(time="21:30"))
    answer = await _changed(desk, time="entre las nueve y las diez")
    free = [time for time in FIVE if time != "21:30"]
    assert (answer.ok, answer.code, answer.available, _times(answer)) == (False, "ambiguous_time", True, free)
    assert answer.say == (
        "El sábado 28 de noviembre tengo para dos personas, por ejemplo, a las nueve, las diez menos cuarto o las "
        "diez de la noche. ¿Cuál prefiere?"
    )
    moved = await _changed(desk, time="21:45")
    assert (moved.code, moved.time) == ("modified", "21:45")


async def test_a_change_to_another_day_offers_its_hours(desk: Desk) -> None:
    await desk.book(wish(time="20:00"))
    answer = await _changed(desk, date="el viernes", time="de nueve a diez")
    assert (answer.code, answer.date, _times(answer)) == ("ambiguous_time", "2026-11-27", FIVE)


async def test_a_change_to_hours_that_are_full_offers_others_and_leaves_the_booking(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.book(wish(time="21:30", name="Bruno"), restaurant="rest_one", caller=OTHER)
    await desk.book(wish(time="14:00"), restaurant="rest_one", call="call_2")
    answer = await desk.modify({"new_time": "entre las nueve y las diez"}, restaurant="rest_one", call="call_3")
    assert (answer.ok, answer.code) == (False, "full")
    assert answer.say.startswith("Su reserva sigue como estaba. Lo siento, el sábado 28 de noviembre no nos queda mesa")
    assert [(one.date, one.time) for one in answer.alternatives][:2] == [
        ("2026-11-27", "21:30"),
        ("2026-11-29", "21:30"),
    ]


async def test_a_full_stretch_offers_that_meal_on_other_days_as_a_full_hour_does(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.book(wish(time="21:30"), restaurant="rest_one")
    for use in (desk.check, desk.book):
        answer = await use(
            wish(time="entre las nueve y las diez", name="Ana"), restaurant="rest_one", call="c2", caller=OTHER
        )
        assert [(one.date, one.time) for one in answer.alternatives] == [
            ("2026-11-27", "21:30"),
            ("2026-11-29", "21:30"),
            ("2026-11-28", "15:30"),
        ]


async def test_who_waits_may_wait_for_any_of_the_hours_left_open(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    taken = await desk.book(wish(time="21:30", name="Bruno"), restaurant="rest_one", caller=OTHER)
    answer = await desk.wait(wish(time="entre las nueve y las diez"), restaurant="rest_one", call="call_2")
    assert (answer.ok, answer.code, answer.time) == (True, "waitlisted", "21:00")
    said = "el sábado 28 de noviembre a las nueve de la noche o más tarde, hasta las diez de la noche, dos personas"
    assert answer.say.startswith(f"Le apunto en la lista de espera: {said}.")
    (entry,) = await desk.queue("rest_one")
    assert entry.minutes == (1260, 1275, 1290, 1305, 1320)
    found = await desk.find(restaurant="rest_one", call="call_3")
    assert (found.say.startswith(f"Está en la lista de espera: {said}"), found.reservation.times) == (True, FIVE)
    await desk.cancel({"reservation_id": taken.reservation.id}, restaurant="rest_one", call="call_4", caller=OTHER)
    (offered,) = [one for one in await desk.everything("rest_one") if one.is_offer]
    assert (offered.time, offered.name) == ("21:00", "Lucía Fernández")


async def test_who_waits_for_any_of_several_hours_may_change_the_party_alone(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.book(wish(time="21:30", name="Bruno"), restaurant="rest_one", caller=OTHER)
    await desk.wait(wish(time="a las nueve o a las diez"), restaurant="rest_one", call="call_2")
    answer = await desk.modify({"new_party_size": 3}, restaurant="rest_one", call="call_3")
    assert answer.say.startswith(
        "Le apunto en la lista de espera: el sábado 28 de noviembre a las nueve o las diez de la noche, tres personas."
    )
    (entry,) = await desk.queue("rest_one")
    assert (entry.minutes, entry.party_size) == ((1260, 1320), 3)


async def test_who_need_not_wait_hears_what_is_free_of_those_hours(desk: Desk) -> None:
    answer = await desk.wait(wish(time="a las nueve o a las diez"))
    assert (answer.ok, answer.code, _times(answer)) == (False, "ambiguous_time", ["21:00", "22:00"])
    assert await desk.queue() == []


HOURS = "Damos mesa de una a tres y media de la tarde y de ocho a once menos cuarto de la noche."


@pytest.mark.parametrize("tool", ["check_availability", "create_reservation"])
@pytest.mark.parametrize(
    ("time", "side"),
    [
        ("antes de la una", "antes de la una de la tarde"),
        ("a partir de las once", "a partir de las once de la noche"),
        ("a partir de las once de la noche", "a partir de las once de la noche"),
    ],
)
async def test_where_nobody_is_received_on_that_side_the_hours_of_the_house_are_told(
    desk: Desk, tool: str, time: str, side: str
) -> None:
    answer = await desk.use(tool, wish(time=time))
    assert (answer.ok, answer.code, answer.time, answer.alternatives) == (False, "outside_hours", UNSET, [])
    assert answer.say == f"Lo siento, el sábado 28 de noviembre no damos mesa {side}. {HOURS}"


async def test_nor_is_it_asked_which_of_no_hours_to_wait_for(desk: Desk) -> None:
    answer = await desk.wait(wish(time="before one", language="en"))
    assert (answer.ok, answer.code) == (False, "outside_hours")
    assert answer.say == (
        "I'm sorry, on Saturday, November 28, we don't seat guests before one in the afternoon. "
        "We seat guests from one to half past three in the afternoon and from eight in the evening to a quarter to "
        "eleven at night."
    )


@pytest.mark.parametrize(
    ("taken", "time", "others"),
    [
        ("21:30", "a partir de las nueve", ["21:30", "21:30"]),
        ("14:30", "a partir de las tres", ["15:15", "15:15", "20:00"]),
    ],
)
async def test_where_that_side_is_full_only_hours_on_it_are_offered(
    database: Database, clock: FakeClock, taken: str, time: str, others: list[str]
) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    await desk.book(wish(time=taken), restaurant="rest_one")
    answer = await desk.check(wish(time=time), restaurant="rest_one", call="call_2", caller=OTHER)
    assert (answer.ok, answer.code, answer.available) == (True, "full", False)
    assert _times(answer) == others


async def test_a_change_offers_only_what_lies_on_the_side_that_was_said(desk: Desk) -> None:
    await desk.book(wish(time="20:00"))
    assert _times(await _changed(desk, time="a partir de las diez")) == ["22:00", "22:15", "22:30", "22:45"]


@pytest.mark.parametrize(
    ("words", "lang"),
    [("a las nueve si puede ser, si no a las diez", "es"), ("nine if possible, if not ten", "en")],
)
async def test_of_one_hour_or_else_another_the_first_that_is_free_is_offered(desk: Desk, words: str, lang: str) -> None:
    said = wish(party_size=8, time=words, language=lang)
    first = await desk.check(said, call="before")
    assert (first.code, first.time) == ("available", "21:00")
    await desk.book(wish(party_size=8, time="20:00"), call="before", caller=OTHER)
    then = await desk.check(said)
    assert (then.code, then.time) == ("available", "22:00")
    booked = await desk.book(said)
    assert (booked.code, booked.time) == ("booked", "22:00")


async def test_where_neither_of_two_hours_is_free_both_are_refused(desk: Desk) -> None:
    await desk.book(wish(party_size=8), call="other", caller=OTHER)
    answer = await desk.check(wish(party_size=8, time="a las nueve y si no puede ser a las nueve y media"))
    assert (answer.code, answer.available) == ("full", False)
