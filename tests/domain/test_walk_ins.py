from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.availability import Wish
from appliance.domain.hours import Start
from appliance.domain.placing import lasting
from appliance.domain.restaurant import QUARTER_MS
from appliance.domain.seating import DayBook
from appliance.domain.walk_ins import SHORTEST_MINUTES, seat_now
from support.desk import gaviota

DAY = date(2026, 11, 28)
CARD = gaviota()
TABLES = [table.id for table in CARD.tables]
SHIFT = lasting(120)


def now(minute: int, seconds: int = 0) -> Start:
    return Start(day=DAY, minute=minute, shift=SHIFT, starts_at=CARD.at(DAY, minute) + seconds * 1000)


EVENING = range(CARD.at(DAY, 1200) // QUARTER_MS, CARD.at(DAY, 1440) // QUARTER_MS)


@given(
    party=st.integers(1, 9),
    minute=st.integers(1200, 1320),
    buffer=st.sampled_from([0, 10, 15]),
    claims=st.sets(st.tuples(st.sampled_from(TABLES), st.sampled_from(EVENING)), max_size=25),
    busy=st.frozensets(st.sampled_from(TABLES), max_size=2),
)
def test_whoever_is_seated_has_the_table_to_themselves_until_they_leave(
    party: int, minute: int, buffer: int, claims: set[tuple[str, int]], busy: frozenset[str]
) -> None:
    card = replace(CARD, buffer_minutes=buffer)
    now_ms = now(minute, 23).starts_at
    book = DayBook(card, DAY, claims)
    wish = Wish(day=DAY, minutes=(minute,), party=party)
    seat = seat_now(book, wish, start=now(minute, 23), busy=busy)
    if seat is None:
        return
    free_at = now_ms + (seat.minutes + buffer) * 60_000
    held = range(now_ms // QUARTER_MS, -(-free_at // QUARTER_MS))
    assert SHORTEST_MINUTES <= seat.minutes <= 120
    assert party <= seat.seating.capacity
    assert busy.isdisjoint(seat.seating.table_ids)
    assert not {(table_id, quarter) for table_id in seat.seating.table_ids for quarter in held} & claims


def test_a_table_that_is_named_and_gone_seats_nobody() -> None:
    wish = Wish(day=DAY, minutes=(1200,), party=2)
    book = DayBook(CARD, DAY, ())
    assert seat_now(book, wish, start=now(1200), busy=frozenset(), table_ids=("x",)) is None
