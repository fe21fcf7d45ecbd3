"""The background loops of a process, each under its name: one that breaks or stands still is begun again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

import structlog
from msgspec import Struct

log = structlog.get_logger()

_FIRST_REST_S, _LONGEST_REST_S = 1.0, 60.0
_SOUND_S = 300.0
"""Who ran for so long has recovered: its next failure is a first one again."""
_LOOKS = 4
_LET_GO_S = 5.0
"""How long a loop that stands still may take to end. One that does not even do that is left behind."""


class LoopStuck(Exception):
    """It has not turned for too long."""


class LoopCancelled(Exception):
    """What it waited for was called off, and it with that; `stop` was not called."""


class Loop(Struct, frozen=True, kw_only=True):
    """`turns` counts what it has done, and has to grow at least every `silent_s` seconds."""

    name: str
    run: Callable[[], Awaitable[None]]
    turns: Callable[[], int]
    silent_s: float = 60.0


class Loops:
    """`broke` hears of each that failed. `restarts` counts them; `silent_s` tells for how long each has not turned."""

    def __init__(self, broke: Callable[[str, Exception], object] = lambda *_: None) -> None:
        self.restarts: Counter[str] = Counter()
        self._broke = broke
        self._tasks: list[asyncio.Task[None]] = []
        self._heartbeats: dict[str, _Heartbeat] = {}

    def keep(self, loop: Loop) -> asyncio.Task[None]:
        """Run it from now on until it ends by itself or `stop` is called."""
        task = asyncio.create_task(self._forever(loop), name=loop.name)
        self._tasks.append(task)
        return task

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def silent_s(self) -> Mapping[str, float]:
        now = asyncio.get_running_loop().time()
        return {name: heartbeat.silent_s(now) for name, heartbeat in self._heartbeats.items()}

    async def _forever(self, loop: Loop) -> None:
        clock, rest_s = asyncio.get_running_loop().time, _FIRST_REST_S
        while True:
            began_s = clock()
            try:
                await self._run(loop)
            except Exception as error:  # the boundary of a background loop: it must outlive what happens in it
                log.exception("loop_broke", loop=loop.name)
                self._broke(loop.name, error)
                self.restarts[loop.name] += 1
            else:
                return
            if clock() - began_s > _SOUND_S:
                rest_s = _FIRST_REST_S
            await asyncio.sleep(rest_s)
            rest_s = min(2 * rest_s, _LONGEST_REST_S)

    async def _run(self, loop: Loop) -> None:
        """Until it ends. Raises what it raises, LoopCancelled, and LoopStuck once it was ended for it did not turn."""
        work = asyncio.ensure_future(loop.run())
        try:
            while not await self._ended(work, loop):
                pass
        finally:
            work.cancel()
            await asyncio.wait((work,), timeout=_LET_GO_S)
        if work.cancelled():
            raise LoopCancelled("it was cancelled")
        work.result()

    async def _ended(self, work: "asyncio.Future[None]", loop: Loop) -> bool:
        """Look at it a few times in the time that it may be silent for.

        Looks are counted and not seconds: when the whole process stood still, nobody could turn.
        """
        turns = loop.turns()
        self._heartbeats[loop.name] = _Heartbeat(loop, asyncio.get_running_loop().time())
        for _ in range(_LOOKS):
            done, _ = await asyncio.wait((work,), timeout=loop.silent_s / _LOOKS)
            if done:
                return True
            if loop.turns() != turns:
                return False
        raise LoopStuck(f"it has not turned for {loop.silent_s:g} seconds")


class _Heartbeat:
    """When a loop was last seen to have turned: whoever asks looks, for the watch over it looks seldom."""

    def __init__(self, loop: Loop, now: float) -> None:
        self._loop = loop
        self._turns, self._turned_at = loop.turns(), now

    def silent_s(self, now: float) -> float:
        if (turns := self._loop.turns()) != self._turns:
            self._turns, self._turned_at = turns, now
        return now - self._turned_at
