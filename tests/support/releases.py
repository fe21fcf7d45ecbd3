"""An installation with releases in it, each a whole copy of the program that may differ from this one, and its service.

What systemd does is done by a child process here; all else is the real thing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import appliance
from appliance.clock import SystemClock
from appliance.errors import UpgradeError
from appliance.ops.upgrade.going import Upgrade
from appliance.ops.upgrade.journal import Journal
from appliance.ops.upgrade.means import Means
from appliance.ops.upgrade.places import Places
from appliance.ops.upgrade.program import Program
from appliance.ops.upgrade.returning import Return

_HERE = Path(appliance.__file__).parent
_READY_S = 30.0

MIGRATION = '''"""What the release after this one adds"""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("tomorrow", sa.Column("id", sa.String(), primary_key=True))
'''


class Installation:
    """`old` is the release in use. `env` says which data are meant."""

    def __init__(self, folder: Path, *, env: Mapping[str, str], port: int) -> None:
        self.places = Places(folder / "opt")
        self.url = f"http://127.0.0.1:{port}"
        self.env = {**env, "MAITRE_PORT": str(port), "MAITRE_CONFIG": os.devnull}
        self.service = ChildService(self.places.installed, self.env, units=folder / "units")
        self.told: list[tuple[str, str]] = []
        self.interrupt_at = ""
        self._files = folder / "files"

    def install(self, version: str) -> None:
        self.unpack(self.release_file(version), self.places.release(version))
        self.places.switch(version)

    def release_file(self, version: str, *, migration: str = "", added: Mapping[str, str] = {}) -> Path:
        """The program in a file, as that version. `added` are files of it with what stands at their end beside."""
        root = self._files / f"root-{version}"
        shutil.copytree(_HERE, root / "lib" / "appliance")  # compiled as it is: its times are copied, too
        (root / "lib" / "appliance" / "__init__.py").write_text(f'__version__ = "{version}"\n')
        if migration:
            (root / "lib/appliance/store/migrations/versions/9999_tomorrow.py").write_text(migration)
        for name, text in added.items():
            with (root / "lib" / "appliance" / name).open("a") as module:
                module.write(f"\n{text}\n")
        script = root / "maitre"
        script.write_text(
            '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\n'
            f'PYTHONPATH=$here/lib PYTHONSAFEPATH=1 exec {sys.executable} -m appliance "$@"\n'
        )
        script.chmod(0o755)
        made = shutil.make_archive(str(self._files / f"maitre-{version}"), "tar", root)
        return Path(made)

    def unpack(self, file: Path, to: Path) -> None:
        to.mkdir(parents=True)
        subprocess.run(["tar", "-xf", str(file), "-C", str(to)], check=True)

    def means(self, *, window_s: float = 1.0) -> Means:
        return Means(
            places=self.places,
            service=self.service,
            clock=SystemClock(),
            program=lambda version: Program(self.places.program(version), env=self.env),
            installed=Program(self.places.installed, env=self.env),
            verify=lambda file: f"{file.name}, not looked at",
            unpack=self.unpack,
            tell=self._hear,
            window_s=window_s,
            well_within_s=10.0,
        )

    def upgrade(self, file: Path, version: str) -> Journal:
        return Upgrade(self.means()).run(file, version)

    def back(self, journal: Journal) -> Journal:
        return Return(self.means(), journal).go("asked for")

    def _hear(self, step: str, what: str) -> None:
        self.told.append((step, what))
        if step == self.interrupt_at:
            raise KeyboardInterrupt


class ChildService:
    """Begins the program anew no more than it is told to; `before_restarts` is called before `restarts` answers.

    `units` is the folder that it writes those of a release into.
    """

    def __init__(self, program: Path, env: Mapping[str, str], *, units: Path) -> None:
        self.units = units
        self.fails_with_units = False
        self._command = [str(program), "serve", "--json"]
        self._env = {**env}
        self._process: subprocess.Popen[str] | None = None
        self.before_restarts: Any = None

    def start(self) -> None:
        if self._process and self._process.poll() is None:
            return
        self._process = subprocess.Popen(self._command, env=self._env, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        if not self._process.stdout.readline():
            raise UpgradeError("The service did not start.")

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(_READY_S)
            assert self._process.stdout
            self._process.stdout.close()
            self._process = None

    def bring_units(self, _: Program) -> str:
        if self.fails_with_units:
            raise UpgradeError("No units today.")
        brought = Path(self._command[0]).resolve().parent / "lib" / "appliance" / "units"
        shutil.copytree(brought, self.units, dirs_exist_ok=True)
        return "written"

    def restarts(self) -> int:
        if self.before_restarts:
            self.before_restarts()
        return int(self._process is not None and self._process.poll() is not None)

    def kill(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait(_READY_S)


@contextmanager
def installation(folder: Path, *, env: Mapping[str, str], port: int) -> Iterator[Installation]:
    """With the release 1.0 in use and running; the service is ended with the block."""
    made = Installation(folder, env=env, port=port)
    made.install("1.0")
    made.service.start()
    try:
        yield made
    finally:
        made.service.stop()
