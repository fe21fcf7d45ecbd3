import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.calls import Authority, CallFacts, Turn, facts_of, merge
from appliance.errors import Unprocessable
from appliance.voice.events import Origin
from appliance.voice.retell.payloads import call_event, head, idempotency_key, inbound, tool_request

SAMPLES = Path(__file__).parent / "samples"
VOICE_AGENT, SMS_AGENT = "agent_7c1f0e5a9b3d4826a1e0f4c2d8", "agent_sms_41b6d0c9e2"
GUEST, HOUSE = "+34611223344", "+34910123456"


def sample(name: str) -> bytes:
    (path,) = SAMPLES.glob(f"{name}*.json")
    return path.read_bytes()


def body(value: Any) -> bytes:
    return msgspec.json.encode(value)


def facts(value: Any) -> CallFacts:
    return call_event(value if isinstance(value, bytes) else body(value)).facts


def call(**fields: Any) -> dict[str, Any]:
    return {"call_id": "call_1", "agent_id": "agent_1"} | fields


def event(name: str = "call_ended", **fields: Any) -> dict[str, Any]:
    return {"event": name, "call": call(**fields)}


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
    "no UTF-8": b'{"event":"\xff","call":{"call_id":"c"}}',
    "an array": b"[]",
    "a string": b'"call_ended"',
    "null": b"null",
    "deeper than anyone writes": b'{"event":"e","call":{"call_id":"c","x":' + b"[" * 100_000,
    "deep and complete": b'{"call":{"call_id":"c"},"event":"e","x":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "half a surrogate": b'{"event":"\\ud800","call":{"call_id":"c"}}',
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


# --- what events say ---


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


# --- tools ---

TOOLS = {
    "20": ("check_availability", "tool_call_2b619d0e1e"),
    "21": ("create_reservation", "tool_call_e6a06165f9"),
    "22": ("modify_reservation", "tool_call_41f1e80628"),
    "23": ("cancel_reservation", "tool_call_0a0878df93"),
    "24": ("find_reservation", "tool_call_004b202ca7"),
    "25": ("get_restaurant_info", "tool_call_0846246766"),
    "28": ("take_message", ""),
}


@pytest.mark.parametrize("name", TOOLS)
def test_every_sample_function_is_a_tool_request(name: str) -> None:
    request, sent = tool_request(sample(name)), json.loads(sample(name))
    assert (request.tool, request.tool_call_id) == TOOLS[name]
    assert request.arguments == sent["args"]
    assert request.origin.call_id == sent["call"]["call_id"]
    assert request.origin.agent_id == VOICE_AGENT
    assert request.origin.restaurant_id == ("" if name == "23" else "rest_la_marea")


def transcript(*items: str) -> dict[str, Any]:
    """Invocations by id, and results as `=id`."""
    kinds = {"=": "tool_call_result"}
    made = [
        {"role": kinds.get(item[0], "tool_call_invocation"), "tool_call_id": item.removeprefix("=")} for item in items
    ]
    return call(transcript_with_tool_calls=made)


@pytest.mark.parametrize(
    ("items", "open_one"),
    [(["a"], "a"), (["a", "=a", "b"], "b"), (["a", "=a"], ""), (["a", "b", "=b"], "a"), (["a", "=a", "b", "=b"], "")],
)
def test_a_request_is_the_invocation_that_has_no_result_yet(items: list[str], open_one: str) -> None:
    assert tool_request(body({"name": "t", "call": transcript(*items)})).tool_call_id == open_one


def test_the_route_s_tool_goes_before_the_body_s() -> None:
    assert tool_request(sample("20"), path_tool="verificar_disponibilidad").tool == "verificar_disponibilidad"


def test_a_body_of_arguments_only_is_taken_as_the_arguments() -> None:
    request = tool_request(sample("27"), path_tool="check_availability")
    assert request.arguments == {"date": "2026-11-28", "time": "21:30", "party_size": 4}
    assert (request.origin, request.tool_call_id) == (Origin(provider="retell"), "")


def test_a_guest_s_name_among_bare_arguments_is_not_the_tool_s() -> None:
    bare = {"name": "Lucía", "party_size": 4}
    request = tool_request(body(bare), path_tool="create_reservation")
    assert (request.tool, request.arguments) == ("create_reservation", bare)


def test_a_tool_named_without_arguments_has_none() -> None:
    assert tool_request(body({"name": "get_hours"})).arguments == {}
    assert tool_request(body({"name": "get_hours"}), path_tool="get_hours").arguments == {}
    assert tool_request(body({"name": "get_hours", "call": call()})).arguments == {}


@pytest.mark.parametrize("args", [None, "", "null", "{", "[1]", [], 7, True, "[" * 100_000])
@pytest.mark.parametrize("whose", [{}, {"call": {"call_id": "call_1"}}])
def test_arguments_of_a_wrong_kind_are_none(args: Any, whose: dict[str, Any]) -> None:
    assert tool_request(body({"name": "check_availability", "args": args} | whose)).arguments == {}


def test_arguments_written_as_a_string_of_json_are_read() -> None:
    request = tool_request(body({"name": "check_availability", "args": '{"party_size": "4"}', "call": call()}))
    assert request.arguments == {"party_size": "4"}


@pytest.mark.parametrize("name", [None, 7, ["check_availability"], {}])
def test_a_tool_whose_name_is_no_text_has_no_name(name: Any) -> None:
    assert tool_request(body({"name": name, "args": {}, "call": call()})).tool == ""


def test_whose_call_it_is_comes_from_the_call_and_never_from_the_arguments() -> None:
    request = tool_request(
        body({"name": "t", "args": {"call_id": "forged", "from_number": "+34600000000"}, "call": call()})
    )
    assert (request.origin.call_id, request.origin.from_number) == ("call_1", "")
    bare = tool_request(body({"call_id": "forged", "metadata": {"restaurant_id": "forged"}}), path_tool="t")
    assert bare.origin == Origin(provider="retell")


def test_a_chat_agent_s_tool_names_its_chat() -> None:
    request = tool_request(body({"name": "get_hours", "args": {}, "chat": {"chat_id": "chat_1"}}))
    assert request.origin.call_id == "chat_1"


@pytest.mark.parametrize("items", [None, "x", [], ["x"], [{"role": "user"}], [{"role": "tool_call_invocation"}]])
def test_without_an_invocation_in_the_transcript_the_request_has_no_id(items: Any) -> None:
    assert tool_request(body({"name": "t", "call": call(transcript_with_tool_calls=items)})).tool_call_id == ""


# --- inbound ---


def test_an_inbound_call_says_who_calls_whom() -> None:
    answer_key, origin = inbound(sample("01"))
    assert answer_key == "call_inbound"
    assert (origin.call_id, origin.agent_id) == ("call_bfdfc2ce659c9f8487f89dba5fd", VOICE_AGENT)
    assert (origin.caller, origin.called) == (GUEST, HOUSE)


def test_an_anonymous_inbound_call_has_no_caller() -> None:
    _, origin = inbound(sample("02"))
    assert (origin.caller, origin.called) == ("", HOUSE)


def test_an_inbound_message_is_answered_as_a_chat() -> None:
    answer_key, origin = inbound(sample("04"))
    assert (answer_key, origin.call_id, origin.caller) == ("chat_inbound", "chat_9f2b6c1d4e8a47b0925c3f7d", GUEST)


def test_an_inbound_call_without_ids_is_one_all_the_same() -> None:
    _, origin = inbound(body({"event": "call_inbound", "call_inbound": {"from_number": GUEST, "to_number": HOUSE}}))
    assert (origin.call_id, origin.caller, origin.called) == ("", GUEST, HOUSE)


@pytest.mark.parametrize("other", [{}, {"call_inbound": None}, {"call_inbound": "x"}, {"event": "call_inbound"}])
def test_a_body_that_is_no_inbound_call_is_unprocessable(other: dict[str, Any]) -> None:
    with pytest.raises(Unprocessable):
        inbound(body(other))
