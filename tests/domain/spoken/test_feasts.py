from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.spoken.dates import read_date
from appliance.domain.spoken.feasts import FEASTS_BY_NAME, easter
from appliance.domain.spoken.outcome import UNCLEAR, Unclear

TODAY = date(2026, 11, 25)

NAMED = {
    "Nochevieja": "2026-12-31",
    "noche vieja": "2026-12-31",
    "en Nochevieja": "2026-12-31",
    "la noche de Nochevieja": "2026-12-31",
    "la cena de Nochevieja": "2026-12-31",
    "fin de año": "2026-12-31",
    "Nochebuena": "2026-12-24",
    "el día 24, Nochebuena": "2026-12-24",
    "Navidad": "2026-12-25",
    "el día de Navidad": "2026-12-25",
    "la víspera de Navidad": "2026-12-24",
    "Año Nuevo": "2027-01-01",
    "víspera de año nuevo": "2026-12-31",
    "Reyes": "2027-01-06",
    "el día de los Reyes Magos": "2027-01-06",
    "la noche de Reyes": "2027-01-05",
    "la víspera de Reyes": "2027-01-05",
    "San Valentín": "2027-02-14",
    "San José": "2027-03-19",
    "el Día del Padre": "2027-03-19",
    "el Día de la Madre": "2027-05-02",
    "Domingo de Ramos": "2027-03-21",
    "Jueves Santo": "2027-03-25",
    "Viernes Santo a mediodía": "2027-03-26",
    "Domingo de Pascua": "2027-03-28",
    "el Domingo de Resurrección": "2027-03-28",
    "Lunes de Pascua": "2027-03-29",
    "el Día del Trabajador": "2027-05-01",
    "San Juan": "2027-06-24",
    "la noche de San Juan": "2027-06-23",
    "la Asunción": "2027-08-15",
    "el Pilar": "2027-10-12",
    "Todos los Santos": "2027-11-01",
    "el día de la Constitución": "2026-12-06",
    "la Inmaculada": "2026-12-08",
    "Nochevieja de 2027": "2027-12-31",
    "Navidad del año que viene": "2027-12-25",
    "New Year's Eve": "2026-12-31",
    "new years eve": "2026-12-31",
    "New Year’s Day": "2027-01-01",
    "Christmas Eve at eight": "2026-12-24",
    "Christmas Day": "2026-12-25",
    "the day after Christmas": "2026-12-26",
    "the night before Christmas": "2026-12-24",
    "Boxing Day": "2026-12-26",
    "Valentine's Day": "2027-02-14",
    "Good Friday": "2027-03-26",
    "Easter Sunday": "2027-03-28",
    "Easter Monday": "2027-03-29",
}


@pytest.mark.parametrize(("words", "day"), NAMED.items())
def test_a_day_called_by_its_name_is_the_next_of_that_name(words: str, day: str) -> None:
    assert read_date(words, today=TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "words",
    ["Mother's Day", "Father's Day", "Easter", "Semana Santa", "el puente", "en Navidad", "Navidades", "Thanksgiving"],
)
def test_a_name_whose_date_depends_on_the_country_or_that_is_of_several_days_is_unclear(words: str) -> None:
    assert read_date(words, today=TODAY) == UNCLEAR


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("la noche de Navidad", ("2026-12-24", "2026-12-25")),
        ("la cena de Navidad", ("2026-12-24", "2026-12-25")),
        ("la noche de Año Nuevo", ("2026-12-31", "2027-01-01")),
        ("New Year's", ("2026-12-31", "2027-01-01")),
    ],
)
def test_a_night_that_may_be_the_eve_or_the_day_asks_which(words: str, days: tuple[str, str]) -> None:
    assert read_date(words, today=TODAY) == Unclear("ambiguous", tuple(map(date.fromisoformat, days)))


def test_a_weekday_that_is_not_the_feast_s_is_asked_about() -> None:
    assert read_date("jueves, Nochevieja", today=TODAY) == date(2026, 12, 31)
    eve, friday = date(2026, 12, 31), date(2027, 1, 1)
    assert read_date("viernes, Nochevieja", today=TODAY) == Unclear("ambiguous", (eve, friday), told=eve)


@pytest.mark.parametrize(
    "sunday", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2030-04-21", "2038-04-25", "2076-04-19"]
)
def test_easter_falls_where_the_church_s_tables_say(sunday: str) -> None:
    assert easter(int(sunday[:4])) == date.fromisoformat(sunday)


@given(st.integers(1583, 4000))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


@given(st.sampled_from([*FEASTS_BY_NAME]), st.dates(min_value=date(2020, 1, 1), max_value=date(2090, 1, 1)))
def test_a_feast_is_today_or_less_than_thirteen_months_away(name: str, today: date) -> None:
    read = read_date(name, today=today)
    assert isinstance(read, date)
    assert timedelta() <= read - today < timedelta(days=396)
    assert read == FEASTS_BY_NAME[name](read.year)
