import random
from collections.abc import Callable

import msgspec
import pytest

from appliance.contract import Booking
from appliance.domain.calls import Authority
from appliance.loadtest.conversation import Ending, Outcome
from appliance.loadtest.payloads import CallRecord
from appliance.loadtest.scenarios import CallPlan
from appliance.voice.retell import payloads

STARTED_AT = 1_795_801_330_000
ENDED_AT = STARTED_AT + 42_000
BOOKING = Booking(
    id="res_1", date="2026-11-28", time="21:00", party_size=4, area="Salón", status="confirmed", name="Lucía"
)
BOOKED = Ending(outcome=Outcome.BOOKED, booking=BOOKING)

# The fields of the platform's own samples of one phone call: what our bodies must have too.
BASICS = (
    "call_id call_type agent_id agent_version agent_name agent_tag call_status from_number to_number direction "
    "telephony_identifier data_storage_setting opt_in_signed_url metadata retell_llm_dynamic_variables start_timestamp"
).split()
SPOKEN = "transcript transcript_object transcript_with_tool_calls".split()
AFTERWARDS = (
    "end_timestamp duration_ms recording_url recording_multi_channel_url public_log_url disconnection_reason latency "
    "llm_token_usage call_cost collected_dynamic_variables"
).split()


@pytest.fixture
def record(make_plan: Callable[..., CallPlan]) -> CallRecord:
    record = CallRecord(make_plan(), random.Random(3), started_at=STARTED_AT)
    record.metadata = {"restaurant_id": "rest_la_marea"}
    record.variables = {"restaurant_name": "La Marea"}
    record.say("agent", "La Marea, dígame.")
    record.say("user", "Quería mesa para cuatro.")
    tool_call_id = record.transcript.invoke("check_availability", {"party_size": "cuatro"})
    record.transcript.result(tool_call_id, '{"ok":true}')
    return record


def test_the_events_have_the_fields_of_the_platforms_samples(record: CallRecord) -> None:
    assert sorted(record.started()["call"]) == sorted(BASICS)
    ended = record.ended(BOOKED, ended_at=ENDED_AT)["call"]
    assert sorted(ended) == sorted([*BASICS, *SPOKEN, *AFTERWARDS])
    assert sorted(record.analyzed(BOOKED, ended_at=ENDED_AT)["call"]) == sorted([*ended, "call_analysis"])


def test_a_tool_request_has_the_fields_of_the_platforms_sample(record: CallRecord) -> None:
    body = record.tool("check_availability", {})
    assert list(body) == ["name", "args", "call"]
    assert sorted(body["call"]) == sorted([*BASICS, *SPOKEN, "latency"])


def test_every_latency_has_its_percentiles(record: CallRecord) -> None:
    latency = record.ended(BOOKED, ended_at=ENDED_AT)["call"]["latency"]
    assert list(latency) == ["e2e", "llm", "tts", "asr"]
    assert all(list(part) == ["p50", "p90", "p95", "p99", "max", "min", "num", "values"] for part in latency.values())


def test_words_are_timed_one_after_the_other(record: CallRecord) -> None:
    words = [word for turn in record.transcript.turns for word in turn["words"]]
    assert len(words) == 7
    times = [time for word in words for time in (word["start"], word["end"])]
    assert times == sorted(times)


def test_the_server_reads_the_call_out_of_the_events(record: CallRecord) -> None:
    event = payloads.call_event(msgspec.json.encode(record.analyzed(BOOKED, ended_at=ENDED_AT)))
    assert event.authority is Authority.ANALYZED
    assert event.origin.restaurant_id == "rest_la_marea"
    facts = event.facts
    assert (facts.phase, facts.duration_ms, facts.sentiment, facts.successful) == ("ended", 42_000, "Positive", True)
    assert facts.transcript is not None
    assert [turn.content for turn in facts.transcript] == ["La Marea, dígame.", "Quería mesa para cuatro."]
    assert facts.cost_cents == pytest.approx(0.2167 * 42)


def test_the_last_invocation_of_a_tool_request_is_this_one(record: CallRecord) -> None:
    tool_call_id = record.transcript.invoke("create_reservation", {"name": "Lucía"})
    request = payloads.tool_request(msgspec.json.encode(record.tool("create_reservation", {"name": "Lucía"})))
    assert (request.tool, request.arguments, request.tool_call_id) == (
        "create_reservation",
        {"name": "Lucía"},
        tool_call_id,
    )


def test_the_server_reads_who_calls_whom(record: CallRecord) -> None:
    _, origin = payloads.inbound(msgspec.json.encode(record.inbound()))
    line = record.plan.line
    assert (origin.call_id, origin.agent_id, origin.to_number) == (record.call_id, line.agent_id, line.number)


def test_what_the_platform_was_not_given_is_left_out(record: CallRecord) -> None:
    record.metadata, record.variables = {}, {}
    assert not {"metadata", "retell_llm_dynamic_variables"} & set(record.started()["call"])


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("booking", [BOOKING, None])
def test_every_ending_can_be_summed_up(record: CallRecord, outcome: Outcome, booking: Booking | None) -> None:
    if booking is None and outcome in (Outcome.BOOKED, Outcome.CANCELLED):
        return
    call = record.analyzed(Ending(outcome=outcome, booking=booking), ended_at=ENDED_AT)["call"]
    assert call["call_analysis"]["call_summary"]
