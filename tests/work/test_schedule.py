import asyncio

import pytest
from structlog.testing import capture_logs

from appliance.errors import DatabaseBusy
from appliance.work.schedule import Job, Schedule
from support.fake_clock import FakeClock


class _Work:
    """Counts how often it is done, and tells when it has been done often enough."""

    def __init__(self, *, enough: int = 3, fails: Exception | None = None) -> None:
        self.count = 0
        self.done = asyncio.Event()
        self._enough = enough
        self._fails = fails

    async def __call__(self) -> None:
        self.count += 1
        if self.count >= self._enough:
            self.done.set()
        if self._fails:
            raise self._fails


async def _run_until(schedule: Schedule, *works: _Work) -> None:
    running = asyncio.create_task(schedule.run())
    async with asyncio.timeout(10):
        for work in works:
            await work.done.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_every_job_is_done_again_and_again(clock: FakeClock) -> None:
    one, other = _Work(), _Work()
    jobs = (Job(name="one", every_s=0.001, work=one), Job(name="other", every_s=0.002, work=other))
    schedule = Schedule(clock, *jobs)
    await _run_until(schedule, one, other)
    assert schedule.runs == {"one": one.count, "other": other.count}
    assert schedule.failures == {}


@pytest.mark.parametrize(("error", "level"), [(ZeroDivisionError(), "error"), (DatabaseBusy(), "warning")])
async def test_a_job_that_fails_is_counted_logged_and_tried_again(
    clock: FakeClock, error: Exception, level: str
) -> None:
    broken, sound = _Work(fails=error), _Work()
    jobs = (Job(name="broken", every_s=0.001, work=broken), Job(name="sound", every_s=0.001, work=sound))
    told: list[tuple[str, Exception]] = []
    schedule = Schedule(clock, *jobs, failed=lambda job, error: told.append((job.name, error)))
    with capture_logs() as logs:
        await _run_until(schedule, broken, sound)
    assert schedule.failures == {"broken": broken.count}
    assert told == [("broken", error)] * broken.count
    assert {(log["event"], log["job"], log["log_level"]) for log in logs} == {("job_failed", "broken", level)}


async def test_a_slow_job_keeps_no_other_waiting(clock: FakeClock) -> None:
    never, quick = asyncio.Event(), _Work()
    jobs = (Job(name="slow", every_s=0.001, work=never.wait), Job(name="quick", every_s=0.001, work=quick))
    await _run_until(Schedule(clock, *jobs), quick)


async def test_the_heartbeat_of_a_job_is_its_last_turn(clock: FakeClock) -> None:
    began, never, quick = clock.now_ms(), asyncio.Event(), _Work()
    jobs = (Job(name="slow", every_s=0.001, work=never.wait), Job(name="quick", every_s=0.001, work=quick))
    schedule = Schedule(clock, *jobs)
    clock.advance(60_000)
    await _run_until(schedule, quick)
    assert schedule.done_at == {"slow": began, "quick": began + 60_000}
