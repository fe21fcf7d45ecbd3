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
from appliance.errors import Unavailable

log = structlog.get_logger()


_PACES = 3
_LEAST_DEADLINE_S = 60.0


class Job(Struct, frozen=True, kw_only=True):
    """`work` is done every `every_s` seconds, the first time after that; it bounds what it does in one go itself.

    Should it not come to an end, it is cut off long after it was due again.
    """

    name: str
    every_s: float
    work: Callable[[], Awaitable[object]]

    @property
    def deadline_s(self) -> float:
        return max(_LEAST_DEADLINE_S, self.every_s * _PACES)


class Schedule:
    """Does its jobs until it is cancelled. One that fails is tried again at its next time; `runs` counts all tries.

    `failed` hears of each time that one fails.
    """

    def __init__(self, clock: Clock, *jobs: Job, failed: Callable[[Job, Exception], object] = lambda *_: None) -> None:
        self._clock = clock
        self._failed = failed
        self._jobs = jobs
        self._done_at = {job.name: clock.now_ms() for job in jobs}
        self.runs: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()

    @property
    def done_at(self) -> Mapping[str, int]:
        """When each job was last gone through, failed or not: its heartbeat, in Unix ms."""
        return self._done_at

    @property
    def every_s(self) -> float:
        """The pace of the job that is done most often, and with it that of the heartbeat."""
        return min(job.every_s for job in self._jobs)

    async def run(self, beat: Callable[[], object] = lambda: None) -> None:
        """`beat` whenever a job has been gone through."""
        async with asyncio.TaskGroup() as jobs:
            for job in self._jobs:
                jobs.create_task(self._repeat(job, beat), name=job.name)

    async def _repeat(self, job: Job, beat: Callable[[], object]) -> None:
        while True:
            await asyncio.sleep(job.every_s)
            await self._do(job)
            beat()

    async def _do(self, job: Job) -> None:
        self.runs[job.name] += 1
        try:
            async with asyncio.timeout(job.deadline_s):
                await job.work()
        except Unavailable as error:
            self._note(job, error)
            log.warning("job_failed", job=job.name, code=error.code)
        except TimeoutError as error:
            self._note(job, error)
            log.exception("job_cut_off", job=job.name, deadline_s=job.deadline_s)  # says where it hung
        except Exception as error:  # the boundary of a job: a bug in one turn must not end all turns
            self._note(job, error)
            log.exception("job_failed", job=job.name)
        self._done_at[job.name] = self._clock.now_ms()

    def _note(self, job: Job, error: Exception) -> None:
        self.failures[job.name] += 1
        self._failed(job, error)
