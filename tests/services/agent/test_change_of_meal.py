"""What a booking has already fills in what the words leave open: an hour that they contradict is asked for."""

from typing import Any

import pytest

from appliance.domain.restaurant import Shift
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock
from support.sound_book import assert_sound

LUNCH = "Damos mesa de una a tres y media de la tarde. ¿A qué hora el {day}?"
DINNER = "Damos mesa de ocho a once menos cuarto de la noche. ¿A qué hora el {day}?"

DINNER_TODAY = DINNER.replace("el {day}", "hoy")


@pytest.mark.parametrize(
    ("booked", "said", "day", "say"),
    [
        ("21:00", {"new_date": "el domingo al mediodía"}, "2026-11-29", LUNCH.format(day="domingo 29")),
        ("21:00", {"date": "el domingo al mediodía"}, "2026-11-29", LUNCH.format(day="domingo 29")),
        ("21:00", {"new_date": "el sábado para comer"}, "2026-11-28", LUNCH.format(day="sábado 28")),
        ("21:00", {"date": "el sábado para comer", "party_size": 4}, "2026-11-28", LUNCH.format(day="sábado 28")),
        ("21:00", {"nueva_fecha": "domingo comida", "new_area": "salón"}, "2026-11-29", LUNCH.format(day="domingo 29")),
        ("14:00", {"new_date": "el domingo por la noche"}, "2026-11-29", DINNER.format(day="domingo 29")),
        ("14:00", {"new_date": "esta noche"}, "2026-11-25", DINNER_TODAY),
        ("14:00", {"new_date": "tonight"}, "2026-11-25", DINNER_TODAY),
    ],
)
async def test_an_hour_that_is_not_of_the_meal_that_was_said_is_asked_for(
    desk: Desk, booked: str, said: dict[str, Any], day: str, say: str
) -> None:
    await desk.book(wish(time=booked))
    before = await desk.everything()
    answer = await desk.modify(said, call="call_2")
    assert (answer.ok, answer.code, answer.date, answer.say) == (False, "missing_time", day, say)
    assert await desk.everything() == before


@pytest.mark.parametrize("said", ["sunday lunch", "sunday for lunch"])
async def test_it_is_asked_for_in_english(desk: Desk, said: str) -> None:
    await desk.book(wish())
    answer = await desk.modify({"new_date": said, "language": "en"}, call="call_2")
    assert answer.code == "missing_time"
    assert answer.say.startswith("We seat guests from one to half past three in the afternoon.")


@pytest.mark.parametrize(
    ("booked", "said", "becomes"),
    [
        ("21:00", {"new_date": "el domingo por la noche"}, ("2026-11-29", "21:00")),
        ("21:00", {"date": "el domingo para cenar"}, ("2026-11-29", "21:00")),
        ("21:00", {"new_date": "esta noche"}, ("2026-11-25", "21:00")),
        ("14:00", {"new_date": "sunday lunch"}, ("2026-11-29", "14:00")),
        ("21:00", {"new_date": "el sábado por la noche"}, ("2026-11-28", "21:00")),
        ("21:00", {"new_date": "el domingo al mediodía", "new_time": "a las dos"}, ("2026-11-29", "14:00")),
    ],
)
async def test_an_hour_of_the_meal_that_was_said_stays(
    desk: Desk, booked: str, said: dict[str, Any], becomes: tuple[str, str]
) -> None:
    await desk.book(wish(time=booked))
    assert (await desk.modify(said, call="call_2")).code == "modified"
    (one,) = await assert_sound(desk.database, "rest_gaviota")
    assert (one.date, one.time) == becomes


async def test_the_small_hours_are_of_the_night_that_was_said(database: Database, clock: FakeClock) -> None:
    night = {"name": "Cena", "opens": 1200, "last_seating": 1470, "closes": 1560}
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=tuple(Shift(weekday=day, **night) for day in range(7))))
    await desk.book(wish(time="24:30"))
    assert (await desk.modify({"new_date": "el domingo por la noche"}, call="call_2")).code == "modified"
    (one,) = await desk.everything()
    assert (one.date, one.time) == ("2026-11-30", "00:30")


async def test_a_place_in_the_waiting_list_keeps_no_such_hour_either(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000009"))
    await desk.book(wish(), restaurant="rest_one")
    context: dict[str, Any] = {"restaurant": "rest_one", "caller": OTHER, "call": "call_b"}
    assert (await desk.wait(wish(name="Pepe Sanz"), **context)).code == "waitlisted"
    before = await desk.queue("rest_one")
    answer = await desk.modify({"new_date": "el domingo al mediodía"}, **context)
    assert (answer.code, answer.say) == ("missing_time", LUNCH.format(day="domingo 29"))
    assert await desk.queue("rest_one") == before
