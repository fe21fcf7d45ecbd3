from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.health_score import CODES, Day, health_score

BUSY: dict[str, Any] = {
    "calls": 40,
    "calls_analyzed": 40,
    "calls_judged": 40,
    "calls_successful": 38,
    "calls_negative": 1,
    "requests": 400,
    "tools": 120,
    "tool_p95_ms": 60.0,
    "transfers": 4,
    "plan_share": 0.4,
}

CASES: list[tuple[dict[str, Any], int, list[str]]] = [
    ({}, 100, []),
    # Everything up to what is fine takes nothing.
    ({"tools": 100, "tool_failures": 1}, 100, []),
    ({"tool_p95_ms": 500.0}, 100, []),
    ({"requests": 100, "errors": 1}, 100, []),
    ({"calls_successful": 32}, 100, []),
    ({"calls_negative": 4}, 100, []),
    ({"transfers": 5, "transfers_unanswered": 1}, 100, []),
    ({"plan_share": 0.8}, 100, []),
    # In between, in proportion.
    ({"tools": 1_000, "tool_failures": 50}, 84, ["tool_failures"]),
    ({"tool_p95_ms": 1_250.0}, 90, ["tool_latency"]),
    ({"calls_successful": 24}, 90, ["unsuccessful_calls"]),
    ({"calls_negative": 12}, 90, ["negative_calls"]),
    ({"buried": 1}, 95, ["dead_letters"]),
    ({"plan_share": 1.0}, 95, ["plan_use"]),
    # What is bad takes all of its points, however bad it is.
    ({"tools": 100, "tool_failures": 10}, 65, ["tool_failures"]),
    ({"tools": 100, "tool_failures": 100}, 65, ["tool_failures"]),
    ({"tool_p95_ms": 9_000.0}, 80, ["tool_latency"]),
    ({"requests": 100, "errors": 50}, 85, ["errors"]),
    ({"calls_successful": 0}, 80, ["unsuccessful_calls"]),
    ({"calls_negative": 40}, 85, ["negative_calls"]),
    ({"buried": 70}, 75, ["dead_letters"]),
    ({"transfers_unanswered": 4}, 85, ["transfers_unanswered"]),
    ({"plan_share": 3.0}, 90, ["plan_use"]),
    # A little of it is told, though it rounds to nothing.
    ({"tool_p95_ms": 510.0}, 99, ["tool_latency"]),
    # Of too few, one is no rate.
    ({"tools": 9, "tool_failures": 9, "tool_p95_ms": 5_000.0}, 100, []),
    ({"requests": 19, "errors": 19}, 100, []),
    ({"calls_judged": 4, "calls_successful": 0}, 100, []),
    ({"calls_analyzed": 4, "calls_negative": 4}, 100, []),
    ({"transfers": 2, "transfers_unanswered": 2}, 100, []),
    # The reason that takes most comes first.
    ({"calls_negative": 40, "tools": 100, "tool_failures": 10}, 50, ["tool_failures", "negative_calls"]),
]


@pytest.mark.parametrize(("changes", "score", "codes"), CASES)
def test_the_score_of_a_day(changes: dict[str, Any], score: int, codes: list[str]) -> None:
    found = health_score(Day(**BUSY | changes))
    assert (found.score, [reason.code for reason in found.reasons]) == (score, codes)


def test_a_restaurant_nobody_called_is_well_and_it_is_said_that_nobody_did() -> None:
    found = health_score(Day())
    assert (found.score, [reason.code for reason in found.reasons]) == (100, ["no_calls"])


def test_what_lies_in_the_dead_letters_counts_also_without_a_call() -> None:
    found = health_score(Day(buried=5))
    assert (found.score, [reason.code for reason in found.reasons]) == (75, ["dead_letters", "no_calls"])


def test_a_reason_says_what_was_measured_and_of_how_many() -> None:
    (reason,) = health_score(Day(**BUSY | {"tools": 200, "tool_failures": 30})).reasons
    assert (reason.value, reason.of, reason.points) == (0.15, 200, 35)


COUNTS = st.integers(min_value=0, max_value=1_000)


@given(
    st.tuples(COUNTS, COUNTS, COUNTS, COUNTS).map(sorted),
    st.tuples(COUNTS, COUNTS).map(sorted),
    st.tuples(COUNTS, COUNTS).map(sorted),
    COUNTS,
    st.floats(min_value=0, max_value=30_000),
)
def test_the_score_is_from_0_to_100_and_no_point_is_without_its_reason(
    calls: list[int], tools: list[int], transfers: list[int], buried: int, p95_ms: float
) -> None:
    day = Day(
        calls=calls[3],
        calls_analyzed=calls[2],
        calls_judged=calls[2],
        calls_successful=calls[0],
        calls_negative=calls[1],
        tools=tools[1],
        tool_failures=tools[0],
        tool_p95_ms=p95_ms,
        transfers=transfers[1],
        transfers_unanswered=transfers[0],
        buried=buried,
    )
    found = health_score(day)
    assert found.score == max(100 - sum(reason.points for reason in found.reasons), 0)
    assert {reason.code for reason in found.reasons} <= set(CODES)
