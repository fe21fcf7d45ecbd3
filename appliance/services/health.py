"""Is it well? Asked of the things themselves: a real write, the schema, the queue's heartbeat and age, the machine."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import UNSET

from appliance import __version__
from appliance.clock import Clock
from appliance.contract import Health, HealthCheck
from appliance.errors import Unavailable
from appliance.services.views import queue_depth
from appliance.store import migrate, tasks
from appliance.store.engine import Database, reachable
from appliance.watch.machine import MachineState
from appliance.work.loops import Loops

PASS, WARN, FAIL = "pass", "warn", "fail"

_KEPT_MS = 1_000
_OLD_TASK_MS = 5 * 60_000
_SILENT_QUEUE_MS = 30_000
_SILENT_LOOP_S = 120.0
_FULL_DISK, _FULL_MEMORY = 0.9, 0.95
_LEAST_DISK_BYTES = 64 << 20
"""With less, the next commit may be the one that fails."""

_Checks = dict[str, list[HealthCheck]]


class HealthService:
    """`queue_heartbeat` tells when the queue last looked for work (Unix ms)."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        queue_heartbeat: Callable[[], int],
        machine: Callable[[], MachineState],
        loops: Loops,
    ) -> None:
        self._database = database
        self._clock = clock
        self._queue_heartbeat = queue_heartbeat
        self._machine = machine
        self._loops = loops
        self._asking = asyncio.Lock()
        self._last: tuple[int, Health] | None = None

    async def report(self) -> Health:
        """The state now, or that of the last second: however many ask, the database is asked once."""
        async with self._asking:
            now = self._clock.now_ms()
            if self._last is None or now - self._last[0] > _KEPT_MS:
                checks = (
                    await self._database_checks() | self._queue_checks() | self._machine_checks() | self._loop_checks()
                )
                self._last = (self._clock.now_ms(), _health(checks))
            return self._last[1]

    async def _database_checks(self) -> _Checks:
        began = self._clock.stopwatch_us()
        try:
            await reachable(self._database)
            found = await migrate.current_revision(self._database)
            async with self._database.read() as tx:
                depth = await tasks.depth(tx)
        except (Unavailable, TimeoutError) as error:
            return {"database:responseTime": [self._check(FAIL, output=type(error).__doc__ or "no answer in time")]}
        took_ms = (self._clock.stopwatch_us() - began) / 1000
        waiting = queue_depth(depth, now_ms=self._clock.now_ms())
        old = waiting.oldest_age_ms > _OLD_TASK_MS
        return {
            "database:responseTime": [self._check(PASS, value=took_ms, unit="ms")],
            "database:schema": [self._schema(found)],
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

    def _schema(self, found: str | None) -> HealthCheck:
        """A newer program may have migrated it while this one runs."""
        wanted = migrate.newest_revision()
        output = "" if found == wanted else f"the database has schema {found}, this program is made for {wanted}"
        return self._check(FAIL if output else PASS, output=output)

    def _machine_checks(self) -> _Checks:
        now = self._machine()
        full = now.disk_free_bytes < _LEAST_DISK_BYTES
        return {
            "disk:utilization": [
                self._check(
                    FAIL if full else WARN if now.disk > _FULL_DISK else PASS,
                    value=now.disk * 100,
                    unit="%",
                    output=f"{now.disk_free_bytes >> 20} MB are left" if full or now.disk > _FULL_DISK else "",
                )
            ],
            "memory:utilization": [
                self._check(WARN if now.memory > _FULL_MEMORY else PASS, value=now.memory * 100, unit="%")
            ],
        }

    def _loop_checks(self) -> _Checks:
        silent_s = self._loops.silent_s
        still = sorted(name for name, seconds in silent_s.items() if seconds > _SILENT_LOOP_S)
        output = f"standing still: {', '.join(still)}" if still else ""
        longest = max(silent_s.values(), default=0.0)
        return {"loops:silence": [self._check(WARN if still else PASS, value=longest, unit="s", output=output)]}

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
