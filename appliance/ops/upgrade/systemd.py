"""The service under systemd, held while its release or its data are exchanged.

Stopped, it would be begun anew by whoever connects to maitre.socket. So it is held instead: before it starts,
maitre.service waits as long as somebody keeps the hold fresh (its ExecStartPre), and connections wait in the socket.
"""

import subprocess
import threading
from pathlib import Path

from appliance.errors import UpgradeError

UNIT, SOCKET = "maitre.service", "maitre.socket"
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
            _systemctl("stop", UNIT)
        except UpgradeError:
            self._let_go()
            raise

    def start(self) -> None:
        """Let it start, and wait until it says that it is ready. Raises UpgradeError."""
        self._let_go()
        _systemctl("reset-failed", UNIT)
        _systemctl("start", SOCKET, UNIT)
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
    return int(_systemctl("show", "--property=NRestarts", "--value", UNIT).strip() or 0)


def _systemctl(*words: str) -> str:
    command = ["systemctl", *words]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_JOB_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise UpgradeError(f"`{' '.join(command)}` did not end within {_JOB_S:g} s.") from error
    except OSError as error:
        raise UpgradeError(f"systemctl cannot be run: {error.strerror}. Is systemd there?") from error
    if ended.returncode:
        raise UpgradeError(f"`{' '.join(command)}` failed: {ended.stderr.strip() or ended.returncode}")
    return ended.stdout
