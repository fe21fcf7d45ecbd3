"""Which table a party gets: the smallest that fits, so that the large ones stay free for the large parties."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Self

from msgspec import Struct

from appliance.domain.hours import Start, Stay, late_starts, receives_at, shifts_on, starts_on
from appliance.domain.meals import Served
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.restaurant import QUARTER_MS, RestaurantCard, Seating
from appliance.domain.timetable import timetable_of

_NIGHT_MS = (NIGHT_ENDS + 75) * 60_000
"""Of a night on which the clocks are put back, to the end of a quarter of an hour."""


class Sitting(Struct, frozen=True, kw_only=True):
    """A party that comes, as far as the kitchen and the high chairs are concerned."""

    stay: Stay
    party_size: int
    high_chairs: int = 0


class Held(Sitting, frozen=True, kw_only=True):
    """A party for whom tables are kept while it makes up its mind."""

    table_ids: tuple[str, ...]


class _Services:
    """What one date of a restaurant, and the night that follows it, offers to whoever comes: the same for all day.

    `frame` are the quarters of an hour that its bookings can touch.
    """

    __slots__ = ("_receives", "card", "day", "frame", "has_shifts", "starts", "timetable")

    def __init__(self, card: RestaurantCard, day: date) -> None:
        self.card = card
        self.day = day
        self.starts = (*starts_on(card, day), *late_starts(card, day))
        self.timetable = timetable_of(tuple(Served.on(day, start) for start in self.starts))
        self.frame = window(card, day)
        self.has_shifts = bool(shifts_on(card, day))
        self._receives: dict[int, bool] = {}

    def receives_at(self, minute: int) -> bool:
        if minute not in self._receives:
            self._receives[minute] = receives_at(self.card, self.day, minute)
        return self._receives[minute]


class DayBook:
    """Which tables are held when, on one date of one restaurant and in the night that follows it.

    `timetable` are the times of its `starts`. A table's quarters of an hour are the bits of one integer, counted from
    the date's midnight; asking whether a table is free for two hours is one AND. `sittings` need be known only of a
    restaurant that is `paced`; `phones`, the numbers of guests who have a table around that day or one kept for them,
    are known of the books in memory only, not of one that a transaction reads.
    """

    __slots__ = ("_chairs", "_covers", "_held", "_kept", "_services", "card", "day", "phones", "starts", "timetable")

    def __init__(
        self,
        card: RestaurantCard,
        day: date,
        claims: Iterable[tuple[str, int]],
        sittings: Iterable[Sitting] = (),
        phones: frozenset[str] = frozenset(),
    ) -> None:
        self._open(_Services(card, day), phones)
        self._fill(claims, sittings)

    def _open(self, services: _Services, phones: frozenset[str]) -> None:
        self._services = services
        self.phones = phones
        # Asked for more often than anything else, and so at hand.
        self.card, self.day = services.card, services.day
        self.starts, self.timetable = services.starts, services.timetable

    def _fill(self, claims: Iterable[tuple[str, int]], sittings: Iterable[Sitting]) -> None:
        held: dict[str, int] = {}
        frame = self._services.frame
        for table_id, quarter in claims:
            if quarter in frame:
                held[table_id] = held.get(table_id, 0) | 1 << (quarter - frame.start)
        self._held = held
        self._kept: dict[str, int] = {}
        self._covers: dict[int, int] = {}
        self._chairs: dict[int, int] = {}
        self._count(sittings)

    def again(
        self,
        claims: Iterable[tuple[str, int]],
        sittings: Iterable[Sitting] = (),
        phones: frozenset[str] = frozenset(),
    ) -> Self:
        """The same day as its tables are held now."""
        twin = object.__new__(type(self))
        twin._open(self._services, phones)
        twin._fill(claims, sittings)
        return twin

    def keeping(self, held: Iterable[Held]) -> Self:
        """The book as it is for anybody but those parties."""
        twin = object.__new__(type(self))
        twin._open(self._services, self.phones)
        # What is booked is shared: to copy it is to touch every table of the day, and the search looks at a few.
        twin._held, twin._kept = self._held, self._kept.copy()
        twin._covers, twin._chairs = self._covers, self._chairs
        if self.card.paced:
            twin._covers, twin._chairs = self._covers.copy(), self._chairs.copy()
        for party in held:
            twin.add(party)
        return twin

    def add(self, party: Held) -> None:
        bits = self._bits(party.stay.quarters)
        for table_id in party.table_ids:
            self._kept[table_id] = self._kept.get(table_id, 0) | bits
        if self.card.paced:
            self._count((party,))

    @property
    def has_shifts(self) -> bool:
        """Whether a service begins on the date."""
        return self._services.has_shifts

    def start_at(self, minute: int) -> Start | None:
        """The start at a minute counted from the date's midnight: 1470 is 00:30 of its night."""
        place = self.timetable.places.get(minute)
        return None if place is None else self.starts[place]

    def receives_at(self, minute: int) -> bool:
        """Whether guests are received around that time, though perhaps not exactly then."""
        return self._services.receives_at(minute)

    def is_free(self, table_id: str, quarters: range) -> bool:
        """Whether nobody holds the table then, be it in service or not."""
        return not (self._held.get(table_id, 0) | self._kept.get(table_id, 0)) & self._bits(quarters)

    def free_during(self, quarters: range) -> Callable[[Seating], bool]:
        """Tells of a way to seat a party whether nobody holds any of its tables then."""
        held, kept, bits = self._held, self._kept, self._bits(quarters)

        def is_free(way: Seating) -> bool:
            for table_id in way.table_ids:  # noqa: SIM110 — a generator would cost as much again, for every table
                if (held.get(table_id, 0) | kept.get(table_id, 0)) & bits:
                    return False
            return True

        return is_free

    def taken(self, quarters: range) -> set[str]:
        """The tables that somebody holds at some time then."""
        bits = self._bits(quarters)
        return {table_id for of in (self._held, self._kept) for table_id, held in of.items() if held & bits}

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
        before = quarters.start - self._services.frame.start
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
    is_free = book.free_during(quarters)
    for way in ways:
        if is_free(way) and _suits(book.card, way, start, area_id=area_id, accessible=accessible):
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
        for way in filter(book.free_during(quarters), ways)
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
