"""Probes: questions asked again and again, each at its own pace, so that whoever wants to know never waits for one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

import structlog
from msgspec import Struct

from appliance.clock import Clock
from appliance.errors import MaitreError

log = structlog.get_logger()

Status = Literal["pass", "warn", "fail"]
_OPEN_AFTER = 3
"""So many failures one after the other, and it is asked less often."""
_TURN_S = 1.0
_STALE_TIMES = 3


class Found(Struct, frozen=True, kw_only=True):
    """What a probe found. `output` says what is wrong, and only then."""

    status: Status = "pass"
    value: float | None = None
    unit: str = ""
    output: str = ""


class Probe(Struct, frozen=True, kw_only=True):
    """`name` is `<thing>:<what is measured of it>`. `ask` raises when there is no answer.

    `outside`: it is about something that this process does not work without, but is not mended by beginning it anew;
    so it only ever warns. `rest_s` is the pace once it has failed several times.
    """

    name: str
    ask: Callable[[], Awaitable[Found]]
    every_s: float
    deadline_s: float
    rest_s: float
    outside: bool = False

    @property
    def worst(self) -> Status:
        return "warn" if self.outside else "fail"


class Seen(Struct, frozen=True, kw_only=True):
    """What was found, and when: in Unix ms, and by a clock that nobody sets."""

    found: Found
    at_ms: int
    at_s: float


class Probes:
    """Asks each probe in turn with the others, never the same twice at once; what breaks in one is what it found."""

    def __init__(self, clock: Clock, *probes: Probe, now_s: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._now_s = now_s
        self.turns = 0
        self._asked = [_Asked(probe, clock, now_s) for probe in probes]

    async def ask_inside(self) -> None:
        """All that are about this process and its data, now."""
        await asyncio.gather(*(asked.ask() for asked in self._asked if not asked.probe.outside))

    async def run(self) -> None:
        """Ask until cancelled, each when it is due; what is under way then has ended, too."""
        async with asyncio.TaskGroup() as asking:
            while True:
                self.turns += 1
                for asked in self._asked:
                    if asked.is_due():
                        asking.create_task(asked.ask(), name=f"probe-{asked.probe.name}")
                await asyncio.sleep(_TURN_S)

    def seen(self) -> Mapping[str, Seen]:
        """By name, what each found when it was last asked; what was not asked for too long has found just that."""
        return {asked.probe.name: asked.seen() for asked in self._asked if asked.last}

    def outside_unwell_s(self) -> float:
        """For how long something outside has not been well: found so again and again, which once does not show."""
        return max((asked.unwell_s for asked in self._asked if asked.probe.outside), default=0.0)

    def failures(self) -> Sequence[tuple[str, int]]:
        """How often each got no answer."""
        return [(asked.probe.name, asked.failures) for asked in self._asked]


class _Asked:
    """A probe, and how it went."""

    def __init__(self, probe: Probe, clock: Clock, now_s: Callable[[], float]) -> None:
        self.probe = probe
        self.last: Seen | None = None
        self.failures = 0
        self.unwell_s = 0.0
        """From when it was first found not to be well to when it last was."""
        self._unwell, self._unwell_us = False, 0
        self._clock = clock
        self._now_s = now_s
        self._failed_in_a_row = 0
        self._under_way = False

    def is_due(self) -> bool:
        return not self._under_way and (self.last is None or self._now_s() - self.last.at_s >= self._pace_s())

    def _pace_s(self) -> float:
        return self.probe.rest_s if self._failed_in_a_row >= _OPEN_AFTER else self.probe.every_s

    def seen(self) -> Seen:
        assert self.last
        old_s = self._now_s() - self.last.at_s
        if old_s <= self._pace_s() * _STALE_TIMES + self.probe.deadline_s:
            return self.last
        output = f"not looked at for {old_s:.0f} s"
        return Seen(found=Found(status=self.probe.worst, output=output), at_ms=self.last.at_ms, at_s=self.last.at_s)

    async def ask(self) -> None:
        self._under_way = True
        try:
            found = await self._answer()
        finally:
            self._under_way = False
        self.last = Seen(found=found, at_ms=self._clock.now_ms(), at_s=self._now_s())
        now_us = self._clock.stopwatch_us()
        if found.status == "pass" or not self._unwell:
            self._unwell_us = now_us
        self._unwell = found.status != "pass"
        self.unwell_s = (now_us - self._unwell_us) / 1_000_000

    async def _answer(self) -> Found:
        try:
            async with asyncio.timeout(self.probe.deadline_s):
                found = await self.probe.ask()
        except Exception as error:  # noqa: BLE001 — the boundary of a probe: what breaks is what it found
            return self._no_answer(error)
        self._failed_in_a_row = 0
        return found

    def _no_answer(self, error: Exception) -> Found:
        self.failures += 1
        self._failed_in_a_row += 1
        if self._failed_in_a_row == 1:
            log.warning("probe_failed", probe=self.probe.name, exc_info=None if _is_foreseen(error) else error)
        return Found(status=self.probe.worst, output=_words(error, self.probe.deadline_s))


def _is_foreseen(error: Exception) -> bool:
    return isinstance(error, MaitreError | OSError)  # TimeoutError and ssl.SSLError are of the latter


def _words(error: Exception, deadline_s: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {deadline_s:g} s"
    return str(error) if _is_foreseen(error) and str(error) else type(error).__name__
