"""A day at the tables of a restaurant: who has which from when until when, and how each stands at this moment."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from appliance.contract import BookRow, DayBookView, RestaurantDetail, TableView

_HOUR, _DAY = 60, 1440
_NIGHT_ENDS = 5 * _HOUR
"""A book goes on until then, as the server keeps it."""
_SOON_MS = 3_600_000
_USUAL = (12 * _HOUR, 24 * _HOUR)
"""What is shown of a day on which there is nothing."""


class Standing(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    SOON = "soon"
    SEATED = "seated"
    OVERDUE = "overdue"
    COMPLETED = "completed"
    OUT = "out"


class Stay(Struct, frozen=True, kw_only=True):
    """A party at a table; minutes are those of the day, after midnight more than 1440."""

    first: int
    end: int
    standing: Standing
    row: BookRow


class TableDay(Struct, frozen=True, kw_only=True):
    """`name` is empty for who has no table that is known."""

    name: str
    area: str = ""
    capacity: int = 0
    out: bool = False
    standing: Standing
    stays: Sequence[Stay]


class FloorDay(Struct, frozen=True, kw_only=True):
    """From `first` to `end`, whole hours; `open` are the services in it, `now` is known of the night that it is."""

    tables: Sequence[TableDay]
    first: int
    end: int
    open: Sequence[tuple[int, int]]
    now: int | None


def tonight(timezone: str, now_ms: int) -> date:
    """The day whose book is open, small hours included."""
    return (local(timezone, now_ms) - timedelta(minutes=_NIGHT_ENDS)).date()


def standing_of(row: BookRow, now_ms: int) -> Standing | None:
    """None of who holds no table, as those who cancelled or did not come."""
    if row.status == "seated":
        return Standing.OVERDUE if row.ends_at <= now_ms else Standing.SEATED
    if row.status in ("pending", "confirmed"):
        return Standing.SOON if row.starts_at - _SOON_MS <= now_ms < row.ends_at else Standing.RESERVED
    return Standing.COMPLETED if row.status == "completed" else None


def table_names(row: BookRow, house: RestaurantDetail) -> list[str]:
    """Of its tables those that the house has; one without a name where that is none."""
    known = {table.name for table in house.tables}
    return [name for name in row.tables if name in known] or [""]


def floor_day(house: RestaurantDetail, book: DayBookView, now_ms: int) -> FloorDay:
    day = date.fromisoformat(book.date)
    is_tonight = tonight(house.timezone, now_ms) == day
    now = _minute(house.timezone, now_ms, day) if is_tonight else None
    stays = [stay for row in book.reservations if (stay := _stay(house.timezone, row, day, now_ms, now))]
    served = [(_of_the_night(one.opens), _of_the_night(one.closes, after=one.opens)) for one in book.services]
    spans = [*served, *((stay.first, stay.end) for stay in stays)] or [_USUAL]
    return FloorDay(
        tables=list(_tables(house, stays, book.date, is_tonight=is_tonight)),
        first=min(first for first, _ in spans) // _HOUR * _HOUR,
        end=-(-max(end for _, end in spans) // _HOUR) * _HOUR,
        open=served,
        now=now,
    )


def _tables(house: RestaurantDetail, stays: Sequence[Stay], day: str, *, is_tonight: bool) -> Iterable[TableDay]:
    by_name: dict[str, list[Stay]] = {}
    for stay in stays:
        for name in table_names(stay.row, house):
            by_name.setdefault(name, []).append(stay)
    for table in house.tables:
        out, mine = _is_out(table, day), by_name.get(table.name, [])
        standing = _standing(mine, out=out, is_tonight=is_tonight)
        yield TableDay(
            name=table.name, area=table.area, capacity=table.capacity, out=out, standing=standing, stays=mine
        )
    if lost := by_name.get(""):
        yield TableDay(name="", standing=_standing(lost, out=False, is_tonight=is_tonight), stays=lost)


def _is_out(table: TableView, day: str) -> bool:
    return not table.active or bool(table.out_from and table.out_from <= day <= (table.out_until or day))


def _standing(stays: Sequence[Stay], *, out: bool, is_tonight: bool) -> Standing:
    """Tonight that of this moment; of another day, what there is of most weight."""
    there = {stay.standing for stay in stays} | ({Standing.OUT} if out else set())
    weights = (Standing.OVERDUE, Standing.SEATED, Standing.OUT, Standing.SOON)
    others = () if is_tonight else (Standing.RESERVED, Standing.COMPLETED)
    return next((one for one in (*weights, *others) if one in there), Standing.FREE)


def _stay(timezone: str, row: BookRow, day: date, now_ms: int, now: int | None) -> Stay | None:
    """Who is overdue sits there until now."""
    standing = standing_of(row, now_ms)
    if standing is None:
        return None
    came_ms = min(row.starts_at, row.seated_at or row.starts_at)
    first, end = _minute(timezone, came_ms, day), _minute(timezone, row.ends_at, day)
    if standing is Standing.OVERDUE and now is not None:
        end = max(end, now)
    return Stay(first=first, end=max(end, first + 1), standing=standing, row=row)


def local(timezone: str, at_ms: int) -> datetime:
    """By the restaurant's clock."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(timezone))


def _minute(timezone: str, at_ms: int, day: date) -> int:
    """As the clock on the wall shows it."""
    at = local(timezone, at_ms)
    return (at.date() - day).days * _DAY + at.hour * _HOUR + at.minute


def _of_the_night(clock: str, *, after: str = "") -> int:
    hours, minutes = clock.split(":")
    minute = int(hours) * _HOUR + int(minutes)
    is_next_day = minute < _NIGHT_ENDS or (after and clock <= after)
    return minute + _DAY if is_next_day and minute < _DAY else minute
