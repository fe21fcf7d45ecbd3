"""Queued work: what waits, what is tried again, and what needs a person, who retries it or gives it up."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from appliance.contract import Page, TaskRow
from tui.desk import Desk
from tui.feeds import Feed
from tui.figures import span
from tui.keys import bindings
from tui.screens.base import ConsoleScreen
from tui.screens.listing import Listing
from tui.widgets.panel import Panel
from tui.widgets.table import Column
from tui.widgets.tone import Tone, quiet, signed, spread
from tui.words import Words

_STATES = ("dead", "held", "retrying", "running", "ready")
"""Those first that need somebody most."""
_TONES = {"dead": Tone.BAD, "held": Tone.CARE, "retrying": Tone.CARE, "running": Tone.GOOD, "ready": Tone.QUIET}
_STUCK = ("dead", "held")


class Queue(Listing[TaskRow]):
    place = "queue"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("queue")]

    def __init__(self, desk: Desk, words: Words) -> None:
        super().__init__(desk, words)
        self._only: str | None = None

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self._feed,)

    @property
    def _feed(self) -> Feed[Page[TaskRow]]:
        return self.desk.tasks["ready" if self._only == "retrying" else self._only]

    def columns(self) -> Sequence[Column[TaskRow]]:
        def title(id_: str) -> str:
            return self.words(f"queue.column.{id_}")

        return [
            Column(title=title("state"), cell=self._state, rank=_urgency, width=11),
            Column(title=title("age"), cell=self._age, rank=lambda row: row.created_at, width=8, right=True),
            Column(title=title("tries"), cell=lambda row: str(row.attempts), rank=_tries, width=6, right=True),
            Column(title=title("kind"), cell=lambda row: row.kind, rank=lambda row: row.kind, width=12, from_width=100),
            Column(title=title("restaurant"), cell=self._where, rank=lambda row: row.restaurant_id, width=16),
            Column(title=title("reason"), cell=lambda row: row.error or "", grows=True),
            Column(title=title("id"), cell=lambda row: quiet(row.id), width=30, from_width=140),
        ]

    def key_of(self, row: TaskRow) -> str:
        return row.id

    def text_of(self, row: TaskRow) -> str:
        where, state = self.name_of(row.restaurant_id), state_word(row, self.words).plain
        return f"{state} {row.kind} {row.lock} {row.id} {where} {row.error or ''}"

    def paint(self) -> None:
        feed = self._feed if self._feed.value else self.desk.tasks[None]
        page = feed.value
        rows = [row for row in page.items if self._only in (None, state_of(row))] if page else []
        nothing = self.words("queue.none" if page else "table.waiting")
        cut = page is not None and page.next is not None
        told = [
            self.words(f"queue.{self._only}") if self._only else "",
            self.words("queue.shown", shown=len(page.items), all=page.total) if page and cut else "",
        ]
        self.show_rows(rows, nothing=nothing, age=self.age_of(feed), more=" · ".join(filter(None, told)))

    def in_full(self, row: TaskRow) -> Content:
        return Content(row.error) if row.error else quiet(f"{row.kind} · {row.lock}")

    def opened(self, row: TaskRow) -> ConsoleScreen:
        return OneTask(self.desk, self.words, row)

    def action_state(self) -> None:
        """All, then each state in turn."""
        turns = (None, *_STATES)
        self._only = turns[(turns.index(self._only) + 1) % len(turns)]
        self.show()

    def action_retry(self) -> None:
        if ids := self._meant():
            self.deed(lambda: self.desk.retry(ids), done=lambda count: self.words("queue.retried", count=count))

    def action_discard(self) -> None:
        if ids := self._meant():
            self.deed(
                lambda: self.desk.discard(ids),
                ask=self.words("queue.discard.ask", count=len(ids)),
                word=self.words("queue.discard.word"),
                done=lambda count: self.words("queue.discarded", count=count),
            )

    def _meant(self) -> list[str]:
        """Of the marked ones, or of the chosen one, what waits for a person."""
        ids = [row.id for row in self.table.meant if row.state in _STUCK]
        if not ids:
            self.notify(self.words("queue.only_stuck" if self.table.meant else "notice.nothing"), severity="warning")
        return ids

    def _state(self, row: TaskRow) -> Content:
        return state_word(row, self.words)

    def _age(self, row: TaskRow) -> str:
        return span((self.now_ms() - row.created_at) / 1000)

    def _where(self, row: TaskRow) -> str:
        return self.name_of(row.restaurant_id) or "–"


class OneTask(ConsoleScreen):
    """One task, with its whole reason."""

    place = "queue"

    def __init__(self, desk: Desk, words: Words, row: TaskRow) -> None:
        super().__init__(desk, words, crumbs=[row.kind])
        self._row = row

    def body(self) -> ComposeResult:
        yield Panel(self._row.id, self._lines)

    def paint(self) -> None:
        self.query_one(Panel).show(self.age_of(self.desk.tasks[None]))

    def _lines(self, width: int, height: int) -> Iterator[Content]:
        del height
        row, width = self._row, min(width, 90)
        state = state_of(row)
        yield state_word(row, self.words)
        yield Content("")
        for word, value in (
            ("queue.column.kind", row.kind),
            ("queue.column.restaurant", self.name_of(row.restaurant_id) or "–"),
            ("queue.lock", row.lock),
            ("queue.column.tries", str(row.attempts)),
            ("queue.column.age", span((self.now_ms() - row.created_at) / 1000)),
            *([("queue.next", span((row.run_at - self.now_ms()) / 1000))] if state == "retrying" else []),
        ):
            yield spread(quiet(self.words(word)), Content(value), width)
        yield Content("")
        yield Content.styled(self.words("queue.column.reason"), "bold $primary")
        yield from Content(row.error or "–").wrap(width)


def state_of(row: TaskRow) -> str:
    """The server's, but what has failed and waits for its next turn is told from what has not had one."""
    return "retrying" if row.state == "ready" and row.attempts else row.state


def state_word(row: TaskRow, words: Words) -> Content:
    state = state_of(row)
    return signed(_TONES.get(state, Tone.CARE), words.known(f"queue.{state}", state))


def _urgency(row: TaskRow) -> int:
    state = state_of(row)
    return _STATES.index(state) if state in _STATES else -1


def _tries(row: TaskRow) -> int:
    return -row.attempts
