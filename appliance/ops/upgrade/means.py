"""What an upgrade and the way back work with."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from appliance.clock import Clock
from appliance.ops.upgrade.places import Places
from appliance.ops.upgrade.program import Program


class Service(Protocol):
    """Whoever keeps the server running: systemd. Each call ends when it is so, or raises UpgradeError."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def bring_units(self, program: Program) -> str:
        """Have its units be those that the program brings; what came of it."""
        ...

    def restarts(self) -> int:
        """How often it had to be begun anew since it was started."""
        ...


Tell = Callable[[str, str], object]
"""Hears of each step by its name: first with nothing, then with what came of it."""


class Means(Struct, frozen=True, kw_only=True):
    """What an upgrade works with.

    `program` is a release's own by its version, `installed` that of whichever is current, run as the one who upgrades.
    `unpack` makes a release folder out of a verified file, `verify` says how it was.
    """

    places: Places
    service: Service
    clock: Clock
    program: Callable[[str], Program]
    installed: Program
    verify: Callable[[Path], str]
    unpack: Callable[[Path, Path], None]
    tell: Tell
    window_s: float
    well_within_s: float = 60.0
