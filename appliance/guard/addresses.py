"""From where somebody asks. What a proxy says of that is believed only of our own proxies."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from appliance.domain.networks import Network, is_within, parsed


def client_address(peer: str, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The address of the client: the peer, or where that is a trusted proxy, the nearest one that is not.

    `forwarded_for` are the values of X-Forwarded-For in their order; each proxy appends whom it heard from, so that
    only what stands right of the first stranger can be believed.
    """
    hops = [hop.strip() for value in forwarded_for for hop in value.split(",")]
    nearest = peer
    while is_within(nearest, trusted) and hops:
        said = hops.pop()
        if parsed(said) is None:
            break
        nearest = said
    return _plain(nearest)


def _plain(text: str) -> str:
    return str(parsed(text) or text)


@lru_cache(maxsize=4_096)
def party_of(address: str) -> str:
    """Who is counted as one; nobody where it is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
