"""What is told of simulated calls: each one's report, moments while it lasts, and the sum of many."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct, field

from appliance.contract import Booking
from appliance.loadtest.conversation import Outcome
from appliance.loadtest.guests import Guest
from appliance.loadtest.scenarios import CallPlan, Scenario


class Step(Struct, frozen=True, kw_only=True):
    """One use of a tool, as the platform saw it."""

    tool: str
    args: dict[str, Any]
    ms: float
    ok: bool
    code: str
    say: str


class CallReport(Struct, frozen=True, kw_only=True):
    """One finished call. `problems` are what should not have happened, in words; empty when all went well."""

    call_id: str
    scenario: Scenario
    restaurant_id: str
    restaurant: str
    guest: Guest
    outcome: Outcome
    steps: list[Step]
    reservation: Booking | None
    problems: list[str]


class Rang(Struct, frozen=True):
    """A call begins."""

    call_id: str
    plan: CallPlan


class Said(Struct, frozen=True):
    """Somebody on the call speaks; `role` is `agent` or `user`."""

    call_id: str
    role: str
    words: str


class Used(Struct, frozen=True):
    """The agent used a tool."""

    call_id: str
    step: Step


class Delivered(Struct, frozen=True):
    """The platform delivered a webhook, or gave up when not `ok`; `again` when it is a repeat."""

    call_id: str
    event: str
    ms: float
    ok: bool
    again: bool = False


class Finished(Struct, frozen=True):
    """A call is over and everything about it is delivered."""

    call_id: str
    report: CallReport


Moment: TypeAlias = Rang | Said | Used | Delivered | Finished
Watch: TypeAlias = Callable[[Moment], None]


class Summary(Struct, frozen=True, kw_only=True):
    """Many calls in a few numbers; tool times in milliseconds, None when no tool was used."""

    calls: int
    booked: int
    outcomes: dict[str, int]
    problems: list[str]
    tool_p50_ms: float | None
    tool_p95_ms: float | None


_KEPT_MS = 5_000
_KEPT_PROBLEMS = 500


class Tally(Struct, kw_only=True):
    """Adds reports up while they come in; of problems and tool times only the latest are kept."""

    calls: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    tool_ms: list[float] = field(default_factory=list)

    def add(self, report: CallReport) -> None:
        self.calls += 1
        self.outcomes[report.outcome] += 1
        self.problems += (f"{report.call_id} at {report.restaurant}: {problem}" for problem in report.problems)
        del self.problems[:-_KEPT_PROBLEMS]
        self.tool_ms += (step.ms for step in report.steps)
        del self.tool_ms[:-_KEPT_MS]

    def summary(self) -> Summary:
        return Summary(
            calls=self.calls,
            booked=self.outcomes[Outcome.BOOKED],
            outcomes=dict(self.outcomes),
            problems=self.problems,
            tool_p50_ms=percentile(self.tool_ms, 50),
            tool_p95_ms=percentile(self.tool_ms, 95),
        )


def percentile(values: Sequence[float], percent: int) -> float | None:
    """By nearest rank, to a tenth."""
    if not values:
        return None
    return round(sorted(values)[math.ceil(percent / 100 * len(values)) - 1], 1)
