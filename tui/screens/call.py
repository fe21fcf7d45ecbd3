"""One call in full: what it was, what came of it, and everything that happened in it, in the order of time."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

import msgspec
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from appliance.contract import CallDetail, PlatformCallRow, ReservationRow, TransferRow
from tui.desk import Desk
from tui.feeds import Feed, newest
from tui.figures import clock, span
from tui.keys import bindings
from tui.screens.base import ConsoleScreen
from tui.screens.call_lines import length_ms, replay, state_of, who_of
from tui.screens.listing import Listing
from tui.screens.moments import KINDS, Moment, answered, began_at, moments
from tui.widgets.panel import Panel
from tui.widgets.table import Column
from tui.widgets.tone import Tone, quiet, signed, spread
from tui.words import Words

_SLOW_MS = 500
_HEAD, _SUMMARY = 2, 2
"""Lines: of the head, and of the summary at least."""
_EFFECT_WIDTH = 76
_UNDONE = ("cancelled", "no_show")


class OneCall(Listing[Moment]):
    place = "calls"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("calls")]
    DEFAULT_CSS = """
    OneCall Panel { height: 2fr; }
    OneCall Table { height: 3fr; }
    """

    def __init__(self, desk: Desk, words: Words, row: PlatformCallRow) -> None:
        super().__init__(desk, words)
        self.crumbs = (row.guest or row.number or words("calls.withheld"),)
        self._row = row
        self._feed = desk.call(row)
        self._only: str | None = None

    @property
    def heading(self) -> str:
        return self.words("calls.timeline")

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        """The list is asked for often, and tells when it is time to ask for the call."""
        return (self.desk.calls, self._feed)

    def body(self) -> ComposeResult:
        yield Panel(self._row.call_id, self._lines)
        yield from super().body()

    def columns(self) -> Sequence[Column[Moment]]:
        def title(id_: str) -> str:
            return self.words(f"calls.{id_}")

        return [
            Column(title=title("time"), cell=self._time, rank=lambda one: one.at, width=7, right=True),
            Column(title=title("kind"), cell=self._kind, rank=lambda one: one.kind, width=13),
            Column(title=title("took"), cell=self._took, rank=lambda one: -(one.ms or 0.0), width=8, right=True),
            Column(title=title("told"), cell=self._text, grows=True),
        ]

    def key_of(self, row: Moment) -> str:
        return row.key

    def text_of(self, row: Moment) -> str:
        return f"{self._kind(row).plain} {row.text}"

    def paint(self) -> None:
        self._follow()
        call, age = self._feed.value, self.age_of(self._feed)
        self.query_one(Panel).show(age)
        rows = [one for one in moments(call) if self._only in (None, one.kind)] if call else []
        nothing = self.words("calls.quiet" if call else "table.waiting")
        self.show_rows(rows, nothing=nothing, age=age, more=self.words(f"calls.{self._only}") if self._only else "")

    def in_full(self, row: Moment) -> Content:
        return self._text(row)

    def opened(self, row: Moment) -> ConsoleScreen:
        return OneMoment(self.desk, self.words, row, crumbs=(*self.crumbs, self._kind(row).plain[2:]))

    def action_only(self) -> None:
        """All, then each kind in turn."""
        turns = (None, *KINDS)
        self._only = turns[(turns.index(self._only) + 1) % len(turns)]
        self.show()

    def action_replay(self) -> None:
        replay(self, self._row.call_id)

    def _follow(self) -> None:
        """Where its row is another, something has happened in it."""
        row = newest(self.desk.calls.value, self._row, lambda one: one.call_id)
        if row != self._row:
            self._row = row
            self._feed.hasten()

    # --- what it was ---

    def _lines(self, width: int, height: int) -> Iterator[Content]:
        call = self._feed.value
        where = Content(self.name_of(self._row.restaurant_id))
        yield spread(Content("  ").join([state_of(call or self._row, self.words), where]), self._caller(call), width)
        if call is None:
            return
        yield quiet(" · ".join(self._facts(call)))
        effects = self._fitted(list(self._effects(call, width)), max(height - _HEAD - _SUMMARY, 1))
        yield from self._summary(call, width, height - _HEAD - len(effects))
        yield from effects

    def _caller(self, call: CallDetail | None) -> Content:
        if call is None:
            return who_of(self._row.guest or self._row.number, self.words)
        number = call.to_number if call.direction == "outbound" else call.from_number
        return Content(" ").join([Content(self._row.guest), who_of(number, self.words)])

    def _facts(self, call: CallDetail) -> Iterator[str]:
        now_ms = self.now_ms()
        yield clock(length_ms(call, now_ms=now_ms) / 1000)
        yield self.words("age.ago", span=span((now_ms - began_at(call)) / 1000))
        if call.cost_cents is not None:
            yield self.figures.money(call.cost_cents)
        if call.sentiment:
            yield self.words.known(f"sentiment.{call.sentiment.lower()}", call.sentiment)
        if call.ended_because:
            yield call.ended_because

    def _summary(self, call: CallDetail, width: int, room: int) -> Iterator[Content]:
        if not call.summary:
            yield quiet(self.words("calls.no_summary"))
            return
        lines = Content(call.summary).wrap(width)
        yield from lines if len(lines) <= room else [*lines[: room - 1], quiet("…")]

    def _fitted(self, effects: list[Content], room: int) -> list[Content]:
        """As many as there is room for, and how many more there are."""
        if len(effects) <= room:
            return effects
        return [*effects[: room - 1], quiet(self.words("calls.more", count=len(effects) - room + 1))]

    def _effects(self, call: CallDetail, width: int) -> Iterator[Content]:
        """What stays of it: bookings, messages, calls handed over."""
        width = min(width, _EFFECT_WIDTH)
        yield from (self._booking(one, width) for one in call.reservations)
        for left in call.messages:
            tone = Tone.GOOD if left.handled_at else Tone.CARE
            yield signed(tone, self.words("calls.message", text=left.text))
        yield from (self._transfer(one, width) for one in call.transfers)
        if not (call.reservations or call.messages or call.transfers):
            yield quiet(self.words("calls.no_effects"))

    def _booking(self, one: ReservationRow, width: int) -> Content:
        text = self.words("calls.booking", date=one.date, time=one.time, party=one.party_size, name=one.name)
        tone = Tone.CARE if one.status in _UNDONE else Tone.GOOD
        return spread(signed(tone, text), quiet(self.words.known(f"booking.{one.status}", one.status)), width)

    def _transfer(self, one: TransferRow, width: int) -> Content:
        text = self.words("calls.transfer", number=one.number, reason=one.reason)
        tone = Tone.BAD if one.outcome == "unanswered" else Tone.GOOD
        return spread(signed(tone, text), quiet(self.words.known(f"transfer.{one.outcome}", one.outcome)), width)

    # --- what happened in it ---

    def _time(self, row: Moment) -> str:
        call = self._feed.value
        return clock((row.at - began_at(call)) / 1000) if call else ""

    def _kind(self, row: Moment) -> Content:
        name = self.words.known(f"calls.{row.kind}", row.kind)
        if row.kind == "tool":
            return signed(Tone.GOOD if row.ok else Tone.BAD, name)
        return quiet(f"· {name}") if row.kind == "event" else Content(f"  {name}")

    def _took(self, row: Moment) -> Content:
        if row.ms is None:
            return Content("")
        text = self.figures.ms(row.ms)
        return Content.styled(text, Tone.CARE.style) if row.ms >= _SLOW_MS else quiet(text)

    def _text(self, row: Moment) -> Content:
        return quiet(row.text) if row.kind == "event" else Content(row.text)


class OneMoment(ConsoleScreen):
    """A thing that was said or done, whole: of a tool also what it was asked."""

    place = "calls"
    AUTO_FOCUS: ClassVar[str | None] = "VerticalScroll"
    DEFAULT_CSS = """
    OneMoment VerticalScroll { border: round $border; padding: 0 1; height: 1fr; }
    """

    def __init__(self, desk: Desk, words: Words, row: Moment, *, crumbs: Sequence[str]) -> None:
        super().__init__(desk, words, crumbs=crumbs)
        self._row = row

    def body(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Content("\n").join(self._lines()))

    def paint(self) -> None:
        """It has happened: nothing of it changes."""

    def _lines(self) -> Iterator[Content]:
        if (use := self._row.tool) is None:
            yield Content(self._row.text)
            return
        tone = Tone.GOOD if use.ok else Tone.BAD
        before = f" · {self.words('calls.before')}" if use.replayed else ""
        yield signed(tone, f"{use.tool} → {use.code}") + quiet(f"  {self.figures.ms(use.ms)}{before}")
        yield Content(f"\n{answered(use)}")
        for word, value in (("calls.arguments", use.arguments), ("calls.answer", use.answer)):
            yield Content("")
            yield Content.styled(self.words(word), "bold $primary")
            yield Content(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
