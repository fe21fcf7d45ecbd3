"""Where the releases of an installation lie: `<prefix>/releases/<version>/maitre`, and `current`, a link to one."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.errors import UpgradeError
from appliance.store.disk import sync

PREFIX = Path("/opt/maitre")
_LOCK = ".upgrade.lock"


class Places:
    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix
        self.journal = prefix / "upgrade.json"
        self.incoming = prefix / "incoming"
        """Where a release is kept that came over the network, until it is in use."""
        self._releases = prefix / "releases"
        self._current = prefix / "current"

    def current(self) -> str:
        """The version in use. Raises UpgradeError where nothing is installed so."""
        if not self._current.is_symlink():
            raise UpgradeError(
                f"There is no {self._current}: only what install.sh has installed is upgraded by this verb. "
                "A .deb is upgraded by apt, a container by its image."
            )
        return self._current.resolve().name

    def release(self, version: str) -> Path:
        return self._releases / version

    @property
    def installed(self) -> Path:
        """The program of whichever is current, by the link that the units name."""
        return self._current / "maitre"

    def program(self, version: str) -> Path:
        return self.release(version) / "maitre"

    def versions(self) -> list[str]:
        """Those that are unpacked, the one unpacked last at the end."""
        found = [path for path in self._releases.iterdir() if (path / "maitre").exists()]
        return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime)]

    def switch(self, version: str) -> None:
        """Have `current` be that one, in one step."""
        fresh = self._current.with_name("current.fresh")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("releases") / version)
        fresh.replace(self._current)
        sync(self.prefix)

    def let_go(self, *, keep: set[str], most: int) -> list[str]:
        """Delete the oldest releases over `most`, none of `keep`; the names of those."""
        old = [version for version in self.versions() if version not in keep]
        gone = old[: max(0, len(old) + len(keep) - most)]
        for version in gone:
            shutil.rmtree(self.release(version))
        return gone

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One upgrade at a time. Raises UpgradeError for the second, and for who may not write here."""
        try:
            lock = open(self.prefix / _LOCK, "w", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115
        except OSError as error:
            raise UpgradeError(f"{self.prefix} cannot be written: {error.strerror}. Run it as root.") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UpgradeError("Another upgrade or rollback is under way.") from error
            yield
