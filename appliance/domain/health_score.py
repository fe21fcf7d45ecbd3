"""How well a restaurant's phone works: a hundred, less what goes wrong, with the reasons."""

from collections.abc import Callable

from msgspec import Struct


class Day(Struct, frozen=True, kw_only=True):
    """What a restaurant's last 24 hours came to. `calls_judged` are those known to be a success or none."""

    calls: int = 0
    calls_analyzed: int = 0
    calls_judged: int = 0
    calls_successful: int = 0
    calls_negative: int = 0
    requests: int = 0
    errors: int = 0
    tools: int = 0
    tool_failures: int = 0
    tool_p95_ms: float = 0.0
    buried: int = 0
    """Events and messages that wait for a person: dead or held."""
    transfers: int = 0
    transfers_unanswered: int = 0
    plan_share: float = 0.0
    """Of what its plan reckons with, now."""


class Reason(Struct, frozen=True, kw_only=True):
    """What takes `points`. `value` is a share of `of` for what is a part, else milliseconds or a count, as measured."""

    code: str
    points: int
    value: float
    of: int = 0


class HealthScore(Struct, frozen=True, kw_only=True):
    """0 to 100; the reasons that take most come first."""

    score: int
    reasons: tuple[Reason, ...]


class _Rule(Struct, frozen=True, kw_only=True):
    """Takes nothing up to `fine`, all of `points` from `bad`, in between in proportion.

    Where there are fewer than `least` of what `of` counts, a single one would be too large a share of them.
    """

    code: str
    points: int
    fine: float
    bad: float
    value: Callable[[Day], float]
    of: Callable[[Day], int] = lambda _: 0
    least: int = 0

    def reason(self, day: Day) -> Reason | None:
        of = self.of(day)
        if of < self.least:
            return None
        value = self.value(day)
        part = min(max((value - self.fine) / (self.bad - self.fine), 0.0), 1.0)
        return Reason(code=self.code, points=round(self.points * part) or 1, value=value, of=of) if part else None


def _share(part: Callable[[Day], int], whole: Callable[[Day], int]) -> Callable[[Day], float]:
    return lambda day: part(day) / whole(day)


_RULES = (
    _Rule(
        code="tool_failures",
        points=35,
        fine=0.01,
        bad=0.1,
        value=_share(lambda day: day.tool_failures, lambda day: day.tools),
        of=lambda day: day.tools,
        least=10,
    ),
    _Rule(
        code="tool_latency",
        points=20,
        fine=500,
        bad=2_000,
        value=lambda day: day.tool_p95_ms,
        of=lambda day: day.tools,
        least=10,
    ),
    _Rule(
        code="errors",
        points=15,
        fine=0.01,
        bad=0.1,
        value=_share(lambda day: day.errors, lambda day: day.requests),
        of=lambda day: day.requests,
        least=20,
    ),
    _Rule(
        code="unsuccessful_calls",
        points=20,
        fine=0.2,
        bad=0.6,
        value=_share(lambda day: day.calls_judged - day.calls_successful, lambda day: day.calls_judged),
        of=lambda day: day.calls_judged,
        least=5,
    ),
    _Rule(
        code="negative_calls",
        points=15,
        fine=0.1,
        bad=0.4,
        value=_share(lambda day: day.calls_negative, lambda day: day.calls_analyzed),
        of=lambda day: day.calls_analyzed,
        least=5,
    ),
    _Rule(code="dead_letters", points=25, fine=0, bad=5, value=lambda day: day.buried),
    _Rule(
        code="transfers_unanswered",
        points=15,
        fine=0.2,
        bad=0.8,
        value=_share(lambda day: day.transfers_unanswered, lambda day: day.transfers),
        of=lambda day: day.transfers,
        least=3,
    ),
    _Rule(code="plan_use", points=10, fine=0.8, bad=1.2, value=lambda day: day.plan_share),
)
NO_CALLS = Reason(code="no_calls", points=0, value=0)
CODES = (*(rule.code for rule in _RULES), NO_CALLS.code)


def health_score(day: Day) -> HealthScore:
    """A restaurant that nobody called is well as far as anybody knows, and this is said."""
    found = [reason for rule in _RULES if (reason := rule.reason(day))]
    found.sort(key=lambda reason: -reason.points)
    quiet = [] if day.calls or day.tools else [NO_CALLS]
    return HealthScore(score=max(100 - sum(reason.points for reason in found), 0), reasons=(*found, *quiet))
