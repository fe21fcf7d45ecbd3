"""What all lists of a day book have in common: whose it is, and the keys that turn it to another day."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from textual.binding import BindingType

from tui.daybook import DayBook
from tui.feeds import Feed
from tui.floor import FloorDay, floor_day
from tui.keys import bindings
from tui.screens.base import ConsoleScreen
from tui.screens.book_lines import told_day
from tui.screens.listing import Listing

Row = TypeVar("Row")


class BookPage(Listing[Row]):
    place = "book"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("book")]

    @property
    def book(self) -> DayBook | None:
        return self.desk.book

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return self.book.feeds if self.book else ()

    @property
    def heading(self) -> str:
        return told_day(self.book, self) if self.book else super().heading

    @property
    def told_age(self) -> str:
        return self.age_of(self.book.page) if self.book else ""

    def floor(self) -> FloorDay | None:
        """As it is at this moment, as far as the server has told."""
        if self.book and self.book.house.value and self.book.page.value:
            return floor_day(self.book.house.value, self.book.page.value, self.now_ms())
        return None

    def action_turn_book(self, days: int) -> None:
        if self.book:
            self.book.turn(days)
            self.show()

    def action_tonight(self) -> None:
        if self.book:
            self.book.turn_to_tonight()
            self.show()


async def open_book(screen: ConsoleScreen, restaurant_id: str) -> None:
    """At its tables, whatever was opened there before."""
    screen.desk.open_book(restaurant_id)
    await screen.run_action("app.go('book')")
    await screen.run_action("app.go('book')")
