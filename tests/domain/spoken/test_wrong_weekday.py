"""A date said with another's weekday: it is that date or that weekday, and the caller is asked which."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.moments import read_time
from appliance.domain.spoken.outcome import UNCLEAR, Unclear

TODAY = date(2026, 11, 25)
"""A Wednesday."""


def _either(told: str, weekday: str) -> Unclear:
    dates = date.fromisoformat(told), date.fromisoformat(weekday)
    return Unclear("ambiguous", tuple(sorted(dates)), told=dates[0])


@pytest.mark.parametrize(
    ("words", "told", "weekday"),
    [
        ("viernes 28 de noviembre", "2026-11-28", "2026-11-27"),
        ("el viernes, 28 de noviembre de 2026", "2026-11-28", "2026-11-27"),
        ("el viernes 28/11", "2026-11-28", "2026-11-27"),
        ("Friday November 28th", "2026-11-28", "2026-11-27"),
        ("the 28th of November, Friday", "2026-11-28", "2026-11-27"),
        ("el viernes 3", "2026-12-03", "2026-12-04"),
        ("el sábado 29", "2026-11-29", "2026-11-28"),
        ("Sunday the 28th", "2026-11-28", "2026-11-29"),
        ("el martes 4 de diciembre", "2026-12-04", "2026-12-01"),
        ("el lunes 4 de diciembre", "2026-12-04", "2026-12-07"),
        ("mañana viernes", "2026-11-26", "2026-11-27"),
        ("tomorrow, Friday", "2026-11-26", "2026-11-27"),
        ("el viernes, Nochebuena", "2026-12-24", "2026-12-25"),
        # The nearest Monday has passed.
        ("hoy lunes", "2026-11-25", "2026-11-30"),
    ],
)
def test_a_date_with_another_s_weekday_asks_for_that_date_or_the_weekday_nearest_to_it(
    words: str, told: str, weekday: str
) -> None:
    assert read_date(words, today=TODAY) == _either(told, weekday)


@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ("sábado 24 de octubre", "2026-10-24"),
        ("el sábado, 24 de octubre", "2026-10-24"),
        ("el sábado 24/10", "2026-10-24"),
        ("Saturday, October 24th", "2026-10-24"),
        ("el lunes 23 de noviembre", "2026-11-23"),
    ],
)
def test_a_date_of_that_weekday_which_has_just_gone_by_is_that_one(words: str, gone: str) -> None:
    assert read_date(words, today=TODAY) == date.fromisoformat(gone)


@pytest.mark.parametrize(
    ("words", "told", "weekday"),
    [
        # It is longer ago than the coming one is ahead.
        ("viernes 23 de enero", "2027-01-23", "2027-01-22"),
        ("sábado 24 de octubre de 2027", "2027-10-24", "2027-10-23"),
    ],
)
def test_a_date_that_is_rather_to_come_is_asked_about(words: str, told: str, weekday: str) -> None:
    assert read_date(words, today=TODAY) == _either(told, weekday)


def test_it_is_asked_which_day_also_where_a_time_is_expected() -> None:
    moment = read_time("viernes 28 de noviembre a las nueve", today=TODAY, zone=ZoneInfo("Europe/Madrid"))
    assert (moment.day, moment.times) == (_either("2026-11-28", "2026-11-27"), (540, 1260))


@pytest.mark.parametrize("words", ["ayer viernes", "el viernes 5/12 de esta semana", "el viernes o el sábado 29"])
def test_what_contradicts_itself_otherwise_is_unclear(words: str) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR
