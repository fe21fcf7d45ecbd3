"""What is missing or was not understood is asked in one question, in which what was understood is said again."""

from itertools import product
from typing import Any

import pytest
from msgspec import UNSET

from support.desk import OTHER, Desk, wish

NOTHING = {"date": None, "time": None, "party_size": None}


@pytest.mark.parametrize(
    ("said", "code", "say"),
    [
        ({"time": None}, "missing_time", "¿A qué hora el sábado 28?"),
        ({"time": None, "date": "mañana"}, "missing_time", "¿A qué hora mañana?"),
        ({"time": None, "date": "23 de enero"}, "missing_time", "¿A qué hora el sábado 23 de enero de 2027?"),
        ({"date": None, "time": "a las nueve"}, "missing_date", "¿Qué día a las nueve?"),
        ({"date": None, "time": "21:30"}, "missing_date", "¿Qué día a las nueve y media de la noche?"),
        ({"date": None, "time": "a las doce"}, "missing_date", "¿Qué día a las doce?"),
        (
            {"date": None, "time": "a las doce y media de la noche"},
            "missing_date",
            "¿Qué día a las doce y media de la noche?",
        ),
        ({"date": None, "time": None}, "missing_date", "¿Qué día y a qué hora?"),
        (NOTHING, "missing_date", "¿Qué día, a qué hora y para cuántas personas?"),
        ({"time": None, "party_size": ""}, "missing_time", "¿A qué hora el sábado 28 y para cuántas personas?"),
        ({"party_size": None}, "missing_party_size", "¿Para cuántas personas el sábado 28 a las nueve de la noche?"),
        (
            {"date": None, "party_size": None, "time": "a las nueve o a las diez"},
            "missing_date",
            "¿Qué día a las nueve o las diez de la noche y para cuántas personas?",
        ),
        (
            {"party_size": None, "time": "entre las nueve y las diez"},
            "missing_party_size",
            "¿Para cuántas personas el sábado 28 de nueve a diez de la noche?",
        ),
        (
            {"time": "luego"},
            "unclear_time",
            (
                "Perdone, no he entendido bien la hora. Damos mesa de una a tres y media de la tarde y de ocho a once "
                "menos cuarto de la noche. ¿A qué hora el sábado 28?"
            ),
        ),
        (
            {"date": "luego", "time": "a las mil"},
            "unclear_date",
            "Perdone, no he entendido bien el día ni la hora. ¿Qué día de qué mes y a qué hora?",
        ),
        (
            {"date": "30 de febrero", "party_size": "varios"},
            "impossible_date",
            (
                "Perdone, no he entendido bien cuántos son. Esa fecha no existe. "
                "¿Qué día a las nueve de la noche y para cuántas personas?"
            ),
        ),
        (
            {"time": "por la noche", "party_size": None},
            "unclear_time",
            ("Damos mesa de ocho a once menos cuarto de la noche. ¿A qué hora el sábado 28 y para cuántas personas?"),
        ),
        ({"date": None, "time": "por la noche"}, "missing_date", "¿Qué día y a qué hora para cenar?"),
        ({"date": None, "time": "for lunch", "language": "en"}, "missing_date", "Which day and what time for lunch?"),
        (
            {"date": "viernes 28 de noviembre", "time": None},
            "ambiguous_date",
            "El 28 de noviembre es sábado. ¿Sería el viernes 27 o el sábado 28 de noviembre, y a qué hora?",
        ),
        (
            {"date": "el viernes que viene", "time": "a las nueve"},
            "ambiguous_date",
            "¿Sería el viernes 27 de noviembre o el viernes 4 de diciembre, a las nueve?",
        ),
        ({"language": "en", "time": None}, "missing_time", "What time on Saturday, November 28?"),
        ({"language": "en", "date": None, "time": "at nine"}, "missing_date", "Which day at nine?"),
        ({"language": "en"} | NOTHING, "missing_date", "Which day, what time and for how many people?"),
        (
            {"language": "en", "party_size": None},
            "missing_party_size",
            "For how many people on Saturday, November 28, at nine in the evening?",
        ),
        (
            {"language": "en", "date": "sometime", "time": "later", "party_size": "several"},
            "unclear_date",
            (
                "Sorry, I didn't quite get the day, the time or the number of people. "
                "Which day of which month, what time and for how many people?"
            ),
        ),
        (
            {"language": "en", "date": "today or tomorrow", "time": None, "party_size": None},
            "ambiguous_date",
            (
                "Would that be today, Wednesday, November 25, or tomorrow, Thursday, November 26, "
                "what time and for how many people?"
            ),
        ),
    ],
)
@pytest.mark.parametrize("tool", ["check_availability", "create_reservation", "join_waitlist"])
async def test_one_question_asks_for_all_that_is_not_known_and_says_what_is(
    desk: Desk, tool: str, said: dict[str, Any], code: str, say: str
) -> None:
    answer = await desk.use(tool, wish() | said)
    assert (answer.ok, answer.code, answer.say) == (False, code, say)


async def test_no_question_loses_a_part_that_was_understood(desk: Desk) -> None:
    """Whatever else is missing or wrong: the fields have it, and of day and hour the words too."""
    days = {"el sábado": "el sábado 28", "luego": "", None: ""}
    times = {"a las nueve y media": "nueve y media", "entre las nueve y las diez": "nueve", "a las mil": "", None: ""}
    for day, time, party in product(days, times, (2, "varios", None)):
        answer = await desk.wait(wish(date=day, time=time, party_size=party))
        if answer.code.startswith(("missing_", "unclear_")):
            assert days[day] in answer.say, answer
            assert times[time] in answer.say, answer
            assert answer.date == ("2026-11-28" if days[day] else UNSET), answer
            assert answer.party_size == (2 if party == 2 else UNSET), answer


@pytest.mark.parametrize("tool", ["find_reservation", "cancel_reservation", "modify_reservation"])
async def test_who_is_asked_whose_booking_it_is_need_not_say_again_when_it_was(desk: Desk, tool: str) -> None:
    answer = await desk.use(tool, {"date": "el sábado", "time": "21:00", "party_size": 2}, caller="anonymous")
    assert (answer.code, answer.say) == ("missing_phone", "¿Con qué teléfono se hizo la reserva?")
    assert (answer.date, answer.time, answer.party_size) == ("2026-11-28", "21:00", 2)


async def test_what_was_not_understood_of_a_booking_is_asked_with_what_was(desk: Desk) -> None:
    answer = await desk.cancel({"date": "el sábado", "time": "a las mil", "party_size": "varios"})
    assert (answer.code, answer.date) == ("unclear_time", "2026-11-28")
    assert answer.say == (
        "Perdone, no he entendido bien la hora ni cuántos son. ¿A qué hora el sábado 28 y para cuántas personas?"
    )


async def test_two_days_that_may_be_meant_are_not_lost_to_another_question(desk: Desk) -> None:
    answer = await desk.cancel({"date": "el viernes que viene", "time": "a las mil"})
    assert (answer.code, answer.dates) == ("unclear_time", ["2026-11-27", "2026-12-04"])


async def test_what_a_booking_should_become_is_asked_with_what_was_understood(desk: Desk) -> None:
    await desk.book(wish())
    answer = await desk.modify({"new_date": "el domingo", "new_time": "a las mil", "new_party_size": "varios"})
    assert (answer.code, answer.date) == ("unclear_time", "2026-11-29")
    assert answer.say == (
        "Perdone, no he entendido bien la hora ni cuántos son. ¿A qué hora el domingo 29 y para cuántas personas?"
    )
    answer = await desk.modify({"new_time": "a las mil"})
    assert answer.say == "Perdone, no he entendido bien la hora. ¿A qué hora sería?"


async def test_another_guest_s_number_is_asked_about_by_name_only(desk: Desk) -> None:
    answer = await desk.find({"phone": OTHER, "date": "el sábado"})
    assert (answer.code, answer.date, answer.say) == (
        "missing_name",
        "2026-11-28",
        "¿A nombre de quién está la reserva?",
    )


@pytest.mark.parametrize(
    ("said", "say"),
    [
        ({}, "¿Sería el sábado 28 a las nueve de la mañana o las nueve de la noche?"),
        (
            {"language": "en"},
            "Would that be on Saturday, November 28, at nine in the morning or nine in the evening?",
        ),
    ],
)
async def test_morning_or_evening_is_asked_with_the_day(desk: Desk, said: dict[str, str], say: str) -> None:
    from appliance.domain.restaurant import Shift
    from support.desk import gaviota

    early = Shift(weekday=5, name="Desayuno", opens=480, last_seating=660, closes=720)
    await desk.open(gaviota("rest_early", shifts=(early, *gaviota().shifts)))
    answer = await desk.check(wish(time="a las nueve") | said, restaurant="rest_early")
    assert (answer.code, answer.say) == ("ambiguous_time", say)


@pytest.mark.parametrize(
    ("said", "code", "say"),
    [
        (
            {"date": "not friday saturday", "language": "en"},
            "ambiguous_date",
            "Would that be on Friday, November 27, or on Saturday, November 28, at nine in the evening?",
        ),
        (
            {"date": "no el viernes el sábado"},
            "ambiguous_date",
            "¿Sería el viernes 27 o el sábado 28 de noviembre, a las nueve de la noche?",
        ),
        (
            {"time": "not nine ten", "language": "en"},
            "ambiguous_time",
            (
                "On Saturday, November 28, I have a table for two people at nine in the evening or ten at night. "
                "Which time would you like?"
            ),
        ),
        (
            {"time": "no a las nueve a las diez"},
            "ambiguous_time",
            (
                "El sábado 28 de noviembre tengo mesa para dos personas a las nueve o las diez de la noche. "
                "¿Cuál prefiere?"
            ),
        ),
    ],
)
async def test_of_a_correction_that_may_be_none_both_are_named(
    desk: Desk, said: dict[str, Any], code: str, say: str
) -> None:
    answer = await desk.wait(wish(**said))
    assert (answer.ok, answer.code, answer.say) == (False, code, say)


@pytest.mark.parametrize(
    ("lang", "day", "words"),
    [
        ("es", "la semana que viene", "¿Qué día a las nueve?"),
        ("en", "next week", "Which day at nine?"),
        ("es", "algún día de la semana que viene", "¿Qué día a las nueve?"),
        ("es", "a finales de la semana que viene", "¿Qué día a las nueve?"),
        ("en", "sometime next week", "Which day at nine?"),
        ("en", "any day next week", "Which day at nine?"),
        ("en", "early next week", "Which day at nine?"),
    ],
)
async def test_a_week_was_understood_and_it_is_asked_which_day(desk: Desk, lang: str, day: str, words: str) -> None:
    answer = await desk.check(
        {"date": day, "time": "nueve" if lang == "es" else "nine", "party_size": 2, "language": lang}
    )
    assert (answer.code, answer.say) == ("unclear_date", words)
