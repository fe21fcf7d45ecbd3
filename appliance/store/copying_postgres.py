"""Postgres' whole database copied and put back, by COPY: no program of Postgres' own is needed on this machine."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it ships no types
from msgspec import Struct
from sqlalchemy import text

from appliance.errors import BackupError, DatabaseDown
from appliance.store import migrate, postgres
from appliance.store.engine import Database, Tx
from appliance.store.faults import connecting, meaning, reason
from appliance.store.schema import metadata

_WAIT_S = 30.0
_SETTLE_S = 5.0
"""A connection that was closed is seen for a moment longer."""
_SCRATCH = "maitre_scratch"
_OURS = [table.name for table in metadata.sorted_tables]
"""Who is referred to before who refers."""
_TABLES = """
SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
    (SELECT string_agg(format('%I', k.attname) || CASE WHEN k.attcollation <> 0 THEN ' COLLATE "C"' ELSE '' END,
                       ', ' ORDER BY array_position(i.indkey::int2[], k.attnum))
     FROM pg_index i JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey)
     WHERE i.indrelid = c.oid AND i.indisprimary) AS key
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relkind = 'r'
GROUP BY c.oid, c.relname
"""
_SIZE = """
SELECT COALESCE(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
WHERE relnamespace = to_regnamespace(current_schema()) AND relkind = 'r'
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'maitre' AND pid <> pg_backend_pid()
"""
_COUNTERS = """
SELECT format('SELECT setval(%L, COALESCE((SELECT max(%I) FROM %I), 0) + 1, false)', s.oid::regclass, a.attname,
              t.relname)
FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S' AND s.relnamespace = to_regnamespace(current_schema())
"""
_EVERYTHING = """
SELECT format('DROP TABLE %I CASCADE', relname) FROM pg_class
WHERE relnamespace = to_regnamespace(current_schema()) AND relkind = 'r'
UNION ALL
SELECT format('DROP FUNCTION %s CASCADE', oid::regprocedure) FROM pg_proc
WHERE pronamespace = to_regnamespace(current_schema())
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""
"""All that is in the schema, but for what came with an extension."""


class CopiedTable(Struct, frozen=True, kw_only=True):
    name: str
    columns: list[str]
    rows: int


class _Table(Struct, frozen=True, kw_only=True):
    name: str
    columns: list[str]
    key: str


def file_of(folder: Path, table: str) -> Path:
    """Where a table's rows lie in a folder, as COPY writes them."""
    return folder / f"{table}.copy"


async def size_bytes(database: Database) -> int:
    async with database.read() as tx:
        return int((await tx.execute(text(_SIZE))).scalar_one())


async def is_there(database: Database) -> bool:
    return await migrate.current_revision(database) is not None


async def rows(database: Database) -> Mapping[str, int]:
    async with _snapshot(database) as tx:
        return await _rows(tx, await _tables(tx))


async def copy_out(database: Database, folder: Path) -> tuple[str, list[CopiedTable]]:
    """The schema's revision, and each table: all of one snapshot."""
    async with _snapshot(database) as tx:
        schema = (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        # Compressing comes after the snapshot: while it lives nothing that is deleted is cleared away.
        tables = await _tables(tx, every=not migrate.knows(schema))
        return schema, [await _copy_table(tx, table, folder) for table in tables]


async def _copy_table(tx: Tx, table: _Table, folder: Path) -> CopiedTable:
    count = await _copy_to(tx, table, file_of(folder, table.name))
    return CopiedTable(name=table.name, columns=table.columns, rows=count)


async def rehearse(
    database: Database, folder: Path, schema: str, expected: Mapping[str, int], columns: Mapping[str, list[str]]
) -> None:
    """Have it all in a schema of this transaction, which is undone. Raises BackupError."""
    async with _long(database) as tx:
        with _told():
            await _stage(tx, folder, schema, expected, columns)
        await tx.rollback()


async def put_back(
    database: Database, folder: Path, schema: str, expected: Mapping[str, int], columns: Mapping[str, list[str]]
) -> Mapping[str, int]:
    """One transaction, and the only one of its kind: a server that starts meanwhile waits for its end.

    The tables stay and their rows are exchanged, so that rights and owners are as before. Only where they are those of
    a program that is newer than this one they are made anew.
    """
    await database.close()  # or it would be the server that is connected
    async with migrate.alone(database) as tx:
        with _told():
            await _refuse_others(tx)
            live = (await tx.execute(text("SELECT current_schema()"))).scalar_one()
            await _prepare(tx)
            await _stage(tx, folder, schema, expected, columns)
            staged = await _rows(tx, await _tables(tx))
            await tx.execute(text(f'SET LOCAL search_path TO "{live}"'))
            await _move(tx)
            counted = await _rows(tx, await _tables(tx))
            if counted != staged:
                raise BackupError("Not every row arrived; nothing was changed.")
            return counted


async def refuse_a_running_server(database: Database) -> None:
    """Raises BackupError where one is connected, or anything else of Maitre's."""
    await database.close()
    async with database.read() as tx:
        await _refuse_others(tx)


async def _refuse_others(tx: Tx) -> None:
    try:
        async with asyncio.timeout(_SETTLE_S):
            while (await tx.execute(text(_OTHERS))).scalar_one():  # noqa: ASYNC110 — another process' doing
                await asyncio.sleep(0.1)  # until it is no longer seen
    except TimeoutError:
        raise BackupError("A server is connected to the database: stop it first. Nothing was changed.") from None


async def _prepare(tx: Tx) -> None:
    """Have this program's tables there."""
    there = await tx.run_sync(migrate.revision_of)
    if there is not None and not migrate.knows(there):
        for statement in (await tx.execute(text(_EVERYTHING))).scalars().all():
            await tx.execute(text(statement))
    await tx.run_sync(migrate.bring_to, "head")


async def _stage(
    tx: Tx, folder: Path, schema: str, expected: Mapping[str, int], columns: Mapping[str, list[str]]
) -> None:
    """Have the copy in a schema of its own, which is then the one that names are looked up in."""
    await tx.execute(text(f"CREATE SCHEMA {_SCRATCH}"))
    await tx.execute(text(f"SET LOCAL search_path TO {_SCRATCH}"))
    await tx.run_sync(migrate.bring_to, schema)
    driver = await _driver(tx)
    for name in sorted(expected, key=_OURS.index):
        await _load(driver, name, columns[name], file_of(folder, name))
    tables = {table.name: table for table in await _tables(tx)}
    if await _rows(tx, list(tables.values())) != expected:
        raise BackupError("The backup does not hold what it says it does.")
    for name in expected:
        await _compare(tx, tables[name], columns[name], file_of(folder, name))
    await tx.run_sync(migrate.bring_to, "head")


async def _load(driver: Any, name: str, columns: Sequence[str], file: Path) -> None:
    # A migration may have put rows in, as it did once where the copy comes from.
    await driver.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER; TRUNCATE "{name}" CASCADE')
    await driver.copy_to_table(name, source=file, columns=columns, schema_name=_SCRATCH)
    await driver.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')


async def _compare(tx: Tx, table: _Table, columns: list[str], file: Path) -> None:
    """What was put back, copied out again, is the same to the byte."""
    again = sha256()

    async def take(data: bytes) -> None:
        again.update(data)

    await _copy_to(tx, _Table(name=table.name, columns=columns, key=table.key), take)
    with file.open("rb") as copied:
        same = await asyncio.to_thread(_digest, copied) == again.digest()
    if not same:
        raise BackupError(f"Rows of {table.name} are not what they were once they are put back.")


def _digest(copied: Any) -> bytes:
    found = sha256()
    while block := copied.read(1 << 20):
        found.update(block)
    return found.digest()


async def _move(tx: Tx) -> None:
    """Exchange the rows of the live tables for those that are staged. Nobody else's are taken away from the audit."""
    names = [table.name for table in await _tables(tx)]
    for name in names:
        await tx.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))
    await tx.execute(text(f"TRUNCATE {', '.join(_quoted(names))}"))
    for table in sorted(await _tables(tx), key=lambda one: _OURS.index(one.name)):
        columns = ", ".join(_quoted(table.columns))
        await tx.execute(
            text(
                f'INSERT INTO "{table.name}" ({columns}) OVERRIDING SYSTEM VALUE '  # noqa: S608 — names of the catalogue's
                f'SELECT {columns} FROM {_SCRATCH}."{table.name}"'
            )
        )
    for name in names:
        await tx.execute(text(f'ALTER TABLE "{name}" ENABLE TRIGGER USER'))
    await tx.execute(text(f"DROP SCHEMA {_SCRATCH} CASCADE"))
    for statement in (await tx.execute(text(_COUNTERS))).scalars().all():
        await tx.execute(text(statement))


async def _tables(tx: Tx, *, every: bool = False) -> list[_Table]:
    """Those of Maitre's that are there, in the schema that names are looked up in; `every`, of a newer Maitre's."""
    found = (await tx.execute(text(_TABLES))).all()
    ours = [one for one in found if one.name in _OURS or (every and one.name != "alembic_version")]
    return [
        _Table(name=one.name, columns=list(one.columns), key=one.key) for one in sorted(ours, key=lambda one: one.name)
    ]


async def _rows(tx: Tx, tables: Sequence[_Table]) -> Mapping[str, int]:
    count = 'SELECT count(*) FROM "{}"'
    return {one.name: (await tx.execute(text(count.format(one.name)))).scalar_one() for one in tables}


async def _copy_to(tx: Tx, table: _Table, to: Any) -> int:
    """The table's rows in the order of its key, so that the same rows are the same bytes; how many."""
    columns = ", ".join(_quoted(table.columns))
    query = f'SELECT {columns} FROM "{table.name}" ORDER BY {table.key}'  # noqa: S608 — names of the catalogue's
    driver = await _driver(tx)
    with _told():
        done = await driver.copy_from_query(query, output=to)
    return int(done.removeprefix("COPY "))


def _quoted(names: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in names]


async def _driver(tx: Tx) -> Any:
    return (await tx.get_raw_connection()).driver_connection


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[Tx]:
    """A transaction that sees one moment and writes nothing."""
    async with _long(database, isolation_level="REPEATABLE READ", postgresql_readonly=True) as tx:
        yield tx


@asynccontextmanager
async def _long(database: Database, **how: Any) -> AsyncIterator[Tx]:
    """A transaction whose statements may take long, on a connection of its own."""
    engine = postgres.pool(database.url, size=1, wait_s=_WAIT_S, statement_s=None).execution_options(**how)
    try:
        with connecting():
            connection = await engine.connect()
        try:
            await connection.begin()
            yield connection
        finally:
            await connection.close()
    finally:
        await engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    """Translate what the driver raises where it is used without SQLAlchemy; what data mean is told as a backup's."""
    try:
        yield
    except asyncpg.PostgresError as error:
        if re.match("22|23", error.sqlstate or ""):
            raise BackupError(f"The backup cannot be put back: {error}.") from error
        raise meaning(error) or error from error
    except DatabaseDown as error:
        if getattr(error.__cause__, "sqlstate", "") == "42501" or "permission denied" in reason(error):
            raise BackupError(
                f"The account of database_url may not do that: {reason(error)}. Name the owner of the tables."
            ) from error
        raise
