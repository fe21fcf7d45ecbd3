"""All restaurants by their health, with what takes points; their agents are paused and resumed here."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from appliance.contract import HealthRow
from tui.desk import Desk
from tui.keys import bindings
from tui.screens.base import ConsoleScreen
from tui.screens.book_page import open_book
from tui.screens.health import measured, reason_name, score_of, why_of
from tui.screens.listing import Listing
from tui.widgets.panel import Panel
from tui.widgets.table import Column
from tui.widgets.tone import QUIET, Tone, judged, quiet, signed, spread
from tui.words import Words

_FAILURES, _SUCCESS = (0.01, 0.1), 0.6
_SLOW_MS = (500, 1_000)


class Restaurants(Listing[HealthRow]):
    place = "restaurants"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("restaurants")]

    def columns(self) -> Sequence[Column[HealthRow]]:
        words, figures = self.words, self.figures

        def title(id_: str) -> str:
            return words(f"restaurants.{id_}")

        return [
            Column(title=title("score"), cell=score_of, rank=lambda row: row.score, width=6),
            Column(title=title("name"), cell=_name, rank=lambda row: row.name, width=22),
            Column(
                title=title("plan"),
                cell=lambda row: quiet(row.plan),
                rank=lambda row: row.plan,
                width=10,
                from_width=90,
            ),
            Column(title=title("status"), cell=self._status, rank=lambda row: row.status, width=11, from_width=115),
            _figure(title("calls"), lambda row: figures.count(row.calls), lambda row: -row.calls, 6),
            _figure(title("bookings"), lambda row: figures.count(row.bookings), lambda row: -row.bookings, 7),
            _figure(title("success"), self._success, lambda row: row.success_rate or 0.0, 7, 130),
            _figure(title("errors"), self._failures, lambda row: -_failure_rate(row), 7),
            _figure(title("p95"), self._p95, lambda row: -row.tool_p95_ms, 9, 140),
            _figure(title("use"), lambda row: figures.share(row.plan_share), lambda row: -row.plan_share, 7, 150),
            _figure(title("cost"), lambda row: figures.money(row.cost_cents), lambda row: -row.cost_cents, 9, 160),
            Column(title=title("reasons"), cell=lambda row: why_of(row, words, 200), grows=True),
        ]

    def key_of(self, row: HealthRow) -> str:
        return row.restaurant_id

    def text_of(self, row: HealthRow) -> str:
        reasons = " ".join(reason_name(reason, self.words) for reason in row.reasons)
        status = self.words.known(f"status.{row.status}", row.status)
        return f"{row.name} {row.plan} {row.restaurant_id} {status} {reasons}"

    def paint(self) -> None:
        known = self.desk.shown.overview is not None
        nothing = self.words("restaurants.none" if known else "table.waiting")
        self.show_rows(self.desk.shown.worst_first, nothing=nothing, age=self.live_age())

    def in_full(self, row: HealthRow) -> Content:
        return why_of(row, self.words, 400) if row.reasons else quiet(self.words("restaurants.well"))

    def opened(self, row: HealthRow) -> ConsoleScreen:
        return OneRestaurant(self.desk, self.words, row)

    def action_pause(self) -> None:
        for row in self.table.meant[:1]:
            change_agent(self, row, "pause", self.desk.pause)

    def action_resume(self) -> None:
        for row in self.table.meant[:1]:
            change_agent(self, row, "resume", self.desk.resume)

    async def action_book(self) -> None:
        if (row := self.table.chosen) is not None:
            await open_book(self, row.restaurant_id)

    def _status(self, row: HealthRow) -> Content:
        return status_of(row, self.words)

    def _success(self, row: HealthRow) -> Content:
        rate = row.success_rate
        return Content.styled(self.figures.share(rate), "" if rate is None or rate >= _SUCCESS else Tone.CARE.style)

    def _failures(self, row: HealthRow) -> Content:
        tone = judged(_failure_rate(row), care=_FAILURES[0], bad=_FAILURES[1])
        return Content.styled(self.figures.count(row.tool_failures), QUIET if not row.tool_failures else tone.style)

    def _p95(self, row: HealthRow) -> Content:
        tone = judged(row.tool_p95_ms, care=_SLOW_MS[0], bad=_SLOW_MS[1])
        return Content.styled(self.figures.ms(row.tool_p95_ms), QUIET if tone is Tone.GOOD else tone.style)


class OneRestaurant(ConsoleScreen):
    """One of them, with what was measured."""

    place = "restaurants"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("restaurants")]

    def __init__(self, desk: Desk, words: Words, row: HealthRow) -> None:
        super().__init__(desk, words, crumbs=[row.name])
        self._row = row

    def body(self) -> ComposeResult:
        yield Panel(self._row.name, self._lines)

    def paint(self) -> None:
        self.query_one(Panel).show(self.live_age())

    def action_pause(self) -> None:
        change_agent(self, self._row, "pause", self.desk.pause)

    def action_resume(self) -> None:
        change_agent(self, self._row, "resume", self.desk.resume)

    async def action_book(self) -> None:
        await open_book(self, self._row.restaurant_id)

    def _lines(self, width: int, height: int) -> Iterator[Content]:
        del height
        row = self.desk.shown.restaurants.get(self._row.restaurant_id)
        if row is None:
            yield signed(Tone.CARE, self.words("restaurants.gone"))
            return
        width, figures = min(width, 64), self.figures
        yield spread(score_of(row), status_of(row, self.words), width)
        yield quiet(f"{row.restaurant_id} · {row.plan}")
        yield Content("")
        for word, value in (
            ("calls", figures.count(row.calls)),
            ("bookings", figures.count(row.bookings)),
            ("success", figures.share(row.success_rate)),
            ("errors", f"{figures.count(row.tool_failures)} / {figures.count(row.tools)}"),
            ("p95", figures.ms(row.tool_p95_ms)),
            ("use", figures.share(row.plan_share)),
            ("cost", figures.money(row.cost_cents)),
        ):
            yield spread(quiet(self.words(f"restaurants.{word}")), Content(value), width)
        yield Content("")
        yield Content.styled(self.words("restaurants.reasons"), "bold $primary")
        yield from self._reasons(row, width)

    def _reasons(self, row: HealthRow, width: int) -> Iterator[Content]:
        if not row.reasons:
            yield Content.styled(self.words("restaurants.well"), Tone.GOOD.style)
        for reason in row.reasons:
            points = Content.styled(f"−{reason.points:<3} ", Tone.CARE.style) if reason.points else Content("     ")
            measure = quiet(measured(reason, self.words, self.figures)) if reason.points else Content("")
            yield spread(points + reason_name(reason, self.words), measure, width)


def change_agent(screen: ConsoleScreen, row: HealthRow, verb: str, do: Callable[[str], Awaitable[None]]) -> None:
    """Pause or resume, once the word for it was typed."""
    words = screen.words
    screen.deed(
        lambda: do(row.restaurant_id),
        ask=words(f"restaurants.{verb}.ask", name=row.name),
        word=words(f"restaurants.{verb}.word"),
        done=lambda _: words(f"restaurants.{verb}.done", name=row.name),
    )


def status_of(row: HealthRow, words: Words) -> Content:
    text = words.known(f"status.{row.status}", row.status)
    return signed(Tone.GOOD if row.status == "active" else Tone.CARE, text)


def _name(row: HealthRow) -> Content:
    """One that takes no bookings is seen to be so on every terminal."""
    return Content(row.name) if row.status == "active" else Content.styled(f"‖ {row.name}", Tone.CARE.style)


def _failure_rate(row: HealthRow) -> float:
    return row.tool_failures / row.tools if row.tools else 0.0


def _figure(
    title: str,
    cell: Callable[[HealthRow], Content | str],
    rank: Callable[[HealthRow], float],
    width: int,
    from_width: int = 0,
) -> Column[HealthRow]:
    """The greatest first: who sorts by it looks for that."""
    return Column(title=title, cell=cell, rank=rank, width=width, from_width=from_width, right=True)
