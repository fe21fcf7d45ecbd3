"""The tabs that tell of the restaurant itself, read into the file that would make it so. Pure.

What a tab does not name stays as it is. A row that is not clear is reported, and the others are taken over.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from appliance.contract import AreaFile, ClosureFile, RestaurantFile, ShiftFile, TableFile
from appliance.domain.sheet_cells import (
    TableState,
    read_count,
    read_day,
    read_names,
    read_table_state,
    read_weekdays,
    words_of,
)
from appliance.domain.spoken.text import fold
from appliance.services.sheets import hours as sheet_hours
from appliance.services.sheets.columns import CLOSED_DAYS, Refused, Row, Tab, Unreadable
from appliance.services.sheets.hours import WEEKDAYS

_T = TypeVar("_T", TableFile, ShiftFile)
_Step = Callable[[RestaurantFile, Row], RestaurantFile]

# A slash between digits is one of a date: 25/12/2026.
_BETWEEN_DAYS = re.compile(r"[,;+&\n]|(?<!\d)/|/(?!\d)|\b(?:y|e|and)\b")
_SUITS_WHEELCHAIRS = ("accesible", "accessible", "silla de ruedas", "wheelchair")


class Reworked(Struct, frozen=True, kw_only=True):
    """A restaurant as a tab would have it, and what became of the tab's rows."""

    file: RestaurantFile
    imported: int
    skipped: int
    problems: list[Refused]


def reworked(tab: Tab, file: RestaurantFile, rows: Sequence[Row]) -> Reworked:
    # A shift of its own for each day: what is alike is written together again later.
    file = replace(file, shifts=sheet_hours.by_day(file.shifts))
    return _with_hours(file, rows) if tab is Tab.HOURS else _row_by_row(_STEPS[tab], file, rows)


def _row_by_row(step: _Step, file: RestaurantFile, rows: Sequence[Row]) -> Reworked:
    problems: list[Refused] = []
    imported = 0
    for row in rows:
        before = file
        try:
            file = step(file, row)
        except Unreadable as error:
            problems.append(Refused(row.number, error))
        imported += file != before
    skipped = len(rows) - imported - len(problems)
    return Reworked(file=file, imported=imported, skipped=skipped, problems=problems)


def _with_hours(file: RestaurantFile, rows: Sequence[Row]) -> Reworked:
    """The days are taken over whole: one with a row that is not clear stays as it is."""
    week: dict[int, list[Row]] = {}
    problems: dict[int, Unreadable] = {}
    for row in rows:
        days = read_weekdays(row.cell("Dia"))
        if days is None:
            problems[row.number] = Unreadable("Dia: {text!r} is no weekday", text=row.cell("Dia"))
        for day in days or ():
            week.setdefault(day, []).append(row)
    changed: set[int] = set()
    for day, told in sorted(week.items()):
        before = file
        try:
            file = replace(file, shifts=[*map(checked, sheet_hours.with_day(file, day, told))])
        except Unreadable as error:
            problems |= {row.number: error for row in told}
        if file != before:
            changed |= {row.number for row in told}
    imported = len(changed - problems.keys())
    found = [Refused(number, why) for number, why in sorted(problems.items())]
    return Reworked(file=file, imported=imported, skipped=len(rows) - imported - len(found), problems=found)


def _with_shift(file: RestaurantFile, row: Row) -> RestaurantFile:
    return replace(file, shifts=[*map(checked, sheet_hours.with_shift(file, row))])


def _with_setting(file: RestaurantFile, row: Row) -> RestaurantFile:
    """Of the settings only the closed days are taken over: weekdays, and dates."""
    if words_of(row.cell("Clave")) != words_of(CLOSED_DAYS):
        return file
    names = [name for part in _BETWEEN_DAYS.split(row.cell("Valor")) if (name := part.strip())]
    if unclear := [name for name in names if read_weekdays(name) is None and read_day(name) is None]:
        wrong = tuple(map(repr, unclear))
        raise Unreadable(
            "{key}: neither weekday nor date: {names}; write a date as 25/12/2026", key=CLOSED_DAYS, names=wrong
        )
    for name in names:
        file = _closed(file, name)
    return file


def _closed(file: RestaurantFile, name: str) -> RestaurantFile:
    days, day = read_weekdays(name), read_day(name)
    if days is not None:
        names = {WEEKDAYS[one] for one in days}
        return replace(file, shifts=[shift for shift in file.shifts if shift.days[0] not in names])
    if day is None or any(one.date == day and not one.shift for one in file.closures):
        return file
    closures = [*file.closures, ClosureFile(date=day)]
    return replace(file, closures=sorted(closures, key=lambda one: (one.date, one.shift)))


def _with_table(file: RestaurantFile, row: Row) -> RestaurantFile:
    name, area = row.cell("ID"), row.cell("Zona")
    at = {fold(one.name): (home, one) for home in file.areas for one in home.tables}
    home, known = at.get(fold(name), (None, None))
    table = checked(_table(file, row, known))
    wanted = _area(file.areas, area) if area else home
    if wanted is None and not area:
        raise Unreadable("Zona: says nothing, and the table is new")
    if home and known and home is wanted:
        return _with_area(file, replace(home, tables=[table if one is known else one for one in home.tables]))
    if home and known:
        file = _with_area(file, replace(home, tables=[one for one in home.tables if one is not known]))
    return _with_area(file, _furnished(wanted or AreaFile(name=area[:80]), table))


def _furnished(area: AreaFile, table: TableFile) -> AreaFile:
    return replace(area, tables=[*area.tables, table])


def _with_area(file: RestaurantFile, area: AreaFile) -> RestaurantFile:
    if all(one.name != area.name for one in file.areas):
        return replace(file, areas=[*file.areas, area])
    return replace(file, areas=[area if one.name == area.name else one for one in file.areas])


def _area(areas: Iterable[AreaFile], name: str) -> AreaFile | None:
    """The area of exactly that name, or called so too: here a new name is a new area."""
    called = {fold(word): area for area in areas for word in area.synonyms}
    return (called | {fold(area.name): area for area in areas}).get(fold(name))


def _table(file: RestaurantFile, row: Row, known: TableFile | None) -> TableFile:
    seats = read_count(row.cell("Capacidad"))
    if not seats:
        raise Unreadable("Capacidad: {text!r} is no number of seats", text=row.cell("Capacidad"))
    table = replace(known, seats=seats) if known else TableFile(name=row.cell("ID"), seats=seats)
    if row.has("Turnos"):
        table = replace(table, shifts=_shifts(file, row.cell("Turnos")))
    if row.cell("Estado"):
        table = replace(table, active=_in_service(row.cell("Estado")))
    suits = any(word in fold(row.cell("Notas")) for word in _SUITS_WHEELCHAIRS)
    return replace(table, accessible=table.accessible or suits)


def _shifts(file: RestaurantFile, text: str) -> list[str]:
    services = (*file.shifts, *(one for day in file.special_days for one in day.shifts))
    known = {fold(shift.name): shift.name for shift in services}
    names = [text] if fold(text) in known else read_names(text)
    if unknown := [name for name in names if fold(name) not in known]:
        there = tuple(known.values())
        raise Unreadable("Turnos: there is no {names}; there are: {there}", names=tuple(unknown), there=there)
    return [known[fold(name)] for name in names]


def _in_service(text: str) -> bool:
    state = read_table_state(text)
    if state is None:
        raise Unreadable("Estado: {text!r} is not known; there are libre and mantenimiento", text=text)
    return state is TableState.IN_SERVICE


def checked(one: _T) -> _T:
    """What was read, if it is what a restaurant's file takes. Raises Unreadable."""
    try:
        return msgspec.convert(msgspec.to_builtins(one), type(one))
    except msgspec.ValidationError as error:
        raise Unreadable("The row is not what a restaurant takes: {reason}", reason=str(error)) from error


_STEPS: Mapping[Tab, _Step] = {Tab.TABLES: _with_table, Tab.SHIFTS: _with_shift, Tab.SETTINGS: _with_setting}
