from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.spoken.moments import Moment, narrowed, read_day, read_time
from appliance.domain.spoken.outcome import IMPOSSIBLE, MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.small_hours import of_this_night

TODAY = date(2026, 11, 25)
SATURDAY = date(2026, 11, 28)
MADRID, LIMA = ZoneInfo("Europe/Madrid"), ZoneInfo("America/Lima")
NINE = (540, 1260)
NIGHT, AFTERNOON, EVENING = (18 * 60, 30 * 60), (12 * 60, 22 * 60), (16 * 60, 24 * 60)
MORNING, MIDDAY = (5 * 60, 13 * 60), (12 * 60, 16 * 60)


def in_date(words: object, zone: ZoneInfo = MADRID) -> Moment:
    return read_day(words, today=TODAY, zone=zone)


def in_time(words: object, zone: ZoneInfo = MADRID) -> Moment:
    return read_time(words, today=TODAY, zone=zone)


@pytest.mark.parametrize(
    "words",
    ["sábado", "2026-11-28", "2026-11-28T00:00:00", "28/11"],
)
def test_a_date_alone_says_no_time(words: str) -> None:
    assert in_date(words) == Moment(day=SATURDAY)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("el sábado por la noche", NIGHT),
        ("la noche del sábado al domingo", NIGHT),
        ("Saturday night", NIGHT),
        ("el sábado por la tarde", AFTERNOON),
        ("Saturday in the afternoon", AFTERNOON),
        ("Saturday evening", EVENING),
        ("el sábado por la mañana", MORNING),
        ("Saturday in the morning", MORNING),
        ("el sábado a mediodía", MIDDAY),
        ("el sábado al mediodía", MIDDAY),
    ],
)
def test_a_part_of_the_day_is_no_time(words: str, part: tuple[int, int]) -> None:
    assert in_date(words) == Moment(day=SATURDAY, part=part)


LUNCH, DINNER, BREAKFAST = (720, 1020), (1020, 1800), (360, 720)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        *((words, DINNER) for words in ("cenar", "para cenar", "a la hora de cenar", "for dinner", "dinner", "supper")),
        *((words, LUNCH) for words in ("comer", "para comer", "almorzar", "para almorzar", "a la hora de la comida")),
        *((words, LUNCH) for words in ("lunch", "for lunch", "para el almuerzo", "around lunch")),
        *((words, BREAKFAST) for words in ("desayunar", "para desayunar", "el desayuno", "for breakfast")),
        *((words, MIDDAY) for words in ("mediodía", "a mediodía", "al mediodía", "a medio día", "at lunchtime")),
    ],
)
def test_a_meal_given_as_a_time_is_a_part_of_the_day(words: str, part: tuple[int, int]) -> None:
    assert read_time(words, today=TODAY, zone=MADRID) == Moment(times=UNCLEAR, part=part, alone=True)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        *((f"el sábado {words}", DINNER) for words in ("para cenar", "a la hora de cenar", "cena")),
        *((f"el sábado {words}", LUNCH) for words in ("para comer", "a comer", "a la hora de la comida", "comida")),
        *((words, LUNCH) for words in ("Saturday lunch", "lunch on Saturday", "Saturday for lunch")),
        *((words, BREAKFAST) for words in ("el sábado para desayunar", "breakfast on Saturday")),
    ],
)
def test_a_meal_beside_a_date_is_a_part_of_that_day(words: str, part: tuple[int, int]) -> None:
    assert in_date(words) == Moment(day=SATURDAY, part=part)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("esta tarde", AFTERNOON),
        ("este mediodía", MIDDAY),
        ("hoy por la noche", NIGHT),
        ("this afternoon", AFTERNOON),
        ("this evening", EVENING),
        ("esta mañana", MORNING),
        ("this morning", MORNING),
    ],
)
def test_a_part_of_today_is_told_with_the_date(words: str, part: tuple[int, int]) -> None:
    assert in_date(words) == Moment(day=TODAY, part=part)


@pytest.mark.parametrize("words", ["esta noche", "tonight"])
def test_tonight_is_a_part_of_today_that_may_have_begun_yesterday(words: str) -> None:
    assert in_date(words) == Moment(day=TODAY, part=NIGHT, tonight=True)


@pytest.mark.parametrize(
    ("words", "part"), [("mañana", None), ("pasado mañana", None), ("mañana por la mañana", MORNING)]
)
def test_tomorrow_is_no_morning(words: str, part: tuple[int, int] | None) -> None:
    assert in_date(words).part == part


def test_two_parts_of_the_day_leave_what_they_share() -> None:
    assert in_date("esta tarde noche").part == (18 * 60, 22 * 60)
    assert narrowed(NINE, in_date("mañana por la mañana por la noche").part) == UNCLEAR


@given(st.lists(st.integers(0, 1739), min_size=1).map(tuple), st.sampled_from([NIGHT, AFTERNOON, MORNING, MIDDAY]))
def test_a_part_of_the_day_only_ever_leaves_times_out(times: tuple[int, ...], part: tuple[int, int]) -> None:
    left = narrowed(times, part)
    clock = {minute % 1440 for minute in times}
    assert left == UNCLEAR or (isinstance(left, tuple) and left)
    if isinstance(left, tuple):
        assert all(minute in range(*part) and minute % 1440 in clock for minute in left)
        assert {minute for minute in times if minute in range(*part)} <= set(left)
    assert narrowed(times, None) == times


@pytest.mark.parametrize(("clock", "minute"), [("00:30", 1470), ("2am", 1560), ("2:00 am", 1560)])
def test_the_small_hours_of_a_clock_beside_a_night_are_those_of_that_night(clock: str, minute: int) -> None:
    times = in_time(clock).times
    assert narrowed(times, in_date("esta noche").part) == (minute,)
    assert in_date(f"tonight at {clock}") == Moment(day=TODAY, times=(minute,), tonight=True)


@pytest.mark.parametrize(
    ("minutes", "at", "meant"),
    [
        ((1500,), 10, (60,)),
        ((1500,), 22 * 60, (1500,)),
        ((1500,), 60, (1500,)),
        ((1260,), 10, (1260,)),
        ((1260, 1500), 10, (1260, 1500)),
    ],
)
def test_after_midnight_the_small_hours_of_tonight_are_those_that_are_on(
    minutes: tuple[int, ...], at: int, meant: tuple[int, ...]
) -> None:
    assert of_this_night(minutes, at=at) == meant


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("el sábado por la noche a las nueve", (1260,)),
        ("el sábado por la noche a la una", (1500,)),
        ("el sábado por la mañana a las nueve", (540,)),
        ("Saturday evening at eight", (1200,)),
        ("Saturday at ten in the evening", (1320,)),
        ("el sábado por la tarde a las doce de la noche", UNCLEAR),
    ],
)
def test_the_part_of_the_day_before_a_time_narrows_it(words: str, times: tuple[int, ...] | Unclear) -> None:
    assert in_date(words) == Moment(day=SATURDAY, times=times)


def test_a_time_that_is_not_of_the_part_of_today_said_before_it_is_unclear() -> None:
    assert in_date("tonight at noon") == Moment(day=TODAY, times=UNCLEAR, tonight=True)
    assert in_date("esta noche a las cinco") == Moment(day=TODAY, times=UNCLEAR, tonight=True)


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("el sábado a las nueve", NINE),
        ("el sábado a las nueve de la noche", (1260,)),
        ("Saturday at nine, please", NINE),
        ("2026-11-28T21:00", (1260,)),
        ("2026-11-28 21:00:00.000", (1260,)),
        ("2026-11-28T24:00", (1440,)),
        ("el sábado a medianoche", (1440,)),
    ],
)
def test_a_date_may_bring_its_time(words: str, times: tuple[int, ...]) -> None:
    assert in_date(words) == Moment(day=SATURDAY, times=times)
    assert in_time(words) == Moment(day=SATURDAY, times=times)


def test_the_part_of_today_before_the_time_counts() -> None:
    assert in_date("esta noche a las doce y media") == Moment(day=TODAY, times=(1470,), tonight=True)
    assert in_date("hoy por la noche a las doce y media") == Moment(day=TODAY, times=(1470,))


@pytest.mark.parametrize(
    ("words", "times"), [("21:00", (1260,)), ("a las nueve", NINE), ("9pm", (1260,)), (21, (1260,))]
)
def test_a_time_alone_says_no_date(words: object, times: tuple[int, ...]) -> None:
    assert in_time(words) == Moment(times=times)


@pytest.mark.parametrize("words", ["esta noche a las nueve", "nine tonight"])
def test_a_time_of_tonight_is_today_s(words: str) -> None:
    assert in_time(words) == Moment(day=TODAY, times=(1260,), tonight=True)


@pytest.mark.parametrize("words", ["2026-11-28T20:00:00Z", "2026-11-28T21:00+01:00", "2026-11-28T15:00:00-0500"])
def test_a_time_of_another_zone_is_told_by_the_restaurant_s_clock(words: str) -> None:
    assert in_date(words) == in_time(words) == Moment(day=SATURDAY, times=(1260,))


def test_a_time_of_another_zone_can_be_of_another_date() -> None:
    assert in_time("2026-11-27T23:30:00Z") == Moment(day=SATURDAY, times=(30,))


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("2026-11-28T00:00:00Z", MADRID),
        ("2026-11-28T00:00:00Z", LIMA),
        ("2026-11-27T23:00:00Z", MADRID),
        ("2026-11-28T05:00:00.000Z", LIMA),
    ],
)
def test_a_date_that_a_machine_wrote_as_midnight_is_that_date(words: str, zone: ZoneInfo) -> None:
    assert in_date(words, zone) == Moment(day=SATURDAY)


def test_what_cannot_be_read_is_said_of_the_argument_it_stands_in() -> None:
    assert (in_date("pronto"), in_time("luego")) == (Moment(day=UNCLEAR), Moment(times=UNCLEAR))
    assert (in_date("31/2"), in_time("25:00")) == (Moment(day=IMPOSSIBLE), Moment(times=IMPOSSIBLE))
    assert (in_date(None), in_time("{{hora}}")) == (Moment(), Moment(times=MISSING))
    assert in_date("0001-01-01T00:30+14:00") == Moment(day=UNCLEAR, times=UNCLEAR)
    assert in_time("2026-02-31T21:00Z") == Moment(day=UNCLEAR, times=UNCLEAR)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001
def test_an_offset_changes_what_is_written_and_not_what_is_meant(at: datetime, hours: int) -> None:
    meant = at.replace(tzinfo=timezone(timedelta(hours=hours)))
    local = meant.astimezone(MADRID)
    assert in_time(meant.isoformat()) == Moment(day=local.date(), times=(local.hour * 60 + local.minute,))
