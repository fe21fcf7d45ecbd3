from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.nights import NIGHT_ENDS, evening_of, fits, wall_clock

SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)


@pytest.mark.parametrize(
    ("minute", "shown"), [(0, (SATURDAY, 0)), (1439, (SATURDAY, 1439)), (1440, (SUNDAY, 0)), (1470, (SUNDAY, 30))]
)
def test_past_midnight_the_calendar_shows_the_next_date(minute: int, shown: tuple[date, int]) -> None:
    assert wall_clock(SATURDAY, minute) == shown


def test_until_five_it_is_the_night_of_the_evening_before() -> None:
    assert (evening_of(SUNDAY, 0), evening_of(SUNDAY, 299)) == (SATURDAY, SATURDAY)
    assert (evening_of(SUNDAY, 300), evening_of(SUNDAY, 1439)) == (None, None)


def test_the_ends_of_the_calendar_have_no_night_beyond_them() -> None:
    assert evening_of(date.min, 30) is None
    assert wall_clock(date.max, 1470) == (date.max, 30)


@given(st.dates(max_value=date.max - timedelta(days=1)), st.integers(0, NIGHT_ENDS - 1))
def test_the_small_hours_of_a_night_lead_back_to_its_evening(day: date, minute: int) -> None:
    assert evening_of(*wall_clock(day, 1440 + minute)) == day


@pytest.mark.parametrize(
    ("day", "minutes", "fitting"),
    [
        (None, (), True),
        (None, (750, 1470), True),
        (None, (30,), True),
        (None, (750,), False),
        (SATURDAY, (), True),
        (SUNDAY, (), True),
        (SUNDAY + timedelta(days=1), (), False),
        (SATURDAY, (1470,), True),
        (SATURDAY, (750, 1470), True),
        (SATURDAY, (30,), False),
        (SUNDAY, (30,), True),
        (SUNDAY, (1470,), False),
    ],
)
def test_half_past_midnight_fits_what_may_be_said_of_it(
    day: date | None,
    minutes: tuple[int, ...],
    fitting: bool,  # noqa: FBT001
) -> None:
    assert fits(day, minutes, on=SUNDAY, at=30) is fitting
