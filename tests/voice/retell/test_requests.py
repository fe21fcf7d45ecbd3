import json
from typing import Any

import pytest

from appliance.errors import Unprocessable
from appliance.voice.events import Origin
from appliance.voice.retell.payloads import inbound, tool_request
from support.retell_bodies import GUEST, HOUSE, VOICE_AGENT, body, call, sample

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
