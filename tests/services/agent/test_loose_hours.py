"""Hours that a clock or the day's services tell, and those that nothing tells: no question is asked twice bare."""

from typing import Any

import pytest

from support.desk import OTHER, Desk, wish

HOUR_MS = 3_600_000
HOURS = "Damos mesa de nueve menos cuarto a once menos cuarto de la noche."


@pytest.fixture
async def evening(desk: Desk) -> Desk:
    """It is ten past eight in the evening; the next half an hour is too soon to be booked."""
    desk.clock.advance(9 * HOUR_MS + HOUR_MS // 6)
    return desk


def _times(answer: Any) -> list[str]:
    return [one.time for one in answer.alternatives]


@pytest.mark.parametrize(
    "said",
    [
        {"date": "hoy", "time": "lo antes posible"},
        {"date": "today", "time": "as soon as possible"},
        {"date": "hoy", "time": "ahora"},
        {"date": "ahora", "time": None},
        {"date": None, "time": "now"},
        {"date": "hoy cuanto antes", "time": None},
    ],
)
async def test_as_soon_as_possible_is_from_now_on(evening: Desk, said: dict[str, Any]) -> None:
    answer = await evening.check(wish(**said))
    assert (answer.code, answer.date, _times(answer)[0]) == ("ambiguous_time", "2026-11-25", "20:45")


@pytest.mark.parametrize(
    ("date", "time", "first"),
    [
        ("esta noche", "lo antes posible", "20:00"),
        ("tonight", "as soon as possible", "20:00"),
        ("hoy", "por la noche cuanto antes", "20:00"),
        ("hoy a mediodía cuanto antes", None, "13:00"),
    ],
)
async def test_as_soon_as_possible_in_a_part_of_today_is_from_its_beginning_on(
    desk: Desk, date: str, time: str | None, first: str
) -> None:
    answer = await desk.check(wish(date=date, time=time))
    assert (answer.code, answer.date, _times(answer)[0]) == ("ambiguous_time", "2026-11-25", first)


async def test_as_soon_as_possible_of_another_day_is_any_hour_of_it(evening: Desk) -> None:
    answer = await evening.check(wish(time="lo antes posible"))
    assert (answer.code, answer.date, _times(answer)[0]) == ("ambiguous_time", "2026-11-28", "13:00")


@pytest.mark.parametrize("time", ["cuando sea", "cuando pueda ser", "any time", "whenever", "a cualquier hora"])
async def test_any_time_is_the_hour_left_open(desk: Desk, time: str) -> None:
    answer = await desk.check(wish(time=time))
    assert (answer.code, _times(answer)[0], _times(answer)[-1]) == ("ambiguous_time", "13:00", "22:45")


async def test_any_time_of_a_meal_is_any_of_its_hours(desk: Desk) -> None:
    answer = await desk.check(wish(date="el sábado por la noche", time="cuando sea"))
    assert (_times(answer)[0], _times(answer)[-1]) == ("20:00", "22:45")


@pytest.mark.parametrize(
    ("time", "at"), [("en media hora", "20:45"), ("in half an hour", "20:45"), ("dentro de una hora", "21:15")]
)
async def test_so_long_from_now_is_the_next_start(evening: Desk, time: str, at: str) -> None:
    evening.clock.advance(-HOUR_MS // 12 + 1)
    answer = await evening.check(wish(date="hoy", time=time))
    assert (answer.code, answer.date, answer.time) == ("available", "2026-11-25", at)


async def test_so_long_from_now_is_no_start_that_is_far_away(desk: Desk) -> None:
    answer = await desk.book(wish(date="hoy", time="en media hora"))
    assert (answer.code, answer.time) == ("outside_hours", "11:30")
    assert await desk.everything() == []


async def test_so_long_from_now_is_of_no_other_day(desk: Desk) -> None:
    answer = await desk.check(wish(date="mañana", time="en media hora"))
    assert (answer.code, answer.date) == ("unclear_time", "2026-11-26")
    assert answer.say.endswith("¿A qué hora mañana?")


@pytest.mark.parametrize(
    ("date", "time", "last"),
    [
        ("el sábado", "a última hora", ["22:15", "22:30", "22:45"]),
        ("Saturday", "as late as possible", ["22:15", "22:30", "22:45"]),
        ("el sábado a mediodía", "a última hora", ["15:00", "15:15", "15:30"]),
        ("el sábado", "a última hora de la noche", ["22:15", "22:30", "22:45"]),
    ],
)
async def test_the_last_hour_is_the_last_starts(desk: Desk, date: str, time: str, last: list[str]) -> None:
    answer = await desk.check(wish(date=date, time=time))
    assert (answer.code, _times(answer)) == ("ambiguous_time", last)


async def test_the_last_hour_that_a_booking_is_moved_to_is_that_of_its_day(desk: Desk) -> None:
    await desk.book(wish())
    asked = await desk.modify({"new_time": "a última hora"})
    assert (asked.code, _times(asked)) == ("ambiguous_time", ["22:15", "22:30", "22:45"])


@pytest.mark.parametrize(
    ("time", "free"),
    [
        ("las nueve y pico", ["21:00", "21:15", "21:30"]),
        ("hasta las ocho y media de la tarde", ["20:00", "20:15", "20:30"]),
        ("by half past eight", ["20:00", "20:15", "20:30"]),
    ],
)
async def test_hours_that_are_about_or_end_somewhere_are_offered(desk: Desk, time: str, free: list[str]) -> None:
    assert _times(await desk.check(wish(time=time))) == free


@pytest.mark.parametrize("time", ["una hora más tarde", "más tarde", "late"])
@pytest.mark.parametrize("tool", ["check_availability", "join_waitlist"])
async def test_an_hour_that_nothing_tells_is_asked_for_with_those_of_the_house(
    evening: Desk, tool: str, time: str
) -> None:
    answer = await evening.use(tool, wish(date="hoy", time=time))
    assert (answer.ok, answer.code) == (False, "unclear_time")
    assert answer.say == f"Perdone, no he entendido bien la hora. {HOURS} ¿A qué hora hoy?"


async def test_without_a_day_any_time_leaves_the_day_to_ask(desk: Desk) -> None:
    answer = await desk.check(wish(date=None, time="cuando sea"))
    assert (answer.code, answer.say) == ("missing_date", "¿Qué día sería?")


@pytest.mark.parametrize(
    ("time", "lang", "at"),
    [
        ("una hora más tarde", "es", "22:00"),
        ("media hora antes", "es", "20:30"),
        ("one hour later", "en", "22:00"),
        ("an hour and a half later", "en", "22:30"),
        ("half an hour earlier", "en", "20:30"),
    ],
)
@pytest.mark.parametrize("name", ["new_time", "time"])
async def test_so_much_later_is_later_than_the_booking_that_is_changed(
    desk: Desk, time: str, lang: str, at: str, name: str
) -> None:
    await desk.book(wish())
    answer = await desk.modify({name: time, "language": lang})
    assert (answer.code, answer.date, answer.time) == ("modified", "2026-11-28", at)


async def test_so_much_later_on_another_day_goes_by_the_hour_of_the_booking(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.modify({"new_date": "el domingo", "new_time": "una hora más tarde"})
    assert (answer.code, answer.date, answer.time) == ("modified", "2026-11-29", "22:00")


@pytest.mark.parametrize(
    ("time", "first"), [("más tarde", "21:15"), ("a bit later", "21:15"), ("un poco antes", "20:00")]
)
async def test_later_without_more_is_what_is_free_on_that_side_of_the_booking(
    desk: Desk, time: str, first: str
) -> None:
    await desk.book(wish())
    answer = await desk.modify({"new_time": time})
    assert (answer.code, _times(answer)[0]) == ("ambiguous_time", first)
    assert [one.time for one in await desk.everything()] == ["21:00"]


async def test_who_waits_waits_for_so_much_later_too(desk: Desk) -> None:
    await desk.book(wish(party_size=8), caller=OTHER, call="before")
    await desk.wait(wish(party_size=8))
    assert (await desk.modify({"new_time": "media hora más tarde"})).time == "21:30"


@pytest.mark.parametrize("time", ["a primera hora", "first thing", "nada más abrir"])
async def test_the_first_hour_is_the_first_starts(desk: Desk, time: str) -> None:
    assert _times(await desk.check(wish(time=time))) == ["13:00", "13:15", "13:30"]
    assert _times(await desk.check(wish(date="el sábado por la noche", time=time))) == ["20:00", "20:15", "20:30"]


@pytest.mark.parametrize("time", ["lo antes posible", "la primera que tengas", "the first table you have", "asap"])
@pytest.mark.parametrize(
    ("hours", "date", "first"),
    [(9, "2026-11-25", "20:30"), (12.7, "2026-11-26", "13:00"), (13.5, "2026-11-26", "13:00")],
)
async def test_as_soon_as_possible_without_a_day_is_of_the_first_that_has_anything(
    desk: Desk, time: str, hours: float, date: str, first: str
) -> None:
    desk.clock.advance(int(hours * HOUR_MS))
    answer = await desk.check(wish(date=None, time=time))
    assert (answer.code, answer.date, _times(answer)[0]) == ("ambiguous_time", date, first)


async def test_tonight_said_after_midnight_when_the_night_is_over_is_the_night_to_come(desk: Desk) -> None:
    desk.clock.advance(int(13.5 * HOUR_MS))
    answer = await desk.check(wish(date="esta noche", time="lo antes posible"))
    assert (answer.code, answer.date, _times(answer)[0]) == ("ambiguous_time", "2026-11-26", "20:00")
