from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.meals import Served
from appliance.domain.restaurant import Closure, Shift
from appliance.domain.seating import DayBook
from support.books import small_restaurant

FRIDAY = date(2026, 11, 27)
HOUSE = small_restaurant(
    shifts=(
        Shift(weekday=4, name="Comida", opens=780, last_seating=930, closes=1020),
        Shift(weekday=4, name="Cena", opens=1200, last_seating=1530, closes=1620),
    )
)


@given(minutes=st.lists(st.integers(0, 1800), min_size=1, max_size=3).map(tuple), others=st.integers(0, 80))
def test_the_times_are_ranked_by_their_distance_whoever_asked_before(minutes: tuple[int, ...], others: int) -> None:
    book = DayBook(HOUSE, FRIDAY, ())
    for other in range(others):
        book.timetable.ranked((other,))
    ranked = list(book.timetable.ranked(minutes))
    served = {start.minute_from(FRIDAY): Served.on(FRIDAY, start) for start in book.starts}
    by_distance = sorted((min(map(one.distance, minutes)), at) for at, one in served.items())
    assert [(distance, at) for distance, at, _ in ranked] == by_distance
    assert [book.starts[place].minute_from(FRIDAY) for _, _, place in ranked] == [at for _, at, _ in ranked]


def test_days_with_the_same_hours_share_a_timetable_and_others_do_not() -> None:
    week = [DayBook(HOUSE, FRIDAY + timedelta(days=n), ()).timetable for n in (0, 7)]
    assert week[0] is week[1]
    closed = replace(HOUSE, closures=(Closure(date=FRIDAY, shift=HOUSE.shifts[0].name),))
    assert DayBook(closed, FRIDAY, ()).timetable is not week[0]


def test_of_days_that_share_a_timetable_each_has_its_own_starts() -> None:
    one, other = (DayBook(HOUSE, FRIDAY + timedelta(days=n), ()) for n in (0, 7))
    assert [start.day for start in one.starts[:1] + other.starts[:1]] == [FRIDAY, FRIDAY + timedelta(days=7)]
