import json
from typing import Any

import pytest

from appliance.domain.handover import TransferOutcome, TransferTold
from appliance.voice.retell import payloads
from support.retell_bodies import sample

COLLEAGUE = "+34600111222"


def told(event: str, **call: Any) -> TransferTold | None:
    body = {"event": event, "call": {"call_id": "call_1"} | call, "transfer_destination": {"number": COLLEAGUE}}
    return payloads.call_event(json.dumps(body).encode()).transfer


@pytest.mark.parametrize(
    ("name", "outcome"), [("50", "requested"), ("51", "answered"), ("52", "unanswered"), ("54", "passed_on")]
)
def test_the_samples_say_what_became_of_the_first_attempt(name: str, outcome: str) -> None:
    expected = TransferTold(outcome=TransferOutcome(outcome), attempt=1, number=COLLEAGUE)
    assert payloads.call_event(sample(name)).transfer == expected


def test_a_leg_that_ended_was_not_answered_as_far_as_that_tells() -> None:
    assert told("transfer_ended") == TransferTold(outcome=TransferOutcome.UNANSWERED, number=COLLEAGUE)


@pytest.mark.parametrize("event", ["call_ended", "call_analyzed"])
@pytest.mark.parametrize(
    ("reason", "outcome"), [("call_transfer", "passed_on"), ("transfer_bridged", "answered"), ("user_hangup", None)]
)
def test_the_reason_why_a_call_ended_may_tell_of_a_transfer(event: str, reason: str, outcome: str | None) -> None:
    found = told(event, disconnection_reason=reason)
    assert (found.outcome if found else None) == outcome


@pytest.mark.parametrize("event", ["call_started", "transcript_updated", "call_mood_ring"])
def test_another_event_tells_of_none(event: str) -> None:
    assert told(event, disconnection_reason="call_transfer") is None


@pytest.mark.parametrize("items", [None, {}, "x", [None, 1, {}, {"role": "tool_call_invocation"}, {"type": "custom"}]])
def test_where_nothing_counts_the_attempts_none_is_named(items: Any) -> None:
    found = told("transfer_bridged", transcript_with_tool_calls=items)
    assert found
    assert found.attempt == 0
