import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.loadtest.words import day_words, party_words, spoken_day, spoken_party, spoken_time, time_words

TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("clock", "spanish", "english"),
    [
        ("13:00", "a la una", "one"),
        ("13:30", "a la una y media", "half past one"),
        ("20:15", "a las ocho y cuarto", "quarter past eight"),
        ("21:00", "a las nueve", "nine"),
        ("21:45", "a las diez menos cuarto", "quarter to ten"),
        ("12:45", "a la una menos cuarto", "quarter to one"),
        ("12:30", "a las doce y media", "half past twelve"),
        ("21:05", "a las nueve y cinco", "9:05"),
        ("21:40", "a las diez menos veinte", "9:40"),
    ],
)
def test_a_time_is_said_as_on_a_clock_with_hands(clock: str, spanish: str, english: str) -> None:
    hours, minutes = map(int, clock.split(":"))
    assert spoken_time(hours * 60 + minutes, "es") == spanish
    assert spoken_time(hours * 60 + minutes, "en") == english


@pytest.mark.parametrize(
    ("ahead", "spanish", "english"),
    [
        (0, "hoy", "today"),
        (1, "mañana", "tomorrow"),
        (2, "pasado mañana", "the day after tomorrow"),
        (3, "el sábado", "Saturday"),
        (6, "el martes", "Tuesday"),
        (7, "el 2 de diciembre", "December 2"),
    ],
)
def test_a_near_day_is_said_by_its_name(ahead: int, spanish: str, english: str) -> None:
    day = TODAY + timedelta(days=ahead)
    assert spoken_day(day, TODAY, "es") == spanish
    assert spoken_day(day, TODAY, "en") == english


@given(seed=st.integers(), ahead=st.integers(0, 60))
def test_a_weekday_is_only_named_when_it_is_the_next_of_its_name(seed: int, ahead: int) -> None:
    words = day_words(TODAY + timedelta(days=ahead), TODAY, "es", random.Random(seed))
    named = words.startswith("el ") and not any(letter.isdigit() for letter in words)
    assert not named or 3 <= ahead <= 6


@given(seed=st.integers(), party=st.integers(1, 12), language=st.sampled_from(["es", "en"]))
def test_a_party_is_a_number_or_words_that_hold_it(seed: int, party: int, language: str) -> None:
    words = party_words(party, language, random.Random(seed))
    if isinstance(words, int):
        assert words == party
    else:
        assert str(party) in words or spoken_party(party, language) in words


def test_one_person_is_a_person_in_spanish_too() -> None:
    assert {party_words(1, "es", random.Random(seed)) for seed in range(20)} == {1, "1", "una persona"}


@given(seed=st.integers(), minute=st.integers(12 * 60, 23 * 60 + 59))
def test_a_time_is_a_clock_or_words(seed: int, minute: int) -> None:
    words = time_words(minute, "es", random.Random(seed))
    assert ":" in words or words.startswith("a la")
