import json
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.calls import Authority, facts_of, merge
from appliance.errors import Unprocessable
from appliance.voice.events import Origin
from appliance.voice.retell.payloads import call_event, head, idempotency_key, inbound, tool_request
from support.retell_bodies import GUEST, HOUSE, VOICE_AGENT, body, call, event, facts, sample

SMS_AGENT = "agent_sms_41b6d0c9e2"


# --- events: whose, and how they are kept ---

EVENTS = {
    "10": ("call_started", Authority.STARTED, "phone", "ongoing", None),
    "11": ("call_ended", Authority.ENDED, "phone", "ended", "agent_hangup"),
    "12": ("call_analyzed", Authority.ANALYZED, "phone", "ended", "agent_hangup"),
    "13": ("transcript_updated", Authority.ONGOING, "phone", None, None),
    "30": ("call_started", Authority.STARTED, "web", "ongoing", None),
    "31": ("call_ended", Authority.ENDED, "web", "ended", "user_hangup"),
    "32": ("call_analyzed", Authority.ANALYZED, "web", "ended", "user_hangup"),
    "33": ("call_ended", Authority.ENDED, "web", "error", "error_user_not_joined"),
    "40": ("call_ended", Authority.ENDED, "phone", "not_connected", "dial_no_answer"),
    "41": ("call_analyzed", Authority.ANALYZED, "phone", "not_connected", "dial_no_answer"),
    "42": ("call_analyzed", Authority.ANALYZED, "phone", "ended", "voicemail_reached"),
    "44": ("call_ended", Authority.ENDED, "phone", "error", "error_retell"),
    "46": ("call_started", Authority.STARTED, "phone", "ongoing", None),
    "50": ("transfer_started", Authority.ONGOING, "phone", None, None),
    "51": ("transfer_bridged", Authority.ONGOING, "phone", None, None),
    "52": ("transfer_cancelled", Authority.ONGOING, "phone", None, None),
    "54": ("transfer_ended", Authority.ONGOING, "phone", None, "call_transfer"),
    "60": ("chat_started", Authority.STARTED, "chat", "ongoing", None),
    "61": ("chat_ended", Authority.ENDED, "chat", "ended", None),
    "62": ("chat_analyzed", Authority.ANALYZED, "chat", "ended", None),
}


@pytest.mark.parametrize("name", EVENTS)
def test_every_sample_event_says_what_it_is_and_how_far_the_call_is(name: str) -> None:
    found = call_event(sample(name))
    said = (found.event, found.authority, found.facts.channel, found.facts.phase, found.facts.ended_because)
    assert said == EVENTS[name]


@pytest.mark.parametrize("name", EVENTS)
def test_every_sample_event_says_whose_it_is(name: str) -> None:
    found = head(sample(name))
    inner = next(value for key, value in json.loads(sample(name)).items() if key in ("call", "chat"))
    assert found.flaw is None
    assert found.origin == Origin(
        provider="retell",
        call_id=inner.get("call_id") or inner["chat_id"],
        agent_id=SMS_AGENT if "chat_id" in inner else VOICE_AGENT,
        restaurant_id="" if name in ("42", "46") else "rest_la_marea",
        from_number=inner.get("from_number", ""),
        to_number=inner.get("to_number", ""),
        direction=inner.get("direction", ""),
    )


@pytest.mark.parametrize("name", EVENTS)
def test_head_and_whole_agree_on_every_sample(name: str) -> None:
    found, whole = head(sample(name)), call_event(sample(name))
    assert (found.event, found.origin) == (whole.event, whole.origin)


def test_the_guest_of_an_outbound_call_is_whom_it_calls() -> None:
    assert (head(sample("40")).origin.caller, head(sample("40")).origin.called) == (GUEST, HOUSE)
    assert (head(sample("10")).origin.caller, head(sample("10")).origin.called) == (GUEST, HOUSE)


@pytest.mark.parametrize("withheld", ["anonymous", "Anonymous", "unknown", "Restricted"])
def test_a_withheld_number_is_no_number(withheld: str) -> None:
    origin = head(body(event(from_number=withheld, to_number=HOUSE, direction="inbound"))).origin
    assert (origin.caller, origin.called) == ("", HOUSE)
    assert facts(event(from_number=withheld)).from_number is None


def test_the_flat_body_of_older_integrations_is_understood() -> None:
    flat = {
        "event": "call_ended",
        "agent_id": "agent_1",
        "call_id": "call_1",
        "data": {"duration_ms": 61000, "from_number": GUEST, "metadata": {"restaurantId": "rest_003"}},
        "metadata": {"channel": "voice"},
    }
    found = head(body(flat))
    assert (found.event, found.flaw, found.origin.call_id, found.origin.agent_id) == (
        "call_ended",
        None,
        "call_1",
        "agent_1",
    )
    assert (found.origin.restaurant_id, found.origin.from_number) == ("rest_003", GUEST)
    assert facts(flat).duration_ms == 61000


def test_the_flat_body_may_name_the_restaurant_at_its_top() -> None:
    flat = {
        "event": "call_started",
        "call_id": "call_1",
        "data": {"metadata": "none"},
        "metadata": {"restaurantId": "r"},
    }
    assert head(body(flat)).origin.restaurant_id == "r"


@pytest.mark.parametrize("key", ["restaurant_id", "restaurantId"])
def test_the_restaurant_is_named_in_the_metadata_in_either_spelling(key: str) -> None:
    assert head(body(event(metadata={key: "rest_x"}))).origin.restaurant_id == "rest_x"


def test_event_type_stands_in_for_a_missing_event() -> None:
    assert head(body({"event_type": "call_started", "call": call()})).event == "call_started"
    assert (
        call_event(body({"event": None, "event_type": "call_started", "call": call()})).authority is Authority.STARTED
    )


def test_an_unknown_event_is_kept_as_one_of_a_running_call() -> None:
    found = call_event(body(event("call_put_on_hold", disconnection_reason="alien_abduction")))
    assert (found.event, found.authority) == ("call_put_on_hold", Authority.ONGOING)
    assert (found.facts.phase, found.facts.ended_because) == (None, "alien_abduction")


def test_the_event_decides_the_phase_and_not_the_status() -> None:
    assert facts(event("call_ended", call_status="registered")).phase == "ended"
    assert facts(event("call_ended", call_status=["ended"])).phase == "ended"
    assert facts(event("call_started", call_status="ended")).phase == "ongoing"


@pytest.mark.parametrize(
    "nameless",
    [
        {},
        {"event": "call_ended"},
        {"event": "call_ended", "call": {}},
        {"event": "call_ended", "call": {"call_id": 7}},
        {"event": 7, "call": {"call_id": "call_1"}},
        {"event": "", "call": {"call_id": "call_1"}},
        {"event": "call_inbound", "call_inbound": {"call_id": "call_1"}},
    ],
)
def test_an_envelope_without_event_or_call_is_flawed(nameless: dict[str, Any]) -> None:
    assert head(body(nameless)).flaw == "the envelope names no event or no call"
    with pytest.raises(Unprocessable, match="names no event"):
        call_event(body(nameless))


UNREADABLE = {
    "empty": b"",
    "truncated": sample("10")[:-40],
    "no JSON": b"event=call_ended&call_id=1",
    "no UTF-8": b'{"event":"\xff","name":"\xff","call":{"call_id":"c"}}',
    "an array": b"[]",
    "a string": b'"call_ended"',
    "null": b"null",
    "deeper than anyone writes": b'{"event":"e","call":{"call_id":"c","x":' + b"[" * 100_000,
    "deep and complete": b'{"call":{"call_id":"c"},"event":"e","x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "half a surrogate and no end": b'{"event":"\\ud800","call":{"call_id":"c"}',
    "a number of 5,000 digits": b'{"event":"e","call":{"call_id":' + b"1" * 5000 + b"}}",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_body_that_cannot_be_read_is_flawed_and_unprocessable(name: str) -> None:
    found = head(UNREADABLE[name])
    assert (found.event, found.origin) == ("unreadable", Origin(provider="retell"))
    assert found.flaw
    for read in (call_event, tool_request, inbound):
        with pytest.raises(Unprocessable):
            read(UNREADABLE[name])


def test_what_a_question_does_not_need_is_not_read() -> None:
    asked = b'{"name":"get_hours","args":{},"call":{"call_id":"c","transcript":"\xff","transcript_object":[1]}}'
    assert (tool_request(asked).tool, tool_request(asked).origin.call_id) == ("get_hours", "c")


@pytest.mark.parametrize("odd", ["no list", [1, None, "a word"], {"role": "agent"}])
def test_a_question_is_heard_whatever_stands_for_its_transcript(odd: Any) -> None:
    asked = {"name": "get_hours", "args": {"day": "1"}, "call": {"call_id": "c", "transcript_with_tool_calls": odd}}
    heard = tool_request(body(asked))
    assert (heard.arguments, heard.origin.call_id, heard.tool_call_id) == ({"day": "1"}, "c", "")


@given(noise=st.binary(max_size=80) | st.text(max_size=60).map(str.encode))
def test_no_bytes_at_all_make_reading_fail_in_any_other_way(noise: bytes) -> None:
    head(noise)
    for read in (call_event, tool_request, inbound):
        with suppress(Unprocessable):
            read(noise)


names = st.sampled_from(
    """event event_type call chat data args name call_id chat_id agent_id from_number to_number direction metadata
    restaurant_id restaurantId call_status call_type transcript transcript_object transcript_with_tool_calls role
    content words call_analysis custom_analysis_data call_cost combined_cost transfer_destination number call_inbound
    start_timestamp duration_ms disconnection_reason""".split()
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(("", "call_ended", "chat_ended", "call_1", "anonymous", "agent", "User: hola", "a\0b"))
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=25,
)
envelopes = st.dictionaries(names, values, max_size=8) | st.builds(
    lambda outer, inner, key, name: outer | {key: inner, "event": name},
    st.dictionaries(names, values, max_size=3),
    st.dictionaries(names, values, max_size=12),
    st.sampled_from(("call", "chat", "data")),
    st.sampled_from(("call_started", "call_ended", "call_analyzed", "transfer_bridged", "new_event")),
)


@given(envelope=envelopes)
def test_head_and_whole_agree_on_any_object(envelope: dict[str, Any]) -> None:
    found = head(body(envelope))
    try:
        whole = call_event(body(envelope))
    except Unprocessable:
        assert found.flaw is not None
    else:
        assert (found.flaw, found.event, found.origin) == (None, whole.event, whole.origin)


@given(envelope=envelopes)
def test_the_facts_of_any_object_can_be_merged_stored_and_read_back(envelope: dict[str, Any]) -> None:
    try:
        found = call_event(body(envelope))
    except Unprocessable:
        return
    stored = msgspec.json.decode(msgspec.json.encode(merge({}, found.facts, found.authority)))
    assert facts_of(stored) == found.facts
    assert "\0" not in "".join(value for value in msgspec.to_builtins(found.facts).values() if isinstance(value, str))


@given(envelope=envelopes, path_tool=st.sampled_from(("", "create_reservation")))
def test_any_object_is_a_tool_request_of_some_kind(envelope: dict[str, Any], path_tool: str) -> None:
    request = tool_request(body(envelope), path_tool=path_tool)
    assert isinstance(request.arguments, dict)
    assert request.tool == path_tool or not path_tool


# --- the key under which an event is kept ---


def key(value: bytes) -> str:
    return idempotency_key(head(value), value)


def test_the_same_bytes_have_the_same_key() -> None:
    assert key(sample("12")) == key(sample("12"))
    assert key(sample("12")).startswith(f"retell:call_analyzed:{head(sample('12')).origin.call_id}:")


def test_an_event_that_says_something_new_under_an_old_name_has_another_key() -> None:
    again = sample("12").replace(b'"Positive"', b'"Negative"')
    assert key(again) != key(sample("12"))


@given(one=st.binary(max_size=40), other=st.binary(max_size=40))
def test_bodies_that_differ_have_different_keys_even_unreadable_ones(one: bytes, other: bytes) -> None:
    assert (key(one) == key(other)) is (one == other)


def test_an_unreadable_body_is_kept_under_its_hash() -> None:
    assert key(b"noise").startswith("retell:unreadable::")


@given(envelope=envelopes)
def test_a_key_can_be_stored(envelope: dict[str, Any]) -> None:
    assert len(key(body(envelope))) < 400
    assert "\0" not in key(body(envelope))
