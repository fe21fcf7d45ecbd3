"""A day at a table drawn by the hour; and how tables and parties stand, in a sign, a colour and a word."""

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct
from textual.content import Content

from appliance.contract import BookRow
from tui.daybook import DayBook
from tui.floor import FloorDay, Standing, Stay, TableDay, local, standing_of
from tui.screens.base import ConsoleScreen
from tui.widgets.table import Column
from tui.widgets.tone import Tone, quiet, signed
from tui.words import Words

_SIGNS = {
    Standing.FREE: ("·", Tone.QUIET.style),
    Standing.RESERVED: ("◇", "$primary"),
    Standing.SOON: ("▲", "$warning"),
    Standing.SEATED: ("●", "$success"),
    Standing.OVERDUE: ("✖", "bold $error"),
    Standing.COMPLETED: ("✓", Tone.QUIET.style),
    Standing.OUT: ("╱", Tone.QUIET.style),
}


def marked(standing: Standing, text: str) -> Content:
    sign, style = _SIGNS[standing]
    return Content.styled(f"{sign} {text}", style)


def state_of(row: BookRow, words: Words, *, now_ms: int) -> Content:
    """The sign says how the party stands, the word what the book calls it."""
    standing, text = standing_of(row, now_ms), words.known(f"booking.{row.status}", row.status)
    if standing is None:
        return quiet(f"  {text}")
    return marked(standing, words("standing.overdue") if standing is Standing.OVERDUE else text)


def wishes_of(row: BookRow) -> Content:
    """What the kitchen must know comes first."""
    others = [note for note in row.staff_notes if note not in row.kitchen_notes]
    told = [signed(Tone.CARE, note) for note in row.kitchen_notes]
    return Content("  ").join([*told, *(quiet(text) for text in (*others, row.notes) if text)])


def tables_of(row: BookRow) -> str:
    return " + ".join(row.tables)


def time_of(row: BookRow, book: DayBook | None) -> str:
    """From when until when, by the restaurant's clock."""
    zone = book.house.value.timezone if book and book.house.value else "UTC"
    return f"{local(zone, row.starts_at):%H:%M}–{local(zone, row.ends_at):%H:%M}"


def told_day(book: DayBook, screen: ConsoleScreen) -> str:
    """Whose book it is, and of which day."""
    name = book.house.value.name if book.house.value else screen.name_of(book.restaurant_id)
    if book.page.value is None:
        return name
    day = book.page.value.date
    return f"{name} · {screen.words(f'weekday.{date.fromisoformat(day).weekday()}')} {day}"


class Hours(Column[TableDay], frozen=True, kw_only=True):
    """As wide as there is room for; each hour has as many columns as the other."""

    floor: Callable[[], FloorDay | None]

    def head(self, room: int) -> str:
        return _Scale.of(floor, room).head() if (floor := self.floor()) else ""

    def drawn(self, row: TableDay, room: int) -> Content:
        return _Scale.of(floor, room).line(row) if (floor := self.floor()) else Content("")


class _Scale(Struct, frozen=True, kw_only=True):
    floor: FloorDay
    per_hour: int

    @classmethod
    def of(cls, floor: FloorDay, room: int) -> "_Scale":
        return cls(floor=floor, per_hour=max(room // ((floor.end - floor.first) // 60), 1))

    @property
    def width(self) -> int:
        return self._at(self.floor.end)

    def head(self) -> str:
        each = 1 if self.per_hour > 2 else 2
        hours = range(self.floor.first // 60, self.floor.end // 60, each)
        return "".join(f"{hour % 24:02}".ljust(self.per_hour * each) for hour in hours)

    def line(self, row: TableDay) -> Content:
        return Content("").join(self._parts(row))

    def _parts(self, row: TableDay) -> Iterator[Content]:
        """A party gives way to the next: its own end may be over."""
        at, stays = 0, sorted(row.stays, key=lambda stay: stay.first)
        limits = [*(self._at(stay.first) for stay in stays[1:]), self.width]
        for stay, limit in zip(stays, limits, strict=False):
            begin = max(self._at(stay.first), at)
            yield self._ground(row, at, begin)
            at = max(min(self._at(stay.end), limit), begin + 1)
            yield _party(stay, at - begin)
        yield self._ground(row, at, self.width)

    def _at(self, minute: int) -> int:
        return (minute - self.floor.first) * self.per_hour // 60

    def _ground(self, row: TableDay, begin: int, end: int) -> Content:
        """What is nobody's: to be had, out of service, or not served."""
        sign = _SIGNS[Standing.OUT if row.out else Standing.FREE][0]
        line = quiet("".join(sign if self._is_open(column) else " " for column in range(begin, end)))
        now = None if self.floor.now is None else self._at(self.floor.now)
        if now is None or not begin <= now < end:
            return line
        return line[: now - begin] + Content.styled("│", "$accent") + line[now - begin + 1 :]

    def _is_open(self, column: int) -> bool:
        minute = self.floor.first + column * 60 // self.per_hour
        return any(opens <= minute < closes for opens, closes in self.floor.open)


def _party(stay: Stay, width: int) -> Content:
    sign, style = _SIGNS[stay.standing]
    told = Content(f"{sign}{stay.row.party_size} {stay.row.name}").truncate(width)
    return Content.styled(told.plain + "─" * (width - told.cell_length), style)
