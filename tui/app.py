"""The console: it keeps the connection, knows the screens, and lets them paint when there is something new."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.content import Content
from textual.events import Event, Key
from textual.screen import Screen
from textual.widgets import Input

from tui.commands import Commands
from tui.desk import Desk
from tui.dialogs import Help
from tui.figures import span
from tui.keys import KEYS, bindings
from tui.link import Link
from tui.screens import PLACES, Place
from tui.screens.base import ConsoleScreen, why_of
from tui.theme import THEMES
from tui.watch import Phase
from tui.widgets.frame import Tab, TopLine
from tui.widgets.tone import Tone, quiet
from tui.words import Words

_LOOK_EVERY_S = 1.0
_LATE_S = 1.2
"""The stream tells something each second; who has said nothing for so long paints no longer by itself."""
_LONGEST_REASON = 40
_QUIET = "#7d8b99"


class Console(App[None]):
    """`start` names the screen that is shown first."""

    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[Any]] = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("app"),
        *(Binding(place.key, f"app.go('{place.id}')", id=f"go.{place.id}", show=False) for place in PLACES),
    ]
    CSS = """
    Toast { padding: 0 1; }
    """

    def __init__(
        self,
        link: Link,
        *,
        words: Words,
        theme: str,
        keymap: Mapping[str, str] = {},
        read_only: bool = False,
        start: str = PLACES[0].id,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.words = words
        self.title = words("console.title")
        rng = random.Random()  # noqa: S311 — when to try again, nothing secret
        self.desk = Desk(link, now_s=now_s, rng=rng, tell=self._changed, read_only=read_only)
        self._given_keys = dict(keymap)
        self._start = start
        self._dirty = False
        for place in PLACES:
            self.add_mode(place.id, self._opener(place))
        for one in THEMES:
            self.register_theme(one)
        self.theme = theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"quiet": _QUIET}

    def on_mount(self) -> None:
        self.set_keymap(self._given_keys)
        self.switch_mode(self._start)
        self.run_worker(self.desk.watch.run(), group="watch")
        self.run_worker(self._look_after_feeds(), group="feeds")
        self.set_interval(_LOOK_EVERY_S, self._grow_old)

    async def on_unmount(self) -> None:
        await self.desk.link.aclose()

    # --- what is shown ---

    def show(self) -> None:
        """Let the screen that is seen paint, and say how the connection is."""
        self._dirty = False
        for screen in self.screen_stack:
            if isinstance(screen, ConsoleScreen) and screen.is_framed:
                screen.query_one(TopLine).show(self._tabs(screen), self._state(screen))
                if screen is self._seen():
                    screen.show()

    def _grow_old(self) -> None:
        """Ages go on while nothing is told; what is told paints them itself, and twice a second would be too often."""
        told_s = self.desk.picture.received_s
        if told_s is None or self.desk.now_s() - told_s > _LATE_S:
            self.show()

    def _changed(self) -> None:
        """Many changes at once are one picture."""
        if not self._dirty:
            self._dirty = True
            self.call_later(self.show)

    def _seen(self) -> ConsoleScreen | None:
        """The screen that is to be seen, be it behind a dialog."""
        return next((one for one in reversed(self.screen_stack) if isinstance(one, ConsoleScreen)), None)

    def _tabs(self, screen: ConsoleScreen) -> list[Tab]:
        return [
            Tab(
                key=place.key,
                id=place.id,
                name=self.words(f"screen.{place.id}"),
                here=(here := place.id == screen.place),
                crumbs=screen.crumbs if here else (),
            )
            for place in PLACES
        ]

    def _state(self, screen: ConsoleScreen) -> Content:
        """What must be known before anything else that is on the screen."""
        told = [self._connection()]
        if self.desk.held_s is not None:
            held = span(self.desk.now_s() - self.desk.held_s)
            told.insert(0, Content.styled(f"‖ {self.words('state.frozen', span=held)}", "bold $warning reverse"))
        if notice := screen.notice():
            told.insert(0, notice)
        if self.desk.read_only:
            told.insert(0, quiet(self.words("state.read_only")))
        return Content("  ").join(told)

    def _connection(self) -> Content:
        phase, since_s = self.desk.connection.phase, self.desk.connection.since_s
        if phase is Phase.LIVE:
            return Content.styled(f"● {self.words('state.live')}", "$success")
        if phase is Phase.CONNECTING:
            return Content.styled(f"○ {self.words('state.connecting')}", "$warning")
        text = self.words(f"state.{phase}", span=span(self.desk.now_s() - since_s))
        why = self.desk.connection.why
        reason = quiet(f" {why_of(why, self.words)}").truncate(_LONGEST_REASON, ellipsis=True) if why else Content("")
        return Content.styled(f" {Tone.BAD.sign} {text} ", "bold $error reverse") + reason

    # --- what is asked for ---

    async def _look_after_feeds(self) -> None:
        was_live = True
        while True:
            screen, is_live = self._seen(), self.desk.connection.phase is Phase.LIVE
            if screen and self.desk.held_s is None and is_live:
                for feed in screen.feeds:
                    if feed.error is not None and not was_live:  # the server is back: it may answer by now
                        feed.hasten()
                    if feed.is_due(self.desk.link.quota):
                        await feed.refresh()
                        self._changed()
            was_live = is_live
            await asyncio.sleep(_LOOK_EVERY_S / 4)

    # --- hands ---

    async def on_event(self, event: Event) -> None:
        """A key does what it is bound to before the next is looked at, unless somebody types into a line.

        Textual does so for bindings of priority only. The others would have to come back from the widget that had the
        focus when the key arrived; of keys that come in one go, as over a slow line, those after one that moves the
        focus would go to the wrong place. In a line, Enter must not overtake the letters before it.
        """
        if not (isinstance(event, Key) and await self._did(event.key)):
            await super().on_event(event)

    async def _did(self, key: str) -> bool:
        if isinstance(self.focused, Input):
            return False
        bound = self.screen.active_bindings.get(key)
        return bound is not None and bound.enabled and await self.run_action(bound.binding.action, bound.node)

    def delay_update(self, delay: float = 0) -> None:
        """Textual covers a change of screens with a pause of 50 ms, as much as a key is to take until it is answered.

        There is nothing to be covered: a screen that stands is painted once, as it is by then.
        """

    def action_help_quit(self) -> None:
        self.notify(self.words("notice.quit"), markup=False)

    def action_go(self, place: str) -> None:
        """To the screen as it was left; from within it, out of what was opened there."""
        if place == self.current_mode:
            for _ in self.screen_stack[1:]:
                self.pop_screen()
        self.switch_mode(place)

    def action_freeze(self) -> None:
        screen = self._seen()
        if screen is None or not screen.back_to_now():
            self.desk.hold()
        self.show()

    def action_refresh_now(self) -> None:
        screen = self._seen()
        for feed in screen.feeds if screen else ():
            feed.hasten()

    def action_help(self) -> None:
        screen = self._seen()
        if screen and screen is self.screen:
            about = self.words(f"{screen.place}.help")
            self.push_screen(Help(self.words, about=about, groups=self._help(screen)))

    def _help(self, screen: ConsoleScreen) -> list[tuple[str, list[tuple[str, str]]]]:
        """What has the focus comes first, everywhere last."""
        groups: dict[str, dict[str, list[str]]] = {"table": {}, "screen": {}, "app": {}}
        for active in screen.active_bindings.values():
            if known := KEYS.get(active.binding.id or ""):
                group = groups.get(known.scope) if known.scope != screen.place else groups["screen"]
                (groups["screen"] if group is None else group).setdefault(known.id, []).append(
                    self.get_key_display(active.binding)
                )
        told = [
            (self.words(f"help.{scope}"), [(" ".join(keys), self.words(f"{id_}.help")) for id_, keys in found.items()])
            for scope, found in groups.items()
            if found
        ]
        places = [(place.key, self.words(f"screen.{place.id}")) for place in PLACES]
        return [*told, (self.words("help.screens"), places)]

    def action_command_palette(self) -> None:
        if isinstance(self.screen, ConsoleScreen):
            self.push_screen(CommandPalette(placeholder=self.words("palette.search")))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """None of Textual's own: they speak English, and some are not for operators."""
        del screen
        return ()

    def _opener(self, place: Place) -> Callable[[], ConsoleScreen]:
        def opened() -> ConsoleScreen:
            module, _, name = place.where.partition(":")
            screen: ConsoleScreen = getattr(import_module(f"tui.screens.{module}"), name)(self.desk, self.words)
            return screen

        return opened
