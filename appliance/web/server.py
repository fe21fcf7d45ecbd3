"""Granian inside our own event loop: one process, a port and perhaps a unix socket, an orderly end."""

import asyncio
import resource
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server as EmbeddedServer

from appliance.errors import StartError
from appliance.web.accepting import leave_in_the_backlog
from appliance.web.addresses import as_of_this_machine
from appliance.web.unix_socket import UnixSocket

_BACKLOG = 4096
_MOST_CONNECTIONS = 8192
"""Open at a time. Upstream's default is 128; whoever comes later waits, without a word, until one of them closes."""
_OTHER_FILES = 256
"""Files that are no connections: the database's, logs, what libraries read."""
_FEWEST_CONNECTIONS = 64
_LOCAL_SHARE = 8
"""One connection of so many is for the unix socket, where there is one."""
_FILES = resource.RLIMIT_NOFILE
_HEAD_MS = 30_000
"""For a head to arrive, and the longest that a connection may idle between two: upstream knows one limit for both."""
_HEAD_BYTES = 32 << 10
"""A head that goes on after so many is refused. As much of a body is read at a time."""
_UNREAD_MS = 30_000
"""An answer of which the client takes nothing for so long is given up, and its connection with it."""
_LAST_ARRIVALS_S = 0.5
"""For requests of those who are connected already, before connections on which nothing comes are closed."""


class _OnSocket(EmbeddedServer):
    """Serves an open socket. By itself it would open one that shares its port with whoever else wants to."""

    def __init__(self, app: Any, listener: socket.socket, *, room: int) -> None:
        self._is_unix = listener.family == socket.AF_UNIX
        self._listening_fd = listener.detach()
        super().__init__(
            app,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            backpressure=room,
            log_enabled=False,
            http1_settings=HTTP1Settings(header_read_timeout=_HEAD_MS, max_buffer_size=_HEAD_BYTES),
        )

    def _init_shared_socket(self) -> None:
        # Private upstream, and without types, hence the pinned version; tests/web/test_server.py fails when it changes.
        self._shd = SocketHolder(self._listening_fd, self._is_unix, _BACKLOG)  # type: ignore[call-arg, assignment]
        self._sfd = self._shd.get_fd()  # type: ignore[attr-defined]
        self._ssp = None


class _Serving:
    """One socket, served from here on. `shut` has whoever comes next wait elsewhere; false where that cannot be."""

    def __init__(self, app: Any, listener: socket.socket, shut: Callable[[], bool], *, room: int) -> None:
        self._server = _OnSocket(app, listener, room=room)  # which owns the socket from here on
        self._shut = shut
        self.task = asyncio.create_task(self._server.serve(), name="http-server")

    async def stop(self, *, within_s: float) -> bool:
        if not self.task.done() and self._shut():
            await asyncio.wait((self.task,), timeout=min(_LAST_ARRIVALS_S, within_s / 2))
        self._server.stop()  # type: ignore[no-untyped-call]
        done, _ = await asyncio.wait((self.task,), timeout=within_s)
        self.task.cancel()
        return bool(done)


class HttpServer:
    """Has its port from `bind`, answers from `start` to `stop`; requests under way at `stop` are answered first.

    With `inherited`, a socket that somebody keeps open for the next server, it listens there instead. With a
    `socket_path` it listens there as well.
    """

    def __init__(
        self, app: Any, *, host: str, port: int, inherited: socket.socket | None = None, socket_path: str = ""
    ) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._inherited = inherited
        self._unix = UnixSocket(Path(socket_path)) if socket_path else None
        self._listener: socket.socket | None = None
        self._local: socket.socket | None = None
        self._serving: list[_Serving] = []

    def bind(self) -> None:
        """Take the address; who connects meanwhile waits for `start`. Raises StartError when it cannot be had."""
        self._listener = _prepared(self._inherited) if self._inherited else _listen(self._host, self._port)
        try:
            self._local = self._unix.listen(_BACKLOG) if self._unix else None
        except StartError:
            self._listener.close()
            raise

    def start(self) -> str:
        """The URL it answers at."""
        assert self._listener
        host, port = self._listener.getsockname()[:2]
        room = room_for_connections()
        local_room = room // _LOCAL_SHARE if self._local else 0
        waits_for_the_next = partial(leave_in_the_backlog, self._listener.fileno())
        shut = waits_for_the_next if self._inherited else _never
        self._serving.append(_Serving(self._app, self._listener, shut, room=room - local_room))
        if self._local and self._unix:
            app = as_of_this_machine(self._app)
            self._serving.append(_Serving(app, self._local, self._unix.remove, room=local_room))
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    async def ended(self) -> None:
        """Wait until it serves no more: after `stop`, or because it broke."""
        if self._serving:
            await asyncio.wait([one.task for one in self._serving], return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, *, within_s: float) -> bool:
        """Take no more connections and answer what came; false when that took longer than `within_s` seconds."""
        for listener in (self._listener, self._local):
            if listener:
                listener.close()
        if self._unix and not self._serving:
            self._unix.remove()
        return all(await asyncio.gather(*(one.stop(within_s=within_s) for one in self._serving)))


def _never() -> bool:
    """What waits in a socket of our own goes with it."""
    return False


def room_for_connections() -> int:
    """How many may be open at a time: as many as this process may have files for, which it takes the right to."""
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    soft, hard = (wanted if most == resource.RLIM_INFINITY else most for most in resource.getrlimit(_FILES))
    if soft < min(wanted, hard):
        soft = min(wanted, hard)
        resource.setrlimit(_FILES, (soft, resource.getrlimit(_FILES)[1]))
    return max(_FEWEST_CONNECTIONS, min(wanted, soft) - _OTHER_FILES)


def _prepared(listener: socket.socket) -> socket.socket:
    """What whoever opened it did not set for us."""
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MS)
    listener.setblocking(False)
    return listener


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
    except OSError as error:
        raise StartError(
            f"Cannot listen on {host}: {error.strerror}. Set host to an address of this machine."
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_MS)  # every connection inherits it
        listener.bind(address)
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise StartError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "End the program that uses it, or choose another with --port or MAITRE_PORT."
        ) from error
    return listener
