"""The book and the floor as CSV files, for spreadsheets and other programs; written page by page, however long."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date, timedelta

from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Invalid
from appliance.services.sheets import csv_text
from appliance.services.sheets.columns import COLUMNS, Cells, Tab, card_cells, reservation_cells
from appliance.services.views import reservation_row
from appliance.store import reservations
from appliance.store.engine import Database

_PAGE = 500
_DAY = timedelta(days=1)
_ALL = (-(2**53), 2**53)
# Programs rely on the names and their order: new ones are added at the end.
_BOOK_COLUMNS = (
    *("id", "date", "time", "party_size", "status", "name", "phone", "area", "tables", "shift"),
    *("notes", "needs", "high_chairs", "source", "created_at", "updated_at", "deposit_cents"),
)


class Exports:
    def __init__(self, database: Database) -> None:
        self._database = database

    def book(
        self, card: RestaurantCard, first: date | None, last: date | None, *, separator: str
    ) -> AsyncIterator[bytes]:
        """The reservations from one date to another, both included; without them, all. Raises Invalid."""
        if first and last and last < first:
            raise Invalid("to: must not be before `from`")
        end = card.at(min(last, date.max - _DAY) + _DAY, 0) if last else _ALL[1]
        span = (card.at(first, 0) if first else _ALL[0], end)
        return self._file(card, _BOOK_COLUMNS, span, _book_cells, separator)

    def sheet(self, card: RestaurantCard, tab: Tab, *, separator: str) -> AsyncIterator[bytes]:
        """One tab of the restaurant's spreadsheet."""
        if tab is Tab.RESERVATIONS:
            return self._file(card, COLUMNS[tab], _ALL, reservation_cells, separator)
        return _whole([COLUMNS[tab], *card_cells(tab, card)], separator)

    async def _file(
        self,
        card: RestaurantCard,
        columns: Cells,
        span: tuple[int, int],
        cells: Callable[[Reservation, RestaurantCard], Cells],
        separator: str,
    ) -> AsyncIterator[bytes]:
        after, found = (span[0] - 1, ""), await self._page(card, span, (span[0] - 1, ""))
        yield _head(columns, separator)
        while found:
            yield csv_text.lines((cells(one, card) for one in found), separator).encode()
            after = (found[-1].starts_at, found[-1].id)
            found = await self._page(card, span, after) if len(found) == _PAGE else []

    async def _page(self, card: RestaurantCard, span: tuple[int, int], after: tuple[int, str]) -> list[Reservation]:
        async with self._database.read() as tx:
            return await reservations.stretch(tx, card.id, span, after=after, limit=_PAGE)


def _head(columns: Cells, separator: str) -> bytes:
    return (csv_text.BOM + csv_text.lines([columns], separator)).encode()


async def _whole(rows: Iterable[Cells], separator: str) -> AsyncIterator[bytes]:
    yield (csv_text.BOM + csv_text.lines(rows, separator)).encode()


def _book_cells(one: Reservation, card: RestaurantCard) -> Cells:
    row = reservation_row(one, card)
    return (
        *(row.id, row.date, row.time, str(row.party_size), row.status, row.name, row.phone, row.area),
        ", ".join(row.tables),
        one.shift,
        row.notes,
        "; ".join(row.needs),
        str(one.high_chairs),
        row.source,
        *(card.local(at).isoformat(timespec="seconds") for at in (one.created_at, one.updated_at)),
        str(row.deposit_cents),
    )
