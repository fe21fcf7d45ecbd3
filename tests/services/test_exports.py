import csv
import io
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appliance.domain.hours import stay
from appliance.domain.needs import NEEDS
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Invalid
from appliance.services.edits import written
from appliance.services.exports import Exports
from appliance.services.house import House
from appliance.services.sheets.columns import Tab
from appliance.services.sheets.importing import SheetImport
from appliance.store import reservations
from appliance.store.engine import Database
from appliance.web.languages import in_english
from support.books import booking
from support.desk import Desk, gaviota, wish
from support.fake_clock import START_MS, FakeClock

COLUMNS = (
    "id;date;time;party_size;status;name;phone;area;tables;shift;notes;needs;high_chairs;source;created_at;updated_at;"
    "deposit_cents"
)


async def text_of(desk: Desk, tab: Tab | None = None, restaurant: str = "rest_gaviota", **how: Any) -> str:
    exports, card = Exports(desk.database), desk.restaurants.one(restaurant)
    separator = how.pop("separator", ";")
    span = (how.get("first"), how.get("last"))
    pages = exports.sheet(card, tab, separator=separator) if tab else exports.book(card, *span, separator=separator)
    return b"".join([page async for page in pages]).decode()


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


async def test_the_book_is_a_file_that_excel_opens_and_programs_can_rely_on(desk: Desk) -> None:
    await desk.book(wish(notes="junto a la ventana", needs="celíaco y una trona"))
    text = await text_of(desk)
    assert text.startswith("\ufeff" + COLUMNS + "\r\n")
    (row,) = rows_of(text)
    assert (row["date"], row["time"], row["party_size"], row["status"]) == ("2026-11-28", "21:00", "2", "confirmed")
    assert (row["name"], row["phone"], row["tables"]) == ("Lucía Fernández", "'+34600111222", "T1")
    assert (row["needs"], row["high_chairs"]) == ("coeliac; high_chair", "1")
    assert (row["source"], row["created_at"]) == ("phone_agent", "2026-11-25T11:00:00+01:00")


async def test_a_book_can_have_commas(desk: Desk) -> None:
    assert (await text_of(desk, separator=",")).removeprefix("\ufeff") == COLUMNS.replace(";", ",") + "\r\n"


async def test_a_guest_s_name_is_no_formula(desk: Desk) -> None:
    await desk.book(wish(name="Ana", notes="=HYPERLINK(A1)"))
    assert [row["notes"] for row in rows_of(await text_of(desk))] == ["'=HYPERLINK(A1)"]


async def test_a_stretch_of_the_book_has_both_its_ends(desk: Desk) -> None:
    days = [date(2026, 11, day) for day in (26, 27, 28, 29)]
    for number, day in enumerate(days):
        await desk.book(wish(date=day.isoformat()), call=f"call_{number}")
    found = rows_of(await text_of(desk, first=days[1], last=days[2]))
    assert [row["date"] for row in found] == ["2026-11-27", "2026-11-28"]
    assert len(rows_of(await text_of(desk, first=days[1]))) == len(rows_of(await text_of(desk, last=days[2]))) == 3
    assert len(rows_of(await text_of(desk, first=date.min, last=date.max))) == 4
    with pytest.raises(Invalid, match="to: must not be before"):
        await text_of(desk, first=days[1], last=days[0])


async def test_a_book_of_many_pages_is_whole_and_in_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.services.exports._PAGE", 3)
    done = {"restaurant_id": "rest_gaviota", "status": ReservationStatus.COMPLETED, "table_ids": ()}
    async with desk.database.write() as tx:
        for number in range(9):  # of which three begin at a time
            at = desk.clock.now_ms() + number // 3 * 3_600_000
            await reservations.insert(
                tx, booking(f"res_{number}", starts_at=at, ends_at=at + 1, free_at=at + 1, **done)
            )
    assert [row["id"] for row in rows_of(await text_of(desk))] == [f"res_{number}" for number in range(9)]


async def test_another_restaurant_s_bookings_are_in_no_file(desk: Desk) -> None:
    await desk.open(gaviota("rest_otra", phone="+34910000002"))
    await desk.book(wish())
    assert rows_of(await text_of(desk, restaurant="rest_otra")) == []
    assert rows_of(await text_of(desk, Tab.RESERVATIONS, restaurant="rest_otra")) == []


async def test_the_tabs_have_the_columns_that_such_sheets_always_had(desk: Desk) -> None:
    heads = {tab: (await text_of(desk, tab)).removeprefix("\ufeff").partition("\r\n")[0] for tab in Tab}
    assert heads[Tab.RESERVATIONS].startswith(
        "ID;Fecha;Hora;Turno;Cliente;Teléfono;Personas;Zona;Mesa;Estado;Notas;Creado"
    )
    assert heads[Tab.TABLES] == "ID;Zona;Capacidad;Turnos;Estado;Notas"
    assert heads[Tab.SHIFTS].startswith("Turno;Inicio;Fin")
    assert heads[Tab.HOURS].startswith("Dia;Inicio;Fin")
    settings = (await text_of(desk, Tab.SETTINGS)).splitlines()
    assert settings[-1] == "dias_cerrados;martes, 2026-12-25"


# --- out and in again ---

_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["José Ñúñez", '"Ana"; Ruiz', "=1+1", "+34", "-", "@ana", "'=x", "dos\nlíneas", "a\r\nb", "'t Hart", "\tx", "🦀"]
)
_booking = st.fixed_dictionaries(
    {
        "day": st.dates(date(2026, 11, 20), date(2027, 4, 10)),
        "minute": st.integers(0, 95).map(lambda quarter: quarter * 15),
        "party_size": st.integers(1, 12),
        "status": st.sampled_from(ReservationStatus),
        "name": _words.map(str.strip),
        "notes": _words.map(str.strip),
        "phone": st.sampled_from(["", "+34600111222", "+34910000009", "+442071838750"]),
        "tables": st.lists(st.sampled_from(["T1", "S1", "S2"]), min_size=1, max_size=2, unique=True),
        "needs": st.lists(st.sampled_from([*(need.id for need in NEEDS), "sin sal"]), max_size=3, unique=True),
        "high_chairs": st.integers(0, 2),
        "created_at": st.integers(1_600_000_000, START_MS // 1000),
    }
)


def reservation(card: RestaurantCard, id_: str, said: dict[str, Any]) -> Reservation:
    taken = stay(card.at(said["day"], said["minute"]), 120, card)
    tables = tuple(sorted(table.id for table in card.tables if table.name in said["tables"]))
    return Reservation(
        id=id_,
        restaurant_id=card.id,
        date=said["day"].isoformat(),
        time=f"{time(said['minute'] // 60, said['minute'] % 60):%H:%M}",
        starts_at=taken.starts_at,
        ends_at=taken.ends_at,
        free_at=taken.free_at,
        area_id=card.tables_by_id[tables[0]].area_id,
        table_ids=tables,
        needs=tuple(said["needs"]),
        created_at=said["created_at"] * 1000,
        **{name: said[name] for name in ("party_size", "status", "name", "notes", "phone", "high_chairs")},
    )


def book_of(card: RestaurantCard, ids: str, told: list[dict[str, Any]]) -> list[Reservation]:
    """Of the bookings told, those that do not meet another at a table."""
    book: list[Reservation] = []
    claims: set[tuple[str, int]] = set()
    for number, said in enumerate(told):
        one = reservation(card, f"{ids}_{number}", said)
        wanted = {(table, quarter) for table in one.table_ids for quarter in one.quarters}
        if card.skips(said["day"], said["minute"]) or (one.status in HOLDING and wanted & claims):
            continue
        claims |= wanted if one.status in HOLDING else set()
        book.append(one)
    return book


def comparable(one: Reservation, card: RestaurantCard) -> dict[str, object]:
    names = ("date", "time", "starts_at", "ends_at", "party_size", "status", "name", "phone", "notes", "created_at")
    seated = sorted(card.tables_by_id[table].name for table in one.table_ids)
    area = card.areas_by_id[one.area_id].name
    more = {"tables": seated, "area": area, "needs": sorted(one.needs), "high_chairs": one.high_chairs}
    return {name: getattr(one, name) for name in names} | more


def importer(desk: Desk) -> SheetImport:
    return SheetImport(
        desk.database, desk.clock, desk.books, House(desk.database, desk.clock, desk.directory, desk.books)
    )


@given(told=st.lists(_booking, max_size=12), separator=st.sampled_from(";,"))
@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)
async def test_a_book_that_is_taken_over_elsewhere_is_the_same_book(
    database: Database, clock: FakeClock, told: list[dict[str, Any]], separator: str
) -> None:
    desk = Desk(database, clock)
    here = await desk.open(gaviota(clock.new_id("rest")))
    there = await desk.open(gaviota(clock.new_id("rest")))
    book = book_of(here, clock.new_id("res"), told)
    async with database.write() as tx:
        for one in book:
            await reservations.insert(tx, one)
    text = await text_of(desk, Tab.RESERVATIONS, restaurant=here.id, separator=separator)
    report = await importer(desk).take_over(there, Tab.RESERVATIONS, text.encode(), in_english)
    assert (report.imported, report.skipped, report.problems) == (len(book), 0, [])
    taken = await desk.everything(there.id)
    was, became = ([comparable(one, card) for one in some] for some, card in ((book, here), (taken, there)))
    assert sorted(became, key=str) == sorted(was, key=str)
    for card in (here, there):  # where it came from, and where it is by now
        again = await text_of(desk, Tab.RESERVATIONS, restaurant=card.id)
        report = await importer(desk).take_over(card, Tab.RESERVATIONS, again.encode(), in_english)
        assert (report.imported, report.skipped, report.problems) == (0, len(book), [])


async def test_a_restaurant_that_is_taken_over_elsewhere_is_the_same_restaurant(desk: Desk) -> None:
    bare = {"areas": (), "tables": (), "combinations": (), "shifts": (), "closures": ()}
    there = await desk.open(gaviota("rest_there", phone="+34910000005", **bare))
    for tab in Tab:
        text = await text_of(desk, tab)
        for again in (False, True):
            report = await importer(desk).take_over(desk.restaurants.one(there.id), tab, text.encode(), in_english)
            assert report.problems == []
            assert not (again and report.imported)
    here, copy = (written(desk.restaurants.one(id_)) for id_ in ("rest_gaviota", there.id))

    def known(file: Any) -> object:
        # What the sheets have no word for: how a shift is cut up, what areas are also called, why a day is closed.
        areas = [(area.name, area.tables) for area in file.areas]
        shifts = [(one.name, one.days, one.opens, one.last_seating, one.closes) for one in file.shifts]
        return areas, shifts, [one.date for one in file.closures]

    assert known(here) == known(copy)


async def test_a_time_of_the_night_on_which_the_clocks_go_back_comes_back_as_it_was(desk: Desk) -> None:
    card = desk.restaurants.one("rest_gaviota")
    said = {"day": date(2026, 10, 25), "minute": 150, "party_size": 2, "status": ReservationStatus.COMPLETED}
    said |= {"name": "", "notes": "", "phone": "", "tables": ["T1"], "needs": [], "high_chairs": 0}
    second = int(datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp())  # the second of two times half past two
    one = reservation(card, "res_night", said | {"created_at": second})
    async with desk.database.write() as tx:
        await reservations.insert(tx, one)
    there = await desk.open(gaviota("rest_there", phone="+34910000005"))
    text = await text_of(desk, Tab.RESERVATIONS)
    await importer(desk).take_over(there, Tab.RESERVATIONS, text.encode(), in_english)
    (copy,) = await desk.everything(there.id)
    assert (copy.starts_at, copy.created_at) == (one.starts_at, one.created_at)
