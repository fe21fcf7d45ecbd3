"""SQLite's whole database copied and put back. Everything here blocks, but for `rehearse`: it belongs in a thread."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from appliance.errors import BackupError, StartError
from appliance.store import migrate, sqlite
from appliance.store.disk import sync
from appliance.store.engine import Database
from appliance.store.faults import driving

_WAIT_S = 30.0
"""For another process' lock: what a server does at a time is short."""
_LOOK_EVERY = 100_000
"""Steps of SQLite's machine, some milliseconds, between two looks at the clock."""
_BESIDE = ("-wal", "-shm")


class Found(Struct, frozen=True, kw_only=True):
    schema: str
    rows: Mapping[str, int]


def file_in(folder: Path) -> Path:
    """Where a copy lies in a folder."""
    return folder / "maitre.db"


def size_bytes(path: Path) -> int:
    """The file and its log; 0 where there is none, or nothing in it."""
    there = [one for one in (path, *_beside(path)) if one.exists()]
    return sum(one.stat().st_size for one in there)


def copy_out(path: Path, to: Path, *, within_s: float) -> Found:
    """The database as it is at one moment, written anew: without what was deleted, and without gaps.

    Writers go on meanwhile; only the log cannot be cut back. Raises BackupError where the copy is not sound.
    """
    end = time.monotonic() + within_s
    with driving(), _opened(path) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > end, _LOOK_EVERY)
        connection.execute("VACUUM INTO ?", (str(to),))
    return inspect(to)


def inspect(path: Path) -> Found:
    """What a file that nobody else uses holds. Raises BackupError where it is damaged."""
    try:
        with _opened(path) as connection:
            _refuse_damage(connection)
            (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return Found(schema=schema, rows=_rows(connection))
    except sqlite3.Error as error:
        raise BackupError(f"The copy of the database is damaged: {error}.") from error


def rows(path: Path) -> Mapping[str, int]:
    with driving(), _opened(path) as connection:
        return _rows(connection)


async def rehearse(path: Path, schema: str, expected: Mapping[str, int]) -> None:
    """Look at a copy and bring it to this program's schema. Raises BackupError."""
    found = await asyncio.to_thread(inspect, path)
    if (found.schema, found.rows) != (schema, expected):
        raise BackupError("The copy of the database does not hold what the backup says it does.")
    copy = Database(f"sqlite:///{path}", wait_s=_WAIT_S)
    try:
        await migrate.upgrade(copy)
    except StartError as error:
        raise BackupError(f"The backup cannot be put back by this program: {error}") from error
    finally:
        await copy.close()


def replace(path: Path, by: Path) -> Mapping[str, int]:
    """Have the other file in its place; the rows there are then. Both are closed, and on the same disk.

    Whoever is interrupted leaves the old database or the new one, and neither with the log of the other.
    """
    with _opened(by) as connection:
        counted = _rows(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    by.chmod(0o600)
    sqlite.owned_as(by, path if path.exists() else path.parent)
    sync(by)
    if path.exists():
        _finish_log(path)
    for one in _beside(path):
        one.unlink(missing_ok=True)
    sync(path.parent)
    by.replace(path)
    sync(path.parent)
    return counted


def _finish_log(path: Path) -> None:
    """Take what is in the log into the file, so that the file is whole without it. One that is broken stays so."""
    with suppress(sqlite3.Error), _opened(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _refuse_damage(connection: sqlite3.Connection) -> None:
    told = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
    if told != ["ok"]:
        raise BackupError(f"The database is damaged: {told[0]}.")
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise BackupError(f"Rows of {broken[0]} refer to what is not in {broken[2]}.")


def _rows(connection: sqlite3.Connection) -> Mapping[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND name <> 'alembic_version' ORDER BY name"
    ).fetchall()
    count = 'SELECT count(*) FROM "{}"'
    return {name: connection.execute(count.format(name)).fetchone()[0] for (name,) in names}


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    where = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(where, uri=True, timeout=_WAIT_S, isolation_level=None)) as connection:
        yield connection


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in _BESIDE]
