from typing import Any

import pytest
from msgspec import UNSET

from appliance.contract import Slot
from appliance.domain.restaurant import Closure, Shift
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, wish
from support.fake_clock import FakeClock

SATURDAY = "la noche del sábado 28 al domingo 29 de noviembre"
HOUR_MS = 3_600_000


def _late(**changes: Any) -> tuple[Shift, ...]:
    """Dinner until half past midnight, every day."""
    usual = {"name": "Cena", "opens": 1230, "last_seating": 1470, "closes": 1560, "turn_minutes": 90}
    return tuple(Shift(weekday=day, **usual | changes) for day in range(7))


@pytest.fixture
async def late(database: Database, clock: FakeClock) -> Desk:
    """The Gaviota with dinner until half past midnight; it is Wednesday, 25 November 2026, 11:00 there."""
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=_late()))
    return desk


@pytest.mark.parametrize(
    ("date", "time", "at"),
    [
        ("sábado", "doce de la noche", "00:00"),
        ("sábado", "medianoche", "00:00"),
        ("2026-11-28", "24:00", "00:00"),
        ("2026-11-28", "24:30", "00:30"),
        ("sábado", "doce y media de la noche", "00:30"),
        ("sábado", "a las doce y media", "00:30"),
        ("Saturday", "12:30 at night", "00:30"),
        ("la noche del sábado al domingo", "doce y media", "00:30"),
        ("el sábado a las doce y media de la noche", None, "00:30"),
        ("2026-11-29", "00:30", "00:30"),
        ("domingo", "doce y media de la madrugada", "00:30"),
    ],
)
async def test_the_small_hours_of_a_night_are_booked_on_the_next_date(
    late: Desk, date: str, time: str | None, at: str
) -> None:
    answer = await late.book(wish(date=date, time=time))
    assert (answer.code, answer.date, answer.time) == ("booked", "2026-11-29", at)
    [kept] = await late.everything()
    assert (kept.date, kept.time) == ("2026-11-29", at)


@pytest.mark.parametrize("date", ["hoy", "esta noche", "today"])
@pytest.mark.parametrize("time", ["doce y media de la noche", "a las doce y media", "24:30"])
async def test_tonight_s_small_hours_can_be_booked_today(late: Desk, date: str, time: str) -> None:
    answer = await late.check(wish(date=date, time=time))
    assert (answer.code, answer.date, answer.time) == ("available", "2026-11-26", "00:30")


async def test_the_night_is_named_in_every_sentence(late: Desk) -> None:
    arguments = wish(date="sábado", time="doce y media de la noche")
    asked, booked = await late.check(arguments), await late.book(arguments)
    found, cancelled = await late.find(call="c2"), await late.cancel(call="c3")
    assert asked.say.startswith(f"Sí, {SATURDAY}, a las doce y media tenemos mesa")
    assert booked.say.startswith(f"Queda confirmada la reserva: {SATURDAY}, a las doce y media, dos personas")
    assert found.say.startswith(f"Sí, tengo su reserva: {SATURDAY}, a las doce y media, dos personas")
    assert cancelled.say.startswith(f"Su reserva de {SATURDAY}, a las doce y media queda cancelada")


async def test_the_night_is_named_in_english_too(late: Desk) -> None:
    answer = await late.check(wish(date="2026-11-29", time="00:30", language="en"))
    assert answer.say.startswith("Yes, on the night of Saturday, November 28, at half past twelve we have a table")


async def test_the_same_night_in_other_words_is_one_booking(late: Desk) -> None:
    first = await late.book(wish(date="sábado", time="doce y media de la noche"))
    assert await late.book(wish(date="2026-11-29", time="00:30")) == first
    assert await late.book(wish(date="2026-11-28", time="24:30")) == first
    assert len(await late.everything()) == 1


async def test_the_same_words_on_two_dates_are_two_nights(late: Desk) -> None:
    await late.book(wish(date="2026-11-28", time="00:30"))
    await late.book(wish(date="2026-11-28", time="doce y media de la noche"))
    assert [one.date for one in await late.everything()] == ["2026-11-28", "2026-11-29"]


async def test_alternatives_go_on_past_midnight_and_name_the_night(late: Desk) -> None:
    answer = await late.check(wish(time="23:40"))
    assert answer.alternatives == [
        Slot(date="2026-11-28", time="23:00"),
        Slot(date="2026-11-28", time="23:30"),
        Slot(date="2026-11-29", time="00:00"),
    ]
    assert answer.say.endswith(f"Puedo ofrecerle las once, las once y media de la noche o las doce de {SATURDAY}.")


async def test_a_full_small_hour_is_said_with_its_night(late: Desk) -> None:
    for name in ("Ana", "Bruno"):
        await late.book(wish(time="24:30", party_size=4, name=name), call=name, caller=OTHER)
    answer = await late.check(wish(time="medianoche", party_size=4))
    assert (answer.code, answer.date, answer.time) == ("full", "2026-11-29", "00:00")
    assert answer.say.startswith(f"Lo siento, {SATURDAY}, a las doce no nos queda mesa para cuatro personas.")


async def test_small_hours_to_choose_from_are_said_with_their_night(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=(*_late(), *_late(name="Comida", opens=720, last_seating=900, closes=960))))
    answer = await desk.check(wish(date="sábado", time="a las doce"))
    assert (answer.code, answer.date, answer.time) == ("ambiguous_time", "2026-11-28", UNSET)
    assert answer.alternatives == [Slot(date="2026-11-28", time="12:00"), Slot(date="2026-11-29", time="00:00")]
    assert answer.say == f"¿Sería a las doce del mediodía o las doce de {SATURDAY}?"


async def test_a_night_into_a_closed_date_has_no_small_hours(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    card = gaviota(shifts=_late())
    closed = Closure(date=card.local(clock.now_ms()).date().replace(day=29))
    await desk.open(gaviota(shifts=_late(), closures=(closed,)))
    answer = await desk.check(wish(date="sábado", time="medianoche"))
    assert (answer.code, answer.date, answer.time) == ("outside_hours", "2026-11-29", "00:00")
    day = await desk.check(wish(date="2026-11-29", time="00:30"))
    assert day.say.startswith("Lo siento, el domingo 29 de noviembre estamos cerrados.")


async def test_a_closed_evening_is_refused_by_its_own_date(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=tuple(shift for shift in _late() if shift.weekday != 5)))
    answer = await desk.check(wish(date="sábado", time="medianoche"))
    assert (answer.code, answer.date, answer.time) == ("closed_day", "2026-11-28", UNSET)
    assert answer.say.startswith("Lo siento, el sábado 28 de noviembre estamos cerrados.")


async def test_what_was_understood_of_a_night_goes_along_as_the_calendar_shows_it(late: Desk) -> None:
    answer = await late.check(wish(date="sábado", time="medianoche", party_size=None))
    assert (answer.code, answer.date, answer.time) == ("missing_party_size", "2026-11-29", "00:00")


@pytest.mark.parametrize(
    "said",
    [
        {"date": "sábado"},
        {"date": "sábado", "time": "doce y media de la noche"},
        {"date": "sábado", "time": "a las doce y media"},
        {"date": "domingo", "time": "00:30"},
        {"date": "2026-11-29"},
        {"time": "medianoche y media"},
    ],
)
async def test_a_night_s_booking_is_found_by_either_date(late: Desk, said: dict[str, Any]) -> None:
    await late.book(wish(date="viernes", time="doce y media del mediodía"))
    await late.book(wish(date="sábado", time="doce y media de la noche"), call="c1")
    await late.book(wish(date="2026-12-03"), call="c2")
    answer = await late.cancel(said, call="c3")
    assert (answer.code, answer.date, answer.time) == ("cancelled", "2026-11-29", "00:30")


async def test_the_night_before_is_not_cancelled_for_the_night_of_the_date(late: Desk) -> None:
    await late.book(wish(date="viernes", time="doce y media de la noche"))
    answer = await late.cancel({"date": "sábado", "time": "doce y media de la noche"}, call="c2")
    assert answer.code == "another_found"
    assert "la noche del viernes 27 al sábado 28 de noviembre, a las doce y media" in answer.say


@pytest.fixture
async def after_midnight(database: Database, clock: FakeClock) -> Desk:
    """Lunch, and dinner until one in the night; it is ten past midnight, on Thursday the 26th."""
    desk = Desk(database, clock)
    lunch = _late(name="Comida", opens=720, last_seating=900, closes=960)
    await desk.open(gaviota(shifts=(*lunch, *_late(last_seating=1500, closes=1590)), min_notice_minutes=15))
    clock.advance(13 * HOUR_MS + HOUR_MS // 6)
    return desk


RUNNING, COMING = "de la noche del miércoles 25 al jueves 26", "de la noche del jueves 26 al viernes 27 de noviembre"


@pytest.mark.parametrize(
    ("date", "time", "starts"),
    [
        ("hoy", "a la una", ["2026-11-26 01:00", "2026-11-26 13:00", "2026-11-27 01:00"]),
        ("hoy", "doce y media de la noche", ["2026-11-26 00:30", "2026-11-27 00:30"]),
        ("hoy", "00:30", ["2026-11-26 00:30", "2026-11-27 00:30"]),
        ("2026-11-26", "la una de la noche", ["2026-11-26 01:00", "2026-11-27 01:00"]),
        ("hoy", "de doce a doce y media de la noche", ["2026-11-26 00:30", "2026-11-27 00:00", "2026-11-27 00:30"]),
        ("esta noche", "a partir de las doce", ["2026-11-26 00:30", "2026-11-26 01:00"]),
    ],
)
async def test_after_midnight_the_night_that_is_on_may_be_meant_too(
    after_midnight: Desk, date: str, time: str, starts: list[str]
) -> None:
    answer = await after_midnight.check(wish(date=date, time=time))
    assert (answer.code, [f"{one.date} {one.time}" for one in answer.alternatives or ()]) == ("ambiguous_time", starts)


async def test_which_of_two_nights_is_asked_by_their_dates(after_midnight: Desk) -> None:
    answer = await after_midnight.check(wish(date="hoy", time="00:30"))
    assert answer.say == f"¿Sería a las doce y media {RUNNING} de noviembre o las doce y media {COMING}?"


@pytest.mark.parametrize(
    ("date", "time", "at", "night"),
    [
        ("2026-11-26", "00:30", "2026-11-26 00:30", "la noche del miércoles 25 al jueves 26 de noviembre"),
        ("2026-11-27", "00:30", "2026-11-27 00:30", "la noche del jueves 26 al viernes 27 de noviembre"),
        ("hoy", "24:00", "2026-11-27 00:00", "la noche del jueves 26 al viernes 27 de noviembre"),
        ("hoy", "00:00", "2026-11-27 00:00", "la noche del jueves 26 al viernes 27 de noviembre"),
    ],
)
async def test_the_slot_that_was_offered_is_taken_by_its_date_and_its_night_named(
    after_midnight: Desk, date: str, time: str, at: str, night: str
) -> None:
    answer = await after_midnight.check(wish(date=date, time=time))
    assert (answer.code, f"{answer.date} {answer.time}") == ("available", at)
    assert night in answer.say


async def test_a_small_hour_that_is_too_soon_is_said_with_its_night(after_midnight: Desk) -> None:
    after_midnight.clock.advance(HOUR_MS // 6)
    answer = await after_midnight.check(wish(date="2026-11-26", time="00:30"))
    assert answer.say.startswith(f"Lo siento, para las doce y media {RUNNING} de noviembre ya no llego a tiempo")


@pytest.mark.parametrize("date", ["hoy", "2026-11-25"])
async def test_by_day_the_small_hours_of_today_are_those_to_come(late: Desk, date: str) -> None:
    answer = await late.check(wish(date=date, time="00:30"))
    assert (answer.code, answer.date, answer.time) == ("available", "2026-11-26", "00:30")
    assert "la noche del miércoles 25 al jueves 26 de noviembre" in answer.say


@pytest.mark.parametrize("said", [{"new_time": "00:30"}, {"time": "00:30"}, {"date": "sábado", "new_time": "0:30"}])
@pytest.mark.parametrize("booked", [{"time": "22:00"}, {"time": "doce de la noche"}])
async def test_a_small_hour_that_is_told_without_a_day_is_of_the_night_that_is_booked(
    late: Desk, booked: dict[str, str], said: dict[str, str]
) -> None:
    await late.book(wish(date="sábado", **booked))
    answer = await late.modify(said, call="call_2")
    assert (answer.code, answer.date, answer.time) == ("modified", "2026-11-29", "00:30")


async def test_with_its_date_it_is_of_the_night_before(late: Desk) -> None:
    await late.book(wish(date="sábado", time="22:00"))
    answer = await late.modify({"new_date": "2026-11-28", "new_time": "00:30"}, call="call_2")
    assert (answer.code, answer.date, answer.time) == ("modified", "2026-11-28", "00:30")


async def test_whoever_waits_for_a_small_hour_waits_for_another_of_that_night(late: Desk) -> None:
    for name in ("Ana", "Bruno"):
        await late.book(wish(time="24:00", party_size=4, name=name), call=name, caller=OTHER)
    await late.wait(wish(date="2026-11-29", time="00:00", party_size=4))
    answer = await late.modify({"new_time": "00:30"}, call="call_2")
    assert (answer.code, answer.date, answer.time) == ("waitlisted", "2026-11-29", "00:30")


@pytest.mark.parametrize("said", [{"new_party_size": 4}, {"new_time": "01:00"}])
async def test_a_booking_of_the_night_that_is_on_can_still_be_changed(
    after_midnight: Desk, said: dict[str, Any]
) -> None:
    await after_midnight.book(wish(date="esta noche", time="doce y media"))
    answer = await after_midnight.modify(said, call="call_2")
    assert (answer.code, answer.date) == ("modified", "2026-11-26")
    assert answer.time == said.get("new_time", "00:30")


async def test_what_has_passed_of_yesterday_is_past(after_midnight: Desk) -> None:
    assert (await after_midnight.check(wish(date="ayer", time="21:00"))).code == "past_date"
