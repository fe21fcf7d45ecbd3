"""A unix socket to listen on: a file, by which programs on this machine reach the server."""

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from appliance.errors import StartError

_MODE = 0o660
"""For its owner and their group. Whoever may open it still has to say who they are."""


class UnixSocket:
    """Has its file from `listen` to `remove`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ours: tuple[int, int] | None = None

    def listen(self, backlog: int) -> socket.socket:
        """What a killed server left there is replaced. Raises StartError where it cannot be had."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with _alone(self._path):
                self._clear()
                listener.bind(str(self._path))
                self._ours = _identity(self._path)
                self._path.chmod(_MODE)  # before anybody can connect, which takes the next line
                listener.listen(backlog)
            listener.setblocking(False)
        except OSError as error:
            listener.close()
            self.remove()
            raise self._refusal(str(error.strerror or error)) from error
        except StartError:
            listener.close()
            raise
        return listener

    def remove(self) -> bool:
        """Nobody finds it any more; who had connected is not concerned. A file that is not ours is left alone."""
        with suppress(OSError):
            if self._ours and _identity(self._path) == self._ours:
                self._path.unlink()
        self._ours = None
        return True

    def _clear(self) -> None:
        try:
            mode = self._path.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(mode):
            raise self._refusal("there is something else than a socket")
        if _is_served(self._path):
            raise self._refusal("another program listens there")
        self._path.unlink(missing_ok=True)

    def _refusal(self, why: str) -> StartError:
        return StartError(f"Cannot listen on {self._path}: {why}. Choose another path with --socket or MAITRE_SOCKET.")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other server looks whether it is free, and takes it, meanwhile. The file of the lock stays."""
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _is_served(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asked:
        asked.setblocking(False)
        try:
            asked.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except BlockingIOError:  # so many wait there that no more can
            return True
    return True


def _identity(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_dev, found.st_ino
