import pytest

from appliance.loadtest.conversation import Outcome
from appliance.loadtest.report import CallReport, Step, Tally, percentile
from support.call_reports import call_report


def report(outcome: Outcome, *ms: float, problems: tuple[str, ...] = ()) -> CallReport:
    steps = [Step(tool="get_hours", args={}, ms=each, ok=True, code="hours", say="Abrimos.") for each in ms]
    return call_report(outcome, steps=steps, problems=list(problems))


def test_a_tally_adds_calls_up() -> None:
    tally = Tally()
    for each in (report(Outcome.BOOKED, 3.0, 5.0), report(Outcome.BOOKED, 4.0), report(Outcome.HUNG_UP)):
        tally.add(each)
    summary = tally.summary()
    assert (summary.calls, summary.booked, summary.outcomes) == (3, 2, {"booked": 2, "hung_up": 1})
    assert (summary.tool_p50_ms, summary.tool_p95_ms) == (4.0, 5.0)


def test_a_problem_is_told_with_its_call_and_restaurant() -> None:
    tally = Tally()
    tally.add(report(Outcome.BOOKED, problems=("webhook answered 500",)))
    assert tally.summary().problems == ["call_1 at La Marea: webhook answered 500"]


def test_a_tally_of_endless_calls_stays_small() -> None:
    tally = Tally()
    for _ in range(600):
        tally.add(report(Outcome.BOOKED, *[1.0] * 10, problems=("odd",)))
    assert (tally.calls, len(tally.problems), len(tally.tool_ms)) == (600, 500, 5_000)


@pytest.mark.parametrize(
    ("values", "percent", "expected"), [([], 50, None), ([7.0], 95, 7.0), ([4.0, 1.0, 3.0, 2.0], 50, 2.0)]
)
def test_a_percentile_is_by_nearest_rank(values: list[float], percent: int, expected: float | None) -> None:
    assert percentile(values, percent) == expected
