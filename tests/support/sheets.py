"""A restaurant's spreadsheet, taken over at a desk."""

from typing import Any

from appliance.contract import ImportReport
from appliance.domain.reservation import Reservation
from appliance.services.house import House
from appliance.services.sheets.columns import Tab
from appliance.services.sheets.importing import SheetImport
from appliance.web.languages import in_english
from support.desk import Desk

HEAD = "ID;Fecha;Hora;Turno;Cliente;Teléfono;Personas;Zona;Mesa;Estado;Notas;Creado"
ANA = "R1;2026-11-28;21:00;Cena;Ana Ruiz;600111222;4;Salón;S1;Confirmada;ventana;2026-11-20 10:00"


def importer(desk: Desk) -> SheetImport:
    house = House(desk.database, desk.clock, desk.directory, desk.books)
    return SheetImport(desk.database, desk.clock, desk.books, house)


async def take(desk: Desk, *rows: str, head: str = HEAD, tab: Tab = Tab.RESERVATIONS, **how: Any) -> ImportReport:
    card = desk.restaurants.one(how.pop("restaurant", "rest_gaviota"))
    return await importer(desk).take_over(card, tab, "\n".join((head, *rows)).encode(), in_english, **how)


async def booked(desk: Desk, *rows: str, **how: Any) -> Reservation:
    report = await take(desk, *rows, **how)
    assert (report.imported, report.problems) == (1, [])
    (one,) = await desk.everything()
    return one


async def complaint(desk: Desk, row: str, head: str = HEAD) -> str:
    """About the only row; nothing of it is in the book."""
    report = await take(desk, row, head=head)
    assert (report.imported, report.skipped) == (0, 0)
    assert await desk.everything() == []
    ((number, what),) = [(one.row, one.what) for one in report.problems]
    assert number == 2
    return what
