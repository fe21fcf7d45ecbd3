import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Unprocessable
from appliance.voice.retell.json_text import decoded
from appliance.voice.retell.payloads import call_event, head, tool_request

ANYTHING = msgspec.json.Decoder()
PIECES = ["a", "\\", '"', "ud83d", "\ud83d", "\ude00", "\U0001f600", "ñ"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def read(text: str) -> Any:
    return decoded(ANYTHING, text.encode())


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r'"a\ud83d"', "a\ufffd"),
        (r'"\ud83d b"', "\ufffd b"),
        (r'"\uDE00\ud83d"', "\ufffd\ufffd"),
        (r'"\ud83d\u0041"', "\ufffdA"),
        (r'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (r'"\\ud83d \ud83d"', "\\ud83d \ufffd"),
        (r'"\\\ud83d"', "\\\ufffd"),
    ],
)
def test_half_a_character_is_read_as_the_sign_for_one_that_is_lost(text: str, meant: str) -> None:
    assert read(text) == meant


@given(text=TEXTS)
def test_any_text_that_a_program_can_write_is_read_as_that_text(text: str) -> None:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert read(json.dumps(text)) == whole


@pytest.mark.parametrize("text", ["", "{", r'{"a":"\ud83d"', r'"\ud83d', r'"\ud83', r'"\ud83d\x"'])
def test_what_is_no_json_for_another_reason_stays_so(text: str) -> None:
    with pytest.raises(Unprocessable, match="not JSON"):
        read(text)


def test_a_guest_is_answered_though_the_transcript_was_cut_within_an_emoji() -> None:
    body = rb'{"name":"get_hours","args":{"date":"hoy"},"call":{"call_id":"c","transcript":"User: hola \ud83d"}}'
    asked = tool_request(body)
    assert (asked.tool, asked.arguments, asked.origin.call_id) == ("get_hours", {"date": "hoy"}, "c")


def test_the_end_of_a_call_counts_though_its_summary_was_cut_within_an_emoji() -> None:
    body = rb'{"event":"call_analyzed","call":{"call_id":"c","call_analysis":{"call_summary":"Mesa \ud83c"}}}'
    assert (head(body).event, head(body).flaw) == ("call_analyzed", None)
    assert call_event(body).facts.summary == "Mesa \ufffd"
