"""From where somebody asks. What a proxy says of that is believed only of our own proxies."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def client_address(peer: str, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address of the client: the peer, or where that is a trusted proxy, the nearest one that is not.

    `forwarded_for` are the values of X-Forwarded-For in their order; each proxy appends whom it heard from, so that
    only what stands right of the first stranger can be believed.
    """
    hops = [hop.strip() for value in forwarded_for for hop in value.split(",")]
    nearest = peer
    while is_within(nearest, trusted) and hops:
        said = hops.pop()
        if _parsed(said) is None:
            break
        nearest = said
    return _plain(nearest)


def is_within(address: str, networks: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(text: str) -> Address | None:
    """IPv4 written as IPv6 is IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _plain(text: str) -> str:
    return str(_parsed(text) or text)


@lru_cache(maxsize=4_096)
def party_of(address: str) -> str:
    """Who is counted as one; nobody where it is no address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))


def is_loopback(address: str) -> bool:
    """Whether it is this machine's own."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback
