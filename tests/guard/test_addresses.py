from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.guard.addresses import client_address

TRUSTED = (ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("::1"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::1", ["2001:db8::7"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.2.3.4", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),
        ("127.0.0.1", ["198.51.100.1, nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["", " "], "127.0.0.1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(peer: str, forwarded: list[str], client: str) -> None:
    assert client_address(peer, forwarded, TRUSTED) == client


@given(forwarded=st.lists(st.text(max_size=40), max_size=4))
def test_a_stranger_is_never_taken_for_another(forwarded: list[str]) -> None:
    assert client_address("203.0.113.7", forwarded, TRUSTED) == "203.0.113.7"
