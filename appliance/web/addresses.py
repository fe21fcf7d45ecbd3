"""Who is at the other end of a connection."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litestar.connection import ASGIConnection

from appliance.domain.networks import Network
from appliance.guard.addresses import client_address
from appliance.services.access.tries import Visitor
from appliance.web.raw import Receive, Scope, Send

App = Callable[[Scope, Receive, Send], Awaitable[None]]

_THIS_MACHINE = ("127.0.0.1", "0")


def visitor(request: ASGIConnection[Any, Any, Any, Any]) -> Visitor:
    """From where a request comes, and with what program."""
    address = client_of(request.scope, request.app.state.trusted_proxies)
    return Visitor(address=address, agent=request.headers.get("user-agent", ""))


def client_of(scope: Any, trusted: Sequence[Network]) -> str:
    """The client's address; where no proxy is trusted, the peer's, without a look at what it says."""
    peer: str = scope["client"][0] if scope.get("client") else ""
    if not trusted:
        return peer
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return client_address(peer, forwarded, trusted)


def as_of_this_machine(app: App) -> App:
    """For a unix socket, whose clients have no address: they count as those do who come over the loopback."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        scope["client"] = _THIS_MACHINE
        await app(scope, receive, send)

    return asked
