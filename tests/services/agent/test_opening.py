from datetime import date

import pytest

from appliance.domain.restaurant import Closure, RestaurantCard, Shift, SpecialDay
from appliance.services.agent.opening import schedule_words
from appliance.store.engine import Database
from support.desk import TUESDAY, Desk, gaviota
from support.fake_clock import FakeClock


def _with(*shifts: tuple[int, int, int]) -> RestaurantCard:
    return gaviota(
        shifts=tuple(
            Shift(weekday=day, name="Servicio", opens=opens, last_seating=opens, closes=closes)
            for day, opens, closes in shifts
        )
    )


def test_days_with_the_same_hours_are_named_together() -> None:
    lunches = [(day, 810, 1110) for day in range(1, 7)]
    dinners = [(day, 1260, 1500) for day in (3, 4, 5)]
    assert schedule_words(_with(*lunches, *dinners), "es") == (
        "los martes, miércoles y domingos, de una y media a seis y media de la tarde; "
        "de jueves a sábado, de una y media a seis y media de la tarde y de nueve de la noche a una de la madrugada"
    )


async def test_the_week_is_told_with_the_closed_days_to_come(desk: Desk) -> None:
    answer = await desk.use("obtener_horarios_y_dias_cerrados")
    assert (answer.ok, answer.code, answer.closures, len(answer.hours or [])) == (True, "hours", ["2026-12-25"], 12)
    assert answer.say == (
        "Abrimos todos los días menos los martes, de una a cinco y media de la tarde y "
        "de ocho a una menos cuarto de la noche. Cerramos el viernes 25 de diciembre."
    )


async def test_of_days_that_come_every_week_the_week_is_told(desk: Desk) -> None:
    assert (await desk.use("get_hours", {"date": "los domingos"})).say == (await desk.use("get_hours")).say


async def test_the_days_of_rest_are_told_when_the_hours_do_not_say_them(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    card = _with(*((day, 1200, 1440) for day in range(2, 7)))
    await desk.open(card)
    answer = await desk.use("get_hours", {"language": "en"})
    assert answer.say == (
        "We open from Wednesday to Sunday, from eight in the evening to midnight. "
        "We close on Mondays and Tuesdays and on Friday, December 25."
    )


FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
BRUNCH = Shift(weekday=5, name="Brunch", opens=660, last_seating=780, closes=900)


async def test_days_with_other_hours_are_told_with_the_week(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    no_dinner = Closure(date=FRIDAY, shift="Cena")
    await desk.open(gaviota(closures=(no_dinner,), special_days=(SpecialDay(date=SATURDAY, shifts=(BRUNCH,)),)))
    answer = await desk.use("get_hours")
    assert answer.say.endswith(
        "Con otro horario, el viernes 27 de noviembre de una a cinco y media de la tarde; "
        "el sábado 28 de noviembre de once de la mañana a tres de la tarde."
    )
    assert answer.closures == []
    answer = await desk.use("get_hours", {"language": "en"})
    assert answer.say.endswith(
        "With other hours, on Friday, November 27, from one to half past five in the afternoon; "
        "on Saturday, November 28, from eleven in the morning to three in the afternoon."
    )


async def test_other_hours_far_ahead_are_told_when_their_day_is_asked_for(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(closures=(Closure(date=date(2026, 12, 12), shift="Cena"),)))
    assert "Con otro horario" not in (await desk.use("get_hours")).say


async def test_a_day_whose_shifts_are_all_closed_is_a_closed_day(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(closures=tuple(Closure(date=FRIDAY, shift=name) for name in ("Comida", "Cena"))))
    answer = await desk.use("get_hours", {"language": "en"})
    assert answer.closures == ["2026-11-27"]
    assert answer.say.endswith("We close on Friday, November 27.")


async def test_a_day_is_told_by_itself(desk: Desk) -> None:
    answer = await desk.use("get_hours", {"fecha": "hoy"})
    assert answer.say == (
        "Abrimos hoy, miércoles 25 de noviembre, de una a cinco y media de la tarde y "
        "de ocho a una menos cuarto de la noche."
    )
    assert answer.date == "2026-11-25"
    assert [(span.shift, span.opens, span.last_seating, span.closes) for span in answer.hours or []] == [
        ("Comida", "13:00", "15:30", "17:30"),
        ("Cena", "20:00", "22:45", "00:45"),
    ]


async def test_a_closed_day_is_told_as_such(desk: Desk) -> None:
    answer = await desk.use("get_hours", {"date": "2026-12-25"})
    assert (answer.ok, answer.code, answer.hours) == (True, "closed_day", [])
    assert answer.say == "Lo siento, el viernes 25 de diciembre estamos cerrados."


async def test_a_date_not_understood_is_asked_again(desk: Desk) -> None:
    answer = await desk.use("get_hours", {"date": "pronto"})
    assert (answer.ok, answer.code) == (False, "unclear_date")


async def test_a_restaurant_without_hours_admits_it(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=()))
    answer = await desk.use("get_hours")
    assert (answer.ok, answer.code, answer.hours, answer.closures) == (True, "hours_none", [], [])


async def test_only_the_next_closures_are_spoken_and_past_ones_forgotten(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    days = [date(2026, 11, 20), date(2026, 11, 25), *(date(2026, 12, day) for day in range(1, 20))]
    await desk.open(gaviota(closures=tuple(Closure(date=day) for day in days)))
    answer = await desk.use("get_hours")
    assert answer.say.endswith(
        "Cerramos hoy, miércoles 25 de noviembre, el miércoles 2 de diciembre y el jueves 3 de diciembre."
    )
    assert answer.closures == [day.isoformat() for day in days[1:13] if day.weekday() != TUESDAY]


async def test_a_closure_on_the_weekly_day_of_rest_is_no_news(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(closures=(Closure(date=date(2026, 12, 1)),)))
    spanish, english = await desk.use("get_hours"), await desk.use("get_hours", {"language": "en"})
    assert (spanish.closures, "Cerramos" in spanish.say, "We close" in english.say) == ([], False, False)


@pytest.mark.parametrize(
    ("words", "lang", "said"),
    [
        (
            "este fin de semana",
            "es",
            "Abrimos el sábado 28 y el domingo 29 de una a cinco y media de la tarde y de ocho a una menos cuarto",
        ),
        ("this weekend", "en", "We open on Saturday, November 28, and on Sunday, November 29, from one"),
        ("esta semana", "es", "Abrimos hoy, mañana, el viernes 27, el sábado 28 y el domingo 29 de una"),
        ("la semana que viene", "es", "Abrimos el lunes 30, el miércoles 2,"),
    ],
)
async def test_the_days_of_a_week_or_a_weekend_are_told_when_asked_for(
    desk: Desk, words: str, lang: str, said: str
) -> None:
    answer = await desk.use("get_hours", {"date": words, "language": lang})
    assert (answer.ok, answer.code) == (True, "hours")
    assert answer.say.startswith(said)


async def test_days_of_rest_and_other_hours_in_that_week_are_told_too(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    late = Shift(weekday=5, name="Cena", opens=1260, last_seating=1320, closes=1440)
    await desk.open(
        gaviota(
            special_days=(SpecialDay(date=date(2026, 11, 28), shifts=(late,)),),
            closures=(Closure(date=date(2026, 11, 29)),),
        )
    )
    answer = await desk.use("get_hours", {"date": "el finde"})
    assert answer.say == ("Abrimos el sábado 28 de nueve a doce de la noche. Cerramos el domingo 29.")
    assert (answer.closures, len(answer.hours or [])) == (["2026-11-29"], 1)


async def test_a_weekend_of_which_none_can_be_sure_is_asked_for(desk: Desk) -> None:
    assert (await desk.use("get_hours", {"date": "next weekend"})).code == "unclear_date"
