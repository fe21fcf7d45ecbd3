"""The listening socket that systemd opened for us, as sd_listen_fds(3) has it: who connects meanwhile waits in it."""

import socket
from collections.abc import MutableMapping

from appliance.errors import StartError

_FIRST_FD = 3
_OURS = "http"
"""What maitre.socket calls it, should there be others beside it."""
_VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


def inherited_listener(env: MutableMapping[str, str], *, pid: int) -> socket.socket | None:
    """The socket meant for the process `pid`, or none. Who it was meant for is taken out of `env`: it is taken once.

    Raises StartError for what cannot be served.
    """
    told = [env.pop(name, "") for name in _VARIABLES]
    if told[0] != str(pid) or not told[1].isdigit() or int(told[1]) < 1:
        return None
    count, names = int(told[1]), told[2].split(":")
    listener = socket.socket(fileno=_FIRST_FD + _which(count, names))
    listener.set_inheritable(False)
    if not _is_served(listener):
        listener.close()
        raise StartError(
            "Systemd handed over something else than a listening TCP socket; "
            "maitre.socket needs ListenStream=ADDRESS:PORT."
        )
    return listener


def _which(count: int, names: list[str]) -> int:
    if count == 1:
        return 0
    if names.count(_OURS) != 1:
        raise StartError(
            f"Systemd handed over {count} sockets; the one to serve needs FileDescriptorName={_OURS} in its unit."
        )
    return names.index(_OURS)


def _is_served(listener: socket.socket) -> bool:
    return (
        listener.family in (socket.AF_INET, socket.AF_INET6)
        and listener.type == socket.SOCK_STREAM
        and listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
    )
