from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.intent import intent_key

CREATE = ("call_1", "create_reservation", date(2026, 11, 28), (1260,), 4, "Lucía")

meanings = st.lists(st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab,"[]', max_size=3), max_size=4)


def test_the_same_wish_in_one_call_has_the_same_key() -> None:
    assert intent_key(*CREATE) == intent_key(*CREATE)


@pytest.mark.parametrize("position", range(len(CREATE)))
def test_a_wish_that_differs_in_anything_has_another_key(position: int) -> None:
    other: list[Any] = list(CREATE)
    other[position] = "else"
    assert intent_key(*other) != intent_key(*CREATE)


def test_the_order_in_which_a_mapping_was_written_does_not_matter() -> None:
    assert intent_key("c", "t", {"a": 1, "b": 2}) == intent_key("c", "t", {"b": 2, "a": 1})


@given(one=meanings, other=meanings)
def test_two_wishes_share_a_key_only_when_they_mean_the_same(one: list[Any], other: list[Any]) -> None:
    same = msgspec.json.encode(one) == msgspec.json.encode(other)
    assert (intent_key("c", "t", *one) == intent_key("c", "t", *other)) is same
