"""Is it well? Asked of the things themselves: a real write, the queue's own heartbeat and age."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import UNSET

from appliance import __version__
from appliance.clock import Clock
from appliance.contract import Health, HealthCheck
from appliance.errors import Unavailable
from appliance.services.views import queue_depth
from appliance.store import tasks
from appliance.store.engine import Database, reachable

PASS, WARN, FAIL = "pass", "warn", "fail"

_KEPT_MS = 1_000
_OLD_TASK_MS = 5 * 60_000
_SILENT_QUEUE_MS = 30_000

_Checks = dict[str, list[HealthCheck]]


class HealthService:
    """`queue_heartbeat` tells when the queue last looked for work (Unix ms)."""

    def __init__(self, database: Database, clock: Clock, *, queue_heartbeat: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock
        self._queue_heartbeat = queue_heartbeat
        self._asking = asyncio.Lock()
        self._last: tuple[int, Health] | None = None

    async def report(self) -> Health:
        """The state now, or that of the last second: however many ask, the database is asked once."""
        async with self._asking:
            now = self._clock.now_ms()
            if self._last is None or now - self._last[0] > _KEPT_MS:
                checks = await self._database_checks() | self._queue_checks()
                self._last = (self._clock.now_ms(), _health(checks))
            return self._last[1]

    async def _database_checks(self) -> _Checks:
        began = self._clock.stopwatch_us()
        try:
            await reachable(self._database)
            async with self._database.read() as tx:
                depth = await tasks.depth(tx)
        except (Unavailable, TimeoutError) as error:
            return {"database:responseTime": [self._check(FAIL, output=type(error).__doc__ or "no answer in time")]}
        took_ms = (self._clock.stopwatch_us() - began) / 1000
        waiting = queue_depth(depth, now_ms=self._clock.now_ms())
        old = waiting.oldest_age_ms > _OLD_TASK_MS
        return {
            "database:responseTime": [self._check(PASS, value=took_ms, unit="ms")],
            "queue:oldestAge": [
                self._check(
                    WARN if old else PASS,
                    value=waiting.oldest_age_ms,
                    unit="ms",
                    output="work has been waiting for more than five minutes" if old else "",
                )
            ],
            "queue:deadLetters": [
                self._check(
                    WARN if waiting.dead else PASS,
                    value=waiting.dead,
                    unit="tasks",
                    output="see `maitre queue list --state dead`" if waiting.dead else "",
                )
            ],
        }

    def _queue_checks(self) -> _Checks:
        silent_ms = self._clock.now_ms() - self._queue_heartbeat()
        stuck = silent_ms > _SILENT_QUEUE_MS
        output = "the queue's loop has stopped turning" if stuck else ""
        return {"queue:heartbeat": [self._check(FAIL if stuck else PASS, value=silent_ms, unit="ms", output=output)]}

    def _check(self, status: str, *, value: float | None = None, unit: str = "", output: str = "") -> HealthCheck:
        return HealthCheck(
            status=status,
            time=datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).isoformat(timespec="milliseconds"),
            observedValue=UNSET if value is None else round(value, 3),
            observedUnit=unit or UNSET,
            output=output or UNSET,
        )


def _health(checks: _Checks) -> Health:
    found = {check.status for several in checks.values() for check in several}
    worst = next((status for status in (FAIL, WARN) if status in found), PASS)
    return Health(status=worst, version=__version__, checks=checks)
