"""When a restaurant serves: which shifts run on a date and at which times guests may start."""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from appliance.domain.nights import NIGHT_ENDS, night_of, wall_clock
from appliance.domain.restaurant import QUARTER_MS, RestaurantCard, Shift


class Stay(Struct, frozen=True, kw_only=True):
    """For how long a party has its table, in Unix ms: it should leave at `ends_at`, the next may come at `free_at`."""

    starts_at: int
    ends_at: int
    free_at: int

    @property
    def quarters(self) -> range:
        """The quarters of an hour, counted from the Unix epoch, that the table is held for."""
        return quarters_between(self.starts_at, self.free_at)


class Start(Struct, frozen=True, kw_only=True):
    """One time at which guests may sit down: by the wall clock (`minute` from 0 to 1439), and in Unix ms."""

    day: date
    minute: int
    shift: Shift
    starts_at: int

    @property
    def time(self) -> str:
        return clock_text(self.minute)

    @property
    def night(self) -> date:
        """The date whose tables are in service then: in the small hours that of the evening before."""
        return night_of(self.day, self.minute)

    def minute_from(self, day: date) -> int:
        """Counted from the midnight that begins `day`: 1470 for 00:30 of the night after it."""
        return (self.day - day).days * 1440 + self.minute

    def stay(self, card: RestaurantCard, party: int) -> Stay:
        """How long a party that begins then keeps its table."""
        return stay(self.starts_at, self.shift.stays(party), card)

    def quarters(self, card: RestaurantCard, party: int) -> range:
        """Those of its stay."""
        minutes = self.shift.stays(party) + card.buffer_minutes
        return quarters_between(self.starts_at, self.starts_at + minutes * 60_000)


def quarters_between(starts_at: int, free_at: int) -> range:
    """The quarters of an hour, counted from the Unix epoch, that a table is held for between two Unix ms."""
    return range(starts_at // QUARTER_MS, -(-free_at // QUARTER_MS))


def stay(starts_at: int, minutes: int, card: RestaurantCard) -> Stay:
    ends_at = starts_at + minutes * 60_000
    return Stay(starts_at=starts_at, ends_at=ends_at, free_at=ends_at + card.buffer_minutes * 60_000)


_CLOCK = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60))


def clock_text(minute: int) -> str:
    """Minutes after midnight as HH:MM, the next day's small hours included (1470 is 00:30)."""
    return _CLOCK[minute % 1440]


def minute_of(clock: str) -> int:
    """Minutes after midnight of HH:MM."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def closed_whole_day(card: RestaurantCard, day: date) -> bool:
    return None in card.closed.get(day, ())


def shifts_on(card: RestaurantCard, day: date) -> tuple[Shift, ...]:
    """The shifts that begin on `day`, earliest first, closures taken out."""
    running = card.special.get(day, card.week[day.weekday()])
    closed = card.closed.get(day)
    if not closed:
        return running
    return () if None in closed else tuple(shift for shift in running if shift.name not in closed)


def services_on(card: RestaurantCard, day: date) -> tuple[tuple[int, Shift], ...]:
    """The shifts that may seat guests on `day`, last night's first, each with its own minute for `day`'s midnight."""
    if closed_whole_day(card, day):
        return ()
    last_night = shifts_on(card, day - timedelta(days=1)) if day > date.min else ()
    return (*((1440, shift) for shift in last_night), *((0, shift) for shift in shifts_on(card, day)))


def receives_on(card: RestaurantCard, day: date) -> bool:
    """Whether guests may sit down on `day` at all, be it only in the small hours of its night or of the last one."""
    return next(_minutes_on(card, day), None) is not None or bool(late_starts(card, day))


def receives_at(card: RestaurantCard, day: date, minute: int) -> bool:
    """Whether guests are received around that time, though perhaps not exactly then."""
    if minute >= 1440 and closed_whole_day(card, day):
        return False
    day, minute = wall_clock(day, minute)
    return any(shift.opens <= minute + midnight <= shift.last_seating for midnight, shift in services_on(card, day))


def shift_running(card: RestaurantCard, day: date, minute: int) -> Shift | None:
    """The service that runs at a wall clock: until it closes, the last seating included."""
    running = (shift for midnight, shift in services_on(card, day) if shift.runs_at(minute + midnight))
    return next(running, None)


def starts_on(card: RestaurantCard, day: date, *, before: int = 1440) -> tuple[Start, ...]:
    """Every start whose wall clock lies on `day`, in order: last night's after midnight, and its own shifts'.

    Where two shifts meet, the earlier has the minute; a time that the clocks skip is none.
    """
    found: dict[int, Start] = {}
    for minute, shift in _minutes_on(card, day):
        if minute < before and minute not in found and not card.skips(day, minute):
            found[minute] = _start(card, day, minute, shift)
    return tuple(found[minute] for minute in sorted(found))


def late_starts(card: RestaurantCard, day: date) -> tuple[Start, ...]:
    """The starts in the small hours of the night that begins on `day`; their wall clock is the next date's."""
    if day == date.max or closed_whole_day(card, day):
        return ()
    return starts_on(card, day + timedelta(days=1), before=NIGHT_ENDS)


def starts_from(card: RestaurantCard, day: date, *, from_ms: int) -> list[Start]:
    """The starts of `day`, and of the night that begins on it, from an instant on."""
    return [start for start in (*starts_on(card, day), *late_starts(card, day)) if start.starts_at >= from_ms]


def _minutes_on(card: RestaurantCard, day: date) -> Iterator[tuple[int, Shift]]:
    for midnight, shift in services_on(card, day):
        for minute in shift.start_minutes():
            if 0 <= minute - midnight < 1440:
                yield minute - midnight, shift


def _start(card: RestaurantCard, day: date, minute: int, shift: Shift) -> Start:
    return Start(day=day, minute=minute, shift=shift, starts_at=card.at(day, minute))
