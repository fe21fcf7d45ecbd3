import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from retell.lib.webhook_auth import symmetric

from appliance.voice.retell.signature import TOLERANCE_MS, sign, verify

KEY = "key_0123456789abcdef"
NOW = 1_760_000_000_000
BODY = '{"event":"call_ended","call":{"transcript":"User: mañana a las 9, ¿sí?"}}'.encode()
VECTORS = json.loads((Path(__file__).parent / "samples/99_signature_vectors.json").read_text())

keys = st.text(min_size=1, max_size=40)
bodies = st.text(max_size=200)
moments = st.integers(0, 10**15)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_platform_s_own_examples_are_judged_as_it_judges_them(vector: dict[str, Any]) -> None:
    body = vector["body"].encode()
    assert verify(body, vector["signature"], [VECTORS["api_key"]], vector["now_ms"]) is vector["valid"]


def test_the_tolerance_is_that_of_the_platform() -> None:
    assert VECTORS["tolerance_ms"] == TOLERANCE_MS


@pytest.mark.parametrize(("off_ms", "passes"), [(0, True), (300_000, True), (300_001, False)])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_stamp_passes_up_to_five_minutes_off_on_either_side(off_ms: int, passes: bool, side: int) -> None:  # noqa: FBT001
    assert verify(BODY, sign(BODY, KEY, NOW), [KEY], NOW + side * off_ms) is passes


@given(body=bodies, key=keys, now_ms=moments)
def test_the_platform_s_sdk_accepts_what_we_sign(body: str, key: str, now_ms: int) -> None:
    header = sign(body.encode(), key, now_ms)
    assert header == symmetric["sign"](body, key, now_ms)
    assert symmetric["verify"](body, key, header, {"timestamp": now_ms})


@given(body=bodies, key=keys, now_ms=moments, off_ms=st.integers(-300_002, 300_002))
def test_we_judge_what_the_platform_s_sdk_signs_as_it_does(body: str, key: str, now_ms: int, off_ms: int) -> None:
    header = symmetric["sign"](body, key, now_ms)
    theirs = symmetric["verify"](body, key, header, {"timestamp": now_ms + off_ms})
    assert verify(body.encode(), header, [key], now_ms + off_ms) is theirs


def digest(stamp: str) -> str:
    return symmetric["sign"](BODY.decode(), KEY, stamp)[-64:]


@given(
    stamp=st.text("0123456789", min_size=1, max_size=25) | st.integers(NOW - 400_000, NOW + 400_000).map(str),
    zeros=st.integers(0, 3),
)
def test_we_judge_any_stamp_as_the_platform_s_sdk_does(stamp: str, zeros: int) -> None:
    written = "0" * zeros + stamp
    for signed in {written, str(int(written))}:
        header = f"v={written},d={digest(signed)}"
        assert verify(BODY, header, [KEY], NOW) is symmetric["verify"](BODY.decode(), KEY, header, {"timestamp": NOW})


@given(body=st.binary(max_size=99), change=st.binary(min_size=1, max_size=9), at=st.integers(0, 99))
def test_a_body_with_anything_added_does_not_pass(body: bytes, change: bytes, at: int) -> None:
    assert not verify(body[:at] + change + body[at:], sign(body, KEY, NOW), [KEY], NOW)


@given(header=st.text() | st.from_regex(r"v=\d*,d=[0-9a-fA-Fé]{60,66}"), body=st.binary(max_size=50))
def test_whatever_a_header_holds_it_is_only_refused(header: str, body: bytes) -> None:
    assert verify(body, header, [KEY], NOW) is False


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "v=,d=",
        f"v={'9' * 4300},d={'0' * 64}",
        f"v={'9' * 4301},d={'0' * 64}",
        f"v=-1,d={'0' * 64}",
        f"v={NOW},d={'0' * 63}",
        f"v={NOW}, d={digest(str(NOW))}",
        f"v=١٧٦,d={'0' * 64}",
        f"v={NOW},d={'é' * 64}",
        f"v={NOW},d={digest(str(NOW))}\n",
        f"v={NOW},d={digest(str(NOW)).upper()}",
        f"d={digest(str(NOW))},v={NOW}",
    ],
)
def test_a_malformed_header_does_not_pass(header: str | None) -> None:
    assert verify(BODY, header, [KEY], NOW) is False


def test_any_of_several_keys_may_have_signed() -> None:
    header = sign(BODY, "new", NOW)
    assert verify(BODY, header, ["old", "new"], NOW)
    assert verify(BODY, header, iter(["new", "old"]), NOW)
    assert not verify(BODY, header, ["old"], NOW)


@pytest.mark.parametrize("keys_", [[], [""], ["", ""]])
def test_without_a_key_nothing_passes(keys_: list[str]) -> None:
    assert not verify(BODY, sign(BODY, "", NOW), keys_, NOW)


def test_an_empty_key_beside_a_real_one_is_passed_over() -> None:
    assert verify(BODY, sign(BODY, KEY, NOW), ["", KEY], NOW)
    assert not verify(BODY, sign(BODY, "", NOW), ["", KEY], NOW)


def test_bytes_that_are_no_text_can_be_signed() -> None:
    assert verify(b"\xff\x00\xfe", sign(b"\xff\x00\xfe", KEY, NOW), [KEY], NOW)


def test_a_signature_is_compared_in_the_same_time_wherever_it_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []
    whole = hmac.compare_digest

    def noting(one: str, other: str) -> bool:
        compared.append((one, other))
        return whole(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noting)
    right = sign(b"{}", "key_of_ours", 1)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    assert [verify(b"{}", header, ["key_of_ours"], 1) for header in (right, wrong)] == [True, False]
    assert compared == [(right[-64:], right[-64:]), (right[-64:], wrong[-64:])]
