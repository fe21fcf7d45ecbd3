"""What all screens have in common: the frame, the filter, the age of what is shown, and hands that write."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen

from tui.desk import Desk
from tui.dialogs import TypedConfirm
from tui.feeds import Feed
from tui.figures import Figures, span
from tui.keys import KEYS, WRITING, bindings
from tui.link import LinkError
from tui.watch import Phase
from tui.widgets.frame import FootKey, KeyLine, TopLine
from tui.words import Words

T = TypeVar("T")

_FRESH_S, _SLOW_FACTOR = 3, 2
_USUAL_PACE_S = 30
_ALWAYS = ("app.help", "app.quit")


class ConsoleScreen(Screen[None]):
    """`place` is the id of its tab, and of its words. `crumbs` lead to where one is within it."""

    place: ClassVar[str]
    AUTO_FOCUS: ClassVar[str | None] = ""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("screen")]
    DEFAULT_CSS = """
    ConsoleScreen { layout: vertical; }
    ConsoleScreen.-lost Panel, ConsoleScreen.-lost Table { opacity: 45%; }
    """

    def __init__(self, desk: Desk, words: Words, *, crumbs: Sequence[str] = ()) -> None:
        super().__init__()
        self.desk = desk
        self.words = words
        self.figures = Figures(words.language)
        self.crumbs = tuple(crumbs)

    # --- what a screen says of itself ---

    def body(self) -> ComposeResult:
        """Its widgets, between the first line and the last."""
        raise NotImplementedError

    def paint(self) -> None:
        """Show what the desk knows now. Called each second, and when something has changed."""
        raise NotImplementedError

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        """What it wants to be asked for while somebody looks at it."""
        return ()

    def notice(self) -> Content | None:
        """What must be known of what is shown, before the connection; None where there is nothing."""
        return None

    def back_to_now(self) -> bool:
        """Leave what is of another time. False where nothing is."""
        return False

    # --- the frame ---

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield from self.body()
        yield KeyLine()

    @property
    def is_framed(self) -> bool:
        """Whether it stands: one that is about to come or go has lost its parts, or has none yet."""
        return self.is_mounted and self.is_attached and bool(self.query(TopLine)) and bool(self.query(KeyLine))

    def show(self) -> None:
        """Paint, with what is at the foot for what has the focus now."""
        self.set_class(self.desk.connection.phase in (Phase.LOST, Phase.REFUSED), "-lost")
        self.paint()
        self.query_one(KeyLine).show(self._keys())

    def on_screen_resume(self) -> None:
        """What stands is painted as it is now, and not first as it was left; what does not yet, once it does."""
        if self.is_framed and self.size:
            self.show()
        else:
            self.call_after_refresh(self._show_if_framed)

    def _show_if_framed(self) -> None:
        if self.is_framed:
            self.show()

    def _keys(self) -> list[FootKey]:
        """Those of the screen first; of several for the same, the shortest."""
        found: dict[str, FootKey] = {}
        for key, active in self.active_bindings.items():
            known = KEYS.get(active.binding.id or "")
            written = self.app.get_key_display(active.binding)
            if known and known.shown and not (known.id in found and len(found[known.id].written) <= len(written)):
                name, always = self.words(known.id), known.id in _ALWAYS
                found[known.id] = FootKey(written=written, name=name, action=_press(key), always=always)
        return [found[id_] for id_ in sorted(found, key=lambda id_: (KEYS[id_].scope != self.place, id_ in _ALWAYS))]

    # --- ages ---

    def live_age(self) -> str:
        """How old what the stream told is."""
        return self.age(self.desk.shown.received_s, fresh_s=_FRESH_S)

    def age_of(self, feed: Feed[Any]) -> str:
        if feed.error is not None:
            return self.words("age.failed", why=why_of(feed.error, self.words))
        return self.age(feed.received_s, fresh_s=max(_USUAL_PACE_S, feed.least_s) * _SLOW_FACTOR)

    def age(self, received_s: float | None, *, fresh_s: float) -> str:
        if received_s is None:
            return self.words("age.never")
        old_s = self.desk.now_s() - received_s
        if old_s < 2:
            return self.words("age.now")
        return self.words("age.ago" if old_s <= fresh_s else "age.stale", span=span(old_s))

    def now_ms(self) -> int:
        """The server's time."""
        return self.desk.now_ms()

    def name_of(self, restaurant_id: str) -> str:
        """Its name; its id while that is not known."""
        row = self.desk.shown.restaurants.get(restaurant_id)
        return row.name if row else restaurant_id

    # --- hands ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 — Textual's
        return not (self.desk.read_only and (self.place, action) in WRITING)

    def action_back(self) -> None:
        """Out of what was opened."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def deed(self, do: Callable[[], Awaitable[T]], *, done: Callable[[T], str], ask: str = "", word: str = "") -> None:
        """Do something at the server, after `word` was typed where there is one, and say what came of it."""
        self.run_worker(self._deed(do, done, ask, word), group="deeds", exit_on_error=True)

    async def _deed(self, do: Callable[[], Awaitable[T]], done: Callable[[T], str], ask: str, word: str) -> None:
        if word:
            typed = await self.app.push_screen_wait(TypedConfirm(self.words, ask=ask, among=[word]))
            if not typed:
                return
        await self.do(do, done=done)

    async def do(self, do: Callable[[], Awaitable[T]], *, done: Callable[[T], str]) -> None:
        """Do it, and say what came of it."""
        try:
            came = await do()
        except LinkError as error:
            self.notify(self.words("notice.failed", why=why_of(error, self.words)), severity="error", markup=False)
            return
        self.notify(done(came), markup=False)
        await self._ask_again()

    async def _ask_again(self) -> None:
        for feed in self.feeds:
            await feed.refresh()
        if self.is_current:
            self.show()


def _press(key: str) -> str:
    return f"app.simulate_key('{key}')"


def why_of(error: LinkError, words: Words) -> str:
    """The server's own sentence where it said one."""
    return error.detail if error.code == "link.refused" and error.detail else words(error.code)
