import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.outcome import IMPOSSIBLE, MISSING, UNCLEAR
from appliance.domain.spoken.say import time_words
from appliance.domain.spoken.times import read_times

UNDERSTOOD = {
    # on the 24 hour clock
    "21:00": "21:00",
    "20:00": "20:00",
    "13.30": "13:30",
    "20.30": "20:30",
    "21h30": "21:30",
    "21h": "21:00",
    "21 h": "21:00",
    "21:30 horas": "21:30",
    "21:30:00": "21:30",
    "2100": "21:00",
    "09:00": "9:00",
    "0:30": "0:30",
    "00:30": "0:30",
    "24:00": "24:00",
    "24:30": "24:30",
    "T21:00:00": "21:00",
    "2026-11-28T21:00:00": "21:00",
    "las veintiuna": "21:00",
    "las veintiuna treinta": "21:30",
    "las veinte horas": "20:00",
    # either half of the day
    "8:00": "8:00 20:00",
    "9:00": "9:00 21:00",
    "12:30": "12:30 24:30",
    "a las doce": "12:00 24:00",
    "doce y media": "12:30 24:30",
    "las doce menos cuarto": "11:45 23:45",
    "a las nueve": "9:00 21:00",
    "sobre las nueve": "9:00 21:00",
    "nueve": "9:00 21:00",
    "nueve y media": "9:30 21:30",
    "las nueve y cuarto": "9:15 21:15",
    "nueve menos cuarto": "8:45 20:45",
    "las diez menos veinte": "9:40 21:40",
    "nueve y treinta y cinco": "9:35 21:35",
    "nueve treinta": "9:30 21:30",
    "las nueve en punto": "9:00 21:00",
    "cuarto para las nueve": "8:45 20:45",
    "a la una": "13:00 25:00",
    "1:30": "13:30 25:30",
    "cinco menos cuarto": "16:45 28:45",
    "a las cinco": "5:00 17:00",
    "half past nine": "9:30 21:30",
    "half nine": "9:30 21:30",
    "quarter to nine": "8:45 20:45",
    "a quarter past nine": "9:15 21:15",
    "ten to nine": "8:50 20:50",
    "nine thirty": "9:30 21:30",
    "nine oh five": "9:05 21:05",
    "nine o'clock": "9:00 21:00",
    # the part of the day decides
    "nueve de la noche": "21:00",
    "9 de la mañana": "9:00",
    "8 de la tarde": "20:00",
    "8 de la noche": "20:00",
    "9:00 de la noche": "21:00",
    "las 21 de la noche": "21:00",
    "esta noche a las nueve": "21:00",
    "doce y media de la noche": "24:30",
    "doce de la noche": "24:00",
    "una de la noche": "25:00",
    "00:30 de la noche": "24:30",
    "esta noche a las doce y media": "24:30",
    "12:30 at night": "24:30",
    "half past twelve tonight": "24:30",
    "la una menos cuarto de la noche": "24:45",
    "las doce menos cuarto de la noche": "23:45",
    "la una menos cuarto de la tarde": "12:45",
    "la una de la madrugada": "1:00",
    "doce y media de la madrugada": "0:30",
    "doce del mediodía": "12:00",
    "dos del mediodía": "14:00",
    "doce de la mañana": "12:00",
    "9 pm": "21:00",
    "9pm": "21:00",
    "9:30 p. m.": "21:30",
    "9 P.M., please": "21:00",
    "21:00 PM": "21:00",
    "12 am": "0:00",
    "12:30 a. m.": "0:30",
    "12 pm": "12:00",
    "nine in the evening": "21:00",
    "9 tonight": "21:00",
    "one in the afternoon": "13:00",
    # hours with names
    "noon": "12:00",
    "twelve noon": "12:00",
    "medianoche": "24:00",
    "a medianoche": "24:00",
    "midnight": "24:00",
    "twelve midnight": "24:00",
    "midnight tonight": "24:00",
    "half past midnight": "24:30",
    "a quarter to midnight": "23:45",
}


def _minutes(clocks: str) -> tuple[int, ...]:
    return tuple(int(clock.split(":")[0]) * 60 + int(clock.split(":")[1]) for clock in clocks.split())


@pytest.mark.parametrize(("words", "clocks"), UNDERSTOOD.items())
def test_a_time_in_everyday_words_means_these_minutes(words: str, clocks: str) -> None:
    assert read_times(words) == _minutes(clocks)


@pytest.mark.parametrize(
    ("hour", "minutes"), [(21, (1260,)), (21.0, (1260,)), (9, (540, 1260)), (0, (0,)), (24, (1440,))]
)
def test_a_bare_number_is_an_hour(hour: float, minutes: tuple[int, ...]) -> None:
    assert read_times(hour) == minutes


@pytest.mark.parametrize(
    "words",
    [
        "8 o 9",
        "8-9",
        "entre las 8 y las 9",
        "de 8 a 9",
        "por la noche",
        "diez de la tarde",
        "21:00 am",
        "diez para las nueve",
        "doce menos diez de la madrugada",
        "2026-11-28T09:00:00Z",
        "T21:00+01:00",
        "9 y pico",
        "menos cuarto",
        "20.3",
        20.3,
        "cuando puedan",
        "garbage",
        "hora",
        True,
        ["21:00"],
        float("inf"),
        "1" * 5000,
    ],
)
def test_words_that_are_no_certain_time_are_unclear(words: object) -> None:
    assert read_times(words) == UNCLEAR


@pytest.mark.parametrize("words", ["25:00", "24:75", "21:75", "T25:00", "las treinta", 25, -1])
def test_a_time_that_no_clock_shows_is_impossible(words: object) -> None:
    assert read_times(words) == IMPOSSIBLE


@pytest.mark.parametrize("words", [None, "", " ", "null", "{{hora}}", "{{ call.time }}", [], {}, "unknown"])
def test_nothing_said_is_a_missing_time(words: object) -> None:
    assert read_times(words) == MISSING


@given(minute=st.integers(0, 287).map(lambda fives: fives * 5), lang=st.sampled_from(["es", "en"]))
def test_what_we_say_of_a_time_we_understand_as_that_minute_alone(minute: int, lang: str) -> None:
    # Between the fives, "eight to ten" could be a span of time as well.
    told = read_times(time_words(minute, lang))
    assert told in ((minute,), (minute + 1440,))
    assert minute < NIGHT_ENDS or told == (minute,)


@given(hour=st.integers(1, 12), minute=st.integers(0, 59))
def test_a_time_without_its_part_of_the_day_is_never_in_the_night_before(hour: int, minute: int) -> None:
    told = read_times(f"{hour}:{minute:02}" if hour >= 10 else f"a las {hour} y {minute}")
    assert isinstance(told, tuple)
    assert [one % 720 for one in told] == [(hour * 60 + minute) % 720] * 2
    assert all(NIGHT_ENDS <= one < 1440 + NIGHT_ENDS for one in told)


@given(st.integers(0, 1439))
def test_a_24_hour_clock_with_its_zero_is_one_minute_except_where_both_halves_write_it_so(minute: int) -> None:
    clock = f"{minute // 60:02}:{minute % 60:02}"
    expected = {"10": (minute, minute + 720), "11": (minute, minute + 720), "12": (minute, minute + 720)}
    assert read_times(clock) == expected.get(clock[:2], (minute,))


@given(st.integers(0, NIGHT_ENDS - 1))
def test_small_hours_of_the_night_are_those_that_follow_the_evening(minute: int) -> None:
    dial = f"{minute // 60 or 12} y {minute % 60}"
    assert read_times(f"{dial} de la noche") == (1440 + minute,)
    assert read_times(f"{dial} de la madrugada") == (minute,)
