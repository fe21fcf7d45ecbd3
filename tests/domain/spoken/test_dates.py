from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.outcome import IMPOSSIBLE, MISSING, UNCLEAR
from appliance.domain.spoken.say import day_words

TODAY = date(2026, 11, 25)
"""A Wednesday."""

UNDERSTOOD = {
    # ISO
    "2026-11-28": "2026-11-28",
    " 2026-11-28 ": "2026-11-28",
    "2026-11-28T21:00": "2026-11-28",
    "2026-11-28 21:00": "2026-11-28",
    "2019-03-01": "2019-03-01",
    # near days
    "hoy": "2026-11-25",
    "hoy mismo": "2026-11-25",
    "el día de hoy": "2026-11-25",
    "hoy, miércoles": "2026-11-25",
    "esta noche": "2026-11-25",
    "esta noche a las nueve": "2026-11-25",
    "today": "2026-11-25",
    "tonight": "2026-11-25",
    "this evening": "2026-11-25",
    "mañana": "2026-11-26",
    "manana": "2026-11-26",
    "Mañana, por favor": "2026-11-26",
    "mañana por la mañana": "2026-11-26",
    "mañana por la noche": "2026-11-26",
    "mañana jueves": "2026-11-26",
    "mañana a mediodía": "2026-11-26",
    "tomorrow": "2026-11-26",
    "tomorrow evening": "2026-11-26",
    "pasado mañana": "2026-11-27",
    "Pasado mañana por la noche": "2026-11-27",
    "pasadomañana": "2026-11-27",
    "the day after tomorrow": "2026-11-27",
    # weekdays
    "viernes": "2026-11-27",
    "el viernes": "2026-11-27",
    "este viernes": "2026-11-27",
    "VIERNES": "2026-11-27",
    "el próximo lunes": "2026-11-30",
    "este próximo viernes": "2026-11-27",
    "this coming friday": "2026-11-27",
    "friday": "2026-11-27",
    "on Friday": "2026-11-27",
    "sábado": "2026-11-28",
    "SABADO": "2026-11-28",
    "el sábado por la noche": "2026-11-28",
    "el sábado a las nueve y media de la noche": "2026-11-28",
    "para el sábado": "2026-11-28",
    "saturday night": "2026-11-28",
    "saturday at nine, please": "2026-11-28",
    "domingo": "2026-11-29",
    "el domingo": "2026-11-29",
    "el domingo a mediodía": "2026-11-29",
    "lunes": "2026-11-30",
    "el lunes que viene": "2026-11-30",
    "next monday": "2026-11-30",
    "martes": "2026-12-01",
    "miercoles": "2026-12-02",
    "el miércoles que viene": "2026-12-02",
    "el viernes de la semana que viene": "2026-12-04",
    "friday next week": "2026-12-04",
    "el lunes de esta semana": "2026-11-23",
    # nights
    "la noche del sábado": "2026-11-28",
    "the night of Saturday, November 28": "2026-11-28",
    "la noche del sábado al domingo": "2026-11-28",
    "la noche del 28 al 29": "2026-11-28",
    "la noche del sábado 28 al domingo 29 de noviembre": "2026-11-28",
    "la noche del lunes 30 de noviembre al martes 1 de diciembre": "2026-11-30",
    "la noche del 31 de diciembre al 1 de enero de 2027": "2026-12-31",
    # counted
    "dentro de 3 días": "2026-11-28",
    "en tres dias": "2026-11-28",
    "in three days": "2026-11-28",
    "en una semana": "2026-12-02",
    "in a week": "2026-12-02",
    "dentro de dos semanas": "2026-12-09",
    "two weeks from today": "2026-12-09",
    # day and month
    "15/10": "2027-10-15",
    "15-10": "2027-10-15",
    "15/10/2026": "2026-10-15",
    "15/10/26": "2026-10-15",
    "5/6": "2027-06-05",
    "25/11": "2026-11-25",
    "24/11": "2027-11-24",
    "15 de octubre": "2027-10-15",
    "quince de octubre": "2027-10-15",
    "el 15 de octubre de 2026": "2026-10-15",
    "el quince de octubre de dos mil veintiséis": "2026-10-15",
    "treinta y uno de diciembre": "2026-12-31",
    "primero de diciembre": "2026-12-01",
    "1º de diciembre": "2026-12-01",
    "28 nov": "2026-11-28",
    "sábado 28 de noviembre": "2026-11-28",
    "el sábado, 28 de noviembre": "2026-11-28",
    "October 15": "2027-10-15",
    "15th of October": "2027-10-15",
    "the fifteenth of october 2026": "2026-10-15",
    "Saturday, November 28th": "2026-11-28",
    "November the twenty-eighth": "2026-11-28",
    "el 3 del mes que viene": "2026-12-03",
    # day only
    "el quince": "2026-12-15",
    "el 15": "2026-12-15",
    "15": "2026-12-15",
    "the 15th": "2026-12-15",
    "el veinticinco": "2026-11-25",
    "el 31": "2026-12-31",
    "el sábado 28": "2026-11-28",
    "el sábado 28 por la noche": "2026-11-28",
}

UNCLEAR_WORDS = [
    # two dates at once, or one that contradicts itself
    "el viernes o el sábado",
    "viernes 28 de noviembre",
    "viernes 28",
    "mañana viernes",
    "hoy o mañana",
    "el 15, 20",
    # this week's or next week's
    "el viernes que viene",
    "próximo viernes",
    "next friday",
    # a week, or eight days
    "dentro de quince días",
    "en ocho días",
    # May the tenth, or a wrong month
    "10/15",
    # from one day to another that is not the next
    "la noche del sábado al lunes",
    "la noche del sábado 28 al domingo 30 de noviembre",
    "la noche del viernes 28 al domingo 29 de noviembre",
    "la noche del 28 de octubre al 29 de noviembre",
    "del sábado al domingo",
    # whose clock?
    "2026-11-28T21:00:00+01:00",
    # a time, not a date
    "9 de la noche",
    "9 por la noche",
    "9 in the evening",
    "21:00",
    "el 15:30",
    "por la noche",
    # not a day
    "el fin de semana",
    "la semana que viene",
    "los viernes",
    "el 10 de",
    "cuando sea",
    "no el viernes",
    "mar 15",
    "garbage",
    "fecha",
    "el viernes no",
    "20261128999999",
    "9" * 5000,
]


@pytest.mark.parametrize(("words", "day"), UNDERSTOOD.items())
def test_a_date_in_everyday_words_is_understood(words: str, day: str) -> None:
    assert read_date(words, today=TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize("words", UNCLEAR_WORDS)
def test_words_that_are_no_certain_date_are_unclear(words: str) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


@pytest.mark.parametrize(
    "words", ["31 de noviembre", "2026-02-31", "29 de febrero", "32/10", "el 32", "0/1", "the 0th"]
)
def test_a_date_that_no_calendar_has_is_impossible(words: str) -> None:
    assert read_date(words, today=TODAY) == IMPOSSIBLE


@pytest.mark.parametrize("words", [None, "", "  ", "null", "None", "{{fecha}}", "<date>", "¿?", [], {}, "desconocido"])
def test_nothing_said_is_a_missing_date(words: object) -> None:
    assert read_date(words, today=TODAY) == MISSING


@pytest.mark.parametrize("words", [True, False, 15.5, ["hoy"], {"date": "hoy"}, float("nan"), 10**400])
def test_a_value_of_another_type_is_no_date(words: object) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


def test_a_leap_day_is_understood_when_it_comes_next() -> None:
    assert read_date("29 de febrero", today=date(2027, 11, 25)) == date(2028, 2, 29)


@pytest.mark.parametrize("days", range(7))
def test_a_weekday_named_today_is_a_week_away(days: int) -> None:
    today = TODAY + timedelta(days=days)
    name = "lunes martes miércoles jueves viernes sábado domingo".split()[today.weekday()]
    assert read_date(name, today=today) == today + timedelta(days=7)


@given(st.dates())
def test_an_iso_date_is_itself(day: date) -> None:
    assert read_date(day.isoformat(), today=TODAY) == day


@given(
    today=st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)),
    ahead=st.integers(0, 364),
    lang=st.sampled_from(["es", "en"]),
)
def test_what_we_say_of_a_day_we_understand(today: date, ahead: int, lang: str) -> None:
    day = today + timedelta(days=ahead)
    assert read_date(day_words(day, lang, today=today), today=today) == day
    if (day.month, day.day) != (2, 29) or day.year == today.year:
        assert read_date(day_words(day, lang), today=today) == day
