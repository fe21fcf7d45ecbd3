"""A screen that is one table: how many rows there are, how they are ordered, and what opens."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from tui.screens.base import ConsoleScreen
from tui.widgets.table import Column, Table

Row = TypeVar("Row")


class Listing(ConsoleScreen, Generic[Row]):
    AUTO_FOCUS: ClassVar[str | None] = "Table"
    DEFAULT_CSS = """
    Listing #filter { display: none; height: 1; border: none; padding: 0 1; background: $panel; }
    Listing #filter:focus { border: none; }
    Listing #filter.-open { display: block; }
    Listing #in-full { height: 2; padding: 0 2; color: $foreground; }
    Listing.-lost #in-full { opacity: 45%; }
    """

    def columns(self) -> Sequence[Column[Row]]:
        raise NotImplementedError

    def key_of(self, row: Row) -> str:
        raise NotImplementedError

    def text_of(self, row: Row) -> str:
        """What the filter looks at."""
        raise NotImplementedError

    def in_full(self, row: Row) -> Content:
        """What of a row may have no room in the table."""
        raise NotImplementedError

    def opened(self, row: Row) -> ConsoleScreen:
        """The screen that shows a row in full."""
        raise NotImplementedError

    @property
    def heading(self) -> str:
        """What the table is called."""
        return self.words(f"screen.{self.place}")

    @property
    def table(self) -> Table[Row]:
        return cast("Table[Row]", self.query_one(Table))

    def body(self) -> ComposeResult:
        yield Table(self.columns(), key=self.key_of, text=self.text_of)
        yield Static(id="in-full")
        yield Input(id="filter", placeholder=self.words("filter.placeholder"), select_on_focus=False)

    def show_rows(self, rows: Sequence[Row], *, nothing: str, age: str, more: str = "") -> None:
        table = self.table
        table.show(rows, nothing=nothing)
        self._tell(more)
        table.border_subtitle = age

    def on_table_changed(self) -> None:
        self._tell(self._more)

    def on_table_opened(self) -> None:
        if (row := self.table.chosen) is not None:
            self.app.push_screen(self.opened(row))

    _more = ""
    _in_full = Content("")

    def _tell(self, more: str) -> None:
        """In the title: how many of how many, the filter, the order, the marks."""
        self._more, table = more, self.table
        self._tell_in_full()
        table.unmatched = self.words("table.none_match", filter=table.filter)
        counted = self.words("table.count", shown=len(table.shown), all=table.total)
        told = [
            self.heading,
            counted if table.filter else str(table.total),
            f"/{table.filter}" if table.filter else "",
            table.order,
            self.words("table.marked", count=len(table.marked)) if table.marked else "",
            more,
        ]
        table.entitle(" · ".join(part for part in told if part))

    def _tell_in_full(self) -> None:
        """Of the chosen row; it is two lines high, whatever they say."""
        chosen = self.table.chosen
        told = Content("") if chosen is None else self.in_full(chosen)
        if not told.is_same(self._in_full):
            self._in_full = told
            self.query_one("#in-full", Static).update(told, layout=False)

    # --- hands ---

    def action_back(self) -> None:
        """Out of the filter first."""
        if self.table.filter or self._line.has_focus:
            self._leave_filter("")
        else:
            super().action_back()

    def action_filter(self) -> None:
        """What is typed next is the filter's: it has the focus at once, and not only once it is drawn."""
        self._line.add_class("-open")
        self.set_focus(self._line)

    def on_input_changed(self, event: Input.Changed) -> None:
        """All that the letter changes is painted with it: the table alone would be a turn of the screen later."""
        self.table.sift(event.value)
        self._tell(self._more)
        self.refresh()

    def on_input_submitted(self) -> None:
        self._leave_filter(self._line.value)

    def on_table_copied(self, event: Table.Copied) -> None:
        self.app.copy_to_clipboard(event.text)
        self.notify(self.words("notice.copied", text=event.text), markup=False)

    @property
    def _line(self) -> Input:
        return self.query_one("#filter", Input)

    def _leave_filter(self, text: str) -> None:
        self._line.value = text
        self._line.set_class(bool(text), "-open")
        self.set_focus(self.table)
