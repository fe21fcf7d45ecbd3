"""The last lines of the server's log, followed as they are written; from a line one goes to its call."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from appliance.contract import LogLine
from tui.desk import Desk
from tui.keys import bindings
from tui.screens.base import ConsoleScreen
from tui.screens.call import OneCall
from tui.screens.listing import Listing
from tui.widgets.table import Column
from tui.widgets.tone import Tone, quiet, signed
from tui.words import Words

_LEVELS = ("debug", "info", "warning", "error", "critical")
_TONES = {"debug": Tone.QUIET, "info": Tone.QUIET, "warning": Tone.CARE}
_ONLY_FROM = (None, "warning", "error")


class Logs(Listing[LogLine]):
    place = "logs"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("logs")]

    def __init__(self, desk: Desk, words: Words) -> None:
        super().__init__(desk, words)
        self._from: str | None = None

    def columns(self) -> Sequence[Column[LogLine]]:
        def title(id_: str) -> str:
            return self.words(f"logs.{id_}")

        return [
            Column(title=title("time"), cell=lambda row: quiet(_clock(row)), rank=lambda row: row.id, width=8),
            Column(title=title("severity"), cell=self._level, rank=lambda row: -_severity(row), width=9),
            Column(title=title("event"), cell=lambda row: row.event, rank=lambda row: row.event, width=26),
            Column(
                title=title("where"), cell=self._where, rank=lambda row: row.restaurant_id, width=18, from_width=110
            ),
            Column(title=title("told"), cell=lambda row: quiet(_told(row)), grows=True),
        ]

    def key_of(self, row: LogLine) -> str:
        return str(row.id)

    def text_of(self, row: LogLine) -> str:
        level = self._level(row).plain
        return f"{row.level} {level} {row.event} {self._where(row)} {row.restaurant_id} {row.request_id} {_told(row)}"

    def paint(self) -> None:
        picture, table = self.desk.shown, self.table
        least = _LEVELS.index(self._from) if self._from else 0
        following = table.is_at_the_end
        told = [
            self.words("logs.from", level=self.words(f"logs.{self._from}")) if self._from else "",
            self.words("logs.following") if following else "",
        ]
        self.show_rows(
            [line for line in picture.lines if _severity(line) >= least],
            nothing=self.words("logs.none" if picture.overview else "table.waiting"),
            age=self.live_age(),
            more=" · ".join(filter(None, told)),
        )
        if following:
            table.action_leap(1)

    def in_full(self, row: LogLine) -> Content:
        return Content.assemble(row.event, " ", quiet(_told(row)))

    def opened(self, row: LogLine) -> ConsoleScreen:
        return OneLine(self.desk, self.words, row)

    def action_level(self) -> None:
        """All, then from each level on in turn."""
        self._from = _ONLY_FROM[(_ONLY_FROM.index(self._from) + 1) % len(_ONLY_FROM)]
        self.show()

    def action_call(self) -> None:
        if (row := self.table.chosen) is not None:
            go_to_call(self, row)

    def _level(self, row: LogLine) -> Content:
        return level_of(row, self.words)

    def _where(self, row: LogLine) -> str:
        return self.name_of(row.restaurant_id)


class OneLine(ConsoleScreen):
    """One line, with all that it says."""

    place = "logs"
    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("logs")]
    DEFAULT_CSS = """
    OneLine VerticalScroll { border: round $border; padding: 0 1; height: 1fr; }
    """

    def __init__(self, desk: Desk, words: Words, row: LogLine) -> None:
        super().__init__(desk, words, crumbs=[row.event])
        self._row = row

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Content("\n").join(self._lines()))

    def paint(self) -> None:
        """It is written: nothing of it changes."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "level" and super().check_action(action, parameters)

    def action_call(self) -> None:
        go_to_call(self, self._row)

    def _lines(self) -> Iterator[Content]:
        row = self._row
        yield Content("  ").join([level_of(row, self.words), Content.styled(row.event, "bold")])
        yield quiet(_moment(row).isoformat(sep=" ", timespec="milliseconds"))
        yield Content("")
        for name, value in (_ids(row) | row.fields).items():
            yield Content.assemble((f"{name}  ", "$primary"), value)


def go_to_call(screen: ConsoleScreen, row: LogLine) -> None:
    if not row.call_id:
        screen.notify(screen.words("logs.no_call"), severity="warning")
        return
    screen.run_worker(_go_to_call(screen, row), group="jump", exclusive=True)


async def _go_to_call(screen: ConsoleScreen, row: LogLine) -> None:
    """It is looked for among those of the last day, asked for again where it is newer than what is known of them."""
    call = screen.desk.known_call(row.call_id)
    if call is None:
        await screen.desk.calls.refresh()
        call = screen.desk.known_call(row.call_id)
    if call is None:
        screen.notify(screen.words("logs.unknown_call"), severity="warning")
    elif screen.is_current:
        screen.app.push_screen(OneCall(screen.desk, screen.words, call))


def level_of(row: LogLine, words: Words) -> Content:
    return signed(_TONES.get(row.level, Tone.BAD), words.known(f"logs.{row.level}", row.level))


def _severity(row: LogLine) -> int:
    return _LEVELS.index(row.level) if row.level in _LEVELS else len(_LEVELS)


def _moment(row: LogLine) -> datetime:
    return datetime.fromtimestamp(row.at / 1000, UTC)


def _clock(row: LogLine) -> str:
    return f"{_moment(row):%H:%M:%S}"


def _ids(row: LogLine) -> dict[str, str]:
    ids = {"call_id": row.call_id, "restaurant_id": row.restaurant_id, "request_id": row.request_id}
    return {name: value for name, value in ids.items() if value}


def _told(row: LogLine) -> str:
    """What of it has no column of its own, as the log writes it on a terminal."""
    fields = row.fields | ({"call_id": row.call_id} if row.call_id else {})
    return " ".join(f"{name}={value}" for name, value in fields.items())
