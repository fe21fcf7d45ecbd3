"""The service under systemd, held while its release or its data are exchanged.

Stopped, it would be begun anew by whoever connects to maitre.socket. So it is held instead: before it starts,
maitre.service waits as long as somebody keeps the hold fresh (its ExecStartPre), and connections wait in the socket.
"""

import threading
from pathlib import Path

from appliance.errors import StartError, UpgradeError
from appliance.ops.service import SERVICE, SOCKET, systemctl

HOLD = Path("/run/maitre.hold")
"""Whoever starts the service waits while this file is younger than two minutes: who holds it may be killed."""
_REFRESH_S = 20.0
_JOB_S = 600.0
"""As long as a start may take that migrates, or a stop that finishes what it is doing."""


class Systemd:
    def __init__(self) -> None:
        self._ended = threading.Event()
        self._holding: threading.Thread | None = None
        self._restarts_before = 0

    def stop(self) -> None:
        """Hold it: it has ended, and does not start until `start`. Raises UpgradeError."""
        self._hold()
        try:
            _systemctl("stop", SERVICE)
        except UpgradeError:
            self._let_go()
            raise

    def start(self) -> None:
        """Let it start, and wait until it says that it is ready. Raises UpgradeError."""
        self._let_go()
        _systemctl("reset-failed", SERVICE)
        _systemctl("start", SOCKET, SERVICE)
        # Whoever connected while it was held had it wait, and after TimeoutStartSec wait once more: that counts there.
        self._restarts_before = _restarts()

    def restarts(self) -> int:
        return max(0, _restarts() - self._restarts_before)

    def _hold(self) -> None:
        HOLD.touch()
        if self._holding is None:
            self._ended.clear()
            self._holding = threading.Thread(target=self._keep_fresh, name="hold", daemon=True)
            self._holding.start()

    def _keep_fresh(self) -> None:
        while not self._ended.wait(_REFRESH_S):
            HOLD.touch()

    def _let_go(self) -> None:
        if self._holding:
            self._ended.set()
            self._holding.join()
            self._holding = None
        HOLD.unlink(missing_ok=True)


def _restarts() -> int:
    return int(_systemctl("show", "--property=NRestarts", "--value", SERVICE).strip() or 0)


def _systemctl(*words: str) -> str:
    try:
        return systemctl(*words, within_s=_JOB_S)
    except StartError as error:
        raise UpgradeError(str(error)) from error
