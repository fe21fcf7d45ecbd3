"""What a database wants now and then, and how large it has grown: the two databases side by side."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct
from sqlalchemy import func, select, text

from appliance.store import postgres
from appliance.store import schema as s
from appliance.store.engine import Database, Tx, transaction
from appliance.store.faults import driving

_COUNT_S = 60.0
_PATIENCE_S = 10.0
"""How long to wait for whoever holds the database."""


class TableSize(Struct, frozen=True, kw_only=True):
    """`size_bytes` is with its indexes; None where the database cannot tell."""

    name: str
    rows: int
    size_bytes: int | None


class Optimized(Struct, frozen=True, kw_only=True):
    """The size on the disk, write-ahead log included, before and after. `rewritten`: deleted rows take none."""

    before_bytes: int
    after_bytes: int
    rewritten: bool


async def sizes(database: Database) -> list[TableSize]:
    """Every table, the largest first."""
    async with asyncio.timeout(_COUNT_S), database.read() as tx:
        taken = await (_of_sqlite(tx) if database.is_sqlite else _of_postgres(tx))
        found = [
            TableSize(
                name=str(table.name),  # SQLAlchemy has a class of its own for it
                rows=(await tx.execute(select(func.count()).select_from(table))).scalar_one(),
                size_bytes=taken.get(table.name),
            )
            for table in s.metadata.sorted_tables
        ]
    return sorted(found, key=lambda one: (-(one.size_bytes or 0), -one.rows, one.name))


async def rows(tx: Tx) -> dict[str, int]:
    """How many rows each table has."""
    return {
        str(table.name): (await tx.execute(select(func.count()).select_from(table))).scalar_one()
        for table in s.metadata.sorted_tables
    }


async def _of_sqlite(tx: Tx) -> dict[str, int]:
    """Nothing where this SQLite was built without `dbstat`."""
    if (await tx.exec_driver_sql("SELECT 1 FROM pragma_module_list WHERE name = 'dbstat'")).first() is None:
        return {}
    told = await tx.execute(
        text(
            "SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name) WHERE aggregate = TRUE GROUP BY 1"
        )
    )
    return {row[0]: row[1] for row in told}


async def _of_postgres(tx: Tx) -> dict[str, int]:
    told = await tx.execute(
        text(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
            "current_schema()::regnamespace"
        )
    )
    return {row[0]: row[1] for row in told}


async def optimize(database: Database, *, rewrite: bool) -> Optimized:
    """Bring the planner's statistics up to date and give back what is free; `rewrite` keeps writers waiting.

    Raises what the database raises, DatabaseBusy while somebody else writes.
    """
    before = await size_bytes(database)
    if database.is_sqlite:
        await asyncio.to_thread(_optimize_file, Path(database.url.database or ""), rewrite=rewrite)
    else:
        await _optimize_server(database, rewrite=rewrite)
    return Optimized(before_bytes=before, after_bytes=await size_bytes(database), rewritten=rewrite)


async def size_bytes(database: Database) -> int:
    if database.is_sqlite:
        file = Path(database.url.database or "")
        return (await asyncio.to_thread(file.stat)).st_size + database.log_bytes()
    async with database.read() as tx:
        return int((await tx.execute(text("SELECT pg_database_size(current_database())"))).scalar_one())


def _optimize_file(file: Path, *, rewrite: bool) -> None:
    with driving(), _connected(file) as connection:
        # With 0x10000 every table is looked at, and with the limit no more than a part of each.
        connection.execute("PRAGMA analysis_limit=1000")
        connection.execute("PRAGMA optimize=0x10002")
        if rewrite:
            connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _connected(file: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_PATIENCE_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        yield connection


async def _optimize_server(database: Database, *, rewrite: bool) -> None:
    """VACUUM is no part of a transaction, and takes what it takes; a lock it does not wait for long."""
    engine = postgres.pool(database.url, size=1, wait_s=_PATIENCE_S, statement_s=None)
    try:
        alone = engine.execution_options(isolation_level="AUTOCOMMIT")
        for table in s.metadata.sorted_tables:
            async with transaction(alone) as tx:
                await tx.exec_driver_sql(f"VACUUM ({'FULL, ' if rewrite else ''}ANALYZE) {table.name}")
    finally:
        await engine.dispose()
