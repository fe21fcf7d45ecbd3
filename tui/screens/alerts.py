"""What is not well, or was; somebody sees to it, or says that it is over."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from appliance.contract import AlertDelivery, AlertRow, Page
from tui.desk import Desk
from tui.feeds import Feed, newest
from tui.figures import span
from tui.keys import bindings
from tui.screens.alert_lines import tone_of
from tui.screens.base import ConsoleScreen
from tui.screens.listing import Listing
from tui.widgets.panel import Panel
from tui.widgets.table import Column
from tui.widgets.tone import Tone, quiet, signed, spread
from tui.words import Words

_LEVELS = ("critical", "warning", "notice")
_STATES = {"open": "●", "acknowledged": "◐", "resolved": "○"}
_ORDER = {state: place for place, state in enumerate(_STATES)}
_DELIVERIES = {"delivered": Tone.GOOD, "failed": Tone.BAD}


class Alerts(Listing[AlertRow]):
    place = "alerts"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("alerts")]

    def __init__(self, desk: Desk, words: Words) -> None:
        super().__init__(desk, words)
        self._with_past = False

    @property
    def feed(self) -> Feed[Page[AlertRow]]:
        return self.desk.past_alerts if self._with_past else self.desk.alerts

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self.feed,)

    def columns(self) -> Sequence[Column[AlertRow]]:
        def title(id_: str) -> str:
            return self.words(f"alerts.{id_}")

        return [
            Column(title=title("level"), cell=self._level, rank=_severity, width=9),
            Column(title=title("state"), cell=self._state, rank=lambda row: _ORDER.get(row.state, -1), width=10),
            Column(title=title("since"), cell=self._since, rank=lambda row: -row.opened_at, width=8, right=True),
            Column(title=title("where"), cell=self._where, rank=lambda row: row.restaurant_id, width=14),
            Column(title=title("what"), cell=lambda row: row.message, grows=True),
            Column(title=title("sent"), cell=_sent, width=6, from_width=100, right=True),
            Column(title=title("rule"), cell=lambda row: quiet(row.rule), width=20, from_width=130),
        ]

    def key_of(self, row: AlertRow) -> str:
        return row.id

    def text_of(self, row: AlertRow) -> str:
        names = [self.words(f"alerts.{row.level}"), self.words(f"alerts.{row.state}"), self._place(row)]
        return " ".join([row.message, row.rule, row.restaurant_id, *names])

    def paint(self) -> None:
        page = self.feed.value
        nothing = self.words(
            "table.waiting" if page is None else "alerts.none_past" if self._with_past else "alerts.none"
        )
        more = self.words("alerts.past") if self._with_past else ""
        self.show_rows(page.items if page else [], nothing=nothing, age=self.age_of(self.feed), more=more)

    def in_full(self, row: AlertRow) -> Content:
        return Content.assemble(row.message, " ", quiet(row.rule))

    def opened(self, row: AlertRow) -> ConsoleScreen:
        return OneAlert(self.desk, self.words, row)

    def action_history(self) -> None:
        self._with_past = not self._with_past
        self.feed.hasten()
        self.show()

    def action_acknowledge(self) -> None:
        if row := self._changeable():
            self.deed(
                lambda: self.desk.acknowledge(row.id),
                done=lambda _: self.words("alerts.acknowledge.done", what=row.message),
            )

    def action_resolve(self) -> None:
        if row := self._changeable():
            self.deed(
                lambda: self.desk.resolve(row.id),
                ask=self.words("alerts.resolve.ask", what=row.message),
                word=self.words("alerts.resolve.word"),
                done=lambda _: self.words("alerts.resolve.done", what=row.message),
            )

    def _changeable(self) -> AlertRow | None:
        """The chosen one, if it is not over."""
        row = self.table.chosen
        if row is None or row.state == "resolved":
            self.notify(self.words("alerts.already" if row else "notice.nothing"), severity="warning")
            return None
        return row

    def _level(self, row: AlertRow) -> Content:
        return signed(tone_of(row), self.words.known(f"alerts.{row.level}", row.level))

    def _state(self, row: AlertRow) -> Content:
        text = f"{_STATES.get(row.state, '?')} {self.words.known(f'alerts.{row.state}', row.state)}"
        return Content(text) if row.state == "open" else quiet(text)

    def _since(self, row: AlertRow) -> str:
        return span((self.now_ms() - row.opened_at) / 1000)

    def _where(self, row: AlertRow) -> Content | str:
        return self._place(row) if row.restaurant_id else quiet(self._place(row))

    def _place(self, row: AlertRow) -> str:
        return self.name_of(row.restaurant_id) or self.words("alerts.platform")


class OneAlert(ConsoleScreen):
    """One alert, and who has been told of it."""

    place = "alerts"

    def __init__(self, desk: Desk, words: Words, row: AlertRow) -> None:
        super().__init__(desk, words, crumbs=[row.rule])
        self._row = row

    def body(self) -> ComposeResult:
        yield Panel(self._row.rule, self._lines)

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self.desk.past_alerts,)

    def paint(self) -> None:
        self._row = newest(self.desk.past_alerts.value, self._row, lambda row: row.id)
        self.query_one(Panel).show(self.age_of(self.desk.past_alerts))

    def _lines(self, width: int, height: int) -> Iterator[Content]:
        del height
        row, width = self._row, min(width, 90)
        state = quiet(self.words.known(f"alerts.{row.state}", row.state))
        yield spread(signed(tone_of(row), self.words.known(f"alerts.{row.level}", row.level)), state, width)
        yield from Content(row.message).wrap(width)
        yield Content("")
        ended = row.resolved_at or self.now_ms()
        lasted = span((ended - row.opened_at) / 1000)
        yield spread(quiet(self.words("alerts.where")), Content(self.name_of(row.restaurant_id) or "–"), width)
        yield spread(quiet(self.words("alerts.since")), Content(lasted), width)
        if row.acknowledged_by:
            yield Content(self.words("alerts.acknowledged_by", who=row.acknowledged_by))
        if row.resolved_at:
            word = "alerts.resolved_by" if row.resolved_by else "alerts.went"
            yield Content(self.words(word, who=row.resolved_by))
        yield Content("")
        yield Content.styled(self.words("alerts.sent"), "bold $primary")
        yield from (self._delivery(one, width) for one in row.deliveries)
        if not row.deliveries:
            yield quiet(self.words("alerts.untold"))

    def _delivery(self, one: AlertDelivery, width: int) -> Content:
        text = self.words.known(f"delivery.{one.state}", one.state)
        told = signed(_DELIVERIES.get(one.state, Tone.QUIET), f"{one.channel} · {text}")
        return spread(told, quiet(one.error), width)


def _severity(row: AlertRow) -> int:
    return _LEVELS.index(row.level) if row.level in _LEVELS else -1


def _sent(row: AlertRow) -> Content:
    arrived = sum(one.state == "delivered" for one in row.deliveries)
    failed = any(one.state == "failed" for one in row.deliveries)
    text = f"{arrived}/{len(row.deliveries)}"
    return Content.styled(text, Tone.BAD.style) if failed else quiet(text)
