"""Where a server is asked: an address of the web, or `unix:` and the path of a socket on this machine."""

from typing import NamedTuple

_SOCKET = "unix:"
_HERE = "http://localhost"


class ServerAddress(NamedTuple):
    """`base` is what the paths of requests are put behind; with a `socket` they go through that file."""

    base: str
    socket: str | None


def server_at(told: str) -> ServerAddress:
    if not told.startswith(_SOCKET):
        return ServerAddress(base=told.rstrip("/"), socket=None)
    return ServerAddress(base=_HERE, socket=told.removeprefix(_SOCKET).removeprefix("//"))
