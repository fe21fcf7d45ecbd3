"""Where somebody who comes in from the street can sit, and until when."""

from collections.abc import Iterable

from msgspec import Struct

from appliance.domain.availability import Wish
from appliance.domain.hours import Start
from appliance.domain.placing import seating_of
from appliance.domain.restaurant import QUARTER_MS, Seating
from appliance.domain.seating import DayBook, suited

SHORTEST_MINUTES = 30
"""Nobody is sat down at a table that somebody else needs sooner, unless the staff name that table."""


class Seat(Struct, frozen=True, kw_only=True):
    """Where a walk-in can sit from now on, for so many minutes."""

    seating: Seating
    minutes: int


def seat_now(
    book: DayBook, wish: Wish, *, start: Start, busy: frozenset[str], table_ids: tuple[str, ...] = ()
) -> Seat | None:
    """The smallest free table for a full turn, else the one that is free for longest; one of `table_ids` if given.

    `start` is now. `busy` are the tables where somebody still sits, whatever the book says.
    """
    full = start.shift.stays(wish.party)
    ways = _named(book, start, table_ids) if table_ids else _fitting(book, wish, start)
    at_hand = (way for way in ways if busy.isdisjoint(way.table_ids))
    found = (Seat(seating=way, minutes=_minutes_free(book, way, now_ms=start.starts_at, full=full)) for way in at_hand)
    shortest = 1 if table_ids else min(SHORTEST_MINUTES, full)
    # Of those that are free for as long, `max` takes the first: the ways are in order, best first.
    best = max(found, key=lambda one: one.minutes, default=None)
    return best if best and best.minutes >= shortest else None


def _named(book: DayBook, start: Start, table_ids: tuple[str, ...]) -> Iterable[Seating]:
    seating = seating_of(book.card, table_ids)
    if seating and book.card.in_service(table_ids, start.night):
        yield seating


def _fitting(book: DayBook, wish: Wish, start: Start) -> Iterable[Seating]:
    first = start.starts_at // QUARTER_MS
    now, ways = range(first, first + 1), book.card.ways_for(wish.party)
    return suited(book, ways, start, now, area_id=wish.area_id, accessible=wish.accessible)


def _minutes_free(book: DayBook, way: Seating, *, now_ms: int, full: int) -> int:
    """For how long the tables are free from now on, less their rest after the party; `full` at most."""
    buffer = book.card.buffer_minutes
    first = now_ms // QUARTER_MS
    last = -(-(now_ms + (full + buffer) * 60_000) // QUARTER_MS)
    for quarter in range(first, last):
        if not all(book.is_free(table_id, range(quarter, quarter + 1)) for table_id in way.table_ids):
            return max((quarter * QUARTER_MS - now_ms) // 60_000 - buffer, 0)
    return full
