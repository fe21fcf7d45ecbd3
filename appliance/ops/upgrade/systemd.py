"""The service under systemd, held while its release or its data are exchanged.

Stopped, it would be begun anew by whoever connects to maitre.socket. So it is held instead: before it starts,
maitre.service waits as long as somebody keeps the hold fresh (its ExecStartPre), and connections wait in the socket.
"""

import threading
from pathlib import Path

from msgspec import Struct

from appliance.errors import StartError, UpgradeError
from appliance.ops import units
from appliance.ops.service import SERVICE, SOCKET, systemctl
from appliance.ops.upgrade.program import Program

HOLD = Path("/run/maitre.hold")
"""Whoever starts the service waits while this file is younger than two minutes: who holds it may be killed."""
_EXCHANGING = Path("run/maitre.units")
"""There while units are exchanged. If it is from before, systemd may not have heard of what was written, and nobody is
told of it once more. A reboot takes it away, and does what was left."""
_REFRESH_S = 20.0
_JOB_S = 600.0
"""As long as a start may take that migrates, or a stop that finishes what it is doing."""


class _Brought(Struct):
    """Of what `maitre service install` tells; a release that does not know of some says nothing of them."""

    files: dict[str, str]
    new: list[str] = []
    kept: list[str] = []
    gone: list[str] = []


class Systemd:
    """`root` is where its units are looked for."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
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

    def bring_units(self, program: Program) -> str:
        """Where `maitre service install` has written some: others, a package's say, are exchanged by who brought them.

        Raises UpgradeError.
        """
        if not units.is_of_our_writing(self._root / units.FOLDER / SERVICE):
            return "not of our writing: left as they are"
        exchanging = self._root / _EXCHANGING
        interrupted = exchanging.exists()
        exchanging.touch()
        found = program.told("service", "install", as_=_Brought, within_s=_JOB_S)
        if interrupted:
            _systemctl("daemon-reload")  # a release of before leaves it out where it finds all written
        begun = self._switched_on() if interrupted else [name for name in found.new if name.endswith(".timer")]
        if begun:
            _systemctl("start", *sorted(begun))
        written = {Path(path).name for path in found.files}
        if interrupted or SOCKET in written - set(found.new):
            _systemctl("restart", SOCKET)  # it would listen as before; who waits in it has to connect again
        exchanging.unlink()
        return _said(found)

    def _switched_on(self) -> list[str]:
        timers = [path.name for path in units.present(self._root) if path.suffix == ".timer"]
        return [
            name
            for name in timers
            if _systemctl("show", "--property=UnitFileState", "--value", name).strip() == "enabled"
        ]

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


def _said(found: _Brought) -> str:
    names = {
        "written": sorted(Path(path).name for path in found.files),
        "removed": [Path(path).name for path in found.gone],
        "kept as you have edited them (`maitre service install --replace` writes ours)": [
            Path(path).name for path in found.kept
        ],
    }
    told = [f"{what}: {', '.join(which)}" for what, which in names.items() if which]
    return "; ".join(told) or "the same"


def _restarts() -> int:
    return int(_systemctl("show", "--property=NRestarts", "--value", SERVICE).strip() or 0)


def _systemctl(*words: str) -> str:
    try:
        return systemctl(*words, within_s=_JOB_S)
    except StartError as error:
        raise UpgradeError(str(error)) from error
