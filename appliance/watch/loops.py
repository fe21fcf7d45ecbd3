"""Background loops: each has a name, a pace and a heartbeat; one that breaks or falls silent is begun anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from msgspec import Struct

log = structlog.get_logger()

Beat = Callable[[], object]

_LOOK_S = 1.0
_SILENT_TURNS = 10
_LEAST_PATIENCE_S = 30.0
_LONGEST_BACKOFF_S = 60.0
_SETTLED_S = 60.0
"""What went well for so long has got over what broke it before."""


class LoopSilent(Exception):
    """A background loop did not turn for many times its pace."""


class Loop(Struct, frozen=True, kw_only=True):
    """`work` calls what it is given at each of its turns, of which there is one every `every_s` seconds or sooner.

    It goes on until it is cancelled; one that returns is done for good.
    """

    name: str
    every_s: float
    work: Callable[[Beat], Awaitable[None]]

    @property
    def patience_s(self) -> float:
        return max(_LEAST_PATIENCE_S, self.every_s * _SILENT_TURNS)


class LoopState(Struct, frozen=True, kw_only=True):
    """`silent_s` since its last turn; `restarted_s` since it was last begun anew, None if it never was."""

    name: str
    silent_s: float
    patience_s: float
    restarts: int
    restarted_s: float | None

    @property
    def stands_still(self) -> bool:
        return self.silent_s > self.patience_s


class Loops:
    """Keeps loops going. `broke` hears the name of each that is begun anew, and why."""

    def __init__(
        self,
        broke: Callable[[str, Exception], object] = lambda *_: None,
        *,
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._broke = broke
        self._now_s = now_s
        self._sleep = sleep
        self._kept: list[_Kept] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._watchdog: asyncio.Task[None] | None = None

    def start(self, *loops: Loop) -> None:
        self._kept = [_Kept(loop, self._broke, self._now_s, self._sleep) for loop in loops]
        self._tasks = [asyncio.create_task(kept.keep_going(), name=kept.loop.name) for kept in self._kept]
        self._watchdog = asyncio.create_task(self._watch(), name="watchdog")

    def states(self) -> Sequence[LoopState]:
        """Of those that are not done for good."""
        return [kept.state() for kept, task in zip(self._kept, self._tasks, strict=True) if not task.done()]

    def look(self, *, late_s: float = 0) -> None:
        """Cancel what has been silent for too long; it is begun anew then.

        Who looks late, as after the machine slept, does so at loops that could not turn either.
        """
        if late_s > _LOOK_S:
            return
        for kept in self._kept:
            if kept.state().stands_still:
                kept.cancel()

    def leave_alone(self) -> None:
        """No longer look: what is about to end has no turns any more."""
        if self._watchdog:
            self._watchdog.cancel()

    async def stop(self) -> None:
        self.leave_alone()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            due_s = self._now_s() + _LOOK_S
            await asyncio.sleep(_LOOK_S)
            self.look(late_s=self._now_s() - due_s)


class _Kept:
    """One loop, and the task in which it works at the moment."""

    def __init__(
        self,
        loop: Loop,
        broke: Callable[[str, Exception], object],
        now_s: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.loop = loop
        self._broke = broke
        self._now_s = now_s
        self._sleep = sleep
        self._working: asyncio.Future[None] | None = None
        self._beat_s = now_s()
        self._restarts = 0
        self._restarted_s: float | None = None

    def state(self) -> LoopState:
        now_s = self._now_s()
        return LoopState(
            name=self.loop.name,
            silent_s=now_s - self._beat_s,
            patience_s=self.loop.patience_s,
            restarts=self._restarts,
            restarted_s=None if self._restarted_s is None else now_s - self._restarted_s,
        )

    def cancel(self) -> None:
        if self._working:
            self._working.cancel()

    async def keep_going(self) -> None:
        failures = 0
        while True:
            began_s = self._now_s()
            self._beat()
            error = await self._work()
            if error is None:
                return
            settled = self._now_s() - began_s > _SETTLED_S
            failures = 1 if settled else failures + 1
            self._restarts += 1
            self._restarted_s = self._now_s()
            log.error("loop_restarted", loop=self.loop.name, failures=failures, exc_info=error)
            self._broke(self.loop.name, error)
            await self._sleep(min(2.0 ** (failures - 1), _LONGEST_BACKOFF_S))

    def _beat(self) -> None:
        self._beat_s = self._now_s()

    async def _work(self) -> Exception | None:
        """Work to the end; why it ended, if it was not meant to."""
        working = self._working = asyncio.ensure_future(self.loop.work(self._beat))
        try:
            await asyncio.wait((working,))
        finally:
            self._working = None
            if working.cancel():  # the end of all loops is called
                await asyncio.wait((working,))
        return _why(working, silent_s=self._now_s() - self._beat_s)


def _why(working: asyncio.Future[None], *, silent_s: float) -> Exception | None:
    if working.cancelled():
        return LoopSilent(f"no turn for {silent_s:.0f} s")
    error = working.exception()
    if error is None or isinstance(error, Exception):
        return error
    raise error
