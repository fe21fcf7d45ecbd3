"""One restaurant's day: its tables by the hour, and who is at the table that is chosen."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.content import Content

from appliance.contract import BookRow
from tui.floor import FloorDay, Standing, TableDay, standing_of
from tui.screens.base import ConsoleScreen
from tui.screens.book_guests import Guests
from tui.screens.book_lines import Hours, marked, state_of, time_of, wishes_of
from tui.screens.book_page import BookPage
from tui.widgets.table import Column
from tui.widgets.tone import quiet

_HEAVIEST_FIRST = (
    Standing.OVERDUE, Standing.SOON, Standing.SEATED, Standing.RESERVED, Standing.FREE, Standing.COMPLETED,
    Standing.OUT,
)  # fmt: skip


class Book(BookPage[TableDay]):
    DEFAULT_CSS: ClassVar[str] = """
    Book #in-full { height: 25%; min-height: 3; }
    """

    _floor: FloorDay | None = None

    def columns(self) -> Sequence[Column[TableDay]]:
        def title(id_: str) -> str:
            return self.words(f"book.{id_}")

        return [
            Column(title=title("table"), cell=self._table_name, rank=lambda row: row.name, width=10),
            Column(
                title=title("seats"),
                cell=lambda row: str(row.capacity or ""),
                rank=lambda row: -row.capacity,
                width=6,
                right=True,
                from_width=90,
            ),
            Column(
                title=title("area"), cell=lambda row: quiet(row.area), rank=lambda row: row.area, width=18,
                from_width=140,
            ),
            Column(
                title=title("state"),
                cell=lambda row: marked(row.standing, self.words(f"standing.{row.standing}")),
                rank=lambda row: _HEAVIEST_FIRST.index(row.standing),
                width=11,
                from_width=110,
            ),
            Hours(title="", cell=lambda _: "", floor=lambda: self._floor, grows=True),
        ]  # fmt: skip

    def key_of(self, row: TableDay) -> str:
        return self._called(row)

    def text_of(self, row: TableDay) -> str:
        """Who looks for a guest finds the table."""
        guests = " ".join(f"{stay.row.name} {stay.row.phone}" for stay in row.stays)
        return f"{row.name} {row.area} {self.words(f'standing.{row.standing}')} {guests}"

    def paint(self) -> None:
        self._open_the_only_one()
        self._floor = self.floor()
        self.show_rows(
            self._floor.tables if self._floor else [],
            nothing=self.words("book.no_tables" if self._floor else "table.waiting" if self.book else "book.choose"),
            age=self.told_age,
            more=" · ".join(self._told()),
        )

    def in_full(self, row: TableDay) -> Content:
        width = max(self.size.width - 4, 1)
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in self._table(row))

    def opened(self, row: TableDay) -> ConsoleScreen:
        return Guests(self.desk, self.words, row.name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "only" and super().check_action(action, parameters)

    def _open_the_only_one(self) -> None:
        if self.desk.book is None and len(known := self.desk.shown.restaurants) == 1:
            self.desk.open_book(*known)

    def _table_name(self, row: TableDay) -> Content:
        return marked(row.standing, self._called(row))

    def _called(self, row: TableDay) -> str:
        return row.name or self.words("book.no_table")

    def _told(self) -> Iterator[str]:
        """What holds of the day as a whole."""
        page = self.book.page.value if self.book else None
        if page is None or self._floor is None:
            return
        if self._floor.now is not None:
            yield self.words("book.tonight")
        count = sum(standing_of(row, self.now_ms()) is not None for row in page.reservations)
        yield self.words("book.counted", reservations=count, covers=page.covers)
        if page.status != "open":
            told = self.words.known(f"book.{page.status}", page.status)
            yield f"{told}: {page.reason}" if page.reason else told

    def _table(self, row: TableDay) -> Iterator[Content]:
        seats = self.words("book.of_seats", count=row.capacity) if row.capacity else ""
        where = quiet(" · ".join(filter(None, [row.area, seats])))
        standing = marked(row.standing, self.words(f"standing.{row.standing}"))
        yield Content("  ").join(filter(None, [Content.styled(self._called(row), "bold"), where, standing]))
        if not row.stays:
            yield quiet(self.words("book.nobody"))
        yield from (self._guest(stay.row) for stay in row.stays)

    def _guest(self, row: BookRow) -> Content:
        people = self.words("book.people", count=row.party_size)
        told = " · ".join(filter(None, [time_of(row, self.book), row.name, people, row.phone]))
        return Content("  ").join([state_of(row, self.words, now_ms=self.now_ms()), Content(told), wishes_of(row)])
