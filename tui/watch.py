"""Listens to the server for as long as the console is open: says at once when it is gone, and returns by itself."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum

from msgspec import Struct

from appliance.contract import LogLines, MetricSeries
from tui.link import Link, LinkError, Refused
from tui.picture import Picture

_FIRST_S, _LONGEST_S, _FRUITLESS_S = 0.5, 15.0, 30.0
_PAST_MS = 300_000
_PAST_LINES = 500


class Phase(StrEnum):
    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"
    REFUSED = "refused"
    """The server answers, but not to this token."""


class Connection(Struct, frozen=True, kw_only=True):
    """How it is, since when on the stopwatch, and why."""

    phase: Phase
    since_s: float
    why: LinkError | None = None


class Watch:
    """`tell` is called after each change of the picture or the connection; `pause` waits between two tries."""

    def __init__(
        self,
        link: Link,
        picture: Picture,
        *,
        now_s: Callable[[], float],
        rng: random.Random,
        tell: Callable[[], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._link = link
        self._picture = picture
        self._now_s = now_s
        self._rng = rng
        self._tell = tell
        self._pause = pause
        self._tries = 0
        self.connection = Connection(phase=Phase.CONNECTING, since_s=now_s())

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except LinkError as error:
                self._become(Phase.REFUSED if isinstance(error, Refused) and error.is_ours else Phase.LOST, error)
            await self._pause(self._patience_s())

    async def _listen(self) -> None:
        """Until the server ends it, as it does after a quarter of an hour. Raises LinkError, also if nothing came."""
        self._tries += 1
        heard = False
        async for whole, view in self._link.stream():
            self._picture.take(view, whole=whole, now_s=self._now_s())
            if not heard:
                await self._recall(view.at)
            heard, self._tries = True, 0
            self._become(Phase.LIVE)
        if not heard:
            raise LinkError("link.silent")

    async def _recall(self, at: int) -> None:
        """What was in the last minutes; without it the picture only begins now."""
        with suppress(Refused):
            series = await self._link.get("/api/admin/metrics", MetricSeries, **{"from": at - _PAST_MS, "step": 1})
            self._picture.remember(series.points)
            told = await self._link.get("/api/admin/logs", LogLines, limit=_PAST_LINES)
            self._picture.log(told.items)

    def _become(self, phase: Phase, why: LinkError | None = None) -> None:
        same = phase is self.connection.phase
        since_s = self.connection.since_s if same else self._now_s()
        self.connection = Connection(phase=phase, since_s=since_s, why=why)
        self._tell()

    def _patience_s(self) -> float:
        """Longer from time to time, and never the same for all who wait for a server to come back."""
        if self.connection.phase is Phase.REFUSED:
            return _FRUITLESS_S
        longest: float = min(_FIRST_S * 2 ** min(self._tries, 10), _LONGEST_S)
        return longest * self._rng.uniform(0.5, 1)
