"""Taking no more connections while those that are open go on, which upstream knows only as one with its end."""

import os
import select
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_FDS = Path("/proc/self/fd")


def leave_in_the_backlog(listening_fd: int) -> bool:
    """Let nobody in any more: who connects waits in the socket, for whoever has it next. False where that cannot be.

    Upstream closes what it has accepted and not yet read from in the same moment in which it stops accepting: a client
    whose request is on its way at that moment would lose it. So its event loop, which is in Rust and out of reach, is
    made not to hear of this socket any more; tests/web/test_server.py fails when that does not work.
    """
    found = False
    for poller in _pollers(listening_fd):
        with suppress(OSError):
            epoll = select.epoll.fromfd(os.dup(poller))
            try:
                epoll.unregister(listening_fd)
                found = True
            finally:
                epoll.close()
    return found


def _pollers(fd: int) -> Iterator[int]:
    """The epoll files of this process that watch it."""
    for entry in _FDS.iterdir():
        with suppress(OSError):
            if entry.readlink().name == "anon_inode:[eventpoll]" and _watches(entry.name, fd):
                yield int(entry.name)


def _watches(poller: str, fd: int) -> bool:
    lines = Path("/proc/self/fdinfo", poller).read_text("ascii").splitlines()
    return any(line.split()[:2] == ["tfd:", str(fd)] for line in lines)
