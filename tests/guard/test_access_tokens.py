import base64
import json

import jwt
import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.errors import Unauthenticated
from appliance.guard.access_tokens import SKEW_S, Claims, issue, read

SECRET = b"k" * 32
KEYS = {"key_1": SECRET, "key_0": b"o" * 32}
NOW_S = 1_800_000_000
CLAIMS = Claims(sub="user_1", sid="session_1", iat=NOW_S, exp=NOW_S + 900)
PAYLOAD = {"iss": "maitre", "aud": "maitre"} | msgspec.to_builtins(CLAIMS)


def check(token: str, *, at_s: int = NOW_S) -> Claims:
    return read(token, KEYS, now_ms=at_s * 1000)


def part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def test_what_was_issued_is_read() -> None:
    assert check(issue(CLAIMS, key_id="key_1", secret=SECRET)) == CLAIMS


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        "a.b.c",
        "\0.\0.\0",
        "ñ.ñ.ñ",
        pytest.param(f"{part({'alg': 'none', 'kid': 'key_1'})}.{part(PAYLOAD)}.", id="alg none"),
        pytest.param(f"{part({'alg': 'NoNe', 'kid': 'key_1'})}.{part(PAYLOAD)}.", id="alg NoNe"),
        pytest.param(jwt.encode(PAYLOAD, SECRET * 2, "HS512", {"kid": "key_1"}), id="another algorithm"),
        pytest.param(jwt.encode(PAYLOAD, b"x" * 32, "HS256", {"kid": "key_1"}), id="another key"),
        pytest.param(jwt.encode(PAYLOAD, KEYS["key_0"], "HS256", {"kid": "key_1"}), id="the key of another kid"),
        pytest.param(jwt.encode(PAYLOAD, SECRET, "HS256"), id="no kid"),
        pytest.param(jwt.encode(PAYLOAD, SECRET, "HS256", {"kid": "../key_1"}), id="a path as kid"),
        pytest.param(jwt.encode(PAYLOAD, SECRET, "HS256", {"kid": "' OR 1=1 --"}), id="SQL as kid"),
        pytest.param(jwt.encode(PAYLOAD | {"aud": "else"}, SECRET, "HS256", {"kid": "key_1"}), id="another audience"),
        pytest.param(jwt.encode(PAYLOAD | {"iss": "else"}, SECRET, "HS256", {"kid": "key_1"}), id="another issuer"),
        pytest.param(jwt.encode(PAYLOAD | {"exp": "soon"}, SECRET, "HS256", {"kid": "key_1"}), id="exp no number"),
        pytest.param(jwt.encode(PAYLOAD | {"exp": 1e300}, SECRET, "HS256", {"kid": "key_1"}), id="exp for ever"),
        pytest.param(jwt.encode(PAYLOAD | {"sub": "7", "sid": 7}, SECRET, "HS256", {"kid": "key_1"}), id="sid no text"),
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        check(token)


@pytest.mark.parametrize("missing", list(PAYLOAD))
def test_a_token_without_one_of_its_claims_is_refused(missing: str) -> None:
    rest = {name: value for name, value in PAYLOAD.items() if name != missing}
    with pytest.raises(Unauthenticated):
        check(jwt.encode(rest, SECRET, "HS256", {"kid": "key_1"}))


@pytest.mark.parametrize("at_s", [NOW_S - SKEW_S, NOW_S, NOW_S + 899 + SKEW_S])
def test_clocks_may_differ_a_little(at_s: int) -> None:
    assert check(issue(CLAIMS, key_id="key_1", secret=SECRET), at_s=at_s)


@pytest.mark.parametrize("at_s", [NOW_S - SKEW_S - 1, NOW_S + 900 + SKEW_S])
def test_a_token_from_the_future_or_past_its_time_is_refused(at_s: int) -> None:
    with pytest.raises(Unauthenticated):
        check(issue(CLAIMS, key_id="key_1", secret=SECRET), at_s=at_s)


@given(cut=st.integers(0, 400), other=st.characters())
@example(cut=0, other="\ud800")
def test_a_token_that_differs_in_a_character_is_refused(cut: int, other: str) -> None:
    token = issue(CLAIMS, key_id="key_1", secret=SECRET)
    at = cut % (len(token) - 1)  # the last one carries bits that say nothing
    changed = token[:at] + other + token[at + 1 :]
    if changed != token:
        with pytest.raises(Unauthenticated):
            check(changed)
