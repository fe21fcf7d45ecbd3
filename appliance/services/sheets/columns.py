"""The tabs of a restaurant's spreadsheet: which columns each has, what is written in them, how a file is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from appliance.domain.needs import names
from appliance.domain.phrases import language
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import RestaurantCard, Shift
from appliance.domain.sheet_cells import words_of
from appliance.errors import Invalid, NotFound
from appliance.services.agent.wording import area_name
from appliance.services.sheets import csv_text

Cells = Sequence[str]

_MOST_ROWS = 50_000


class Tab(StrEnum):
    """In the order in which they can be taken over: bookings need tables, tables need shifts."""

    SHIFTS = "Turnos"
    HOURS = "Horarios"
    SETTINGS = "Configuracion"
    TABLES = "Mesas"
    RESERVATIONS = "Reservas"


# Behind the columns that such sheets always had come those without which something would be lost.
COLUMNS: Mapping[Tab, tuple[str, ...]] = {
    Tab.RESERVATIONS: (
        *("ID", "Fecha", "Hora", "Turno", "Cliente", "Teléfono", "Personas", "Zona", "Mesa", "Estado", "Notas"),
        *("Creado", "Necesidades", "Tronas"),
    ),
    Tab.TABLES: ("ID", "Zona", "Capacidad", "Turnos", "Estado", "Notas"),
    Tab.SHIFTS: ("Turno", "Inicio", "Fin", "Última entrada"),
    Tab.HOURS: ("Dia", "Inicio", "Fin", "Turno", "Última entrada"),
    Tab.SETTINGS: ("Clave", "Valor"),
}
_NEEDED: Mapping[Tab, tuple[str, ...]] = {
    Tab.RESERVATIONS: ("Fecha", "Hora", "Personas"),
    Tab.TABLES: ("ID", "Zona", "Capacidad"),
    Tab.SHIFTS: ("Turno", "Inicio", "Fin"),
    Tab.HOURS: ("Dia", "Inicio", "Fin"),
    Tab.SETTINGS: ("Clave", "Valor"),
}
_ALSO_CALLED: Mapping[str, str] = {
    "ID": "identificador,codigo",
    "Fecha": "date,dia",
    "Hora": "time",
    "Turno": "shift,servicio",
    "Turnos": "shifts,turno",
    "Cliente": "nombre,name,customer",
    "Teléfono": "tel,movil,phone",
    "Personas": "pax,comensales,party size,people",
    "Zona": "area,zone",
    "Mesa": "mesas,table,tables",
    "Capacidad": "plazas,asientos,seats,capacity",
    "Estado": "status",
    "Notas": "nota,observaciones,comentarios,notes",
    "Creado": "creada,fecha creacion,created",
    "Necesidades": "needs",
    "Tronas": "high chairs",
    "Dia": "dia semana,dia de la semana,day",
    "Inicio": "apertura,desde,start,opens",
    "Fin": "cierre,hasta,end,closes",
    "Última entrada": "ultima,last seating",
    "Clave": "key,ajuste",
    "Valor": "value",
}
STATUS_WORDS: Mapping[ReservationStatus, str] = {
    ReservationStatus.PENDING: "pendiente",
    ReservationStatus.CONFIRMED: "confirmada",
    ReservationStatus.SEATED: "ocupada",
    ReservationStatus.COMPLETED: "completada",
    ReservationStatus.CANCELLED: "cancelada",
    ReservationStatus.NO_SHOW: "no_show",
}
_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
CLOSED = "cerrado"
CLOSED_DAYS = "dias_cerrados"


class Row(Struct, frozen=True, kw_only=True):
    """A row of a file. `number` is what the spreadsheet shows beside it: the header is row 1."""

    number: int
    cells: Mapping[str, str]

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")

    def has(self, column: str) -> bool:
        return column in self.cells


class Unreadable(Invalid):
    """The row is not understood."""


class Refused(Struct, frozen=True):
    """A row that is not taken over, and why."""

    row: int
    why: Unreadable


def tab_named(name: str) -> Tab:
    """The tab of that name, however it is spelt. Raises NotFound."""
    wanted = words_of(name.removesuffix(".csv"))
    for tab in Tab:
        if words_of(tab) == wanted:
            return tab
    raise NotFound("There is no such tab; there are {tabs}.", tabs=tuple(Tab))


def rows_of(tab: Tab, data: bytes) -> list[Row]:
    """The rows of a file, by the names of the columns; in whatever order they come. Raises Invalid."""
    read = csv_text.read(data)
    if not read:
        raise Invalid("The file is empty.")
    if len(read) > _MOST_ROWS:
        raise Invalid("The file has more than {most} rows: send it in parts.", most=_MOST_ROWS)
    columns = _columns(tab, read[0])
    lacking = tuple(column for column in _NEEDED[tab] if column not in columns.values())
    if lacking:
        raise Invalid("{tab}: there is no column {columns}; the first row must name them.", tab=tab, columns=lacking)
    rows = (Row(number=number, cells=_cells(columns, cells)) for number, cells in enumerate(read[1:], start=2))
    return [row for row in rows if any(row.cells.values())]


def _columns(tab: Tab, header: Cells) -> dict[int, str]:
    """Where each column stands. Its own name goes before what others call it."""
    heads = [words_of(head) for head in header]
    found: dict[int, str] = {}
    for also in (False, True):
        for column in COLUMNS[tab]:
            known = _ALSO_CALLED[column].split(",") if also else [words_of(column)]
            place = next((n for n, head in enumerate(heads) if head in known and n not in found), None)
            if place is not None and column not in found.values():
                found[place] = column
    return found


def _cells(columns: Mapping[int, str], cells: Cells) -> dict[str, str]:
    return {column: cells[place].strip() if place < len(cells) else "" for place, column in columns.items()}


def reservation_cells(one: Reservation, card: RestaurantCard) -> Cells:
    tables = [card.tables_by_id[id_].name for id_ in one.table_ids if id_ in card.tables_by_id]
    return (
        one.id,
        one.date,
        one.time,
        one.shift,
        one.name,
        one.phone,
        str(one.party_size),
        area_name(card, one.area_id),
        ", ".join(tables),
        STATUS_WORDS[one.status],
        one.notes,
        _moment(one.created_at, card),
        "; ".join(names(one.needs, language(card.locale))),
        str(one.high_chairs or ""),
    )


def _moment(at_ms: int, card: RestaurantCard) -> str:
    moment: datetime = card.local(at_ms)
    return moment.isoformat(sep=" ", timespec="seconds")


def card_cells(tab: Tab, card: RestaurantCard) -> list[Cells]:
    """All rows of a tab that tells of the restaurant itself."""
    if tab is Tab.TABLES:
        return [_table_cells(card, n) for n in range(len(card.tables))]
    if tab is Tab.SHIFTS:
        return _shift_cells(card)
    return _hours_cells(card) if tab is Tab.HOURS else _setting_cells(card)


def _table_cells(card: RestaurantCard, number: int) -> Cells:
    table = card.tables[number]
    return (
        table.name,
        area_name(card, table.area_id),
        str(table.capacity),
        ", ".join(table.shifts),
        "libre" if table.active else "mantenimiento",
        "accesible" if table.accessible else "",
    )


def _shift_cells(card: RestaurantCard) -> list[Cells]:
    """Every shift once, with the hours it has on most of its days."""
    spans: dict[str, list[tuple[str, str, str]]] = {}
    for shift in card.shifts:
        spans.setdefault(shift.name, []).append(_span(shift))
    return [(name, *max(found, key=found.count)) for name, found in spans.items()]


def _hours_cells(card: RestaurantCard) -> list[Cells]:
    rows: list[Cells] = []
    for weekday, name in enumerate(_WEEKDAYS):
        shifts = sorted((one for one in card.shifts if one.weekday == weekday), key=lambda one: one.opens)
        spans = [_span(shift) for shift in shifts]
        rows += [
            (name, opens, closes, one.name, last) for one, (opens, closes, last) in zip(shifts, spans, strict=True)
        ]
        rows += [] if shifts else [(name, CLOSED, "", "", "")]
    return rows


def _span(shift: Shift) -> tuple[str, str, str]:
    opens, closes, last = (
        f"{minute // 60:02}:{minute % 60:02}" for minute in (shift.opens, shift.closes, shift.last_seating)
    )
    return opens, closes, last


def _setting_cells(card: RestaurantCard) -> list[Cells]:
    open_days = {shift.weekday for shift in card.shifts}
    closed = [name for weekday, name in enumerate(_WEEKDAYS) if weekday not in open_days]
    dates = [one.date.isoformat() for one in card.closures if one.shift is None]
    return [
        ("nombre", card.name),
        ("telefono", card.phone),
        ("zona_horaria", card.timezone),
        (CLOSED_DAYS, ", ".join([*closed, *dates])),
    ]
