from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.voice.retell.drift import Difference, differences, merged, update

LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2) | st.lists(st.text("ab", max_size=1))
NAMED = st.lists(st.fixed_dictionaries({"name": st.text("abc", min_size=1, max_size=1), "x": LEAVES}), max_size=3)
THINGS = st.dictionaries(st.sampled_from(["a", "b", "type", "parameters"]), LEAVES | NAMED, max_size=4)


def found(wanted: Any, there: Any) -> list[tuple[str, Any, Any]]:
    return [(one.where, one.found, one.wanted) for one in differences(wanted, there, "llm")]


def test_only_what_should_be_so_is_looked_at() -> None:
    assert found({"a": 1}, {"a": 1, "b": 2}) == []
    assert found({"a": 1}, {"a": 2, "b": 2}) == [("llm.a", 2, 1)]
    assert found({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}) == [("llm.a.b", 2, 1)]
    assert found({"a": {"b": 1}}, {}) == [("llm.a", None, {"b": 1})]


def test_things_with_names_are_compared_by_name_whatever_their_order() -> None:
    wanted = [{"name": "one", "url": "u"}, {"name": "two", "url": "u"}]
    assert found({"tools": wanted}, {"tools": [*reversed(wanted), {"name": "theirs"}]}) == []
    assert found({"tools": wanted}, {"tools": [wanted[0], {"name": "two", "url": "v"}]}) == [
        ("llm.tools.two.url", "v", "u")
    ]
    assert found({"tools": wanted}, {"tools": wanted[:1]}) == [("llm.tools.two", None, wanted[1])]


def test_a_property_too_many_makes_another_schema() -> None:
    schema = {"type": "object", "properties": {"date": {}}}
    there = {"type": "object", "properties": {"date": {}, "card_number": {}}}
    assert found({"parameters": schema}, {"parameters": there}) == [("llm.parameters", there, schema)]
    assert update({"parameters": schema}, {"parameters": there}) == {"parameters": schema}


def test_the_order_of_words_is_nothing_and_a_word_too_many_is_something() -> None:
    assert found({"events": ["a", "b"]}, {"events": ["b", "a"]}) == []
    assert found({"events": ["a"]}, {"events": ["a", "b"]}) == [("llm.events", ["a", "b"], ["a"])]


def test_what_is_off_need_not_be_said_to_be() -> None:
    assert found({"args_at_root": False}, {}) == []
    assert found({"args_at_root": False}, {"args_at_root": True}) == [("llm.args_at_root", True, False)]


def test_an_empty_text_is_not_nothing() -> None:
    assert found({"customer_name": ""}, {}) == [("llm.customer_name", None, "")]


def test_pairs_without_names_are_compared_one_by_one() -> None:
    bound = [{"agent_id": "a", "agent_version": "latest_published"}]
    assert found({"agents": bound}, {"agents": [bound[0] | {"weight": 1}]}) == []
    assert found({"agents": bound}, {"agents": [bound[0] | {"agent_version": 3}]}) == [
        ("llm.agents.0.agent_version", 3, "latest_published")
    ]


def test_what_others_set_stays_where_it_is_sent_along() -> None:
    there = {"tools": [{"name": "sms", "type": "send_sms"}, {"name": "hours", "url": "old", "headers": {"x": "y"}}]}
    sent = update({"tools": [{"name": "hours", "url": "new"}], "same": 1}, there | {"same": 1})
    assert sent == {
        "tools": [{"name": "hours", "url": "new", "headers": {"x": "y"}}, {"name": "sms", "type": "send_sms"}]
    }


def test_a_tool_of_another_kind_under_our_name_is_replaced_as_a_whole() -> None:
    there = {"tools": [{"name": "end_call", "type": "end_call", "custom_sip_headers": {}}]}
    ours = {"tools": [{"name": "end_call", "type": "custom", "url": "u"}]}
    assert found(ours, there) == [("llm.tools.end_call", there["tools"][0], ours["tools"][0])]
    assert update(ours, there) == ours


@given(THINGS, THINGS)
def test_once_it_was_sent_nothing_differs(wanted: dict[str, Any], there: dict[str, Any]) -> None:
    ours, theirs = {"thing": {key: _once(value) for key, value in wanted.items()}}, {"thing": there}
    assert list(differences(ours, theirs | update(ours, theirs), "x")) == []
    assert list(differences(ours, merged(ours, theirs), "x")) == []


def _once(value: Any) -> Any:
    """Names in what we want are there once."""
    named = isinstance(value, list) and value and isinstance(value[0], dict)
    return list({item["name"]: item for item in value}.values()) if named else value


@pytest.mark.parametrize("there", [None, "text", 7, [], {}])
def test_what_is_of_quite_another_shape_differs_as_a_whole(there: Any) -> None:
    wanted = [{"name": "one"}]
    told = list(differences({"tools": wanted}, {"tools": there}, "llm"))
    assert told
    assert all(isinstance(one, Difference) for one in told)
