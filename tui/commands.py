"""The palette: every action that can be done now, every screen, and the colours, found by any part of their names."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.keys import KEYS
from tui.screens import PLACES
from tui.theme import THEMES

if TYPE_CHECKING:
    from tui.app import Console

_Command = tuple[str, str, Callable[[], object]]


class Commands(Provider):
    @property
    def console(self) -> "Console":
        return cast("Console", self.app)

    async def discover(self) -> Hits:
        for name, help_, do in self._all():
            yield DiscoveryHit(name, do, help=help_)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, help_, do in self._all():
            if (score := matcher.match(f"{name} {help_}")) > 0:
                yield Hit(score, name, do, help=help_)

    def _all(self) -> Iterator[_Command]:
        yield from self._screens()
        yield from self._actions()
        yield from self._themes()

    def _screens(self) -> Iterator[_Command]:
        words = self.console.words
        for place in PLACES:
            name = words(f"screen.{place.id}")
            go = partial(self.app.run_action, f"app.go('{place.id}')")
            yield words("palette.screen", name=name), words("palette.screen.help", name=name), go

    def _actions(self) -> Iterator[_Command]:
        """Of what had the focus when the palette was opened."""
        told = set[str]()
        for active in self.screen.active_bindings.values():
            known = KEYS.get(active.binding.id or "")
            if known and known.id not in told and known.id != "app.palette" and active.enabled:
                told.add(known.id)
                do = partial(self.app.run_action, active.binding.action, active.node)
                yield self.console.words(known.id), self.console.words(f"{known.id}.help"), do

    def _themes(self) -> Iterator[_Command]:
        words = self.console.words
        for theme in THEMES:
            name = words("palette.theme", name=words(f"theme.{theme.name}"))
            yield name, words("palette.theme.help"), partial(setattr, self.app, "theme", theme.name)
