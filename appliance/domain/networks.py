"""Addresses of machines, and whether they lie in networks that somebody named."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def parsed(text: str) -> Address | None:
    """The address; None where it is none."""
    try:
        return plain(ip_address(text))
    except ValueError:
        return None


def plain(address: Address) -> Address:
    """IPv4 written as IPv6 is IPv4."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_within(address: str, networks: Sequence[Network]) -> bool:
    found = parsed(address)
    return found is not None and any(found in network for network in networks)


def is_loopback(address: str) -> bool:
    """Whether it is this machine's own."""
    found = parsed(address)
    return found is not None and found.is_loopback


def is_this_machine(host: str) -> bool:
    """Whether the host of a web address is the machine itself: a proxy of the environment cannot reach that."""
    return host == "localhost" or is_loopback(host)
