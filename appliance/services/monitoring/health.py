"""Is it well? What the probes last found, and whether the loops turn: told at once, without asking anybody."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import UNSET

from appliance import __version__
from appliance.clock import Clock
from appliance.contract import Health, HealthCheck
from appliance.watch.probes import Found, Probes, Status
from appliance.work.loops import Loops

PASS: Status = "pass"  # noqa: S105 — no password
WARN: Status = "warn"
FAIL: Status = "fail"

_SILENT_QUEUE_S = 30.0
_SILENT_LOOP_S = 120.0

_Checks = dict[str, list[HealthCheck]]


class HealthService:
    """`last_turns` tells when each queue last looked for work, in µs of the stopwatch."""

    def __init__(self, clock: Clock, probes: Probes, loops: Loops, *, last_turns: Callable[[], Sequence[int]]) -> None:
        self._clock = clock
        self._probes = probes
        self._loops = loops
        self._last_turns = last_turns

    def report(self) -> Health:
        """The worst of all checks is how it is."""
        checks = self._probed() | self._queue_checks() | self._loop_checks()
        found = {check.status for several in checks.values() for check in several}
        worst = next((status for status in (FAIL, WARN) if status in found), PASS)
        return Health(status=worst, version=__version__, checks=checks)

    def _probed(self) -> _Checks:
        return {name: [_check(seen.found, seen.at_ms)] for name, seen in self._probes.seen().items()}

    def _queue_checks(self) -> _Checks:
        silent_s = (self._clock.stopwatch_us() - min(self._last_turns())) / 1_000_000
        stuck = silent_s > _SILENT_QUEUE_S
        output = "the queue's loop has stopped turning" if stuck else ""
        found = Found(status=FAIL if stuck else PASS, value=silent_s, unit="s", output=output)
        return {"queue:heartbeat": [_check(found, self._clock.now_ms())]}

    def _loop_checks(self) -> _Checks:
        silent_s = self._loops.silent_s
        still = sorted(name for name, seconds in silent_s.items() if seconds > _SILENT_LOOP_S)
        output = f"standing still: {', '.join(still)}" if still else ""
        longest = max(silent_s.values(), default=0.0)
        found = Found(status=WARN if still else PASS, value=longest, unit="s", output=output)
        return {"loops:silence": [_check(found, self._clock.now_ms())]}


def statuses(health: Health) -> Mapping[str, str]:
    """Of each check, by name."""
    return {name: several[0].status for name, several in (health.checks or {}).items()}


def _check(found: Found, at_ms: int) -> HealthCheck:
    return HealthCheck(
        status=found.status,
        time=datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        observedValue=UNSET if found.value is None else round(found.value, 3),
        observedUnit=found.unit or UNSET,
        output=found.output or UNSET,
    )
