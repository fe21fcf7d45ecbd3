"""What a restaurant is: its floor, its hours, its rules — one immutable card the rules read."""

from collections.abc import Iterable, Sequence
from datetime import date as Date  # noqa: N812 — a field is called `date`
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from msgspec import Struct

_LAST_ZONE = timezone(timedelta(hours=-12))
"""Where a day ends last."""

QUARTER_MS = 15 * 60 * 1000
"""Tables are held in quarters of an hour, counted from the Unix epoch (every zone's offset is whole quarters)."""


USUAL_MINUTES = 120
"""How long a party stays when nothing else says it."""


class Plan(StrEnum):
    BASIC = "basic"
    PREMIUM = "premium"
    ENTERPRISE = "enterprise"


class RestaurantStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"


class TransferWhen(StrEnum):
    ALWAYS = "always"
    OPEN = "open"


class Area(Struct, frozen=True, kw_only=True):
    """A part of the floor; `synonyms` are what callers also call it."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()


class Outage(Struct, frozen=True, kw_only=True):
    """The dates on which, and on whose nights, a table is out of service, both included."""

    first: Date
    last: Date


class Table(Struct, frozen=True, kw_only=True):
    """A table. `shifts` names the only shifts it serves; empty means all.

    It is out of service while not `active`, and during its `outage`. `accessible` tables suit a wheelchair.
    """

    id: str
    name: str
    area_id: str
    capacity: int
    min_party: int = 1
    shifts: tuple[str, ...] = ()
    active: bool = True
    accessible: bool = False
    outage: Outage | None = None

    def serves(self, night: Date) -> bool:
        """Whether it is in service on that date and in the night that follows it."""
        return self.active and not (self.outage and self.outage.first <= night <= self.outage.last)


class Combination(Struct, frozen=True, kw_only=True):
    """Tables that can be joined for a larger party; `capacity` is that of the whole."""

    id: str
    table_ids: tuple[str, ...]
    capacity: int


class Turn(Struct, frozen=True, kw_only=True):
    """How long parties of up to `party` stay, in minutes."""

    party: int
    minutes: int


class Shift(Struct, frozen=True, kw_only=True):
    """One span of service on one weekday (Monday = 0). Minutes count from local midnight and may pass 1440.

    Guests may start at every `step_minutes` from `opens` to `last_seating` inclusive, or only at `starts` when given.
    A party stays as long as the first of `turns` that it fits (they are in order of size) says, else `turn_minutes`.
    `max_covers` is how many guests may sit down at one start, so that the kitchen keeps up; 0 sets no limit.
    """

    weekday: int
    name: str
    opens: int
    last_seating: int
    closes: int
    turn_minutes: int = USUAL_MINUTES
    step_minutes: int = 30
    starts: tuple[int, ...] = ()
    turns: tuple[Turn, ...] = ()
    max_covers: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.opens <= self.last_seating < 2880 or not all(0 <= minute < 2880 for minute in self.starts):
            raise ValueError(f"shift {self.name!r}: its times must be in order and lie within two days")
        if self.step_minutes < 1 or not all(1 <= minutes <= 1440 for minutes in self.lengths):
            raise ValueError(f"shift {self.name!r}: a step or turn time of that length makes no sense")
        if list(self.turns) != sorted(self.turns, key=lambda turn: turn.party):
            raise ValueError(f"shift {self.name!r}: its turns must be in order of the party's size")

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many minutes parties stay, whatever their size."""
        return (self.turn_minutes, *(turn.minutes for turn in self.turns))

    def stays(self, party: int) -> int:
        """How many minutes a party of that size stays."""
        for turn in self.turns:
            if party <= turn.party:
                return turn.minutes
        return self.turn_minutes

    def runs_at(self, minute: int) -> bool:
        """Whether somebody may sit down then, be it only by the staff's leave."""
        return self.opens <= minute < self.closes or minute == self.last_seating

    def start_minutes(self) -> Sequence[int]:
        return self.starts or range(self.opens, self.last_seating + 1, self.step_minutes)


class Closure(Struct, frozen=True, kw_only=True):
    """A date without service: the whole day, last night's small hours included, or only the shift named."""

    date: Date
    shift: str | None = None
    reason: str = ""


class SpecialDay(Struct, frozen=True, kw_only=True):
    """A date with hours of its own: `shifts` run in place of the weekday's."""

    date: Date
    shifts: tuple[Shift, ...]


class Seating(Struct, frozen=True, kw_only=True):
    """One way to seat a party: a table, or tables joined. `shifts` empty means every shift."""

    table_ids: tuple[str, ...]
    area_id: str
    capacity: int
    min_party: int
    shifts: frozenset[str] = frozenset()
    accessible: bool = False

    def is_for(self, party: int) -> bool:
        return self.min_party <= party <= self.capacity


RULES = (
    "region",
    "max_party",
    "event_party",
    "min_notice_minutes",
    "horizon_days",
    "buffer_minutes",
    "high_chairs",
    "deposit_cents",
    "transfer_number",
    "grace_minutes",
    "waitlist_minutes",
    "guest_days",
    "call_days",
    "notify_url",
)
"""The fields of a card that are plain values and the restaurant's own choice: its file and its row have them, too."""
TERMS = ("plan_until", "api_requests", "enforce_webhooks")
"""As `RULES`, but agreed with the operator, beside the plan: nobody of the restaurant changes them."""


class RestaurantCard(Struct, frozen=True, kw_only=True, dict=True):
    """All that the rules need to know about one restaurant.

    `max_party` is the largest party booked by the agent; larger ones go to a person, and from `event_party` on (0:
    never) they are a private event. `min_notice_minutes` and `horizon_days` bound how soon and how far ahead one may
    book. Tables rest for `buffer_minutes` between two parties. `high_chairs` is how many there are; None: not counted.
    `region` (ISO 3166, such as ES-VC) says whose public holidays are kept. `deposit_cents` is what a guest pays ahead.
    `transfer_number` is the colleague who takes calls over, at any time or only `open` hours.
    A seated party is done when its time and `grace_minutes` have passed. A freed table is kept for somebody on the
    waiting list for `waitlist_minutes`. Guests' names are kept for `guest_days` after the last visit, what was said
    on the phone for `call_days`.
    The plan is agreed until the end of `plan_until`; `api_requests` is a quota in place of its own. With
    `enforce_webhooks`, more events of the phone than their lane takes are refused.
    """

    id: str
    name: str
    plan: Plan
    plan_until: Date | None = None
    api_requests: int | None = None
    enforce_webhooks: bool = False
    timezone: str
    locale: str = "es"
    status: RestaurantStatus = RestaurantStatus.ACTIVE
    phone: str = ""
    region: str = ""
    max_party: int = 8
    event_party: int = 0
    min_notice_minutes: int = 30
    horizon_days: int = 60
    buffer_minutes: int = 0
    high_chairs: int | None = None
    deposit_cents: int = 0
    transfer_number: str = ""
    transfer_when: TransferWhen = TransferWhen.ALWAYS
    grace_minutes: int = 30
    waitlist_minutes: int = 30
    guest_days: int = 730
    call_days: int = 180
    notify_url: str = ""
    areas: tuple[Area, ...] = ()
    tables: tuple[Table, ...] = ()
    combinations: tuple[Combination, ...] = ()
    shifts: tuple[Shift, ...] = ()
    closures: tuple[Closure, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()

    @cached_property
    def special(self) -> dict[Date, tuple[Shift, ...]]:
        """The dates with hours of their own; their shifts, earliest first."""
        return {one.date: _in_order(one.shifts) for one in self.special_days}

    @cached_property
    def week(self) -> tuple[tuple[Shift, ...], ...]:
        """The usual shifts from Monday to Sunday, each day's earliest first."""
        return tuple(_in_order(shift for shift in self.shifts if shift.weekday == weekday) for weekday in range(7))

    @cached_property
    def longest_ms(self) -> int:
        """The longest that a table is taken for one party by these hours, with its rest."""
        everyday, special = self.shifts, chain.from_iterable(one.shifts for one in self.special_days)
        longest = max(chain((USUAL_MINUTES,), *(shift.lengths for shift in chain(everyday, special))))
        return (longest + self.buffer_minutes) * 60_000

    @cached_property
    def paced(self) -> bool:
        """Whether it matters how many guests have been booked, beside which tables are taken."""
        everyday = (shift.max_covers for shift in self.shifts)
        special = (shift.max_covers for one in self.special_days for shift in one.shifts)
        return self.high_chairs is not None or any(everyday) or any(special)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def plan_lapsed(self, at_ms: int) -> bool:
        """Whether the last day of what was agreed is over everywhere: the restaurant's zone is its own to choose."""
        if self.plan_until is None:
            return False
        return datetime.fromtimestamp(at_ms / 1000, _LAST_ZONE).date() > self.plan_until

    def plan_at(self, at_ms: int) -> Plan:
        """The plan that counts then."""
        return Plan.BASIC if self.plan_lapsed(at_ms) else self.plan

    @cached_property
    def closed(self) -> dict[Date, set[str | None]]:
        """The shifts that do not run, by date; None among them closes the whole day."""
        found: dict[Date, set[str | None]] = {}
        for closure in self.closures:
            found.setdefault(closure.date, set()).add(closure.shift)
        return found

    @cached_property
    def areas_by_id(self) -> dict[str, Area]:
        return {area.id: area for area in self.areas}

    @cached_property
    def tables_by_id(self) -> dict[str, Table]:
        return {table.id: table for table in self.tables}

    @cached_property
    def seatings(self) -> tuple[Seating, ...]:
        """Every way to seat a party, best first: one table before joined ones, then small before large.

        Of two that are alike otherwise, the one that a wheelchair needs is kept for last.
        """
        joined = (self._joined(combination) for combination in self.combinations)
        everything = [*map(_single, filter(lambda table: table.active, self.tables)), *filter(None, joined)]
        return tuple(sorted(everything, key=_preference))

    def ways_for(self, party: int) -> tuple[Seating, ...]:
        """Those of the `seatings` that are for so many."""
        if not 0 < party <= self.most_seats:
            return ()
        if party not in self._ways:
            self._ways[party] = tuple(way for way in self.seatings if way.is_for(party))
        return self._ways[party]

    @cached_property
    def _ways(self) -> dict[int, tuple[Seating, ...]]:
        """By the size of the party, as each is asked for."""
        return {}

    @cached_property
    def most_seats(self) -> int:
        """The largest party that the floor can seat."""
        return max((seating.capacity for seating in self.seatings), default=0)

    @cached_property
    def _never_out(self) -> frozenset[str]:
        return frozenset(table.id for table in self.tables if table.active and not table.outage)

    def _joined(self, combination: Combination) -> Seating | None:
        """The combination as a seating; None while one of its tables is missing or they share no area or shift."""
        named = [self.tables_by_id.get(table_id) for table_id in combination.table_ids]
        tables = [table for table in named if table and table.active]
        limits = [frozenset(table.shifts) for table in tables if table.shifts]
        shared = frozenset.intersection(*limits) if limits else frozenset()
        area_id = area_of(tables)
        if len(tables) < max(2, len(named)) or not area_id or (limits and not shared):
            return None
        return Seating(
            table_ids=combination.table_ids,
            area_id=area_id,
            capacity=combination.capacity,
            # Joining is for parties that no single one of the tables seats.
            min_party=max(table.capacity for table in tables) + 1,
            shifts=shared,
            accessible=all(table.accessible for table in tables),
        )

    def in_service(self, table_ids: Iterable[str], night: Date) -> bool:
        """Whether those tables are there and in service on that date and in the night that follows it."""
        if self._never_out.issuperset(table_ids):
            return True
        tables = self.tables_by_id
        return all(table_id in tables and tables[table_id].serves(night) for table_id in table_ids)

    def local(self, at_ms: int) -> datetime:
        """The restaurant's wall clock at a Unix time in milliseconds."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone)

    def date_at(self, at_ms: int) -> Date:
        """The date of its wall clock at a Unix time in milliseconds."""
        return _date_at(self.zone, at_ms // QUARTER_MS)

    def wall(self, at_ms: int) -> tuple[Date, int]:
        """The date and the minute after its midnight that the wall clock shows then."""
        local = self.local(at_ms)
        return local.date(), local.hour * 60 + local.minute

    def at(self, day: Date, minute: int) -> int:
        """Unix milliseconds of `minute` minutes (0 to 2879) after local midnight of `day`, by the wall clock.

        A wall time that a spring change skips means the instant an hour later; one that an autumn change repeats
        means the first.
        """
        return int(self._wall(day, minute).timestamp()) * 1000

    def skips(self, day: Date, minute: int) -> bool:
        """Whether a spring change leaves this wall time out, so that nobody can come then."""
        wall = self._wall(day, minute)
        before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
        return before is not None and after is not None and before < after

    def _wall(self, day: Date, minute: int) -> datetime:
        days, minute = divmod(minute, 1440)
        return datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), self.zone)


def _in_order(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    return tuple(sorted(shifts, key=lambda shift: shift.opens))


@lru_cache(maxsize=4096)
def _date_at(zone: ZoneInfo, quarter: int) -> Date:
    """Each use of a tool asks a few times; at every offset a date begins with a quarter of an hour."""
    return datetime.fromtimestamp(quarter * QUARTER_MS / 1000, zone).date()


def area_of(tables: Iterable[Table]) -> str:
    """The area where all of those tables are; none when they are in several."""
    area_id, *others = {table.area_id for table in tables} or {""}
    return "" if others else area_id


def _preference(way: Seating) -> tuple[bool, int, int, bool, tuple[str, ...]]:
    return len(way.table_ids) > 1, way.capacity, len(way.table_ids), way.accessible, way.table_ids


def _single(table: Table) -> Seating:
    return Seating(
        table_ids=(table.id,),
        area_id=table.area_id,
        capacity=table.capacity,
        min_party=table.min_party,
        shifts=frozenset(table.shifts),
        accessible=table.accessible,
    )
