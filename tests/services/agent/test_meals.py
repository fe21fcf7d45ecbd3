"""A meal that is not served that day: it is said that there is none, and what there is instead."""

from datetime import date
from typing import Any

import pytest

from appliance.contract import Slot
from appliance.domain.restaurant import Closure, RestaurantCard, Shift
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, wish
from support.fake_clock import FakeClock

SUNDAY, MONDAY = 6, 0
FRIDAY_27, SATURDAY_28, SUNDAY_29, MONDAY_30 = "2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"
NO_DINNER = "Lo siento, el domingo 29 de noviembre no damos cenas."


def _without(weekday: int, name: str) -> RestaurantCard:
    card = gaviota()
    return gaviota(shifts=tuple(one for one in card.shifts if (one.weekday, one.name) != (weekday, name)))


@pytest.fixture
async def lunchtime(database: Database, clock: FakeClock) -> Desk:
    """The Gaviota without dinner on Sundays."""
    desk = Desk(database, clock)
    await desk.open(_without(SUNDAY, "Cena"))
    return desk


@pytest.mark.parametrize("said", ["a las nueve y media", "9:30", "21:30", "nueve y media de la noche"])
async def test_an_hour_of_dinner_where_there_is_none_is_said_to_be_that(lunchtime: Desk, said: str) -> None:
    answer = await lunchtime.check(wish(date=SUNDAY_29, time=said))
    assert (answer.ok, answer.code, answer.date, answer.time) == (False, "outside_hours", SUNDAY_29, "21:30")
    assert answer.say.startswith(f"{NO_DINNER} Puedo ofrecerle mesa ")
    english = await lunchtime.check(wish(date=SUNDAY_29, time=said, language="en"))
    assert english.say.startswith("I'm sorry, on Sunday, November 29, we don't serve dinner. I can offer you a table ")


async def test_dinner_of_the_days_around_is_offered_before_another_meal(lunchtime: Desk) -> None:
    answer = await lunchtime.check(wish(date=SUNDAY_29, time="21:30"))
    assert answer.alternatives == [
        Slot(date=SATURDAY_28, time="21:30"),
        Slot(date=MONDAY_30, time="21:30"),
        Slot(date=SUNDAY_29, time="15:30"),
    ]
    assert answer.say == (
        f"{NO_DINNER} Puedo ofrecerle mesa el sábado 28 de noviembre a las nueve y media de la noche, el lunes 30 de "
        "noviembre a las nueve y media de la noche o el domingo 29 de noviembre a las tres y media de la tarde."
    )


async def test_whoever_books_hears_the_same_as_whoever_asks(lunchtime: Desk) -> None:
    asked = await lunchtime.check(wish(date=SUNDAY_29, time="a las nueve y media"))
    booked = await lunchtime.book(wish(date=SUNDAY_29, time="a las nueve y media"))
    await lunchtime.book(wish(date=SATURDAY_28), call="call_2")
    moved = await lunchtime.modify({"new_date": SUNDAY_29, "new_time": "a las nueve y media"}, call="call_2")
    assert (booked.say, booked.alternatives) == (asked.say, asked.alternatives)
    assert (moved.say, moved.alternatives) == (f"Su reserva sigue como estaba. {asked.say}", asked.alternatives)


async def test_each_alternative_of_another_day_is_free(lunchtime: Desk) -> None:
    for day in (SATURDAY_28, MONDAY_30):
        for name, party in (("Ana", 8), ("Bea", 2)):
            taken = await lunchtime.book(wish(date=day, party_size=party, name=name), caller=OTHER, call=name + day)
            assert taken.ok
    answer = await lunchtime.check(wish(date=SUNDAY_29, time="21:30"))
    assert [slot.time for slot in answer.alternatives] != ["21:30", "21:30", "15:30"]
    for slot in answer.alternatives:
        assert (await lunchtime.check(wish(date=slot.date, time=slot.time))).code == "available"


async def test_only_days_that_can_be_booked_are_offered(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(_without(2, "Cena"))
    answer = await desk.check(wish(date="hoy", time="a las nueve"))
    assert answer.alternatives == [Slot(date="2026-11-26", time="21:00"), Slot(date="2026-11-25", time="15:30")]
    assert answer.say.startswith("Lo siento, hoy, miércoles 25 de noviembre, no damos cenas. Puedo ofrecerle mesa ")
    assert "mañana, jueves 26 de noviembre, a las nueve de la noche u hoy, miércoles 25 de noviembre," in answer.say


@pytest.mark.parametrize(
    ("lang", "say"),
    [
        ("es", "Lo siento, el lunes 30 de noviembre no damos comidas."),
        ("en", "I'm sorry, on Monday, November 30, we don't serve lunch."),
    ],
)
async def test_lunch_that_is_not_served_is_called_lunch(
    database: Database, clock: FakeClock, lang: str, say: str
) -> None:
    desk = Desk(database, clock)
    await desk.open(_without(MONDAY, "Comida"))
    answer = await desk.check(wish(date=MONDAY_30, time="a las dos", language=lang))
    assert (answer.code, answer.time, answer.say.startswith(say)) == ("outside_hours", "14:00", True)
    assert answer.alternatives[0] == Slot(date=SUNDAY_29, time="14:00")


async def test_a_meal_that_one_closure_takes_away_is_not_served_either(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(closures=(Closure(date=date(2026, 11, 28), shift="Cena"),)))
    answer = await desk.check(wish(time="a las nueve"))
    assert answer.say.startswith("Lo siento, el sábado 28 de noviembre no damos cenas.")


async def test_an_hour_outside_the_meal_that_is_served_is_said_to_be_the_hour(desk: Desk) -> None:
    answer = await desk.check(wish(time="18:30"))
    assert answer.say.startswith("Lo siento, el sábado 28 de noviembre no damos mesa a las seis y media de la tarde.")


async def test_a_house_that_never_serves_dinner_understands_the_hour_of_one(
    database: Database, clock: FakeClock
) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=tuple(one for one in gaviota().shifts if one.name == "Comida")))
    answer = await desk.check(wish(time="a las nueve y media"))
    assert (answer.time, answer.alternatives[-1].time) == ("21:30", "15:30")
    assert answer.say.startswith("Lo siento, el sábado 28 de noviembre no damos cenas. Puedo ofrecerle ")


async def test_a_house_that_serves_breakfast_on_other_days_is_asked_for_one(
    database: Database, clock: FakeClock
) -> None:
    breakfast = Shift(weekday=SUNDAY, name="Desayuno", opens=540, last_seating=600, closes=660)
    lunches = tuple(one for one in gaviota().shifts if one.name == "Comida")
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=(breakfast, *lunches)))
    answer = await desk.check(wish(time="a las nueve y media"))
    assert answer.time == "09:30"
    assert answer.say.startswith("Lo siento, el sábado 28 de noviembre no damos desayunos.")
    assert answer.alternatives[0] == Slot(date=SUNDAY_29, time="09:30")


async def _full(desk: Desk, times: tuple[str, ...]) -> None:
    parties = [(time, party) for time in times for party in (8, 2)]
    for name, (time, party) in zip(("Ana", "Bea", "Carla", "Dora"), parties, strict=False):
        taken = await desk.book(wish(time=time, party_size=party, name=name), caller=OTHER, call=name)
        assert taken.ok, taken


async def test_another_hour_of_the_same_dinner_goes_before_lunch(desk: Desk) -> None:
    await _full(desk, ("20:30",))
    answer = await desk.check(wish(time="20:00"))
    assert (answer.code, [slot.time for slot in answer.alternatives]) == ("full", ["22:30", "22:45"])


async def test_where_dinner_is_full_that_of_the_days_around_goes_before_lunch(desk: Desk) -> None:
    await _full(desk, ("20:00", "22:00"))
    answer = await desk.check(wish(time="21:00"))
    assert (answer.ok, answer.code) == (True, "full")
    assert answer.alternatives == [
        Slot(date=FRIDAY_27, time="21:00"),
        Slot(date=SUNDAY_29, time="21:00"),
        Slot(date=SATURDAY_28, time="15:30"),
    ]


async def test_a_dinner_whose_hour_has_passed_is_offered_the_next_day(desk: Desk) -> None:
    desk.clock.advance(int(11.5 * 3_600_000))  # 22:30
    answer = await desk.check(wish(date="hoy", time="22:30"))
    assert (answer.code, answer.alternatives) == ("too_soon", [Slot(date="2026-11-26", time="22:30")])


@pytest.mark.parametrize(
    ("said", "say"),
    [
        ({"time": "para cenar"}, "no damos cenas. Damos mesa de una a tres y media de la tarde. ¿A qué hora sería?"),
        ({"time": "por la noche"}, "no damos cenas. Damos mesa de una a tres y media de la tarde. ¿A qué hora sería?"),
        ({"time": "al mediodía"}, ""),
        ({"time": "a mediodía"}, ""),
        ({"time": "para comer"}, ""),
        ({"time": "almorzar"}, ""),
        ({"time": "for lunch"}, ""),
    ],
)
async def test_a_meal_said_in_place_of_an_hour_is_said_not_to_be_served(
    lunchtime: Desk, said: dict[str, Any], say: str
) -> None:
    answer = await lunchtime.check(wish(date=SUNDAY_29, **said))
    start = f"Lo siento, el domingo 29 de noviembre {say}" if say else "Damos mesa de una a tres y media de la tarde."
    assert answer.code == "unclear_time"
    assert answer.say.startswith(start)


async def test_a_closed_day_is_closed_whatever_the_meal(desk: Desk) -> None:
    answer = await desk.check(wish(date="2026-12-01", time="a las nueve y media"))
    assert answer.code == "closed_day"


@pytest.mark.parametrize("said", ["a las dos", "a las tres y media", "a la una", "14:00"])
async def test_a_bare_hour_of_lunch_where_there_is_dinner_only_is_said_to_be_that(
    database: Database, clock: FakeClock, said: str
) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=tuple(one for one in gaviota().shifts if one.name == "Cena")))
    answer = await desk.check(wish(time=said))
    assert (answer.code, answer.date) == ("outside_hours", SATURDAY_28)
    assert answer.time in {"13:00", "14:00", "15:30"}
    assert answer.say.startswith("Lo siento, el sábado 28 de noviembre no damos comidas. Puedo ofrecerle las ocho")
