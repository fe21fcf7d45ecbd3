import json
from unicodedata import category

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.contract import harmless, harmless_text

MARK = "\N{REPLACEMENT CHARACTER}"


@given(st.text(st.characters(codec="utf-8") | st.characters(max_codepoint=0x9F) | st.sampled_from('\\"u01b')))
def test_no_control_character_is_left_but_tabs_and_ends_of_lines_and_nothing_else_changes(words: str) -> None:
    shown = "".join(MARK if category(one) == "Cc" and one not in "\n\t" else one for one in words)
    for written in (msgspec.json.encode(words), json.dumps(words).encode(), json.dumps({words: [words]}).encode()):
        told = msgspec.json.decode(harmless(written))
        assert told in (shown, {shown: [shown]})


@pytest.mark.parametrize("written", [b'"\\u001B[2J"', b'"\\u009b2J"', b'"\xc2\x9b2J"'])
def test_what_would_clear_the_screen_does_not(written: bytes) -> None:
    assert msgspec.json.decode(harmless(written)).startswith(MARK)


def test_a_backslash_before_what_looks_like_an_escape_is_one_itself() -> None:
    assert harmless(b'"\\\\u001b"') == b'"\\\\u001b"'


@given(st.text())
def test_words_from_elsewhere_are_marked_alike(words: str) -> None:
    assert harmless_text(words) == msgspec.json.decode(harmless(msgspec.json.encode(words)))
