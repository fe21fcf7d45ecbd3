"""The guests of a day, of one table or of all, and each of them in full."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from appliance.contract import BookRow
from tui.desk import Desk
from tui.feeds import Feed
from tui.floor import table_names
from tui.screens.base import ConsoleScreen
from tui.screens.book_lines import state_of, tables_of, time_of, wishes_of
from tui.screens.book_page import BookPage
from tui.widgets.panel import Panel
from tui.widgets.table import Column
from tui.words import Words


class Guests(BookPage[BookRow]):
    """Those who cancelled or did not come are among them."""

    def __init__(self, desk: Desk, words: Words, table: str) -> None:
        super().__init__(desk, words, crumbs=[words("book.guests")])
        self._table = table
        self._of_all = False

    def columns(self) -> Sequence[Column[BookRow]]:
        def title(id_: str) -> str:
            return self.words(f"book.{id_}")

        return [
            Column(title=title("time"), cell=self._time, rank=lambda row: row.starts_at, width=11),
            Column(title=title("state"), cell=self._state, rank=lambda row: row.status, width=12),
            Column(
                title=title("party"),
                cell=lambda row: str(row.party_size),
                rank=lambda row: -row.party_size,
                width=5,
                right=True,
            ),
            Column(title=title("name"), cell=lambda row: row.name, rank=lambda row: row.name, width=18),
            Column(title=title("phone"), cell=lambda row: row.phone, width=13),
            Column(title=title("table"), cell=tables_of, rank=tables_of, width=8, from_width=100),
            Column(title=title("wishes"), cell=wishes_of, grows=True, from_width=100),
        ]

    def key_of(self, row: BookRow) -> str:
        return row.id

    def text_of(self, row: BookRow) -> str:
        return f"{row.name} {row.phone} {tables_of(row)} {self._state(row).plain} {wishes_of(row).plain}"

    def paint(self) -> None:
        page = self.book.page.value if self.book else None
        rows = [row for row in page.reservations if self._is_here(row)] if page else []
        nothing = self.words("book.no_guests" if page else "table.waiting")
        self.show_rows(rows, nothing=nothing, age=self.told_age, more=self._which())

    def in_full(self, row: BookRow) -> Content:
        where = Content(" · ".join(filter(None, [tables_of(row), row.area])))
        return Content("  ").join([where, wishes_of(row)])

    def opened(self, row: BookRow) -> ConsoleScreen:
        return OneGuest(self.desk, self.words, row)

    def action_only(self) -> None:
        """Those of the table that it was opened at, or all of the day."""
        self._of_all = not self._of_all
        self.show()

    def _is_here(self, row: BookRow) -> bool:
        house = self.book.house.value if self.book else None
        return self._of_all or (house is not None and self._table in table_names(row, house))

    def _which(self) -> str:
        if self._of_all:
            return self.words("book.all_tables")
        return f"{self.words('book.table')} {self._table}" if self._table else self.words("book.no_table")

    def _state(self, row: BookRow) -> Content:
        return state_of(row, self.words, now_ms=self.now_ms())

    def _time(self, row: BookRow) -> str:
        return time_of(row, self.book)


class OneGuest(ConsoleScreen):
    """A booking with all that the book has of it."""

    place = "book"

    def __init__(self, desk: Desk, words: Words, row: BookRow) -> None:
        super().__init__(desk, words, crumbs=[words("book.guests"), row.name])
        self._row = row

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return self.desk.book.feeds if self.desk.book else ()

    def body(self) -> ComposeResult:
        yield Panel(self._row.name, self._lines)

    def paint(self) -> None:
        if (book := self.desk.book) is None:
            return
        rows = book.page.value.reservations if book.page.value else []
        self._row = next((row for row in rows if row.id == self._row.id), self._row)
        self.query_one(Panel).show(self.age_of(book.page))

    def _lines(self, width: int, height: int) -> Iterator[Content]:
        del height
        row, words = self._row, self.words
        yield Content("  ").join(
            [state_of(row, words, now_ms=self.now_ms()), Content(words("book.people", count=row.party_size))]
        )
        yield Content("")
        for word, told in (
            ("time", " · ".join(filter(None, [row.date, time_of(row, self.desk.book), row.shift]))),
            ("table", " · ".join(filter(None, [tables_of(row), row.area]))),
            ("phone", row.phone),
            ("wishes", wishes_of(row)),
            ("high_chairs", str(row.high_chairs or "")),
            ("deposit", self.figures.money(row.deposit_cents) if row.deposit_cents else ""),
            ("source", row.source),
            ("call", row.call_id),
            ("id", row.id),
        ):
            if told:
                yield from Content.assemble((f"{words(f'book.{word}')}  ", "$primary"), told).wrap(width)
