import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.guard.tokens import bearer, digest, new_token


def test_no_two_tokens_are_alike_and_each_can_be_told_by_its_beginning() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.startswith("maitre_") and len(token) > 40 for token in tokens)


def test_what_is_stored_does_not_hold_the_token() -> None:
    token = new_token()
    assert token not in digest(token)
    assert digest(token) == digest(token) != digest(new_token())


@pytest.mark.parametrize("header", ["Bearer maitre_x", "bearer maitre_x", "BEARER   maitre_x "])
def test_the_scheme_is_read_in_any_case(header: str) -> None:
    assert bearer(header) == "maitre_x"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "maitre_x", "Token maitre_x", " "])
def test_what_is_no_bearer_token_is_none(header: str | None) -> None:
    assert bearer(header) == ""


@given(st.text())
def test_no_header_however_odd_raises(header: str) -> None:
    assert isinstance(digest(bearer(header.encode("latin-1", "replace").decode("latin-1"))), str)
