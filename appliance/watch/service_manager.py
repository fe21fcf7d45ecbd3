"""What systemd is told of this process, as sd_notify(3) has it: ready, reloading, stopping, alive, and what it does."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()

_SEND_S = 1.0
"""Systemd reads at once; should it ever not, nobody on the line waits for it."""
_MORE_S = 60
_EVERY_S = 15.0
"""How often more time is asked for, and how much: well before it runs out."""
_MEANT_FOR_ALL = 0


class ServiceManager:
    """Whoever gave us NOTIFY_SOCKET; without one nothing is told. `watchdog_s`: it wants to hear from us so often."""

    def __init__(self, address: str = "", *, watchdog_s: float = 0.0) -> None:
        self._address = address
        self.watchdog_s = watchdog_s

    @classmethod
    def of(cls, env: Mapping[str, str], *, pid: int) -> "ServiceManager":
        """The one that started the process `pid` with this environment."""
        address, watchdog_us = env.get("NOTIFY_SOCKET", ""), _number(env, "WATCHDOG_USEC")
        ours = _number(env, "WATCHDOG_PID") in (pid, _MEANT_FOR_ALL)
        return cls(address, watchdog_s=watchdog_us / 1_000_000 if address and ours else 0.0)

    @property
    def is_there(self) -> bool:
        return bool(self._address)

    def ready(self, status: str) -> None:
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self, status: str) -> None:
        """`ready` says when that is over."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", f"STATUS={status}")

    def stopping(self, status: str, *, within_s: float) -> None:
        self._tell("STOPPING=1", f"EXTEND_TIMEOUT_USEC={int(within_s * 1_000_000)}", f"STATUS={status}")

    def alive(self, status: str) -> None:
        """The watchdog's food."""
        self._tell("WATCHDOG=1", f"STATUS={status}")

    @asynccontextmanager
    async def taking_long(self, status: str, *, at_most_s: float) -> AsyncIterator[None]:
        """While the block runs and the event loop turns, ask for more time than a start has; not for ever."""
        asking = asyncio.create_task(self._ask_for_time(status, at_most_s), name="more-time") if self._address else None
        try:
            yield
        finally:
            if asking:
                asking.cancel()

    async def _ask_for_time(self, status: str, at_most_s: float) -> None:
        until = asyncio.get_running_loop().time() + at_most_s
        while asyncio.get_running_loop().time() < until:
            self._tell(f"EXTEND_TIMEOUT_USEC={_MORE_S * 1_000_000}", f"STATUS={status}")
            await asyncio.sleep(_EVERY_S)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
                there.settimeout(_SEND_S)
                there.connect(_socket_address(self._address))
                there.send("\n".join(lines).encode())
        except OSError as error:
            log.warning("service_manager_not_told", lines=lines[0], reason=error.strerror)


def _socket_address(told: str) -> str | bytes:
    """A path, or with an @ before it a name that is in no file system."""
    return b"\0" + os.fsencode(told[1:]) if told.startswith("@") else told


def _number(env: Mapping[str, str], name: str) -> int:
    text = env.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else 0
