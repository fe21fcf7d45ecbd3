"""A restaurant as an operator writes it down ⇄ the card that the rules read. What makes no sense is named."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from appliance.clock import Clock
from appliance.contract import (
    AreaFile,
    ClosureFile,
    JoinedFile,
    RestaurantFile,
    ServiceFile,
    ShiftFile,
    SpecialDayFile,
    TableFile,
    TurnFile,
    Weekday,
)
from appliance.domain.hours import minute_of
from appliance.domain.networks import Network
from appliance.domain.public_holidays import region_parts
from appliance.domain.restaurant import (
    RULES,
    TERMS,
    Area,
    Closure,
    Combination,
    Outage,
    Plan,
    RestaurantCard,
    RestaurantStatus,
    Shift,
    SpecialDay,
    Table,
    TransferWhen,
    Turn,
)
from appliance.domain.spoken.text import fold
from appliance.errors import Invalid
from appliance.work.destinations import host_of, is_inside

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_ID_CHARS = 64
_ALIKE = ("name", "timezone", *RULES, *TERMS)
"""What file and card say alike."""


def card_of(
    file: RestaurantFile, clock: Clock, *, old: RestaurantCard | None = None, receivers: Sequence[Network] = ()
) -> RestaurantCard:
    """Raises Invalid with every problem found.

    `old`: the restaurant that is written anew. It keeps its id and its status, and those of its areas and tables whose
    names stay keep their ids, and with them the bookings; an area also when only its tables' names stay.
    `receivers`: networks that are not public, in which its own system may be.
    """
    problems = [*_problems(file), *_problems_of_region(file.region, old.region if old else "")]
    if not old or file.notify_url != old.notify_url:
        problems += _problems_of_receiver(file.notify_url, receivers)
    if problems:
        raise Invalid.all_of(problems)

    ids = _Ids(clock, file, old)
    areas = [Area(id=ids.area(one), name=one.name, synonyms=tuple(one.synonyms)) for one in file.areas]
    tables = [
        _table(one, area, ids.table(one.name))
        for area, written in zip(areas, file.areas, strict=True)
        for one in written.tables
    ]
    return RestaurantCard(
        **{name: getattr(file, name) for name in _ALIKE},
        id=old.id if old else id_of(file) or clock.new_id("rest"),
        plan=Plan(file.plan),
        status=old.status if old else RestaurantStatus.ACTIVE,
        locale=file.locale,
        phone=file.phone or next(iter(file.numbers), ""),
        transfer_when=TransferWhen(file.transfer_when),
        areas=tuple(areas),
        tables=tuple(tables),
        combinations=_combinations(file.joined, tables, ids),
        shifts=tuple(_shift(one, _WEEKDAYS.index(day)) for one in file.shifts for day in one.days),
        special_days=tuple(
            SpecialDay(date=one.date, shifts=tuple(_shift(shift, one.date.weekday()) for shift in one.shifts))
            for one in file.special_days
        ),
        closures=tuple(Closure(date=one.date, shift=one.shift or None, reason=one.reason) for one in file.closures),
    )


def id_of(file: RestaurantFile) -> str:
    """The id it gives itself, else one that tells people which restaurant it is.

    Empty when the name has nothing that an id may have.
    """
    words = re.findall("[a-z0-9]+", fold(file.name))
    return file.id or (f"rest_{'_'.join(words)}"[:_MAX_ID_CHARS].rstrip("_") if words else "")


class _Ids:
    """Ids for the parts of a restaurant: those they had, else new ones."""

    def __init__(self, clock: Clock, file: RestaurantFile, old: RestaurantCard | None) -> None:
        self._clock = clock
        self._areas = {area.name: area.id for area in old.areas} if old else {}
        self._tables = {table.name: table.id for table in old.tables} if old else {}
        self._area_of = {table.name: table.area_id for table in old.tables} if old else {}
        self._combinations = {frozenset(one.table_ids): one.id for one in old.combinations} if old else {}
        kept = {self._areas.get(area.name) for area in file.areas}
        self._nameless = {id_ for id_ in self._areas.values() if id_ not in kept}

    def area(self, one: AreaFile) -> str:
        return self._areas.get(one.name) or self._renamed(one) or self._clock.new_id("area")

    def _renamed(self, one: AreaFile) -> str:
        """The area that lost its name and was where these tables were; once."""
        before = (self._area_of.get(table.name, "") for table in one.tables)
        id_ = next((area_id for area_id in before if area_id in self._nameless), "")
        self._nameless.discard(id_)
        return id_

    def table(self, name: str) -> str:
        return self._tables.get(name) or self._clock.new_id("table")

    def combination(self, table_ids: Iterable[str]) -> str:
        # Taken once: the same tables may be joined in two ways.
        return self._combinations.pop(frozenset(table_ids), None) or self._clock.new_id("combination")


def _combinations(joined: Iterable[JoinedFile], tables: Iterable[Table], ids: _Ids) -> tuple[Combination, ...]:
    by_name = {table.name: table.id for table in tables}
    together = [(tuple(by_name[name] for name in one.tables), one.seats) for one in joined]
    return tuple(
        Combination(id=ids.combination(table_ids), table_ids=table_ids, capacity=seats) for table_ids, seats in together
    )


def file_of(card: RestaurantCard, *, agents: Sequence[str], numbers: Sequence[str]) -> RestaurantFile:
    """What would make this restaurant again."""
    names = {table.id: table.name for table in card.tables}
    return RestaurantFile(
        **{name: getattr(card, name) for name in _ALIKE},
        id=card.id,
        plan=card.plan.value,
        locale="en" if card.locale == "en" else "es",
        phone=card.phone,
        agents=list(agents),
        numbers=list(numbers),
        transfer_when=card.transfer_when.value,
        areas=[_area_file(area, card.tables) for area in card.areas],
        joined=[
            JoinedFile(tables=[names[id_] for id_ in one.table_ids if id_ in names], seats=one.capacity)
            for one in card.combinations
        ],
        shifts=_shift_files(card.shifts),
        special_days=[
            SpecialDayFile(date=one.date, shifts=[ServiceFile(**_written(shift)) for shift in one.shifts])
            for one in card.special_days
        ],
        closures=[ClosureFile(date=one.date, shift=one.shift or "", reason=one.reason) for one in card.closures],
    )


def _problems(file: RestaurantFile) -> Iterable[Invalid]:
    try:
        ZoneInfo(file.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Invalid("timezone: {zone!r} is no time zone; write it as Europe/Madrid", zone=file.timezone)
    tables = [table.name for area in file.areas for table in area.tables]
    yield from _repeated("agents", file.agents)
    yield from _repeated("numbers", file.numbers)
    yield from _repeated("areas", [area.name for area in file.areas])
    yield from _repeated("tables", tables)
    shifts = {shift.name for shift in file.shifts}
    shifts |= {shift.name for one in file.special_days for shift in one.shifts}
    for area in file.areas:
        for table in area.tables:
            yield from _unknown(f"table {table.name}: shifts", table.shifts, shifts)
            yield from _problems_of_outage(table)
    for joined in file.joined:
        yield from _unknown("joined: tables", joined.tables, tables)
        yield from _repeated("joined: tables", joined.tables)
    for closure in file.closures:
        yield from _unknown(f"closure {closure.date}: shift", [closure.shift] if closure.shift else [], shifts)
    yield from _repeated("special_days", [one.date.isoformat() for one in file.special_days])
    for shift in file.shifts:
        yield from _repeated(f"shift {shift.name}: days", shift.days)
    for service in (*file.shifts, *(shift for one in file.special_days for shift in one.shifts)):
        yield from _problems_of_service(service)


def _problems_of_region(region: str, known: str) -> Iterable[Invalid]:
    """`known`: it was found right before. Looking is left out then, for it takes the calendars of all the world."""
    if region in ("", known):
        return
    country, _, part = region.partition("-")
    parts = region_parts(country)
    if parts is None:
        yield Invalid(
            "region: {region!r} is not known; write the country as ES, or a part of it as ES-VC", region=region
        )
    elif part and part not in parts:
        ways = (country, *(f"{country}-{code}" for code in parts))
        yield Invalid(
            "region: {region!r} is not known; there are {ways}"
            if parts
            else "region: {region!r} is not known; there is only {ways}",
            region=region,
            ways=ways,
        )


def _problems_of_receiver(url: str, receivers: Sequence[Network]) -> Iterable[Invalid]:
    """What can be said without looking a name up; where it leads is looked at before something is sent."""
    if url and not host_of(url):
        yield Invalid("notify_url: names no host")
    elif url and is_inside(url, receivers):
        yield Invalid("notify_url: is not public; an operator can allow it with notify_networks")


def _problems_of_outage(table: TableFile) -> Iterable[Invalid]:
    first, last = table.out_from, table.out_until
    if (first is None) is not (last is None) or (first and last and first > last):
        yield Invalid("table {name}: out_from and out_until go together, the earlier first", name=table.name)


def _problems_of_service(shift: ServiceFile) -> Iterable[Invalid]:
    if len({turn.party for turn in shift.turns}) < len(shift.turns):
        yield Invalid("shift {name}: turns: each size of party may be there once", name=shift.name)
    opens, last, closes = map(minute_of, (shift.opens, shift.last_seating, shift.closes))
    if not opens <= last <= closes:
        yield Invalid(
            "shift {name}: opens, last_seating, closes must be in order (after midnight: 24:30, not 00:30)",
            name=shift.name,
        )
        return
    for start in shift.starts:
        if not opens <= minute_of(start) <= last:
            yield Invalid(
                "shift {name}: starts: {start} is not from {opens} to {last}",
                name=shift.name,
                start=start,
                opens=shift.opens,
                last=shift.last_seating,
            )


def _repeated(what: str, names: Sequence[str]) -> Iterable[Invalid]:
    return (
        Invalid("{what}: {name!r} is there {count} times", what=what, name=name, count=count)
        for name, count in Counter(names).items()
        if count > 1
    )


def _unknown(what: str, names: Iterable[str], known: Iterable[str]) -> Iterable[Invalid]:
    there = tuple(sorted(known))
    return (
        Invalid("{what}: there is no {name!r}; there are {there}", what=what, name=name, there=there)
        for name in names
        if name not in there
    )


def _table(one: TableFile, area: Area, id_: str) -> Table:
    return Table(
        id=id_,
        name=one.name,
        area_id=area.id,
        capacity=one.seats,
        min_party=one.min_party,
        shifts=tuple(one.shifts),
        active=one.active,
        accessible=one.accessible,
        outage=Outage(first=one.out_from, last=one.out_until) if one.out_from and one.out_until else None,
    )


def _shift(one: ServiceFile, weekday: int) -> Shift:
    return Shift(
        weekday=weekday,
        starts=tuple(map(minute_of, one.starts)),
        turns=tuple(Turn(party=turn.party, minutes=turn.minutes) for turn in sorted(one.turns, key=_party)),
        **_rewritten(one, minute_of),
    )


def _party(turn: TurnFile) -> int:
    return turn.party


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
                accessible=table.accessible,
                out_from=table.outage.first if table.outage else None,
                out_until=table.outage.last if table.outage else None,
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
    return [ShiftFile(days=weekdays, **_written(samples[key])) for key, weekdays in days.items()]


def _written(shift: Shift) -> dict[str, Any]:
    return _rewritten(shift, _clock) | {
        "starts": list(map(_clock, shift.starts)),
        "turns": [TurnFile(party=turn.party, minutes=turn.minutes) for turn in shift.turns],
    }


def _rewritten(shift: Shift | ServiceFile, rewrite: Callable[[Any], object]) -> dict[str, Any]:
    """What a file and a card have alike of a shift, and what one writes as clocks and the other as minutes."""
    alike = {name: getattr(shift, name) for name in ("name", "turn_minutes", "step_minutes", "max_covers")}
    return alike | {name: rewrite(getattr(shift, name)) for name in ("opens", "last_seating", "closes")}


def _clock(minute: int) -> str:
    """HH:MM that goes on counting after midnight, unlike the wall clock."""
    return f"{minute // 60:02}:{minute % 60:02}"
