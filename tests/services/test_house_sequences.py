"""Any number of edits, in any order and between bookings, leave what was asked for and every booking at its tables."""

from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from appliance.contract import (
    AreaFile,
    ClosingFile,
    ClosureFile,
    FloorFile,
    RestaurantFile,
    RulesEdit,
    ServiceFile,
    ShiftFile,
    SpecialDayFile,
    TableEdit,
    TableFile,
)
from appliance.errors import MaitreError
from appliance.services.edits import written
from appliance.services.house import House
from appliance.store.engine import Database
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock
from support.sound_book import assert_sound

DAYS = [date(2026, 11, 27) + timedelta(days=n) for n in range(3)]
LUNCH = ServiceFile(name="Comida", opens="13:00", last_seating="15:30", closes="17:30", step_minutes=15)
DINNER = ServiceFile(name="Cena", opens="20:00", last_seating="22:45", closes="24:45", step_minutes=15)
LATE = ServiceFile(name="Copas", opens="22:00", last_seating="25:00", closes="27:00")
WEEKS = [[LUNCH, DINNER], [DINNER], [LUNCH], [DINNER, LATE], []]
SIZES = {"T1": 2, "S1": 4, "S2": 4, "N1": 6}

_day = st.sampled_from(DAYS)
_shift = st.sampled_from(["", "Comida", "Cena"])
_changes = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["La Gaviota", "El Faro"]),
        "max_party": st.integers(1, 12),
        "high_chairs": st.sampled_from([None, 0, 3]),
        "buffer_minutes": st.sampled_from([0, 15]),
        "transfer_when": st.sampled_from(["always", "open"]),
    },
)
_areas = st.sampled_from(["Terraza", "Salón", "Salón", "Salón", "Patio", ""])  # "": the table is not there
_floor_step = st.tuples(st.just("floor"), st.fixed_dictionaries(dict.fromkeys(SIZES, _areas)))
_book_step = st.tuples(
    st.just("book"), _day, st.sampled_from(["14:00", "21:00", "22:30"]), st.sampled_from([1, 2, 4, 6, 8])
)
_step = st.one_of(
    *[_floor_step] * 3,
    *[_book_step] * 3,
    st.tuples(st.just("rules"), _changes),
    st.tuples(st.just("close"), _day, _shift, st.sampled_from(["", "Boda"])),
    st.tuples(st.just("reopen"), _day, _shift),
    st.tuples(st.just("special_day"), _day, st.sampled_from([[LUNCH], [LATE]])),
    st.tuples(st.just("usual_day"), _day),
    st.tuples(st.just("hours"), st.sampled_from(WEEKS)),
    st.tuples(st.just("table"), st.sampled_from(["T1", "S1", "S2"]), st.booleans(), st.booleans()),
)


class _Told:
    """What the restaurant has been told to be; every method is one edit, as plainly as it can be said."""

    def __init__(self, file: RestaurantFile) -> None:
        self.file = file

    def rules(self, changes: dict[str, Any]) -> None:
        self.file = replace(self.file, **changes)

    def close(self, day: date, shift: str, reason: str) -> None:
        self._drop_closure(day, shift)
        self.file.closures.append(ClosureFile(date=day, shift=shift, reason=reason))

    def reopen(self, day: date, shift: str) -> None:
        self._drop_closure(day, shift)

    def _drop_closure(self, day: date, shift: str) -> None:
        self.file.closures[:] = [one for one in self.file.closures if (one.date, one.shift) != (day, shift)]

    def special_day(self, day: date, services: list[ServiceFile]) -> None:
        self.usual_day(day)
        self.file.special_days.append(SpecialDayFile(date=day, shifts=services))

    def usual_day(self, day: date) -> None:
        self.file.special_days[:] = [one for one in self.file.special_days if one.date != day]

    def hours(self, services: list[ServiceFile]) -> None:
        self.file = replace(self.file, shifts=_week(services))

    def table(self, name: str, active: bool, accessible: bool) -> None:  # noqa: FBT001 — drawn, and passed on in order
        def edited(one: TableFile) -> TableFile:
            return replace(one, active=active, accessible=accessible) if one.name == name else one

        self.file = replace(
            self.file, areas=[replace(area, tables=list(map(edited, area.tables))) for area in self.file.areas]
        )

    def floor(self, where: dict[str, str]) -> None:
        plan = _floor(where)
        self.file = replace(self.file, areas=plan.areas, joined=plan.joined)


def _week(services: list[ServiceFile]) -> list[ShiftFile]:
    return [ShiftFile(days=["thu", "fri", "sat", "sun"], **asdict(one)) for one in services]


def _floor(where: dict[str, str]) -> FloorFile:
    names = sorted(set(where.values()) - {""})
    tables = {
        area: [TableFile(name=name, seats=SIZES[name]) for name in SIZES if where[name] == area] for area in names
    }
    return FloorFile(areas=[AreaFile(name=area, tables=tables[area]) for area in names])


async def _edit(house: House, desk: Desk, id_: str, what: str, how: tuple[Any, ...]) -> None:
    """The same edit, of the real restaurant. Raises a MaitreError when it is refused."""
    if what == "rules":
        await house.rules(id_, RulesEdit(**how[0]))
    elif what == "close":
        await house.close(id_, ClosingFile(date=how[0], shift=how[1], reason=how[2]))
    elif what == "hours":
        await house.hours(id_, _week(how[0]))
    elif what == "table":
        card = desk.directory.card(id_)
        assert card
        table_id = next((table.id for table in card.tables if table.name == how[0]), "")
        await house.table(id_, table_id, TableEdit(active=how[1], accessible=how[2]))
    elif what == "floor":
        await house.floor(id_, _floor(how[0]))
    else:
        await getattr(house, what)(id_, *how)


def _comparable(file: RestaurantFile) -> dict[str, Any]:
    """The file without the order and the grouping that mean nothing."""
    week = {(day, msgspec.json.encode(replace(one, days=[day]))) for one in file.shifts for day in one.days}
    return asdict(file) | {
        "shifts": week,
        "closures": {(one.date, one.shift, one.reason) for one in file.closures},
        "special_days": {one.date: one.shifts for one in file.special_days},
    }


@given(steps=st.lists(_step, min_size=4, max_size=16))
@settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
async def test_edits_in_any_order_leave_what_was_asked_and_every_booking_at_its_tables(
    database: Database, clock: FakeClock, steps: list[tuple[Any, ...]]
) -> None:
    desk = Desk(database, clock)
    id_ = clock.new_id("rest")
    house = House(database, clock, desk.directory, desk.books)
    await desk.open(gaviota(id_))
    told = _Told(written(gaviota(id_)))
    for n, (what, *how) in enumerate(steps):
        if what == "book":
            said = wish(date=how[0].isoformat(), time=how[1], party_size=how[2])
            await desk.book(said, restaurant=id_, call=f"{id_}_{n}", caller=f"+3460000{n:04}")
        elif await _accepted(house, desk, id_, what, tuple(how)):
            getattr(told, what)(*how)
        card = desk.directory.card(id_)
        assert card
        assert _comparable(written(card)) == _comparable(told.file)
        for booked in await assert_sound(database, id_):
            assert set(booked.table_ids) <= card.tables_by_id.keys()


async def _accepted(house: House, desk: Desk, id_: str, what: str, how: tuple[Any, ...]) -> bool:
    """Whether the edit was made. One that was refused must have changed nothing, which the caller sees."""
    try:
        await _edit(house, desk, id_, what, how)
    except MaitreError as error:
        assert error.http_status in (400, 404, 409)  # noqa: PT017 — a refusal is as good as a deed, a fault is not
        return False
    return True
