"""The calls of the last day in all restaurants: who is on the line, what the agent does, and what came of the rest."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual import work
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input

from appliance.contract import PlatformCallRow
from tui.desk import Desk
from tui.feeds import Feed
from tui.figures import clock, span
from tui.keys import bindings
from tui.screens.base import ConsoleScreen, why_of
from tui.screens.call import OneCall
from tui.screens.call_lines import is_on_the_line, length_ms, replay, state_of, who_of
from tui.screens.listing import Listing
from tui.search import is_worth_asking
from tui.widgets.table import Column
from tui.widgets.tone import Tone, quiet
from tui.words import Words

_REST_S = 0.4
"""Who types is not asked for at each letter: each question is one of the operator's quota."""
_MARK = "⇣"


class Calls(Listing[PlatformCallRow]):
    place = "calls"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("calls")]

    def __init__(self, desk: Desk, words: Words) -> None:
        super().__init__(desk, words)
        self._only_line = False
        self._beyond: set[str] = set()
        """The calls that only the server's search has told of."""

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self.desk.calls,)

    def columns(self) -> Sequence[Column[PlatformCallRow]]:
        def title(id_: str) -> str:
            return self.words(f"calls.{id_}")

        return [
            Column(title=title("state"), cell=self._state, rank=lambda row: self._state(row).plain[2:], width=11),
            Column(title=title("length"), cell=self._length, rank=lambda row: -self._ms(row), width=6, right=True),
            Column(
                title=title("since"),
                cell=lambda row: span(self._ago_s(row.first_seen_at)),
                rank=lambda row: -row.first_seen_at,
                width=7,
                right=True,
                from_width=100,
            ),
            Column(title=title("where"), cell=self._where, rank=self._where, width=16),
            Column(title=title("who"), cell=self._who, rank=lambda row: self._who(row).plain, width=12),
            Column(title=title("last"), cell=self._last, rank=lambda row: row.last_tool or "", grows=True),
            Column(
                title=title("cost"), cell=self._cost, rank=lambda row: -(row.cost_cents or 0.0), width=8, right=True,
                from_width=130,
            ),
            Column(title=title("id"), cell=lambda row: quiet(row.call_id), width=32, from_width=160),
        ]  # fmt: skip

    def key_of(self, row: PlatformCallRow) -> str:
        return row.call_id

    def text_of(self, row: PlatformCallRow) -> str:
        shown = (self._state(row), self._who(row), self._last(row))
        told = (self._where(row), row.restaurant_id, row.call_id, row.number, row.ended_because or "")
        found = [self.desk.search.text] if row.call_id in self._beyond else []  # it fits by what is not shown here
        return " ".join([*(one.plain for one in shown), *told, *found])

    def paint(self) -> None:
        feed = self.desk.calls
        page = feed.value
        at_hand = page.items if page else []
        beyond = self.desk.search.beyond({row.call_id for row in at_hand})
        self._beyond = {row.call_id for row in beyond}
        rows = [row for row in (*at_hand, *beyond) if is_on_the_line(row) or not self._only_line]
        rows.sort(key=lambda row: not is_on_the_line(row))
        told = [
            self.words("calls.only_line") if self._only_line else "",
            self.words("calls.shown", shown=len(page.items), all=page.total) if page and page.next is not None else "",
            self._from_the_server(),
        ]
        nothing = self.words("calls.none" if page else "table.waiting")
        self.show_rows(rows, nothing=nothing, age=self.age_of(feed), more=" · ".join(filter(None, told)))

    def in_full(self, row: PlatformCallRow) -> Content:
        return Content.assemble(self._who(row), f" {row.number} · " if row.guest else " · ", self._last(row))

    def opened(self, row: PlatformCallRow) -> ConsoleScreen:
        return OneCall(self.desk, self.words, row)

    # --- what is not at hand ---

    def on_input_changed(self, event: Input.Changed) -> None:
        super().on_input_changed(event)
        text, page, search = event.value.strip(), self.desk.calls.value, self.desk.search
        if text == search.text:
            return
        at_hand = sum(row.call_id not in self._beyond for row in self.table.shown)
        if page is None or not is_worth_asking(text, shown=at_hand, more=page.next is not None):
            text = ""
        if text or search.text:
            search.want(text)
            self.show()
        if text:
            self._look_for(text)

    @work(group="search", exclusive=True)
    async def _look_for(self, text: str) -> None:
        await asyncio.sleep(_REST_S)
        if self.desk.search.text == text:
            await self.desk.search.ask()
            self.desk.tell()

    def _from_the_server(self) -> str:
        search = self.desk.search
        if not search.text:
            return ""
        if search.error is not None:
            return self.words("calls.search.failed", why=why_of(search.error, self.words))
        if search.received_s is None:
            return self.words("calls.search.asking")
        count, ago = len(self._beyond), span(self.desk.now_s() - search.received_s)
        if count == 0:
            return self.words("calls.search.none")
        more = self.words("table.count", shown=len(search.rows), all=search.total)
        told = count if search.total == len(search.rows) else more
        return self.words("calls.search.found", mark=_MARK, count=told, ago=ago)

    def action_only(self) -> None:
        self._only_line = not self._only_line
        self.show()

    def action_replay(self) -> None:
        if (row := self.table.chosen) is not None:
            replay(self, row.call_id)

    def _state(self, row: PlatformCallRow) -> Content:
        return state_of(row, self.words)

    def _ms(self, row: PlatformCallRow) -> int:
        return length_ms(row, now_ms=self.now_ms())

    def _length(self, row: PlatformCallRow) -> str:
        return clock(self._ms(row) / 1000)

    def _ago_s(self, at_ms: int) -> float:
        return (self.now_ms() - at_ms) / 1000

    def _where(self, row: PlatformCallRow) -> str:
        return self.name_of(row.restaurant_id)

    def _who(self, row: PlatformCallRow) -> Content:
        return who_of(row.guest or row.number, self.words)

    def _last(self, row: PlatformCallRow) -> Content:
        """What the agent did last, and of a call that is over why it ended; marked where it is not at hand."""
        did = self._did(row)
        return Content.assemble((f"{_MARK} ", "bold $primary"), did) if row.call_id in self._beyond else did

    def _did(self, row: PlatformCallRow) -> Content:
        at = max(row.last_tool_at or 0, row.last_event_at or 0)
        tool, tone = row.last_tool or "", Tone.GOOD if row.last_tool_ok else Tone.BAD
        did = Content.assemble((f"{tone.sign} ", tone.style), tool) if tool else quiet(row.last_event or "–")
        if not is_on_the_line(row):
            return Content("  ").join([did, quiet(row.ended_because)]) if row.ended_because else did
        return did + quiet(f"  {self.words('age.ago', span=span(self._ago_s(at)))}") if at else did

    def _cost(self, row: PlatformCallRow) -> Content:
        return quiet("–" if row.cost_cents is None else self.figures.money(row.cost_cents))
