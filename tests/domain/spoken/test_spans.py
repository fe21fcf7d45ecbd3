"""Hours that are left open: from one to another, from one on, or one of two."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from appliance.domain.spoken.moments import Moment, read_day, read_time
from appliance.domain.spoken.outcome import MISSING, Unclear
from appliance.domain.spoken.spans import Span, read_spans
from appliance.domain.spoken.times import read_times

TODAY, MADRID = date(2026, 11, 25), ZoneInfo("Europe/Madrid")
SATURDAY = date(2026, 11, 28)


def spans(*ends: str) -> tuple[Span, ...]:
    """ "21:00-22:00" and the like; "21:00-" and "-21:00" are open at one end, and "(21:00-" without the hour itself."""
    return tuple(_span(one) for one in ends)


def _span(ends: str) -> Span:
    past = int("(" in ends or ")" in ends)
    first, last = (_minute(clock) if clock else None for clock in ends.strip("()").split("-"))
    if first is None:
        assert last is not None
        return Span(0, last - past, last)
    return Span(first + past, 29 * 60, first) if last is None else Span(first, last)


def _minute(clock: str) -> int:
    return int(clock[:-3]) * 60 + int(clock[-2:])


NINE_TO_TEN = ("9:00-10:00", "21:00-22:00")
FROM_NINE = ("9:00-", "21:00-")
NINE_OR_TEN = ("9:00-9:00", "10:00-10:00", "21:00-21:00", "22:00-22:00")


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("entre las nueve y las diez", NINE_TO_TEN),
        ("entre nueve y diez", NINE_TO_TEN),
        ("Pues entre las nueve y las diez, por favor", NINE_TO_TEN),
        ("de nueve a diez", NINE_TO_TEN),
        ("de 9 a 10", NINE_TO_TEN),
        ("desde las nueve hasta las diez", NINE_TO_TEN),
        ("between nine and ten", NINE_TO_TEN),
        ("from nine to ten", NINE_TO_TEN),
        ("nine til ten", NINE_TO_TEN),
        ("9-10", NINE_TO_TEN),
        ("entre las nueve y media y las diez", ("9:30-10:00", "21:30-22:00")),
        ("entre nueve y diez y media", ("9:00-10:30", "21:00-22:30")),
        ("entre las nueve y las diez de la noche", ("21:00-22:00",)),
        ("between nine and ten pm", ("21:00-22:00",)),
        ("20:00-21:00", ("20:00-21:00",)),
        ("de once a una", ("11:00-13:00", "23:00-25:00")),
        ("de dos a cuatro de la tarde", ("14:00-16:00",)),
        ("a partir de las nueve", FROM_NINE),
        ("de las nueve en adelante", FROM_NINE),
        ("desde las nueve", FROM_NINE),
        ("no antes de las nueve", FROM_NINE),
        ("from nine onwards", FROM_NINE),
        ("not before nine", FROM_NINE),
        ("después de las nueve", ("(9:00-", "(21:00-")),
        ("after nine", ("(9:00-", "(21:00-")),
        ("antes de las diez", ("-10:00)", "-22:00)")),
        ("nine at the latest", ("-9:00", "-21:00")),
        ("a las nueve o a las diez", NINE_OR_TEN),
        ("nine or ten", NINE_OR_TEN),
        ("a las nueve o nueve y media de la noche", ("21:00-21:00", "21:30-21:30")),
    ],
)
def test_hours_that_are_left_open_are_understood(words: str, ends: tuple[str, ...]) -> None:
    assert read_spans(words) == spans(*ends)
    assert isinstance(read_times(words), Unclear)


@pytest.mark.parametrize(
    "words",
    [
        "a las nueve",
        "five to nine",
        "entre las nueve",
        "entre las nueve y las nueve",
        "entre las diez y las nueve",
        "entre nueve y diez personas",
        "a las nueve o cuando podáis",
        "no antes de las nueve, a las diez",
        "entre nueve y diez no",
        "antes",
        "el sábado o el domingo",
        "nine, ten at the latest",
        None,
        7,
    ],
)
def test_no_span_is_made_up(words: object) -> None:
    assert read_spans(words) == ()


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        ("el sábado entre las nueve y las diez", NINE_TO_TEN),
        ("el sábado de nueve a diez", NINE_TO_TEN),
        ("el sábado, a partir de las nueve", FROM_NINE),
        ("entre nueve y diez del sábado", NINE_TO_TEN),
        ("el sábado a las nueve o a las diez", NINE_OR_TEN),
        ("saturday between nine and ten", NINE_TO_TEN),
        ("from nine to ten on Saturday", NINE_TO_TEN),
        ("el sábado por la noche entre nueve y diez", ("21:00-22:00",)),
    ],
)
def test_beside_a_day_they_leave_the_day_understood(words: str, ends: tuple[str, ...]) -> None:
    for read in (read_day, read_time):
        moment = read(words, today=TODAY, zone=MADRID)
        assert (moment.day, moment.times, moment.spans) == (SATURDAY, MISSING, spans(*ends))


@pytest.mark.parametrize("words", ["el lunes 7 u 8", "3 o 4", "de 3 a 5", "de 3 a 5 de diciembre", "el sábado 3 o 4"])
def test_numbers_where_a_day_is_expected_may_be_days_and_are_no_hours(words: str) -> None:
    moment = read_day(words, today=TODAY, zone=MADRID)
    assert (isinstance(moment.day, Unclear), moment.spans) == (True, ())


def test_tonight_between_nine_and_ten_is_today_in_the_evening() -> None:
    for read in (read_day, read_time):
        moment = read("esta noche entre nueve y diez", today=TODAY, zone=MADRID)
        assert (moment.day, moment.spans) == (TODAY, spans("21:00-22:00"))


def test_an_hour_beside_a_day_is_no_span() -> None:
    moment = read_day("el sábado a las nueve", today=TODAY, zone=MADRID)
    assert moment == Moment(day=SATURDAY, times=(540, 1260))
