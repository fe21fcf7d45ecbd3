from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.spoken.say import day_words, join_words, party_words, time_words, times_words, weekdays_words

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("day", "spanish", "english"),
    [
        (date(2026, 11, 25), "hoy, miércoles 25 de noviembre", "today, Wednesday, November 25"),
        (date(2026, 11, 26), "mañana, jueves 26 de noviembre", "tomorrow, Thursday, November 26"),
        (date(2026, 11, 28), "el sábado 28 de noviembre", "on Saturday, November 28"),
        (date(2027, 1, 1), "el viernes 1 de enero de 2027", "on Friday, January 1, 2027"),
    ],
)
def test_a_day_is_said_with_its_weekday_and_as_near_as_it_is(day: date, spanish: str, english: str) -> None:
    assert day_words(day, "es", today=TODAY) == spanish
    assert day_words(day, "en", today=TODAY) == english


def test_a_day_is_said_without_a_year_when_today_is_not_known() -> None:
    assert day_words(date(2027, 1, 1), "es") == "el viernes 1 de enero"


@pytest.mark.parametrize(
    ("minute", "spanish", "english"),
    [
        (21 * 60 + 30, "las nueve y media de la noche", "half past nine in the evening"),
        (21 * 60, "las nueve de la noche", "nine in the evening"),
        (21 * 60 + 10, "las nueve y diez de la noche", "ten past nine in the evening"),
        (20 * 60 + 45, "las nueve menos cuarto de la noche", "a quarter to nine in the evening"),
        (13 * 60, "la una de la tarde", "one in the afternoon"),
        (12 * 60, "las doce del mediodía", "noon"),
        (12 * 60 + 30, "las doce y media del mediodía", "half past twelve in the afternoon"),
        (0, "las doce de la noche", "midnight"),
        (30, "las doce y media de la noche", "half past midnight"),
        (1470, "las doce y media de la noche", "half past midnight"),
        (9 * 60 + 7, "las nueve y siete de la mañana", "seven minutes past nine in the morning"),
        (61, "la una y un minuto de la madrugada", "one minute past one in the morning"),
    ],
)
def test_a_time_is_said_as_people_say_it(minute: int, spanish: str, english: str) -> None:
    assert (time_words(minute, "es"), time_words(minute, "en")) == (spanish, english)


@given(st.integers(0, 2879), st.sampled_from(["es", "en"]))
def test_a_time_is_said_without_digits(minute: int, lang: str) -> None:
    assert not any(letter.isdigit() for letter in time_words(minute, lang))


@pytest.mark.parametrize(
    ("size", "spanish", "english"),
    [
        (1, "una persona", "one person"),
        (4, "cuatro personas", "four people"),
        (21, "veintiuna personas", "twenty-one people"),
        (500, "500 personas", "500 people"),
    ],
)
def test_a_party_is_counted_in_words(size: int, spanish: str, english: str) -> None:
    assert (party_words(size, "es"), party_words(size, "en")) == (spanish, english)


@pytest.mark.parametrize(
    ("weekdays", "spanish", "english"),
    [
        ([0], "los lunes", "on Mondays"),
        ([1, 0], "los lunes y los martes", "on Mondays and Tuesdays"),
        ([5, 6], "los sábados y los domingos", "on Saturdays and Sundays"),
        ([0, 2, 4], "los lunes, los miércoles y los viernes", "on Mondays, Wednesdays and Fridays"),
        (range(1, 7), "de martes a domingo", "from Tuesday to Sunday"),
        (range(7), "todos los días", "every day"),
        ([], "", ""),
    ],
)
def test_weekdays_are_said_as_a_habit(weekdays: list[int], spanish: str, english: str) -> None:
    assert (weekdays_words(weekdays, "es"), weekdays_words(weekdays, "en")) == (spanish, english)


@pytest.mark.parametrize(
    ("items", "last", "joined"),
    [
        ([], "or", ""),
        (["a"], "or", "a"),
        (["a", "b"], "or", "a o b"),
        (["a", "b", "c"], "and", "a, b y c"),
        (["siete", "ocho"], "or", "siete u ocho"),
        (["ayer", "hoy"], "or", "ayer u hoy"),
        (["Ana", "Inés"], "and", "Ana e Inés"),
        (["agua", "hielo"], "and", "agua y hielo"),
    ],
)
def test_a_spanish_list_ends_in_the_joint_that_sounds_right(items: list[str], last: str, joined: str) -> None:
    assert join_words(items, "es", last=last) == joined  # type: ignore[arg-type]


def test_an_english_list_ends_in_its_plain_joint() -> None:
    assert join_words(["a", "b", "c"], "en", last="or") == "a, b or c"


@pytest.mark.parametrize("lang", ["es", "en"])
def test_no_times_are_no_words(lang: str) -> None:
    assert times_words([], lang) == ""
