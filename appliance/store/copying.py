"""A whole database copied out, looked at and put back: each of the two in its own way, side by side.

SQLite's copy is the file itself, Postgres' a file a table. Either is one moment's, whoever writes meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from msgspec import Struct

from appliance.errors import BackupError, StartError
from appliance.store import copying_postgres, copying_sqlite, sqlite
from appliance.store.engine import Database

_LONGEST_S = 4 * 3600.0
"""So long may a copy take, and so long putting one back: there is an end to waiting for a disk that hangs."""


class Copied(Struct, frozen=True, kw_only=True):
    """What a copy holds. `columns` in the order in which the file of each table has them; none with SQLite."""

    schema: str
    rows: Mapping[str, int]
    columns: Mapping[str, list[str]] = {}


async def size_bytes(database: Database) -> int:
    """What its data take on the disk, more or less."""
    if database.is_sqlite:
        return copying_sqlite.size_bytes(_path(database))
    return await copying_postgres.size_bytes(database)


async def is_there(database: Database) -> bool:
    """Whether there is anything to copy."""
    if database.is_sqlite:
        return copying_sqlite.size_bytes(_path(database)) > 0
    return await copying_postgres.is_there(database)


async def copy_out(database: Database, folder: Path) -> Copied:
    """Into an empty folder. Raises BackupError, and what a database raises."""
    async with _in_time("copying the database"):
        if database.is_sqlite:
            found = await asyncio.to_thread(
                copying_sqlite.copy_out, _path(database), copying_sqlite.file_in(folder), within_s=_LONGEST_S
            )
            return Copied(schema=found.schema, rows=found.rows)
        schema, tables = await copying_postgres.copy_out(database, folder)
        rows = {table.name: table.rows for table in tables}
        return Copied(schema=schema, rows=rows, columns={table.name: table.columns for table in tables})


async def rehearse(database: Database | None, folder: Path, copied: Copied) -> None:
    """Put the copy back where nobody is disturbed, and look at it: rows, references, schema, up to this program's own.

    SQLite: the copy itself is migrated by it. Postgres: in a schema that is there for this transaction only, so that it
    takes an account that may make one. Raises BackupError for whatever is not as it should be.
    """
    async with _in_time("looking at the backup"):
        if database is None or database.is_sqlite:
            await copying_sqlite.rehearse(copying_sqlite.file_in(folder), copied.schema, copied.rows)
        else:
            await copying_postgres.rehearse(database, folder, copied.schema, copied.rows, copied.columns)


async def put_back(database: Database, folder: Path, copied: Copied) -> Mapping[str, int]:
    """Have the copy in the database's place, whole or not at all, at this program's schema; the rows it has then.

    To be done within `stopped`. Raises BackupError, and what a database raises.
    """
    async with _in_time("putting the backup back"):
        if database.is_sqlite:
            file = copying_sqlite.file_in(folder)
            await copying_sqlite.rehearse(file, copied.schema, copied.rows)
            return await asyncio.to_thread(copying_sqlite.replace, _path(database), file)
        return await copying_postgres.put_back(database, folder, copied.schema, copied.rows, copied.columns)


async def rows(database: Database) -> Mapping[str, int]:
    """How many each table has."""
    if database.is_sqlite:
        return await asyncio.to_thread(copying_sqlite.rows, _path(database))
    return await copying_postgres.rows(database)


@asynccontextmanager
async def stopped(database: Database) -> AsyncIterator[None]:
    """While no server runs on it. Raises BackupError where one does.

    SQLite: no server can start meanwhile. Postgres: one that starts waits for the transaction that puts back.
    """
    if not database.is_sqlite:
        await copying_postgres.refuse_a_running_server(database)
        yield
        return
    with ExitStack() as stack:
        try:
            stack.enter_context(sqlite.held(_path(database)))
        except StartError as error:
            raise BackupError("The server is running: stop it first. Nothing was changed.") from error
        yield


@asynccontextmanager
async def _in_time(what: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_LONGEST_S):
            yield
    except TimeoutError as error:
        raise BackupError(f"After {_LONGEST_S / 3600:g} hours {what} was given up; is the disk well?") from error


def _path(database: Database) -> Path:
    return Path(database.url.database or "")
