"""The tabs Turnos and Horarios: what they say of the week's services. Pure.

Turnos tells the usual hours of a shift, Horarios those of each weekday. Where a sheet does not say until when guests
may come, a shift that is known keeps the time it leaves before it closes; to a new one they may come until it ends.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from appliance.contract import RestaurantFile, ShiftFile, Weekday
from appliance.domain.hours import minute_of
from appliance.domain.sheet_cells import LAST_HOUR, read_minute, words_of
from appliance.domain.spoken.text import fold
from appliance.services.sheets.columns import CLOSED, Row, Unreadable

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
_CLOSED = frozenset({words_of(CLOSED), "cerrada", "closed", "descanso"})


class Span(Struct, frozen=True, kw_only=True):
    """Hours of a service, in minutes after midnight; they go on counting after it."""

    opens: int
    closes: int
    last: int | None


def by_day(shifts: Iterable[ShiftFile]) -> list[ShiftFile]:
    """A shift of its own for each of its days, in the order of the week."""
    single = [replace(shift, days=[day]) for shift in shifts for day in shift.days]
    return sorted(single, key=lambda one: (WEEKDAYS.index(one.days[0]), minute_of(one.opens)))


def with_shift(file: RestaurantFile, row: Row) -> list[ShiftFile]:
    """The week with a shift's usual hours as the row says. Raises Unreadable.

    Days on which it has hours of their own keep them; a new shift is one of every day that is open.
    """
    name, span = row.cell("Turno"), _span(row)
    known = [shift for shift in file.shifts if fold(shift.name) == fold(name)]
    if known:
        ((usual, _),) = Counter(map(_hours, known)).most_common(1)
        return [_moved(one, span) if one in known and _hours(one) == usual else one for one in file.shifts]
    days = dict.fromkeys(shift.days[0] for shift in file.shifts) or WEEKDAYS
    return by_day([*file.shifts, *(_new(name, day, span) for day in days)])


def with_day(file: RestaurantFile, weekday: int, rows: Sequence[Row]) -> list[ShiftFile]:
    """The week with one day as the rows say. Raises Unreadable."""
    day = WEEKDAYS[weekday]
    open_rows = [row for row in rows if not _is_closed(row)]
    services = [shift for row in open_rows for shift in _services(file, day, row)]
    return by_day([*(shift for shift in file.shifts if shift.days != [day]), *services])


def _is_closed(row: Row) -> bool:
    told = {words_of(row.cell(column)) for column in ("Inicio", "Fin")} - {""}
    return told <= _CLOSED


def _services(file: RestaurantFile, day: Weekday, row: Row) -> list[ShiftFile]:
    """The services in a span of the day: the one it names, or those that it gives room to, or a new one."""
    span, name = _span(row), row.cell("Turno")
    # As they are on this day, where they are; else as on another.
    known = {fold(shift.name): shift for shift in sorted(file.shifts, key=lambda one: one.days == [day])}
    if name:
        there = known.get(fold(name))
        return [_moved(replace(there, days=[day]), span) if there else _new(name, day, span)]
    inside = [replace(one, days=[day]) for one in known.values() if _overlap(one, span)]
    if len(inside) > 1:
        return [_moved(one, _clipped(one, span)) for one in inside]
    return [_moved(one, span) for one in inside] or [_new(_usual_name(span, file.locale), day, span)]


def _overlap(shift: ShiftFile, span: Span) -> bool:
    return minute_of(shift.opens) < span.closes and span.opens < minute_of(shift.closes)


def _clipped(shift: ShiftFile, span: Span) -> Span:
    opens, closes = max(span.opens, minute_of(shift.opens)), min(span.closes, minute_of(shift.closes))
    last = min(minute_of(shift.last_seating), closes)
    return Span(opens=opens, closes=closes, last=max(last, opens))


def _moved(shift: ShiftFile, span: Span) -> ShiftFile:
    kept = minute_of(shift.closes) - minute_of(shift.last_seating)
    last = max(span.opens, span.closes - kept) if span.last is None else span.last
    lost = [start for start in shift.starts if not span.opens <= minute_of(start) <= last]
    if lost:
        raise Unreadable(
            "{shift}: guests start at {times}, which is not within these hours", shift=shift.name, times=tuple(lost)
        )
    return replace(shift, opens=_clock(span.opens), closes=_clock(span.closes), last_seating=_clock(last))


def _new(name: str, day: Weekday, span: Span) -> ShiftFile:
    last = span.closes if span.last is None else span.last
    return ShiftFile(
        name=name, days=[day], opens=_clock(span.opens), closes=_clock(span.closes), last_seating=_clock(last)
    )


def _span(row: Row) -> Span:
    opens, closes = _minute(row, "Inicio"), _minute(row, "Fin")
    last = _minute(row, "Última entrada") if row.cell("Última entrada") else None
    closes = closes if closes > opens else closes + 1440
    if closes // 60 > LAST_HOUR:  # no night goes on for so long: a slip of the pen
        raise Unreadable("Fin: {time} is before it opens", time=row.cell("Fin"))
    if last is not None and last < opens:
        last += 1440
    if last is not None and last > closes:
        raise Unreadable("Última entrada: {time} is after it closes", time=row.cell("Última entrada"))
    return Span(opens=opens, closes=closes, last=last)


def _minute(row: Row, column: str) -> int:
    minute = read_minute(row.cell(column))
    if minute is None:
        raise Unreadable("{column}: {text!r} is no time; write it as 20:30", column=column, text=row.cell(column))
    return minute


def _hours(shift: ShiftFile) -> tuple[str, str, str]:
    return shift.opens, shift.closes, shift.last_seating


def _usual_name(span: Span, locale: str) -> str:
    breakfast, lunch, dinner = ("Breakfast", "Lunch", "Dinner") if locale == "en" else ("Desayuno", "Comida", "Cena")
    return dinner if span.opens >= 19 * 60 else lunch if span.opens >= 12 * 60 else breakfast


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
