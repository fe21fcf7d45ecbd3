"""Which table a party gets: the smallest that fits, so that the large ones stay free for the large parties."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Self

from msgspec import Struct

from appliance.domain.hours import Start, Stay, late_starts, receives_at, shifts_on, starts_on
from appliance.domain.meals import Served
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.restaurant import QUARTER_MS, RestaurantCard, Seating

_NIGHT_MS = (NIGHT_ENDS + 75) * 60_000
"""Of a night on which the clocks are put back, to the end of a quarter of an hour."""
_MOST_RANKED = 16
"""Times of a day whose nearest starts are remembered."""


class Sitting(Struct, frozen=True, kw_only=True):
    """A party that comes, as far as the kitchen and the high chairs are concerned."""

    stay: Stay
    party_size: int
    high_chairs: int = 0


class Held(Sitting, frozen=True, kw_only=True):
    """A party for whom tables are kept while it makes up its mind."""

    table_ids: tuple[str, ...]


class DayBook:
    """Which tables are held when, on one date of one restaurant and in the night that follows it.

    `by_minute` counts from the date's midnight, so that 1470 is 00:30 of that night. A table's quarters of an hour
    are the bits of one integer, counted from there too; asking whether a table is free for two hours is one AND.
    `sittings` need be known only of a restaurant that is `paced`.
    """

    def __init__(
        self, card: RestaurantCard, day: date, claims: Iterable[tuple[str, int]], sittings: Iterable[Sitting] = ()
    ) -> None:
        self.card = card
        self.day = day
        self.starts = (*starts_on(card, day), *late_starts(card, day))
        self._served = tuple(Served.on(day, start) for start in self.starts)
        self._ranked: dict[tuple[int, ...], tuple[tuple[int, ...], tuple[Served, ...]]] = {}
        self.by_minute = {one.at: one.start for one in self._served}
        self._frame = window(card, day)
        self._receives: dict[int, bool] = {}
        self.has_shifts = bool(shifts_on(card, day))
        self._fill(claims, sittings)

    def _fill(self, claims: Iterable[tuple[str, int]], sittings: Iterable[Sitting]) -> None:
        held: dict[str, int] = {}
        frame = self._frame
        for table_id, quarter in claims:
            if quarter in frame:
                held[table_id] = held.get(table_id, 0) | 1 << (quarter - frame.start)
        self._held = held
        self._covers: dict[int, int] = {}
        self._chairs: dict[int, int] = {}
        self._count(sittings)

    def again(self, claims: Iterable[tuple[str, int]], sittings: Iterable[Sitting] = ()) -> Self:
        """The same day as its tables are held now."""
        twin = object.__new__(type(self))
        vars(twin).update(vars(self))
        twin._fill(claims, sittings)
        return twin

    def keeping(self, held: Iterable[Held]) -> Self:
        """The book as it is for anybody but those parties."""
        twin = object.__new__(type(self))
        vars(twin).update(vars(self))
        twin._held = self._held.copy()
        if self.card.paced:
            twin._covers, twin._chairs = self._covers.copy(), self._chairs.copy()
        for party in held:
            twin.add(party)
        return twin

    def add(self, party: Held) -> None:
        bits = self._bits(party.stay.quarters)
        for table_id in party.table_ids:
            self._held[table_id] = self._held.get(table_id, 0) | bits
        if self.card.paced:
            self._count((party,))

    def ranked(self, minutes: tuple[int, ...]) -> Iterator[tuple[int, Served]]:
        """The starts with their distance from the nearest of those times, the nearest first; of one distance in order.

        Many callers of a day ask for the same few times.
        """
        ranked = self._ranked.get(minutes)
        if ranked is None:
            if len(self._ranked) >= _MOST_RANKED:
                self._ranked.clear()
            far = [min(map(one.distance, minutes)) for one in self._served]
            order = sorted(range(len(far)), key=far.__getitem__)
            # Two rows take half of what as many pairs would, of every day that is remembered.
            ranked = tuple(far[at] for at in order), tuple(self._served[at] for at in order)
            self._ranked[minutes] = ranked
        return zip(*ranked, strict=True)

    def receives_at(self, minute: int) -> bool:
        """Whether guests are received around that time, though perhaps not exactly then."""
        if minute not in self._receives:
            self._receives[minute] = receives_at(self.card, self.day, minute)
        return self._receives[minute]

    def is_free(self, table_id: str, quarters: range) -> bool:
        """Whether nobody holds the table then, be it in service or not."""
        return not self._held.get(table_id, 0) & self._bits(quarters)

    def free(self, ways: Iterable[Seating], quarters: range) -> Iterator[Seating]:
        """Those of which nobody holds a table then, looked for as they are asked for."""
        held, bits = self._held, self._bits(quarters)
        for way in ways:
            for table_id in way.table_ids:
                if held.get(table_id, 0) & bits:
                    break
            else:
                yield way

    def taken(self, quarters: range) -> set[str]:
        """The tables that somebody holds at some time then."""
        bits = self._bits(quarters)
        return {table_id for table_id, held in self._held.items() if held & bits}

    def has_pace(self, start: Start, party: int) -> bool:
        """Whether the kitchen can take so many more guests at that start; a party alone is never too many."""
        most = start.shift.max_covers
        if not most:
            return True
        coming = self._covers.get(start.starts_at, 0)
        return not coming or coming + party <= most

    def chairs_left(self, stay: Stay, wanted: int) -> int:
        """How many of the high chairs that are wanted are free all the time."""
        there = self.card.high_chairs
        if not wanted or there is None:
            return wanted
        return max(0, min(wanted, there - max((self._chairs.get(at, 0) for at in stay.quarters), default=0)))

    def _count(self, sittings: Iterable[Sitting]) -> None:
        for one in sittings:
            at = one.stay.starts_at
            self._covers[at] = self._covers.get(at, 0) + one.party_size
            for quarter in one.stay.quarters if one.high_chairs else ():
                self._chairs[quarter] = self._chairs.get(quarter, 0) + one.high_chairs

    def _bits(self, quarters: range) -> int:
        before = quarters.start - self._frame.start
        bits = (1 << len(quarters)) - 1
        return bits << before if before >= 0 else bits >> -before


def window(card: RestaurantCard, day: date) -> range:
    """The quarters of an hour that bookings starting on `day`, or in the night after it, can touch."""
    midnight = card.at(day, 0) // QUARTER_MS
    # A turn of a day may begin when the night ends; one of the days may have 25 hours.
    return range(midnight, midnight + 49 * 4 + (NIGHT_ENDS + card.buffer_minutes) // 15 + 1)


def days_met(card: RestaurantCard, stay: Stay) -> tuple[date, ...]:
    """The dates in whose books a stay is met: those that it touches, and that of the night whose guests may sit still.

    A night belongs to two dates.
    """
    first, last = card.date_at(stay.starts_at - card.longest_ms - _NIGHT_MS), card.date_at(stay.free_at)
    return (first,) if first == last else tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def seat(
    book: DayBook,
    start: Start,
    *,
    party: int,
    area_id: str = "",
    accessible: bool = False,
    refused: frozenset[str] = frozenset(),
) -> Seating | None:
    """The best free seating for `party` at `start`, in one area only when `area_id` is given, in none that is refused.

    `accessible`: one that suits a wheelchair.
    """
    if not book.has_pace(start, party):
        return None
    quarters = start.quarters(book.card, party)
    ways: Iterable[Seating] = book.card.ways_for(party)
    if refused:
        ways = [way for way in ways if way.area_id not in refused]
    for way in book.free(ways, quarters):
        if _suits(book.card, way, start, area_id=area_id, accessible=accessible):
            return way
    return None


def suited(
    book: DayBook,
    ways: Iterable[Seating],
    start: Start,
    quarters: range,
    *,
    area_id: str = "",
    accessible: bool = False,
) -> list[Seating]:
    """Those of a party's `ways` that suit it at `start`, in service and free for those quarters of an hour."""
    return [
        way
        for way in book.free(ways, quarters)
        if _suits(book.card, way, start, area_id=area_id, accessible=accessible)
    ]


def _suits(card: RestaurantCard, way: Seating, start: Start, *, area_id: str, accessible: bool) -> bool:
    """A service without a name is made up for who comes when none runs: every table serves it."""
    return (
        (not area_id or way.area_id == area_id)
        and (not accessible or way.accessible)
        and (not way.shifts or not start.shift.name or start.shift.name in way.shifts)
        and card.in_service(way.table_ids, start.night)
    )


def could_seat(
    card: RestaurantCard, party: int, *, area_id: str = "", accessible: bool = False, shift: str = ""
) -> bool:
    """Whether some table is for so many, be it taken: in the area and the service given, and one for a wheelchair."""
    return any(
        (not area_id or one.area_id == area_id)
        and (not accessible or one.accessible)
        and (not one.shifts or not shift or shift in one.shifts)
        for one in card.ways_for(party)
    )


def largest_party(card: RestaurantCard) -> int:
    """The largest party the agent may book: the house rule, or what the floor can seat."""
    return min(card.max_party, card.most_seats)
