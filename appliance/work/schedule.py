"""What time alone brings about: jobs that are done again and again, each at its own pace.

Every server does them all. A job does nothing twice because it looks again, in the transaction that acts, whether there
is still anything to be done.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

import structlog
from msgspec import Struct

from appliance.clock import Clock
from appliance.errors import PlatformRefused, Unavailable

log = structlog.get_logger()

_LONGEST_S = 600.0
"""For one go of a job: what has not come by then comes no more."""


class Job(Struct, frozen=True, kw_only=True):
    """`work` is done every `every_s` seconds, the first time after that or `first_s`.

    It bounds what it does in one go itself; what has not come after ten minutes is broken off.
    """

    name: str
    every_s: float
    work: Callable[[], Awaitable[object]]
    first_s: float | None = None


class Schedule:
    """Does its jobs until it is cancelled. One that fails is tried again at its next time; `runs` counts all tries.

    `failed` hears of each time that one fails.
    """

    def __init__(self, clock: Clock, *jobs: Job, failed: Callable[[Job, Exception], object] = lambda *_: None) -> None:
        self._clock = clock
        self._failed = failed
        self.jobs = jobs
        self._done_at = {job.name: clock.now_ms() for job in jobs}
        self._done_us = {job.name: clock.stopwatch_us() for job in jobs}
        self.runs: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()

    @property
    def done_at(self) -> Mapping[str, int]:
        """When each job was last gone through, failed or not: its heartbeat, in Unix ms."""
        return self._done_at

    @property
    def silent_s(self) -> Mapping[str, float]:
        """For how long each has not been gone through."""
        now_us = self._clock.stopwatch_us()
        return {name: (now_us - done_us) / 1_000_000 for name, done_us in self._done_us.items()}

    @property
    def turns(self) -> int:
        """How many goes there have been, of all jobs."""
        return self.runs.total()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as jobs:
            for job in self.jobs:
                jobs.create_task(self._repeat(job), name=job.name)

    async def _repeat(self, job: Job) -> None:
        await asyncio.sleep(job.every_s if job.first_s is None else job.first_s)
        while True:
            await self._do(job)
            await asyncio.sleep(job.every_s)

    async def _do(self, job: Job) -> None:
        self.runs[job.name] += 1
        try:
            async with asyncio.timeout(_LONGEST_S):
                await job.work()
        except (Unavailable, PlatformRefused, TimeoutError) as error:
            # Others' doing, or that of what it waited for: where it happened in our code says nothing.
            self._note(job, error)
            log.warning("job_failed", job=job.name, code=getattr(error, "code", "timeout"), reason=str(error))
        except Exception as error:  # the boundary of a job: a bug in one turn must not end all turns
            self._note(job, error)
            log.exception("job_failed", job=job.name)
        self._done_at[job.name], self._done_us[job.name] = self._clock.now_ms(), self._clock.stopwatch_us()

    def _note(self, job: Job, error: Exception) -> None:
        self.failures[job.name] += 1
        self._failed(job, error)
