import json
from typing import Any

import pytest

from appliance.domain.calls import Authority, CallFacts, Turn, facts_of, merge
from support.retell_bodies import GUEST, HOUSE, VOICE_AGENT, event, facts, sample


def test_an_analysed_call_says_all_that_is_kept_of_it() -> None:
    found = facts(sample("12"))
    assert (found.started_at, found.ended_at, found.duration_ms) == (1795801330000, 1795801424310, 94310)
    assert (found.sentiment, found.successful, found.cost_cents) == ("Positive", True, 20.3698)
    assert found.summary is not None
    assert found.summary.startswith("La clienta Lucía Fernández reservó mesa para 4")
    assert found.analysis is not None
    assert found.analysis["outcome"] == "reserved"
    assert found.recording_url is not None
    assert found.recording_url.endswith("/recording.wav")


def test_a_transcript_is_taken_turn_by_turn_with_its_seconds() -> None:
    found = facts(sample("12")).transcript
    assert found is not None
    assert {turn.role for turn in found} == {"agent", "user"}
    assert [turn.at_s for turn in found] == sorted(turn.at_s or -1 for turn in found)


def test_an_ended_chat_has_its_messages() -> None:
    assert facts(sample("61")).transcript == [
        Turn(role="user", content="¿Seguís teniendo mi mesa de las 9?"),
        Turn(role="agent", content="Sí, sábado 28 a las 21:00 para 4."),
    ]


def test_an_analysed_chat_has_its_summary_and_verdict() -> None:
    found = facts(sample("62"))
    assert (found.summary, found.successful) == ("La clienta confirmó su reserva.", True)
    assert found.analysis == {"outcome": "info_only"}


def test_a_written_transcript_is_split_into_turns() -> None:
    text = "Agent: Hola, dígame.\nUser: Mesa para dos:\nel sábado.\nAgent: \nTransfer Target: ¿Sí?\n"
    assert facts(event(transcript=text)).transcript == [
        Turn(role="agent", content="Hola, dígame."),
        Turn(role="user", content="Mesa para dos:\nel sábado."),
        Turn(role="transfer_target", content="¿Sí?"),
    ]


def test_a_written_transcript_without_speakers_is_one_turn() -> None:
    assert facts(event(transcript="hola")).transcript == [Turn(role="agent", content="hola")]


def test_the_written_transcript_stands_in_when_the_items_say_nothing() -> None:
    items = [{"role": "node_transition"}, "noise", {"role": ["agent"], "content": "x"}, {"role": "user", "content": {}}]
    found = facts(event(transcript_object=items, transcript="User: hola"))
    assert found.transcript == [Turn(role="user", content="hola")]


@pytest.mark.parametrize("name", ["40", "41"])
def test_a_call_nobody_answered_has_no_transcript(name: str) -> None:
    assert facts(sample(name)).transcript is None


def test_a_privacy_limited_or_minimal_event_says_only_what_it_says() -> None:
    assert facts(sample("46")) == CallFacts(
        channel="phone",
        phase="ongoing",
        agent_id=VOICE_AGENT,
        direction="inbound",
        from_number=GUEST,
        to_number=HOUSE,
        started_at=1795801330000,
    )


def test_an_event_that_does_not_tell_the_channel_leaves_it_open() -> None:
    assert facts(event("transfer_ended")).channel is None


@pytest.mark.parametrize("nothing", [{}, None, "none", [], {"outcome": None, "code": ""}])
def test_an_analysis_without_an_answer_is_none(nothing: Any) -> None:
    assert facts(event("call_analyzed", call_analysis={"custom_analysis_data": nothing})).analysis is None


def test_the_fuller_of_two_analyses_stays_whichever_came_first() -> None:
    thin = event("call_analyzed", call_analysis={"custom_analysis_data": {"outcome": None, "reservation_code": None}})
    full = event("call_analyzed", call_analysis={"custom_analysis_data": {"outcome": "reserved"}})
    for order in ([thin, full], [full, thin]):
        state: Any = {}
        for one in order:
            state = merge(state, facts(one), Authority.ANALYZED)
        assert facts_of(state).analysis == {"outcome": "reserved"}


@pytest.mark.parametrize("odd", [True, "94310", None, [], 1 << 60, 1e300])
def test_a_number_that_is_none_is_left_out(odd: Any) -> None:
    found = facts(event(duration_ms=odd, call_cost={"combined_cost": odd}))
    assert (found.duration_ms, found.cost_cents) == (None, None)


def test_text_is_kept_without_what_a_database_refuses() -> None:
    assert facts(event(disconnection_reason="user\0_hangup")).ended_because == "user_hangup"


# --- transfers ---


def test_a_transfer_counts_once_the_caller_is_through() -> None:
    assert facts(sample("50")).transferred_to is None
    assert facts(sample("52")).transferred_to is None
    assert facts(sample("51")).transferred_to == json.loads(sample("51"))["transfer_destination"]["number"]
    assert facts(sample("54")).transferred_to == json.loads(sample("54"))["call"]["transfer_destination"]


@pytest.mark.parametrize("destination", ["+34600111222", {"number": "+34600111222", "extension": "7"}])
def test_a_destination_may_be_text_or_an_object(destination: Any) -> None:
    bridged = event("transfer_bridged") | {"transfer_destination": destination}
    assert facts(bridged).transferred_to == "+34600111222"


def test_a_destination_beside_the_call_is_not_hidden_by_an_empty_one_within() -> None:
    bridged = event("transfer_bridged", transfer_destination=None) | {"transfer_destination": "+34600111222"}
    assert facts(bridged).transferred_to == "+34600111222"
