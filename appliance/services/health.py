"""Is it well? What the probes last found, and whether the loops turn: told at once, without asking anybody."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import UNSET

from appliance import __version__
from appliance.clock import Clock
from appliance.contract import Health, HealthCheck
from appliance.watch.loops import Loops, LoopState
from appliance.watch.probes import Found, Probes, Status

PASS: Status = "pass"  # noqa: S105 — no password
WARN: Status = "warn"
FAIL: Status = "fail"

_LOOPS = "loops:silent"
_LATELY_S = 600.0


class HealthService:
    def __init__(self, clock: Clock, probes: Probes, loops: Loops) -> None:
        self._clock = clock
        self._probes = probes
        self._loops = loops

    def report(self) -> Health:
        """The worst of all checks is how it is."""
        checks = self._checks()
        found = {check.status for several in checks.values() for check in several}
        worst = next((status for status in (FAIL, WARN) if status in found), PASS)
        return Health(status=worst, version=__version__, checks=checks)

    def _checks(self) -> dict[str, list[HealthCheck]]:
        probed = {name: [_check(seen.found, seen.at_ms)] for name, seen in self._probes.seen().items()}
        return probed | {_LOOPS: [_check(_of_loops(self._loops.states()), self._clock.now_ms())]}


def statuses(health: Health) -> Mapping[str, str]:
    """Of each check, by name."""
    return {name: several[0].status for name, several in (health.checks or {}).items()}


def _of_loops(states: Sequence[LoopState]) -> Found:
    """`value` is of the one that has been silent for longest."""
    silent_s = max((state.silent_s for state in states), default=0.0)
    for status, names, what in (
        (FAIL, [state.name for state in states if state.stands_still], "stands still"),
        (WARN, [state.name for state in states if _broke_lately(state)], "was begun anew in the last ten minutes"),
    ):
        if names:
            return Found(status=status, value=silent_s, unit="s", output=f"{', '.join(names)} {what}; see the log")
    return Found(value=silent_s, unit="s")


def _broke_lately(state: LoopState) -> bool:
    return state.restarted_s is not None and state.restarted_s < _LATELY_S


def _check(found: Found, at_ms: int) -> HealthCheck:
    return HealthCheck(
        status=found.status,
        time=datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        observedValue=UNSET if found.value is None else round(found.value, 3),
        observedUnit=found.unit or UNSET,
        output=found.output or UNSET,
    )
