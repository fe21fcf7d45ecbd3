from ipaddress import ip_network

import pytest

from appliance.domain.networks import is_this_machine, is_within


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_names_and_addresses_of_the_loopback_are_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["", "api.retellai.com", "10.0.0.1", "2001:db8::1", "localhost.example.com"])
def test_every_other_host_is_another_machine(host: str) -> None:
    assert not is_this_machine(host)


def test_an_ipv4_address_written_as_ipv6_lies_in_the_network_of_the_plain_one() -> None:
    assert is_within("::ffff:10.1.2.3", [ip_network("10.0.0.0/8")])


def test_what_is_no_address_lies_in_no_network() -> None:
    assert not is_within("unix", [ip_network("0.0.0.0/0")])
