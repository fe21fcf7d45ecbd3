"""A restaurant as an operator writes it down ⇄ the card that the rules read. What makes no sense is named."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from appliance.clock import Clock
from appliance.contract import AreaFile, ClosureFile, JoinedFile, RestaurantFile, ShiftFile, TableFile, Weekday
from appliance.domain.hours import minute_of
from appliance.domain.restaurant import Area, Closure, Combination, Plan, RestaurantCard, Shift, Table
from appliance.domain.spoken.text import fold
from appliance.errors import Invalid

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_ID_CHARS = 64


def card_of(file: RestaurantFile, clock: Clock) -> RestaurantCard:
    """Raises Invalid with every problem found, one a line."""
    problems = list(_problems(file))
    if problems:
        raise Invalid("\n".join(problems))

    areas = [Area(id=clock.new_id("area"), name=one.name, synonyms=tuple(one.synonyms)) for one in file.areas]
    tables = [
        _table(one, area, clock) for area, written in zip(areas, file.areas, strict=True) for one in written.tables
    ]
    ids = {table.name: table.id for table in tables}
    return RestaurantCard(
        id=file.id or _id_of(file.name) or clock.new_id("rest"),
        name=file.name,
        plan=Plan(file.plan),
        timezone=file.timezone,
        locale=file.locale,
        phone=file.phone or next(iter(file.numbers), ""),
        max_party=file.max_party,
        min_notice_minutes=file.min_notice_minutes,
        horizon_days=file.horizon_days,
        notify_url=file.notify_url,
        areas=tuple(areas),
        tables=tuple(tables),
        combinations=tuple(
            Combination(
                id=clock.new_id("combination"), table_ids=tuple(ids[name] for name in one.tables), capacity=one.seats
            )
            for one in file.joined
        ),
        shifts=tuple(shift for one in file.shifts for shift in _shifts(one)),
        closures=tuple(Closure(date=one.date, shift=one.shift or None, reason=one.reason) for one in file.closures),
    )


def _id_of(name: str) -> str:
    """An id that tells people which restaurant it is; empty when the name has nothing that an id may have."""
    words = re.findall("[a-z0-9]+", fold(name))
    return f"rest_{'_'.join(words)}"[:_MAX_ID_CHARS].rstrip("_") if words else ""


def file_of(card: RestaurantCard, *, agents: Sequence[str], numbers: Sequence[str]) -> RestaurantFile:
    """What would make this restaurant again."""
    names = {table.id: table.name for table in card.tables}
    return RestaurantFile(
        id=card.id,
        name=card.name,
        plan=card.plan.value,
        timezone=card.timezone,
        locale="en" if card.locale == "en" else "es",
        phone=card.phone,
        agents=list(agents),
        numbers=list(numbers),
        max_party=card.max_party,
        min_notice_minutes=card.min_notice_minutes,
        horizon_days=card.horizon_days,
        notify_url=card.notify_url,
        areas=[_area_file(area, card.tables) for area in card.areas],
        joined=[
            JoinedFile(tables=[names[id_] for id_ in one.table_ids if id_ in names], seats=one.capacity)
            for one in card.combinations
        ],
        shifts=_shift_files(card.shifts),
        closures=[ClosureFile(date=one.date, shift=one.shift or "", reason=one.reason) for one in card.closures],
    )


def _problems(file: RestaurantFile) -> Iterable[str]:
    try:
        ZoneInfo(file.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"timezone: {file.timezone!r} is no time zone; write it as Europe/Madrid"
    tables = [table.name for area in file.areas for table in area.tables]
    yield from _repeated("agents", file.agents)
    yield from _repeated("numbers", file.numbers)
    yield from _repeated("areas", [area.name for area in file.areas])
    yield from _repeated("tables", tables)
    shifts = {shift.name for shift in file.shifts}
    for area in file.areas:
        for table in area.tables:
            yield from _unknown(f"table {table.name}: shifts", table.shifts, shifts)
    for joined in file.joined:
        yield from _unknown("joined: tables", joined.tables, tables)
        yield from _repeated("joined: tables", joined.tables)
    for closure in file.closures:
        yield from _unknown(f"closure {closure.date}: shift", [closure.shift] if closure.shift else [], shifts)
    for shift in file.shifts:
        yield from _problems_of_shift(shift)


def _problems_of_shift(shift: ShiftFile) -> Iterable[str]:
    yield from _repeated(f"shift {shift.name}: days", shift.days)
    opens, last, closes = map(minute_of, (shift.opens, shift.last_seating, shift.closes))
    if not opens <= last <= closes:
        yield f"shift {shift.name}: opens, last_seating, closes must be in order (after midnight: 24:30, not 00:30)"
        return
    for start in shift.starts:
        if not opens <= minute_of(start) <= last:
            yield f"shift {shift.name}: starts: {start} is not from {shift.opens} to {shift.last_seating}"


def _repeated(what: str, names: Sequence[str]) -> Iterable[str]:
    return (f"{what}: {name!r} is there {count} times" for name, count in Counter(names).items() if count > 1)


def _unknown(what: str, names: Iterable[str], known: Iterable[str]) -> Iterable[str]:
    return (
        f"{what}: there is no {name!r}; there are {', '.join(sorted(known))}" for name in names if name not in known
    )


def _table(one: TableFile, area: Area, clock: Clock) -> Table:
    return Table(
        id=clock.new_id("table"),
        name=one.name,
        area_id=area.id,
        capacity=one.seats,
        min_party=one.min_party,
        shifts=tuple(one.shifts),
        active=one.active,
    )


def _shifts(one: ShiftFile) -> Iterable[Shift]:
    return (
        Shift(
            weekday=_WEEKDAYS.index(day),
            starts=tuple(map(minute_of, one.starts)),
            **_rewritten(one, minute_of),
        )
        for day in one.days
    )


def _area_file(area: Area, tables: Iterable[Table]) -> AreaFile:
    mine = [table for table in tables if table.area_id == area.id]
    return AreaFile(
        name=area.name,
        synonyms=list(area.synonyms),
        tables=[
            TableFile(
                name=table.name,
                seats=table.capacity,
                min_party=table.min_party,
                shifts=list(table.shifts),
                active=table.active,
            )
            for table in mine
        ],
    )


def _shift_files(shifts: Iterable[Shift]) -> list[ShiftFile]:
    """Weekdays with the same service are written once."""
    days: dict[tuple[object, ...], list[Weekday]] = {}
    samples: dict[tuple[object, ...], Shift] = {}
    for shift in shifts:
        key = tuple(getattr(shift, name) for name in shift.__struct_fields__ if name != "weekday")
        days.setdefault(key, []).append(_WEEKDAYS[shift.weekday])
        samples[key] = shift
    return [_shift_file(samples[key], weekdays) for key, weekdays in days.items()]


def _shift_file(shift: Shift, days: list[Weekday]) -> ShiftFile:
    return ShiftFile(
        days=days,
        starts=list(map(_clock, shift.starts)),
        **_rewritten(shift, _clock),
    )


def _rewritten(shift: Shift | ShiftFile, rewrite: Callable[[Any], object]) -> dict[str, Any]:
    """What a file and a card have alike of a shift, and what one writes as clocks and the other as minutes."""
    alike = {name: getattr(shift, name) for name in ("name", "turn_minutes", "step_minutes")}
    return alike | {name: rewrite(getattr(shift, name)) for name in ("opens", "last_seating", "closes")}


def _clock(minute: int) -> str:
    """HH:MM that goes on counting after midnight, unlike the wall clock."""
    return f"{minute // 60:02}:{minute % 60:02}"
