from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.hours import Start, stay
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.restaurant import QUARTER_MS, Area, Combination, Outage, Plan, RestaurantCard, Shift, Table
from appliance.domain.seating import DayBook, Held, Sitting, days_met, largest_party, seat, window
from support.books import start_in

DAY = date(2026, 6, 1)
TERRACE, ROOM = "area_terrace", "area_room"


def shift(name: str = "Cena", **changes: Any) -> Shift:
    made = {"weekday": 0, "name": name, "opens": 20 * 60, "last_seating": 22 * 60, "closes": 1440, "step_minutes": 30}
    return Shift(**made | changes)


def table(id_: str, capacity: int, area_id: str = ROOM, **more: Any) -> Table:
    return Table(id=id_, name=id_, area_id=area_id, capacity=capacity, **more)


def card(
    *tables: Table,
    combinations: tuple[Combination, ...] = (),
    shifts: tuple[Shift, ...] = (shift(),),
    areas: tuple[Area, ...] = (),
    **more: Any,
) -> RestaurantCard:
    return RestaurantCard(
        id="rest_x",
        name="X",
        plan=Plan.BASIC,
        timezone="Europe/Madrid",
        tables=tables,
        combinations=combinations,
        shifts=shifts,
        areas=areas,
        **more,
    )


BUFFERLESS = card()


def held(start: Start, *table_ids: str) -> list[tuple[str, int]]:
    return [(table_id, quarter) for table_id in table_ids for quarter in start.stay(BUFFERLESS, 2).quarters]


def seated(
    house: RestaurantCard,
    party: int,
    *,
    minute: int = 20 * 60,
    claims: Iterable[tuple[str, int]] = (),
    area_id: str = "",
) -> tuple[str, ...]:
    book = DayBook(house, DAY, claims)
    found = seat(book, start_in(book, minute), party=party, area_id=area_id)
    return found.table_ids if found else ()


def start_at(house: RestaurantCard, minute: int) -> Start:
    return start_in(DayBook(house, DAY, ()), minute)


@pytest.mark.parametrize(("party", "gets"), [(1, "two"), (2, "two"), (3, "four"), (5, "six"), (6, "six")])
def test_a_party_gets_the_smallest_table_that_fits(party: int, gets: str) -> None:
    assert seated(card(table("six", 6), table("two", 2), table("four", 4)), party) == (gets,)


def test_a_party_larger_than_every_table_gets_none() -> None:
    assert seated(card(table("four", 4)), 5) == ()


def test_a_small_party_does_not_get_a_table_kept_for_larger_ones() -> None:
    assert seated(card(table("six", 6, min_party=3)), 2) == ()


def test_the_next_larger_table_is_given_when_the_best_one_is_taken() -> None:
    house = card(table("two", 2), table("four", 4))
    assert seated(house, 2, claims=held(start_at(house, 1200), "two")) == ("four",)


JOINABLE = Combination(id="pair", table_ids=("a", "b"), capacity=4)


def test_tables_are_joined_only_when_no_single_one_fits() -> None:
    house = card(table("a", 2), table("b", 2), table("six", 6), combinations=(JOINABLE,))
    assert seated(house, 4) == ("six",)
    assert seated(house, 4, claims=held(start_at(house, 1200), "six")) == ("a", "b")


@pytest.mark.parametrize("taken", ["a", "b"])
def test_tables_are_joined_only_when_all_of_them_are_free(taken: Any) -> None:
    house = card(table("a", 2), table("b", 2), combinations=(JOINABLE,))
    assert seated(house, 4, claims=held(start_at(house, 1200), taken)) == ()


def test_a_table_seats_guests_only_in_the_shifts_it_serves() -> None:
    house = card(
        table("out", 2, shifts=("Cena",)),
        table("in", 4),
        shifts=(shift("Comida", opens=840, last_seating=840), shift("Cena")),
    )
    assert seated(house, 2, minute=840) == ("in",)
    assert seated(house, 2, minute=1200) == ("out",)


def test_a_table_out_of_service_is_not_given() -> None:
    assert seated(card(table("a", 2, active=False), table("b", 4)), 2) == ("b",)


@pytest.mark.parametrize(("out_on", "given"), [(DAY, ()), (DAY + timedelta(days=1), ("a",))])
def test_after_midnight_a_table_is_out_of_service_when_it_was_that_evening(
    out_on: date, given: tuple[str, ...]
) -> None:
    late = shift("Noche", opens=1320, last_seating=1500, closes=1560)
    house = card(table("a", 2, outage=Outage(first=out_on, last=out_on)), shifts=(late,))
    assert seated(house, 2, minute=1470) == given
    next_day = DayBook(house, DAY + timedelta(days=1), ())
    found = seat(next_day, start_in(next_day, 30), party=2)
    assert (found.table_ids if found else ()) == given


def test_a_wished_area_is_kept_to() -> None:
    house = card(table("in", 2), table("out", 4, TERRACE))
    assert seated(house, 2, area_id=TERRACE) == ("out",)
    assert seated(house, 2, area_id=TERRACE, claims=held(start_at(house, 1200), "out")) == ()


def test_bookings_that_overlap_by_any_part_do_not_share_a_table() -> None:
    house = card(table("a", 2))
    claims = held(start_at(house, 20 * 60 + 30), "a")
    assert seated(house, 2, minute=20 * 60, claims=claims) == ()
    assert seated(house, 2, minute=22 * 60, claims=claims) == ()


def test_a_table_is_given_again_the_minute_its_turn_is_over() -> None:
    house = card(table("a", 2))
    assert seated(house, 2, minute=22 * 60, claims=held(start_at(house, 20 * 60), "a")) == ("a",)
    assert seated(house, 2, minute=20 * 60, claims=held(start_at(house, 22 * 60), "a")) == ("a",)


def test_a_table_is_held_in_whole_quarters_of_an_hour() -> None:
    lunch = card(table("a", 2), shifts=(shift(opens=780, last_seating=960, step_minutes=20),))
    book = DayBook(lunch, DAY, held(start_at(lunch, 800), "a"))
    assert [start.time for start in book.starts if start.minute > 800 and seat(book, start, party=2)] == [
        "15:40",
        "16:00",
    ]


def test_a_party_that_stays_past_midnight_holds_its_table_on_the_next_day() -> None:
    house = card(
        table("a", 2),
        shifts=(
            shift("Cena", opens=23 * 60, last_seating=23 * 60),
            shift("Madrugada", weekday=1, opens=0, last_seating=90),
        ),
    )
    claims = held(start_at(house, 23 * 60), "a")
    tomorrow = DayBook(house, DAY + timedelta(days=1), claims)
    free = [start.time for start in tomorrow.starts if seat(tomorrow, start, party=2)]
    assert free == ["01:00", "01:30"]


def test_claims_outside_the_days_concerned_are_left_aside() -> None:
    house = card(table("a", 2))
    frame = window(house, DAY)
    assert seated(house, 2, claims=[("a", frame.start - 1), ("a", frame.stop), ("a", 1 << 60)]) == ("a",)


def test_claims_of_tables_unknown_here_do_no_harm() -> None:
    house = card(table("a", 2))
    assert seated(house, 2, claims=held(start_at(house, 1200), "gone")) == ("a",)


@pytest.mark.parametrize(
    "day", [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25), date.min, date.max]
)
def test_the_window_holds_every_quarter_that_a_booking_of_the_day_can_touch(day: date) -> None:
    house = card(
        table("a", 2),
        shifts=tuple(shift(weekday=n, opens=0, last_seating=1439, step_minutes=1, turn_minutes=1440) for n in range(7)),
    )
    book = DayBook(house, day, ())
    frame = window(house, day)
    touched = [start.stay(house, 2).quarters for start in book.starts]
    assert all(quarters.start in frame and quarters[-1] in frame for quarters in touched)
    assert day == date.max or max(book.timetable.places) == 1440 + NIGHT_ENDS - 1


@given(
    day=st.dates(date(2026, 6, 1), date(2026, 6, 7)) | st.sampled_from((date(2026, 3, 28), date(2026, 10, 24))),
    minute=st.integers(0, 2879),
    longest=st.integers(1, 1440),
    buffer=st.sampled_from((0, 15, 60)),
)
@example(day=date(2026, 10, 25), minute=510, longest=240, buffer=0)
def test_a_stay_is_met_in_every_book_where_a_guest_could_be_in_its_way(
    day: date, minute: int, longest: int, buffer: int
) -> None:
    evenings = shift(opens=1410, last_seating=1740, step_minutes=15, turn_minutes=longest)
    house = card(table("a", 2), shifts=tuple(replace(evenings, weekday=n) for n in range(7)), buffer_minutes=buffer)
    kept = stay(house.at(day, minute), longest, house)
    met = days_met(house, kept)
    for around in (day + timedelta(days=n) for n in range(-2, 5)):
        quarters = (start.quarters(house, 2) for start in DayBook(house, around, ()).starts)
        if any(one.start < kept.quarters.stop and kept.quarters.start < one.stop for one in quarters):
            assert around in met


def test_an_evening_is_met_in_the_book_of_its_own_date_only() -> None:
    house = card(table("a", 2))
    assert days_met(house, start_at(house, 1200).stay(house, 2)) == (DAY,)


@given(
    bookings=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 120), st.integers(1, 40)), max_size=12),
    asked=st.tuples(st.sampled_from("abc"), st.integers(0, 120), st.integers(1, 40)),
)
def test_a_table_is_free_exactly_when_no_booking_overlaps(
    bookings: list[tuple[str, int, int]], asked: tuple[str, int, int]
) -> None:
    house = card(table("a", 2), table("b", 2))
    base = window(house, DAY).start
    claims = [(name, base + first + n) for name, first, length in bookings for n in range(length)]
    name, first, length = asked
    overlaps = any(
        other == name and begins < first + length and first < begins + lasts for other, begins, lasts in bookings
    )
    free = DayBook(house, DAY, claims).is_free(name, range(base + first, base + first + length))
    assert free is not overlaps


tables = st.lists(
    st.builds(
        lambda capacity, least, area_id, shifts, active: (capacity, min(least, capacity), area_id, shifts, active),
        st.integers(1, 8),
        st.integers(1, 3),
        st.sampled_from((ROOM, TERRACE)),
        st.sampled_from(((), ("Cena",), ("Comida",))),
        st.booleans(),
    ),
    max_size=6,
)


@given(
    floor=tables,
    party=st.integers(1, 10),
    area_id=st.sampled_from(("", ROOM, TERRACE)),
    taken=st.sets(st.integers(0, 5)),
)
def test_the_seating_given_is_free_and_no_smaller_single_table_would_have_done(
    floor: list[Any], party: int, area_id: str, taken: Any
) -> None:
    made = [
        table(f"t{n}", capacity, area, min_party=least, shifts=shifts, active=active)
        for n, (capacity, least, area, shifts, active) in enumerate(floor)
    ]
    pairs = [
        Combination(id=f"{one.id}+{two.id}", table_ids=(one.id, two.id), capacity=one.capacity + two.capacity)
        for one, two in zip(made[::2], made[1::2], strict=False)
        if one.area_id == two.area_id
    ]
    house = card(*made, combinations=tuple(pairs))
    claims = held(start_at(house, 1200), *(f"t{n}" for n in taken))
    book = DayBook(house, DAY, claims)
    given_ = seat(book, start_in(book, 1200), party=party, area_id=area_id)
    single = sorted(
        one.capacity
        for n, one in enumerate(made)
        if one.active
        and n not in taken
        and one.min_party <= party <= one.capacity
        and area_id in ("", one.area_id)
        and (not one.shifts or "Cena" in one.shifts)
    )
    if single:
        assert given_ is not None
        assert (len(given_.table_ids), given_.capacity) == (1, single[0])
    elif given_:
        assert len(given_.table_ids) == 2
        assert not {int(id_[1:]) for id_ in given_.table_ids} & taken
        assert party <= given_.capacity


def test_the_largest_party_is_what_the_house_and_its_floor_allow() -> None:
    assert largest_party(card(table("a", 4), max_party=8)) == 4
    assert largest_party(card(table("a", 12), max_party=8)) == 8
    assert largest_party(card(table("a", 2), table("b", 2), combinations=(JOINABLE,))) == 4
    assert largest_party(card(table("a", 4, active=False))) == 0


def test_quarters_are_counted_from_the_unix_epoch() -> None:
    house = card(table("a", 2))
    start = start_at(house, 1200)
    assert start.stay(house, 2).quarters.start * QUARTER_MS == start.starts_at


def test_a_day_that_is_read_again_has_the_tables_held_that_are_held_now() -> None:
    book = DayBook(card(table("A", 2), table("B", 2)), DAY, ())
    start = book.starts[0]
    before = book.again(held(start, "A"))
    now = before.again(held(start, "B"))
    quarters = start.quarters(book.card, 2)
    assert [now.is_free(one, quarters) for one in ("A", "B")] == [True, False]
    assert [before.is_free(one, quarters) for one in ("A", "B")] == [False, True]
    assert now.starts == book.starts


def test_to_keep_a_table_for_somebody_leaves_the_book_before_as_it_was() -> None:
    house = card(table("A", 2), table("B", 2))
    book = DayBook(house, DAY, (), phones=frozenset({"+34600000001"}))
    start = book.starts[0]
    one, two = (Held(stay=start.stay(house, 2), party_size=2, table_ids=(name,)) for name in ("A", "B"))
    once = book.keeping([one])
    twice = once.keeping([two])
    again = twice.again(())
    quarters = start.quarters(house, 2)
    assert [each.taken(quarters) for each in (book, once, twice, again)] == [set(), {"A"}, {"A", "B"}, set()]
    assert [each.phones for each in (once, twice, again)] == [book.phones, book.phones, frozenset()]


def test_a_day_that_is_read_again_has_the_guests_and_the_chairs_of_now() -> None:
    house = card(table("A", 8), shifts=(shift(max_covers=6),), high_chairs=2)
    book = DayBook(house, DAY, ())
    start = book.starts[0]
    coming = Sitting(stay=start.stay(house, 4), party_size=4, high_chairs=1)
    before = book.again((), [coming])
    now = before.again((), [coming])
    assert [one.has_pace(start, 2) for one in (book, before, now)] == [True] * 3
    assert [one.has_pace(start, 3) for one in (book, before, now)] == [True, False, False]
    assert [one.chairs_left(coming.stay, 2) for one in (book, before, now)] == [2, 1, 1]
    assert before.again(()).has_pace(start, 6)


@given(party=st.integers(1, 12), buffer=st.integers(0, 60))
def test_a_start_holds_its_table_for_the_quarters_of_its_stay(party: int, buffer: int) -> None:
    house = card(table("A", 12), buffer_minutes=buffer)
    for start in DayBook(house, DAY, ()).starts:
        assert start.quarters(house, party) == start.stay(house, party).quarters
