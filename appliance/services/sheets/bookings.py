"""A row of the tab Reservas, read into the reservation that it tells of. What is not clear is said, never guessed."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from appliance.domain import needs
from appliance.domain.areas import any_area, area_named
from appliance.domain.hours import clock_text, services_on, stay
from appliance.domain.needs import NEEDS, Needs
from appliance.domain.nights import wall_clock
from appliance.domain.placing import lasting
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus, Source
from appliance.domain.restaurant import USUAL_MINUTES, RestaurantCard, Shift, area_of
from appliance.domain.sheet_cells import read_count, read_day, read_minute, read_moment, read_names, read_status
from appliance.domain.spoken.outcome import MISSING, Unclear, known
from appliance.domain.spoken.phones import read_phone, region_of
from appliance.domain.spoken.text import fold
from appliance.domain.spoken.times import read_times
from appliance.services.sheets.columns import Row, Unreadable

_MOST_GUESTS = 1000
_YEARS = range(2000, 2100)


class Draft(Struct, frozen=True, kw_only=True):
    """A reservation as a sheet tells of it. `ids` are those under which it may be in the book already.

    `day` and `shift` are those of its start; while it `lacks_table`, one is to be found for it.
    """

    row: int
    ids: tuple[str, ...]
    reservation: Reservation
    day: date
    minute: int
    shift: Shift
    lacks_table: bool


class Reader:
    """Reads the rows of one file."""

    def __init__(self, card: RestaurantCard, *, now_ms: int) -> None:
        self._card = card
        self._now_ms = now_ms
        self._tables = {table.name: table.id for table in card.tables}
        self._folded = {fold(name): id_ for name, id_ in self._tables.items()}
        self._region = region_of(card.phone)

    def draft(self, row: Row) -> Draft:
        """Raises Unreadable."""
        day, minute = self._moment(row)
        party, status = _party(row), _status(row)
        shift = self._shift(day, minute, row.cell("Turno"))
        taken = stay(self._card.at(day, minute), shift.stays(party), self._card)
        tables, wants = self._table_ids(row.cell("Mesa")), _wants(row)
        area_id = self._area_id(row.cell("Zona"))
        id_, ids = self._ids(row)
        reservation = Reservation(
            id=id_,
            restaurant_id=self._card.id,
            date=day.isoformat(),
            time=clock_text(minute),
            starts_at=taken.starts_at,
            ends_at=taken.ends_at,
            free_at=taken.free_at,
            party_size=party,
            status=status,
            name=row.cell("Cliente"),
            phone=self._phone(row.cell("Teléfono")),
            shift=shift.name,
            area_id=area_id or area_of(self._card.tables_by_id[one] for one in tables),
            area_wished=bool(area_id) and not tables,
            table_ids=tables,
            notes=row.cell("Notas"),
            needs=wants.as_stored(),
            high_chairs=wants.high_chairs,
            seated_at=taken.starts_at if status is ReservationStatus.SEATED else None,
            source=Source.IMPORT,
            created_at=read_moment(row.cell("Creado"), self._card.zone) or self._now_ms,
            updated_at=self._now_ms,
        )
        return Draft(
            row=row.number,
            ids=ids,
            reservation=reservation,
            day=day,
            minute=minute,
            shift=shift,
            lacks_table=not tables and self._needs_table(reservation),
        )

    def _needs_table(self, one: Reservation) -> bool:
        """Whoever is expected must sit somewhere; a wish that waits for the staff has no table yet."""
        waits = one.status is ReservationStatus.PENDING
        return one.status in HOLDING and not waits and one.free_at > self._now_ms

    def _ids(self, row: Row) -> tuple[str, tuple[str, ...]]:
        """The id it gets here, and those it may have: two restaurants' sheets may count alike."""
        own = row.cell("ID")
        told = ("Fecha", "Hora", "Cliente", "Teléfono", "Personas", "Mesa")
        key = own or "\x1f".join(row.cell(column) for column in told)
        given = hashlib.sha256(f"{self._card.id}\x1f{bool(own)}\x1f{key}".encode("utf-8", "surrogatepass")).hexdigest()
        id_ = f"resv_{given[:26]}"
        return id_, (id_, own) if own else (id_,)

    def _moment(self, row: Row) -> tuple[date, int]:
        day = read_day(row.cell("Fecha"))
        if day is None or day.year not in _YEARS:
            raise Unreadable("Fecha: {text!r} is no date; write it as 2026-11-28 or 28/11/2026", text=row.cell("Fecha"))
        minute = self._minute(row, day)
        if minute is None:
            raise Unreadable("Hora: {text!r} is no time; write it as 21:30", text=row.cell("Hora"))
        day, minute = wall_clock(day, minute)
        if self._card.skips(day, minute):
            raise Unreadable("Hora: the clocks go forward that night, there is no {time}", time=clock_text(minute))
        return day, minute

    def _minute(self, row: Row, day: date) -> int | None:
        """The hour as it is written; where only the other half of the dial is one of the service named, that."""
        hour, service = row.cell("Hora"), row.cell("Turno")
        written = read_minute(hour)
        if written is None or self._serves(day, written, service):
            return written
        said = known(read_times(hour)) or ()
        return next((minute for minute in said if self._serves(day, minute, service)), written)

    def _serves(self, day: date, minute: int, named: str) -> bool:
        """Whether a service of that name runs then, be it on other days."""
        services = (*services_on(self._card, day), *((0, one) for one in self._card.shifts))
        called = ((midnight, one) for midnight, one in services if fold(one.name) == fold(named))
        return any(one.opens <= minute + midnight <= one.closes for midnight, one in called)

    def _shift(self, day: date, minute: int, named: str) -> Shift:
        """The service that the party comes to; where none runs, one of the name given, as it is on other days."""
        running = [
            one for midnight, one in services_on(self._card, day) if one.opens <= minute + midnight <= one.closes
        ]
        meant = [one for one in running if fold(one.name) == fold(named)]
        elsewhere = [one for one in self._card.shifts if fold(one.name) == fold(named)]
        return next(iter((*meant, *running, *elsewhere)), lasting(USUAL_MINUTES))

    def _table_ids(self, text: str) -> tuple[str, ...]:
        if not text:
            return ()
        if whole := self._table_id(text):
            return (whole,)
        found = {name: self._table_id(name) for name in read_names(text)}
        if unknown := [name for name, id_ in found.items() if not id_]:
            raise Unreadable("Mesa: there is no table {names}", names=tuple(unknown))
        return tuple(dict.fromkeys(filter(None, found.values())))

    def _table_id(self, name: str) -> str:
        return self._tables.get(name) or self._folded.get(fold(name), "")

    def _area_id(self, text: str) -> str:
        found = area_named(self._card, text)
        if text and not found and not any_area(text):
            raise Unreadable("Zona: there is no area {text}", text=text)
        return found

    def _phone(self, text: str) -> str:
        read = read_phone(text, region=self._region)
        if not isinstance(read, Unclear):
            return read
        if read == MISSING or not any(letter.isalnum() for letter in text):
            return ""
        raise Unreadable("Teléfono: {text!r} is no telephone number", text=text)


def _party(row: Row) -> int:
    party = read_count(row.cell("Personas"))
    if not party or party > _MOST_GUESTS:
        raise Unreadable("Personas: {text!r} is no number of guests", text=row.cell("Personas"))
    return party


def _status(row: Row) -> ReservationStatus:
    text = row.cell("Estado")
    status = read_status(text) if text else ReservationStatus.CONFIRMED
    if status is None:
        raise Unreadable(
            "Estado: {text!r} is not known; there are pendiente, confirmada, ocupada, completada …", text=text
        )
    return status


def _wants(row: Row) -> Needs:
    """What the columns for it say; a sheet without them has it among the notes."""
    counted = read_count(row.cell("Tronas")) or 0
    if row.has("Necesidades"):
        return Needs(ids=tuple(_needs(row.cell("Necesidades"))), high_chairs=counted)
    noted = needs.read([row.cell("Notas")])
    return Needs(ids=noted.ids, high_chairs=max(counted, noted.high_chairs))


def _needs(text: str) -> Iterable[str]:
    """The catalogue's ids of the needs named; what it lacks stays in the words it was written in."""
    named = filter(None, (part.strip() for part in text.split(";")))
    return dict.fromkeys(_BY_NAME.get(fold(name), name) for name in named)


_BY_NAME: Mapping[str, str] = {fold(need.said(lang).name): need.id for need in NEEDS for lang in ("es", "en")}
