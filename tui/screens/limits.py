"""What each plan and each restaurant has used of what it may; a restaurant is given its requests back here."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from appliance.contract import LimitRow
from tui.charts import bar
from tui.desk import Desk
from tui.feeds import Feed, newest
from tui.figures import span
from tui.keys import bindings
from tui.screens.base import ConsoleScreen
from tui.screens.listing import Listing
from tui.widgets.panel import Panel
from tui.widgets.table import Column
from tui.widgets.tone import QUIET, Tone, judged, quiet, spread
from tui.words import Words

_CARE, _FULL = 0.8, 1.0
_BAR = 10


class Limits(Listing[LimitRow]):
    place = "limits"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("limits")]
    DEFAULT_CSS = """
    Limits Panel { height: 6; }
    """

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self.desk.limits,)

    def body(self) -> ComposeResult:
        yield Panel(self.words("limits.plans"), self._plans)
        yield from super().body()

    def columns(self) -> Sequence[Column[LimitRow]]:
        words, count = self.words, self.figures.count

        def title(id_: str) -> str:
            return words(f"limits.{id_}")

        return [
            Column(title=title("name"), cell=lambda row: row.name, rank=lambda row: row.name, grows=True),
            Column(title=title("plan"), cell=lambda row: quiet(row.plan), rank=lambda row: row.plan, width=10),
            Column(
                title="",
                cell=lambda row: Content.styled(bar(api_share(row), width=_BAR), tone_of(api_share(row)).style),
                width=_BAR,
                from_width=100,
            ),
            Column(title=title("used"), cell=self._used, rank=lambda row: -row.used, width=14, right=True),
            Column(title=title("share"), cell=self._api, rank=lambda row: -api_share(row), width=7, right=True),
            Column(
                title=title("refused"),
                cell=lambda row: _counted(row.refused, count(row.refused)),
                rank=lambda row: -row.refused,
                width=7,
                right=True,
            ),
            Column(title=title("phone"), cell=self._phone, rank=lambda row: -row.phone_percent, width=9, right=True),
            Column(
                title=title("over"),
                cell=lambda row: _counted(row.phone_refused, count(row.phone_refused)),
                rank=lambda row: -row.phone_refused,
                width=7,
                right=True,
                from_width=100,
            ),
        ]

    def key_of(self, row: LimitRow) -> str:
        return row.restaurant_id

    def text_of(self, row: LimitRow) -> str:
        return f"{row.name} {row.plan} {row.restaurant_id}"

    def paint(self) -> None:
        feed = self.desk.limits
        age, rows = self.age_of(feed), self._rows()
        self.query_one(Panel).show(age)
        nothing = self.words("limits.none" if feed.value else "table.waiting")
        more = self.words("limits.counted") if any(not row.enforced for row in rows) else ""
        self.show_rows(sorted(rows, key=share_of, reverse=True), nothing=nothing, age=age, more=more)

    def in_full(self, row: LimitRow) -> Content:
        used = self.words("limits.of", used=self.figures.count(row.used), all=self.figures.count(row.requests))
        return Content.assemble(row.name, " ", quiet(f"{row.plan} · {used} · {span(row.window_s)}"))

    def opened(self, row: LimitRow) -> ConsoleScreen:
        return OneLimit(self.desk, self.words, row)

    def action_clear(self) -> None:
        if (row := self.table.chosen) is not None:
            clear(self, row)

    def _rows(self) -> list[LimitRow]:
        page = self.desk.limits.value
        return page.items if page else []

    def _plans(self, width: int, height: int) -> Iterator[Content]:
        """A line for each, the fullest first."""
        plans: dict[str, list[LimitRow]] = {}
        for row in self._rows():
            plans.setdefault(row.plan, []).append(row)
        fullest_first = sorted(plans.values(), key=lambda rows: max(map(share_of, rows)), reverse=True)
        yield from (self._plan(rows, width) for rows in fullest_first[:height])

    def _plan(self, rows: list[LimitRow], width: int) -> Content:
        one, most = rows[0], max(map(share_of, rows))
        tone, full = tone_of(most), sum(share_of(row) >= _FULL for row in rows)
        told = self.words(
            "limits.each", count=len(rows), requests=self.figures.count(one.requests), span=span(one.window_s)
        )
        name = Content.assemble((f"{tone.sign} {one.plan:<11}", tone.style), told)
        fullest = self.words("limits.fullest", share=self.figures.share(most))
        counted = f"{self.words('limits.full', count=full)} · " if full else ""
        return spread(name, Content.styled(counted + fullest, tone.style), width)

    def _used(self, row: LimitRow) -> str:
        return f"{self.figures.count(row.used)} / {self.figures.count(row.requests)}"

    def _api(self, row: LimitRow) -> Content:
        return self._judged(api_share(row))

    def _phone(self, row: LimitRow) -> Content:
        return self._judged(row.phone_percent / 100)

    def _judged(self, share: float) -> Content:
        """What is well needs no colour."""
        tone = tone_of(share)
        text = self.figures.share(share)
        return quiet(text) if tone is Tone.GOOD else Content.styled(f"{tone.sign} {text}", tone.style)


class OneLimit(ConsoleScreen):
    """One restaurant's, with all that is counted."""

    place = "limits"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("limits")]

    def __init__(self, desk: Desk, words: Words, row: LimitRow) -> None:
        super().__init__(desk, words, crumbs=[row.name])
        self._row = row

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self.desk.limits,)

    def body(self) -> ComposeResult:
        yield Panel(self._row.name, self._lines)

    def paint(self) -> None:
        self._row = newest(self.desk.limits.value, self._row, lambda row: row.restaurant_id)
        self.query_one(Panel).show(self.age_of(self.desk.limits))

    def action_clear(self) -> None:
        clear(self, self._row)

    def _lines(self, width: int, height: int) -> Iterator[Content]:
        del height
        row, width, count = self._row, min(width, 64), self.figures.count
        yield quiet(f"{row.restaurant_id} · {row.plan} · {span(row.window_s)}")
        yield Content("")
        for word, share in (("used", api_share(row)), ("phone", row.phone_percent / 100)):
            drawn = Content.styled(bar(share, width=_BAR * 2), tone_of(share).style)
            yield spread(Content(self.words(f"limits.{word}")), drawn + f" {self.figures.share(share):>7}", width)
        yield Content("")
        for word, text in (
            ("used", self.words("limits.of", used=count(row.used), all=count(row.requests))),
            ("left", count(row.remaining)),
            ("refused", count(row.refused)),
            ("webhooks", count(row.phone_webhooks)),
            ("tools", count(row.phone_tools)),
            ("in_plan", count(row.phone_in_plan)),
            ("phone_refused", count(row.phone_refused)),
        ):
            yield spread(quiet(self.words(f"limits.{word}")), Content(text), width)
        if not row.enforced:
            yield quiet(self.words("limits.counted"))


def clear(screen: ConsoleScreen, row: LimitRow) -> None:
    """Give it all its requests again, once the word for it was typed."""
    words = screen.words
    screen.deed(
        lambda: screen.desk.clear_limits(row.restaurant_id),
        ask=words("limits.clear.ask", name=row.name),
        word=words("limits.clear.word"),
        done=lambda _: words("limits.clear.done", name=row.name),
    )


def api_share(row: LimitRow) -> float:
    return row.used / row.requests if row.requests else 0.0


def share_of(row: LimitRow) -> float:
    """Of whichever is fuller."""
    return max(api_share(row), row.phone_percent / 100)


def tone_of(share: float) -> Tone:
    return judged(share, care=_CARE, bad=_FULL)


def _counted(count: int, text: str) -> Content:
    return Content.styled(text, Tone.BAD.style if count else QUIET)
