"""The demo on a terminal: the calls on the line in places that stay put, and below them what was booked last."""

import sys
import termios
import time
from collections import deque
from itertools import islice
from typing import Any

from msgspec import Struct, field
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from appliance.loadtest.conversation import Outcome
from appliance.loadtest.ready import DemoReady
from appliance.loadtest.report import CallReport, Finished, Moment, Rang, Said, Summary, Tally, Used
from appliance.loadtest.scenarios import CallPlan
from appliance.loadtest.telling import OUTCOMES, booking_words, introduction, summary_lines

_COLOURS = {
    Outcome.BOOKED: "bold green",
    Outcome.CANCELLED: "magenta",
    Outcome.INFORMED: "cyan",
    Outcome.NO_TABLE: "yellow",
    Outcome.NOT_FOUND: "yellow",
}
_FURNITURE_ROWS = 5
_FEWEST_ROWS = 6
_MOST_PLACES = 8
_REMEMBERED = 40
_WIDE = 110


class _Place(Struct):
    """A row of the table: a call going on, or the last one that was there."""

    plan: CallPlan
    began: float
    role: str = ""
    words: str = ""
    tool: str = ""
    report: CallReport | None = None


class _Booked(Struct):
    report: CallReport
    at: float = field(default_factory=time.monotonic)


class QuietKeys:
    """Keeps keys that are pressed, Ctrl-C too, from being written into the picture."""

    def __init__(self) -> None:
        self._before: list[Any] | None = None

    def hush(self) -> None:
        if not sys.stdin.isatty():
            return
        self._before = termios.tcgetattr(sys.stdin)
        quiet = termios.tcgetattr(sys.stdin)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, quiet)

    def restore(self) -> None:
        if self._before:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)


class ScreenShow:
    """Draws over itself beneath the introduction; what stands there at the end stays."""

    def __init__(self, console: Console, *, data: str) -> None:
        self._console = console
        self._data = data
        self._tally = Tally()
        self._places: dict[int, str] = {}
        self._calls: dict[str, _Place] = {}
        self._booked: deque[_Booked] = deque(maxlen=_REMEMBERED)
        self._above = 0
        self._shown = _MOST_PLACES
        self._keys = QuietKeys()
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="crop")

    def ready(self, ready: DemoReady) -> None:
        for number, line in enumerate(introduction(ready, data=self._data, calls=True)):
            # soft_wrap: a command that the terminal wraps can still be copied whole.
            self._console.print(Text(line, style="bold" if number == 0 else ""), soft_wrap=True)
            self._above += max(1, -(-len(line) // self._console.width))
        self._keys.hush()
        self._live.start()

    def watch(self, moment: Moment) -> None:
        match moment:
            case Rang(call_id, plan):
                self._take_place(call_id, plan)
            case Said(call_id, role, words):
                self._calls[call_id].role, self._calls[call_id].words = role, words
            case Used(call_id, step):
                self._calls[call_id].tool = f"{step.tool} {step.ms:.0f} ms"
            case Finished(call_id, report):
                self._calls[call_id].report = report
                self._tally.add(report)
                if report.outcome is Outcome.BOOKED:
                    self._booked.appendleft(_Booked(report))

    def refresh(self) -> None:
        self._live.update(self.picture(), refresh=True)

    def closed(self, summary: Summary | None) -> None:
        self._live.stop()
        self._keys.restore()
        for line in summary_lines(summary) if summary else ():
            self._console.print(Text(line), soft_wrap=True)

    def picture(self) -> RenderableType:
        """All of it, as tall as there is room for."""
        rows = max(self._console.height - self._above - _FURNITURE_ROWS, _FEWEST_ROWS)
        self._shown = places = min(_MOST_PLACES, max(rows * 3 // 5, 2))
        return Group(
            self._totals(),
            Rule("On the line", align="left", style="dim"),
            self._table(places),
            Rule("Just booked", align="left", style="dim"),
            self._bookings(rows - places),
        )

    def _take_place(self, call_id: str, plan: CallPlan) -> None:
        place = self._free_place()
        self._calls.pop(self._places.get(place, ""), None)
        self._places[place] = call_id
        self._calls[call_id] = _Place(plan=plan, began=time.monotonic())

    def _free_place(self) -> int:
        """The first place never used, else the one whose call is over for longest; a new one if all are talking."""
        over = [place for place, call_id in self._places.items() if self._calls[call_id].report]
        unused = len(self._places)
        if unused < self._shown or not over:
            return unused
        return min(over, key=lambda place: self._calls[self._places[place]].began)

    def _totals(self) -> Text:
        summary = self._tally
        talking = sum(place.report is None for place in self._calls.values())
        booked, cancelled = summary.outcomes[Outcome.BOOKED], summary.outcomes[Outcome.CANCELLED]
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f" {talking} on the line", "bold yellow")
        text.append(f" · {summary.calls} ended · ")
        text.append(f"{booked} booked", "bold green")
        text.append(f" · {cancelled} cancelled · ")
        text.append(self._speed(), "dim")
        if summary.problems:
            text.append(f" · {len(summary.problems)} problems", "bold red")
        return text

    def _speed(self) -> str:
        figures = self._tally.summary()
        if figures.tool_p50_ms is None:
            return "no tool used yet"
        return f"tools {figures.tool_p50_ms:.0f} ms, p95 {figures.tool_p95_ms:.0f} ms"

    def _columns(self) -> Table:
        """Restaurant, guest, and what there is to say."""
        names = (24, 20) if self._console.width >= _WIDE else (20, 16)
        table = Table.grid(padding=(0, 1), expand=True)
        for width in names:
            table.add_column(width=width, no_wrap=True, overflow="ellipsis")
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        return table

    def _table(self, places: int) -> Table:
        wide = self._console.width >= _WIDE
        table = self._columns()
        if wide:
            table.add_column(width=26, no_wrap=True, justify="right", style="dim")
        for number in range(places):
            call = self._calls.get(self._places.get(number, ""))
            table.add_row(*self._row(call)[: 4 if wide else 3] if call else [""])
        return table

    def _row(self, call: _Place) -> list[Text]:
        style = "dim" if call.report else ""
        return [
            Text(f" {call.plan.line.card.name}", style or "bold"),
            Text(call.plan.guest.name, style),
            _last_words(call),
            Text(call.tool),
        ]

    def _bookings(self, rows: int) -> Table:
        table = self._columns()
        table.add_column(width=6, no_wrap=True, justify="right", style="dim")
        for booked in islice(self._booked, rows):
            report = booked.report
            assert report.reservation is not None
            table.add_row(
                Text(f" {report.restaurant}", "green"),
                report.guest.name,
                booking_words(report.reservation),
                _ago(booked.at),
            )
        for _ in range(rows - len(self._booked)):
            table.add_row("")
        return table


def _last_words(call: _Place) -> Text:
    if call.report is None:
        return Text(call.words, "cyan" if call.role == "agent" else "")
    if call.report.problems:
        return Text(call.report.problems[0], "red")
    words = OUTCOMES[call.report.outcome]
    if call.report.reservation:
        words += f" {booking_words(call.report.reservation)}"
    return Text(words, _COLOURS.get(call.report.outcome, "dim"))


def _ago(at: float) -> str:
    seconds = int(time.monotonic() - at)
    return "now" if seconds < 2 else f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"
