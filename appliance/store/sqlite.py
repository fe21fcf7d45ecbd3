"""How SQLite is opened: every commit on the disk, transactions that begin where ours do, and always the same file."""

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from appliance.errors import DatabaseDown, StartError
from appliance.store.faults import driving, translate_errors
from appliance.store.schema import SQLITE_ARRIVALS

_PRAGMAS = ("synchronous=FULL", "wal_autocheckpoint=4000", "journal_size_limit=67108864")
_HAND_OVER_S = 20e-6
"""Measured: a tenth more events a second than without."""


class SqliteFile:
    """The file at a path. Connections to one that was moved away would go on writing to it, where nobody looks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
        except OSError as error:
            raise StartError(f"The database file {path} cannot be opened: {error.strerror}.") from error
        self._opened = self._identity()

    def changed(self) -> bool:
        """Whether another file took its place since the last look. Raises DatabaseDown while there is none."""
        before, self._opened = self._opened, self._identity()
        return self._opened != before

    def log_bytes(self) -> int:
        """The size of its write-ahead log."""
        try:
            return self.path.with_name(f"{self.path.name}-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def _identity(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError as error:
            raise DatabaseDown from error
        return found.st_dev, found.st_ino


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The data as one process's own. Raises StartError while they are another's.

    Two servers on one file would each believe that the running tasks of the other are lost.
    """
    with open(f"{path}.lock", "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as lock:
        owned_as(Path(lock.name), path.parent)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartError(f"Another server is using {path}. Stop it first, or choose another --data-dir.") from error
        yield


def owned_as(path: Path, model: Path) -> None:
    """What root makes among the data belongs to who the data belong to: or the server could not use it."""
    if os.geteuid() == 0:
        like = model.stat()
        os.chown(path, like.st_uid, like.st_gid)


def writer(file: SqliteFile, *, wait_s: float, foreign_keys: bool = True) -> AsyncEngine:
    """One connection that takes the write lock as each transaction begins."""
    keys = f"foreign_keys={int(foreign_keys)}"
    return _engine(file, size=1, wait_s=wait_s, begin="BEGIN IMMEDIATE", pragmas=(*_PRAGMAS, keys))


def reader(file: SqliteFile, *, wait_s: float) -> AsyncEngine:
    """A few connections that cannot write."""
    return _engine(file, size=4, wait_s=wait_s, begin="BEGIN", pragmas=(*_PRAGMAS, "foreign_keys=1", "query_only=1"))


class BatchWriter:
    """One more writer, for many rows in one statement that is a transaction of its own; elsewhere each is a trip.

    SQLite works on it to the end, the disk included, while Python goes on: from row to row its thread would have to
    wait for the interpreter again, which the event loop gives up only when it has nothing to do.
    """

    def __init__(self, file: SqliteFile, *, wait_s: float) -> None:
        self._file = file
        self._wait_s = wait_s
        self._thread = ThreadPoolExecutor(1, "sqlite-batches")
        self._connection: sqlite3.Connection | None = None

    async def insert(self, into: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
        """How many rows that has added in all, once they are on the disk; an error undoes the whole."""
        with driving():
            written = asyncio.get_running_loop().run_in_executor(self._thread, self._insert, into, columns, rows)
            time.sleep(_HAND_OVER_S)  # noqa: ASYNC251 — so short that nothing waits for it, and the thread can begin
            return await written

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)

    def _insert(self, into: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
        connection = self._connected()
        before = connection.total_changes
        connection.execute(_insertion(into, tuple(columns), len(rows)), list(chain.from_iterable(rows)))
        return connection.total_changes - before

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = sqlite3.connect(**_how(self._file, self._wait_s))
        for pragma in (*_PRAGMAS, "foreign_keys=1"):
            connection.execute(f"PRAGMA {pragma}")
        for statement in SQLITE_ARRIVALS:
            connection.execute(statement)
        return connection

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


@lru_cache(maxsize=1024)
def _insertion(into: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {into} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 — names of ours


def _how(file: SqliteFile, wait_s: float) -> dict[str, Any]:
    return {
        # A file that is gone is an error, and not an empty database.
        "database": f"{file.path.absolute().as_uri()}?mode=rw",
        "uri": True,
        "timeout": wait_s,
        # The driver's own transactions begin at the first write, so that a read-modify-write loses updates without
        # an error; ours begin where they say.
        "isolation_level": None,
        "factory": _Connection,
    }


def _engine(file: SqliteFile, *, size: int, wait_s: float, begin: str, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(file.path)),
        async_creator=lambda: _connect(file, wait_s, pragmas),
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait_s,
        hide_parameters=True,
    )
    translate_errors(engine)

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class _Connection(sqlite3.Connection):
    """Ends its transaction when it closes. SQLite would put that off for as long as somebody holds a cursor.

    A task that is cancelled in the middle of a SELECT leaves such a cursor to the garbage collector, and the write
    lock with it.
    """

    def close(self) -> None:
        try:
            self.rollback()
        finally:
            super().close()


async def _connect(file: SqliteFile, wait_s: float, pragmas: tuple[str, ...]) -> aiosqlite.Connection:
    opening = aiosqlite.connect(**_how(file, wait_s))
    opening._thread.daemon = True  # noqa: SLF001 — as SQLAlchemy does: a stuck disk must not keep the process alive
    connection = await opening
    try:
        await _use_wal(connection, wait_s)
        for pragma in pragmas:
            await connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        await connection.close()
        raise
    return connection


async def _use_wal(connection: aiosqlite.Connection, wait_s: float) -> None:
    """Switch to the write-ahead log, for which SQLite does not wait when another process does so this instant."""
    give_up_at = time.monotonic() + wait_s
    while True:
        try:
            await connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up_at:
                raise
            await asyncio.sleep(0.02)
        else:
            return
