import pytest
from msgspec import UNSET

from appliance.domain.restaurant import Shift
from appliance.store.engine import Database
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
NEXT_FRIDAY = ["2026-11-27", "2026-12-04"]


async def test_a_friday_that_may_be_either_is_asked_about_by_name(desk: Desk) -> None:
    answer = await desk.book(wish(date="el viernes que viene"))
    assert (answer.ok, answer.code, answer.dates) == (False, "ambiguous_date", NEXT_FRIDAY)
    assert answer.say == "¿Sería el viernes 27 de noviembre o el viernes 4 de diciembre, a las nueve de la noche?"
    assert (answer.date, answer.time, answer.party_size) == (UNSET, "21:00", 2)
    assert await desk.everything() == []


async def test_today_or_tomorrow_is_asked_about_in_the_call_s_language(desk: Desk) -> None:
    answer = await desk.check(wish(date="today or tomorrow", language="en"))
    assert (
        answer.say
        == "Would that be today, Wednesday, November 25, or tomorrow, Thursday, November 26, at nine in the evening?"
    )


@pytest.mark.parametrize(
    ("said", "dates", "say"),
    [
        (
            {"date": "viernes 28 de noviembre"},
            ["2026-11-27", "2026-11-28"],
            "El 28 de noviembre es sábado. ¿Sería el viernes 27 o el sábado 28 de noviembre?",
        ),
        (
            {"date": "el viernes 3"},
            ["2026-12-03", "2026-12-04"],
            "El 3 de diciembre es jueves. ¿Sería el jueves 3 o el viernes 4 de diciembre?",
        ),
        (
            {"date": "el martes 1 de enero"},
            ["2026-12-29", "2027-01-01"],
            "El 1 de enero es viernes. ¿Sería el martes 29 de diciembre o el viernes 1 de enero de 2027?",
        ),
        (
            {"date": "mañana viernes"},
            ["2026-11-26", "2026-11-27"],
            "Mañana es jueves. ¿Sería mañana, jueves 26 de noviembre, o el viernes 27 de noviembre?",
        ),
        (
            {"date": "Friday, November 28", "language": "en"},
            ["2026-11-27", "2026-11-28"],
            "November 28 is a Saturday. Would that be on Friday, November 27, or on Saturday, November 28?",
        ),
        (
            {"date": "today, Thursday", "language": "en"},
            ["2026-11-25", "2026-11-26"],
            "Today is Wednesday. Would that be today, Wednesday, November 25, or tomorrow, Thursday, November 26?",
        ),
    ],
)
async def test_a_date_with_another_s_weekday_is_told_which_it_has_and_asked_about(
    desk: Desk, said: dict[str, str], dates: list[str], say: str
) -> None:
    answer = await desk.book(wish(**said))
    at = "at nine in the evening" if "language" in said else "a las nueve de la noche"
    assert (answer.ok, answer.code, answer.dates) == (False, "ambiguous_date", dates)
    assert answer.say == say.replace("?", f", {at}?")
    assert (answer.time, answer.party_size) == ("21:00", 2)
    assert await desk.everything() == []


async def test_a_booking_tells_which_day_is_meant_by_a_date_with_another_s_weekday(desk: Desk) -> None:
    await desk.book(wish(date="2026-11-27"))
    answer = await desk.cancel({"date": "viernes 28 de noviembre"}, call="call_2")
    assert (answer.code, answer.date) == ("cancelled", "2026-11-27")


@pytest.mark.parametrize("more", [{"fecha": "27 de noviembre"}, {"time": "2026-11-27T21:00"}])
async def test_what_else_was_said_tells_which_of_two_days_it_is(desk: Desk, more: dict[str, str]) -> None:
    answer = await desk.check(wish(date="el viernes que viene") | more)
    assert (answer.code, answer.date) == ("available", "2026-11-27")


async def test_a_third_day_beside_two_to_choose_from_is_a_contradiction(desk: Desk) -> None:
    answer = await desk.check(wish(date="el viernes que viene", fecha="28 de noviembre"))
    assert (answer.code, answer.dates) == ("unclear_date", UNSET)


async def test_figures_are_asked_about_in_english_only(desk: Desk) -> None:
    assert (await desk.check(wish(date="5/12"))).date == "2026-12-05"
    answer = await desk.check(wish(date="5/12", language="en"))
    assert (answer.code, answer.dates) == ("ambiguous_date", ["2026-12-05", "2027-05-12"])


async def test_of_the_hours_too_it_is_asked_which_day(desk: Desk) -> None:
    answer = await desk.use("get_hours", {"date": "el viernes que viene"})
    assert (answer.code, answer.dates) == ("ambiguous_date", NEXT_FRIDAY)


@pytest.mark.parametrize("day", NEXT_FRIDAY)
@pytest.mark.parametrize(
    ("tool", "code"),
    [("find_reservation", "found"), ("cancel_reservation", "cancelled"), ("modify_reservation", "modified")],
)
async def test_a_booking_that_is_there_tells_which_day_is_meant(desk: Desk, tool: str, code: str, day: str) -> None:
    await desk.book(wish(date=day), call="call_1")
    await desk.book(wish(date="2026-11-28"), call="call_2")
    answer = await desk.use(tool, {"date": "el viernes que viene", "new_time": "20:30"}, call="call_3")
    assert answer.code == code
    told = answer.reservation or (answer.reservations or [None])[0]
    assert told
    assert told.date == day


async def test_of_a_booking_on_either_day_it_is_asked_which(desk: Desk) -> None:
    for day in NEXT_FRIDAY:
        await desk.book(wish(date=day), call=f"call_{day}")
    answer = await desk.cancel({"date": "el viernes que viene"}, call="call_3")
    assert (answer.ok, answer.code) == (False, "which_one")
    assert [one.date for one in answer.reservations or []] == NEXT_FRIDAY


async def test_an_hour_that_was_not_understood_is_asked_again_before_the_day(desk: Desk) -> None:
    await desk.book(wish(date="2026-11-27"))
    answer = await desk.cancel({"date": "el viernes que viene", "time": "a las mil"}, call="call_2")
    assert answer.code == "unclear_time"


@pytest.fixture
async def at_ten_past_midnight(database: Database, clock: FakeClock) -> Desk:
    """The Gaviota with dinner until half past two; it is Thursday, 26 November 2026, 00:10 there."""
    desk = Desk(database, clock)
    late = {"name": "Cena", "opens": 1230, "last_seating": 1560, "closes": 1620, "turn_minutes": 60}
    await desk.open(gaviota(shifts=tuple(Shift(weekday=day, **late) for day in range(7))))
    clock.advance(13 * HOUR_MS + 10 * MINUTE_MS)
    return desk


@pytest.mark.parametrize(
    "said",
    [
        {"date": "esta noche", "time": "01:30"},
        {"date": "esta noche", "time": "a la una y media"},
        {"date": "esta noche a la una y media", "time": None},
        {"date": None, "time": "esta noche a la una y media"},
        {"date": "tonight", "time": "1:30 am"},
    ],
)
async def test_after_midnight_tonight_s_small_hours_are_those_of_the_night_that_is_on(
    at_ten_past_midnight: Desk, said: dict[str, str | None]
) -> None:
    answer = await at_ten_past_midnight.check(wish(**said))
    assert (answer.code, answer.date, answer.time) == ("available", "2026-11-26", "01:30")


@pytest.mark.parametrize(("time", "at"), [("21:00", "2026-11-26"), ("a las doce de la noche", "2026-11-27")])
async def test_after_midnight_tonight_s_evening_is_the_one_to_come(
    at_ten_past_midnight: Desk, time: str, at: str
) -> None:
    answer = await at_ten_past_midnight.check(wish(date="esta noche", time=time))
    assert (answer.code, answer.date) == ("available", at)


async def test_before_midnight_tonight_s_small_hours_are_tomorrow_s(desk: Desk) -> None:
    answer = await desk.check(wish(date="esta noche", time="00:30"))
    assert answer.date == "2026-11-26"
