"""Whoever sits before a console in trouble, and presses keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from support import platforms
from support.stage import Stage, console_on, painted
from tui.app import Console
from tui.screens.base import ConsoleScreen
from tui.screens.listing import Listing


class Hands:
    """A console, whoever sits before it, and the server's end of the wire."""

    def __init__(self, console: Console, pilot: Pilot[None], stage: Stage) -> None:
        self.console, self.pilot, self.stage = console, pilot, stage

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def done(self) -> list[tuple[str, str, Any]]:
        """What was changed at the server."""
        for worker in [worker for worker in self.console.workers if worker.group == "deeds"]:
            await worker.wait()
        return self.stage.asked

    @property
    def screen(self) -> ConsoleScreen:
        assert isinstance(self.console.screen, ConsoleScreen)
        return self.console.screen

    @property
    def chosen(self) -> str:
        assert isinstance(self.screen, Listing)
        return self.screen.key_of(self.screen.table.chosen)

    @property
    def shown(self) -> list[str]:
        assert isinstance(self.screen, Listing)
        return [self.screen.key_of(row) for row in self.screen.table.shown]

    def at_the_top(self) -> str:
        return self.console.screen.query_one("TopLine").render().plain


@asynccontextmanager
async def at(place: str, *, size: tuple[int, int] = (120, 40), **more: Any) -> AsyncIterator[Hands]:
    stage = platforms.broken()
    console = console_on(stage, start=place, **more)
    async with console.run_test(size=size) as pilot:
        await painted(pilot, console)
        yield Hands(console, pilot, stage)
