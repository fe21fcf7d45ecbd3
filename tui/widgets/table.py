"""A table that keeps nothing for a row: of thousands it draws those that are seen, and follows the chosen one."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.keys import bindings
from tui.widgets.tone import quiet

Row = TypeVar("Row")

_GUTTER, _GAP, _HEAD = 3, 2, 1


class Column(Struct, Generic[Row], frozen=True, kw_only=True):
    """`rank` is what to sort by. Only a table of at least `from_width` shows it; those that grow share what is left."""

    title: str
    cell: Callable[[Row], Content | str]
    rank: Callable[[Row], Any] | None = None
    width: int = 0
    right: bool = False
    grows: bool = False
    from_width: int = 0

    def head(self, room: int) -> str:  # noqa: ARG002 — of those that are drawn to their room
        return self.title

    def drawn(self, row: Row, room: int) -> Content | str:  # noqa: ARG002
        return self.cell(row)


class Table(ScrollView, Generic[Row], can_focus=True):
    """Rows are known by `key`, so the chosen one and the marks stay theirs wherever they come to stand."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("table")]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--head", "table--cursor", "table--row"}
    DEFAULT_CSS = """
    Table {
        border: round $border;
        border-title-color: $primary;
        border-title-style: bold;
        border-subtitle-color: $quiet;
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
    }
    Table > .table--head { color: $quiet; text-style: bold; }
    Table > .table--cursor { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
    """

    class Opened(Message):
        """Somebody wants to see the chosen row in full."""

    class Copied(Message):
        """What the chosen row is known by is wanted elsewhere."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Changed(Message):
        """What is shown, chosen or marked is another."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        key: Callable[[Row], str],
        text: Callable[[Row], str],
        id: str | None = None,  # noqa: A002 — Textual's name
    ) -> None:
        super().__init__(id=id)
        self._columns = columns
        self._key = key
        self._text = text
        self._rows: Sequence[Row] = ()
        self._plain: dict[str, str] = {}
        """The text that the filter looks at, of the rows that it has looked at."""
        self.shown: list[Row] = []
        self.marked: set[str] = set()
        self._title_told = ""
        self.filter = ""
        self.nothing = self.unmatched = ""
        self._chosen: str | None = None
        self._at = 0
        self._sorted_by: Column[Row] | None = None
        self._turned = False

    # --- what it shows ---

    def show(self, rows: Sequence[Row], *, nothing: str) -> None:
        """Take these rows in place of what was there; `nothing` is said when there are none.

        Where there are some, and the filter lets none through, it is `unmatched` that is said.
        """
        self._rows, self.nothing = rows, nothing
        self._plain.clear()
        self.marked &= {self._key(row) for row in rows}
        self._arrange()

    def sift(self, text: str) -> None:
        """Show only rows with that text, or with ! in front only those without."""
        self.filter = text
        self._arrange()

    def entitle(self, title: str) -> None:
        """Another title draws the whole table anew, and most often it is the same."""
        if title != self._title_told:
            self._title_told = title
            self.border_title = title

    @property
    def total(self) -> int:
        return len(self._rows)

    @property
    def chosen(self) -> Row | None:
        return self.shown[self._at] if self.shown else None

    @property
    def is_at_the_end(self) -> bool:
        """Whether the last row is chosen, or there is none yet."""
        return not self.shown or self._at == len(self.shown) - 1

    @property
    def meant(self) -> list[Row]:
        """The marked rows, or without any the chosen one."""
        marked = [row for row in self._rows if self._key(row) in self.marked]
        return marked or ([self.chosen] if self.chosen is not None else [])

    @property
    def order(self) -> str:
        """The title of the column that it is sorted by, with a sign; empty for the usual order."""
        return f"{self._sorted_by.title} {'▼' if self._turned else '▲'}" if self._sorted_by else ""

    def _arrange(self) -> None:
        rows = self._wanted()
        if self._sorted_by and self._sorted_by.rank:
            rows.sort(key=self._sorted_by.rank)
        self.shown = rows[::-1] if self._turned else rows
        places = {self._key(row): place for place, row in enumerate(self.shown)}
        self._choose(places.get(self._chosen or "", min(self._at, max(len(rows) - 1, 0))))
        self.virtual_size = Size(0, len(self.shown) + _HEAD)
        self.refresh()

    def _wanted(self) -> list[Row]:
        text = plain(self.filter)
        wanted, inverted = text.removeprefix("!"), text.startswith("!")
        return [row for row in self._rows if not wanted or (wanted in self._plain_of(row)) is not inverted]

    def _plain_of(self, row: Row) -> str:
        key = self._key(row)
        if key not in self._plain:
            self._plain[key] = plain(self._text(row))
        return self._plain[key]

    def _choose(self, place: int) -> None:
        before, self._at = self._at, min(max(place, 0), max(len(self.shown) - 1, 0))
        self._chosen = self._key(self.shown[self._at]) if self.shown else self._chosen
        self._bring_into_view()
        for changed in {before, self._at}:
            self.refresh_line(changed + _HEAD)
        self.post_message(self.Changed())

    def _bring_into_view(self) -> None:
        seen = max(self.size.height - _HEAD, 1)
        first = self.scroll_offset.y
        if self._at < first:
            self.scroll_to(y=self._at, animate=False)
        elif self._at >= first + seen:
            self.scroll_to(y=self._at - seen + 1, animate=False)

    # --- how it is drawn ---

    def render_line(self, y: int) -> Strip:
        width = self._width
        if y == 0:
            return self._strip(self._head(width), width, "table--head")
        if not self.shown:
            why = self.unmatched if self._rows else self.nothing
            return self._strip(quiet(why).center(width), width) if y == 2 else Strip.blank(width, self.rich_style)
        place = self.scroll_offset.y + y - _HEAD
        if place >= len(self.shown):
            return Strip.blank(width, self.rich_style)
        row = self.shown[place]
        return self._strip(self._line(row, width), width, *(["table--cursor"] if place == self._at else []))

    def _strip(self, line: Content, width: int, *classes: str) -> Strip:
        """A line is as long as its table is wide, so that there is nothing to be wrapped, and nothing to be aligned."""
        style = self.get_visual_style(*classes)
        strip = Strip(line.render_segments(style), line.cell_length)
        return strip.adjust_cell_length(width, style.rich_style)

    @property
    def _width(self) -> int:
        """Without the scroll bar: what is drawn under it is not seen."""
        return self.scrollable_content_region.width

    def _head(self, width: int) -> Content:
        cells = [self._fitted(self._title(column, room), column, room) for column, room in self._rooms(width)]
        return Content(" " * _GUTTER) + Content(" " * _GAP).join(cells)

    def _title(self, column: Column[Row], room: int) -> str:
        return column.head(room) + ("▼" if self._turned else "▲") * (column is self._sorted_by)

    def _line(self, row: Row, width: int) -> Content:
        key = self._key(row)
        gutter = ("›" if key == self._chosen else " ") + ("●" if key in self.marked else " ") + " "
        cells = [self._fitted(column.drawn(row, room), column, room) for column, room in self._rooms(width)]
        return Content(gutter) + Content(" " * _GAP).join(cells)

    def _fitted(self, cell: Content | str, column: Column[Row], room: int) -> Content:
        cell = Content(cell) if isinstance(cell, str) else cell
        cell = cell.truncate(room, ellipsis=True)
        space = max(room - cell.cell_length, 0)
        return cell.pad_left(space) if column.right else cell.pad_right(space)

    def _rooms(self, width: int) -> list[tuple[Column[Row], int]]:
        """The columns that are shown, and how wide each is."""
        columns = [column for column in self._columns if width >= column.from_width]
        growing = sum(column.grows for column in columns)
        taken = _GUTTER + _GAP * (len(columns) - 1) + sum(column.width for column in columns)
        more = max(width - taken, 0) // growing if growing else 0
        return [(column, column.width + more * column.grows) for column in columns]

    # --- hands ---

    def action_move(self, rows: int) -> None:
        self._choose(self._at + rows)

    def action_leap(self, end: int) -> None:
        self._choose(end * (len(self.shown) - 1))

    def action_page(self, pages: int) -> None:
        self._choose(self._at + pages * max(self.size.height - _HEAD - 1, 1))

    def action_open(self) -> None:
        if self.shown:
            self.post_message(self.Opened())

    def action_mark(self) -> None:
        if self._chosen and self.shown:
            self.marked ^= {self._chosen}
            self.action_move(1)

    def action_sort(self) -> None:
        sortable = [None, *(column for column, _ in self._rooms(self._width) if column.rank)]
        known = self._sorted_by if self._sorted_by in sortable else None
        self._sort_by(sortable[(sortable.index(known) + 1) % len(sortable)])

    def action_turn(self) -> None:
        self._turned = not self._turned
        self._arrange()

    def action_copy(self) -> None:
        if self._chosen and self.shown:
            self.post_message(self.Copied(self._chosen))

    def _sort_by(self, column: Column[Row] | None) -> None:
        self._sorted_by, self._turned = column, False
        self._arrange()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            self._click_head(offset.x)
            return
        place = self.scroll_offset.y + offset.y - _HEAD
        if place < len(self.shown):
            again = place == self._at
            self._choose(place)
            if again and event.chain == 2:
                self.action_open()

    def _click_head(self, x: int) -> None:
        start = _GUTTER
        for column, room in self._rooms(self._width):
            if start <= x < start + room and column.rank:
                self.action_turn() if column is self._sorted_by else self._sort_by(column)
            start += room + _GAP

    def on_resize(self) -> None:
        self._bring_into_view()


def plain(text: str) -> str:
    """Without accents and capitals: that is how people type when they look for something."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
