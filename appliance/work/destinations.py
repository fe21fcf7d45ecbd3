"""Where messages may go.

A restaurant's people name a host. What that stands for is found out and looked at here, and the connection made to that
very address: no name can stand for one thing now and for another a moment later.
"""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address

import httpx

from appliance.domain.networks import Address, Network, parsed, plain
from appliance.errors import Unprocessable

_TIMEOUTS = httpx.Timeout(10, connect=4)
"""In seconds. Of two addresses the first may be out of order, and a delivery has ten."""


def client_for(networks: Sequence[Network]) -> httpx.AsyncClient:
    """A client that reaches the internet under TLS, and beside it these networks; no proxy of the environment."""
    return httpx.AsyncClient(transport=_Outward(networks), timeout=_TIMEOUTS)


def why_not(scheme: str, address: Address, networks: Sequence[Network]) -> str:
    """Why a message may not go there; empty where it may."""
    found = plain(address)
    if any(found in network for network in networks):
        return ""
    if not found.is_global:
        return "the receiver's address is not public, nor in one of notify_networks"
    return "" if scheme == "https" else "the receiver is not reached under https"


def is_inside(url: str, networks: Sequence[Network]) -> bool:
    """Whether it surely is no public address, as far as can be told without looking its name up."""
    host = host_of(url)
    address = parsed("127.0.0.1" if f".{host}".endswith(".localhost") else host)
    return address is not None and bool(why_not("https", address, networks))


def host_of(url: str) -> str:
    """As the sender reads it; empty where there is none."""
    try:
        return httpx.URL(url).host
    except httpx.InvalidURL:
        return ""


class _Outward(httpx.AsyncBaseTransport):
    """A connection is used once: kept open it would be taken for any name that shares the address."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._networks = networks
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises Unprocessable where it may not go."""
        url = request.url
        if url.scheme not in ("http", "https") or not url.host:
            raise httpx.UnsupportedProtocol("no http(s) address")
        allowed = self._allowed(url.scheme, await _addresses(url))
        request.extensions = {**request.extensions, "sni_hostname": url.raw_host.decode()}
        for address in allowed[:-1]:
            request.url = url.copy_with(host=address)
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._inner.handle_async_request(request)
        request.url = url.copy_with(host=allowed[-1])
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _allowed(self, scheme: str, found: Sequence[str]) -> Sequence[str]:
        reasons = {address: why_not(scheme, ip_address(address), self._networks) for address in found}
        if all(reasons.values()):
            raise Unprocessable(reasons[found[0]])
        return [address for address in found if not reasons[address]]


async def _addresses(url: httpx.URL) -> list[str]:
    """What a name stands for, in the order in which this machine would try. Raises httpx.ConnectError."""
    loop = asyncio.get_running_loop()
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        found = await loop.getaddrinfo(url.raw_host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpx.ConnectError("no such name") from error
    return [str(one[4][0]) for one in found]
