"""An upgrade on this machine: the real service, releases out of the real files."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from appliance.clock import Clock
from appliance.config import credentials, handing_on
from appliance.errors import UpgradeError
from appliance.ops.releases import RELEASE_KEYS
from appliance.ops.upgrade import journal as journals
from appliance.ops.upgrade.finding import Downloads, Found, verified
from appliance.ops.upgrade.going import Upgrade
from appliance.ops.upgrade.journal import Journal, Outcome
from appliance.ops.upgrade.means import Means, Tell
from appliance.ops.upgrade.places import Places
from appliance.ops.upgrade.program import Program
from appliance.ops.upgrade.returning import Return
from appliance.ops.upgrade.systemd import Systemd

_UNPACK_S = 300.0


class Machine:
    """`options` say which settings are meant, in the words of the command line; `env` beside this process' own.

    What is secret goes there: words are for everybody to read, among the processes and in what is told of failures.
    """

    def __init__(
        self, places: Places, clock: Clock, options: Sequence[str], tell: Tell, *, env: Mapping[str, str] = {}
    ) -> None:
        self.places = places
        self._clock = clock
        self._options = tuple(options)
        self._tell = tell
        self._env = env

    def upgrade(self, found: Found, downloads: Downloads | None, *, window_s: float, unsigned_ok: bool) -> Journal:
        """Raises UpgradeError when it failed before anything was changed; see `Upgrade`."""
        file = found.file
        if file is None:
            assert downloads
            with self.places.alone():
                incoming = self.places.incoming
                shutil.rmtree(incoming, ignore_errors=True)
                incoming.mkdir(mode=0o755)
                file = downloads.fetch(found.version, incoming)
        ended = Upgrade(self._means(window_s=window_s, unsigned_ok=unsigned_ok)).run(file, found.version)
        shutil.rmtree(self.places.incoming, ignore_errors=True)
        return ended

    def way_back(self) -> Return:
        """From the last upgrade. Raises UpgradeError where there is none to go back from, or it cannot be gone."""
        journal = journals.read(self.places.journal)
        if journal is None or journal.outcome is Outcome.RETURNED or not journal.done:
            raise UpgradeError("There is nothing to go back from: the last upgrade was given back, or there was none.")
        way = Return(self._means(window_s=0, unsigned_ok=True), journal)
        way.refuse_what_cannot_be()
        return way

    def _means(self, *, window_s: float, unsigned_ok: bool) -> Means:
        env = _environment(os.environ, self._env)
        return Means(
            places=self.places,
            service=Systemd(),
            clock=self._clock,
            program=lambda version: Program(self.places.program(version), self._options, env=env),
            installed=Program(self.places.installed, self._options, env=env, as_root=True),
            # A program that knows no key could take no release at all.
            verify=partial(verified, unsigned_ok=unsigned_ok or not RELEASE_KEYS),
            unpack=_unpack,
            tell=self._tell,
            window_s=window_s,
        )


def _environment(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Credentials are weaker than either, and to be read by root alone."""
    found = handing_on.environment(own, given)
    weaker = {name: value for name, value in credentials(own).items() if f"{name}_FILE" not in found}
    return {**weaker, **found}


def _unpack(file: Path, to: Path) -> None:
    """Every release's file can do that by itself."""
    command = ["/bin/sh", str(file), "unpack", str(to)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_UNPACK_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise UpgradeError(f"{file} did not unpack within {_UNPACK_S:g} s.") from error
    if ended.returncode:
        raise UpgradeError(f"{file} cannot be unpacked: {ended.stderr.strip()}")
