"""Calls as they come in on a good evening: at random, several at once, and some guests call back to cancel."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence

from appliance.clock import Clock
from appliance.loadtest.conversation import Outcome
from appliance.loadtest.guests import Guest
from appliance.loadtest.phone import PhonePlatform
from appliance.loadtest.play import play
from appliance.loadtest.report import CallReport, Tally, Watch
from appliance.loadtest.scenarios import Line, Scenario, plan_call

_CALLS_BACK = 0.12
_REMEMBERED = 200
_EVERY_SCENARIO = tuple(Scenario)


class Traffic:
    """Callers of some restaurants. Everything that happens goes to `watch` and is added up in `tally`."""

    def __init__(
        self, lines: Sequence[Line], platform: PhonePlatform, *, rng: random.Random, clock: Clock, watch: Watch
    ) -> None:
        self.tally = Tally()
        self._lines = lines
        self._platform = platform
        self._rng = rng
        self._clock = clock
        self._watch = watch
        self._guests: deque[tuple[Line, Guest]] = deque(maxlen=_REMEMBERED)

    async def pour(self, *, mean_gap_s: float, at_once: int, seconds_per_word: float) -> None:
        """Calls without end, the first one now; arrivals are a Poisson process, held back at `at_once` calls."""
        free_lines = asyncio.Semaphore(at_once)
        async with asyncio.TaskGroup() as calls:
            while True:
                await free_lines.acquire()
                call = calls.create_task(self._any_call(seconds_per_word), name="simulated call")
                call.add_done_callback(lambda _: free_lines.release())
                await asyncio.sleep(self._rng.expovariate(1 / mean_gap_s))

    async def once(self, *, at_once: int) -> list[CallReport]:
        """One call to each restaurant, every scenario in turn."""
        free_lines = asyncio.Semaphore(at_once)

        async def call(line: Line, scenario: Scenario) -> CallReport:
            async with free_lines:
                return await self._play(line, scenario=scenario)

        async with asyncio.TaskGroup() as calls:
            tasks = [
                calls.create_task(call(line, _EVERY_SCENARIO[index % len(_EVERY_SCENARIO)]), name="simulated call")
                for index, line in enumerate(self._lines)
            ]
        return [task.result() for task in tasks]

    async def _any_call(self, seconds_per_word: float) -> None:
        if self._guests and self._rng.random() < _CALLS_BACK:
            place = self._rng.randrange(len(self._guests))
            line, guest = self._guests[place]
            del self._guests[place]
            await self._play(line, returning=guest, seconds_per_word=seconds_per_word)
        else:
            await self._play(self._rng.choice(self._lines), seconds_per_word=seconds_per_word)

    async def _play(
        self,
        line: Line,
        *,
        scenario: Scenario | None = None,
        returning: Guest | None = None,
        seconds_per_word: float = 0.0,
    ) -> CallReport:
        plan = plan_call(line, self._rng, now_ms=self._clock.now_ms(), scenario=scenario, returning=returning)
        report = await play(
            plan, self._platform, clock=self._clock, watch=self._watch, seconds_per_word=seconds_per_word
        )
        self.tally.add(report)
        if report.outcome is Outcome.BOOKED:
            self._guests.append((line, plan.guest))
        return report
