"""A release's own program, asked to do its part: only it knows its settings, its schema and its data."""

import os
import pwd
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from appliance.errors import UpgradeError

T = TypeVar("T")

_USER = "maitre"
_SHORT_S = 60.0
_LOOK_EVERY_S = 1.0
LONG_S = 4 * 3600.0
"""As long as a backup may take."""


class Schema(Struct):
    """Of what `maitre db status` tells: the database's, and the one that the release brings."""

    current: str
    newest: str


class Program:
    """`options` go with every call: which settings are meant.

    Run by root, it runs as the service's own user, or what it writes could not be read by the service; `as_root`: what
    it writes is the machine's.
    """

    def __init__(
        self,
        path: Path,
        options: tuple[str, ...] = (),
        *,
        env: Mapping[str, str] = os.environ,
        as_root: bool = False,
    ) -> None:
        self._path = path
        self._options = options
        self._env = env
        self._as: dict[str, Any] = {} if as_root else _as_the_service()

    def told(self, *words: str, as_: type[T], within_s: float = _SHORT_S, even_if_failed: bool = False) -> T:
        """The JSON it prints; `even_if_failed`, if it prints any. Raises UpgradeError with what it said otherwise."""
        out = self._run(*words, "--json", *self._options, within_s=within_s, even_if_failed=even_if_failed)
        try:
            return msgspec.json.decode(out, type=as_)
        except msgspec.DecodeError as error:
            raise UpgradeError(f"`{self._path} {' '.join(words)}` does not answer as agreed: {error}.") from error

    def does(self, *words: str, within_s: float = _SHORT_S) -> None:
        """Raises UpgradeError with what it said when it failed."""
        self._run(*words, *self._options, within_s=within_s)

    def version(self) -> str:
        return self._run("--version", within_s=_SHORT_S).decode().split()[-1]

    def schema(self) -> Schema:
        return self.told("db", "status", as_=Schema)

    def wait_until_well(self, *, within_s: float) -> None:
        """Until the running server says that it is well. Raises UpgradeError."""
        until = time.monotonic() + within_s
        while True:
            try:
                self.told("health", as_=Any)
            except UpgradeError as error:
                if time.monotonic() > until:
                    raise UpgradeError(
                        f"{self._path.parent.name} was not well within {within_s:g} s: {error}"
                    ) from error
                time.sleep(_LOOK_EVERY_S)
            else:
                return

    def _run(self, *words: str, within_s: float, even_if_failed: bool = False) -> bytes:
        command = [str(self._path), *words]
        try:
            ended = subprocess.run(  # noqa: S603 — a release's own program
                command, capture_output=True, timeout=within_s, check=False, env=self._env, **self._as
            )
        except subprocess.TimeoutExpired as error:
            raise UpgradeError(f"`{' '.join(command)}` did not end within {within_s:g} s.") from error
        except OSError as error:
            raise UpgradeError(f"{self._path} cannot be run: {error.strerror}.") from error
        if ended.returncode and not (even_if_failed and ended.stdout.strip()):
            said = (ended.stderr or ended.stdout).decode(errors="replace").strip()
            raise UpgradeError(f"`{' '.join(command)}` failed: {said or ended.returncode}")
        out: bytes = ended.stdout
        return out


def _as_the_service() -> dict[str, Any]:
    """Whose data they are, where root asks and there is such a user."""
    if os.geteuid():
        return {}
    try:
        user = pwd.getpwnam(_USER)
    except KeyError:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": user.pw_dir}
