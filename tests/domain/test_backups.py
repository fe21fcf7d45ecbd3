"""Names of backups, and which are kept: whatever was made when."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.backups import kept, made_at, name_of

DAY = 86_400_000
MOMENTS = st.integers(min_value=0, max_value=4_000_000_000_000)
MADE = st.lists(MOMENTS, max_size=60)
FEW = st.integers(min_value=0, max_value=12)
NOW = 1_795_774_440_123  # 2026-11-27


@given(at=MOMENTS)
def test_a_name_tells_when_it_was_made(at: int) -> None:
    assert made_at(name_of(at)) == at


@given(one=MOMENTS, other=MOMENTS)
def test_names_sort_as_their_moments_do(one: int, other: int) -> None:
    assert (name_of(one) < name_of(other)) == (one < other)


def test_what_is_no_name_tells_nothing() -> None:
    for name in ("maitre", "maitre-20261127T033000.000", "maitre-20261340T033000.000Z", "x" + name_of(NOW), ""):
        assert made_at(name) is None


@given(made=MADE, daily=st.integers(1, 12), weekly=FEW)
def test_the_newest_is_always_kept(made: list[int], daily: int, weekly: int) -> None:
    assert not made or max(made) in kept(made, daily=daily, weekly=weekly)


@given(made=MADE, daily=FEW, weekly=FEW)
def test_the_number_that_is_kept_is_bounded_and_only_what_was_there_is(
    made: list[int], daily: int, weekly: int
) -> None:
    found = kept(made, daily=daily, weekly=weekly)
    assert found <= set(made)
    assert len(found) <= 2 * daily + weekly


@given(made=MADE, daily=FEW, weekly=FEW)
def test_what_was_kept_is_kept_again(made: list[int], daily: int, weekly: int) -> None:
    once = kept(made, daily=daily, weekly=weekly)
    assert kept(once, daily=daily, weekly=weekly) == once


@given(made=MADE, daily=FEW, weekly=FEW)
def test_to_clear_up_after_each_backup_leaves_what_clearing_up_once_does(
    made: list[int], daily: int, weekly: int
) -> None:
    there: set[int] = set()
    for at in sorted(made):
        there = kept({*there, at}, daily=daily, weekly=weekly)
    assert there == kept(made, daily=daily, weekly=weekly)


def test_a_year_of_nights_leaves_a_week_and_four_weeks_before() -> None:
    found = sorted(kept((NOW - day * DAY for day in range(365)), daily=7, weekly=4))
    assert [(NOW - at) // DAY for at in reversed(found)] == [0, 1, 2, 3, 4, 5, 6, 12, 19]


def test_of_many_in_a_day_the_last_few_are_kept() -> None:
    made = [NOW - 1000 * n for n in range(20)]
    assert kept(made, daily=7, weekly=4) == set(made[:7])


def test_a_machine_that_was_off_for_a_month_loses_none() -> None:
    made = [NOW - 40 * DAY, NOW - 41 * DAY, NOW]
    assert kept(made, daily=7, weekly=0) == set(made)
