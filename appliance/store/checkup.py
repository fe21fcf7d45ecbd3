"""How the database itself is: what it says of itself, whether its file is whole, what it holds."""

import sqlite3
import time
from pathlib import Path

from msgspec import Struct
from sqlalchemy import func, select, text

from appliance.store import schema as s
from appliance.store.engine import Database, Tx
from appliance.store.faults import driving

_OPCODES_A_LOOK = 100_000
"""How much SQLite does between two looks at the time: some milliseconds of work."""

_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_OF_SQLITE = ("journal_mode", "synchronous")
_OF_POSTGRES = ("synchronous_commit", "fsync", "full_page_writes")


class Condition(Struct, frozen=True, kw_only=True):
    """`settings` are those that keep promise 1, as they are in force. `now_ms` is the server's clock, 0 for a file."""

    version: str
    size_bytes: int
    settings: dict[str, str]
    now_ms: int = 0


async def condition(database: Database) -> Condition:
    async with database.read() as tx:
        return await (_of_sqlite(tx) if database.is_sqlite else _of_postgres(tx))


async def _of_sqlite(tx: Tx) -> Condition:
    settings = {name: str((await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one()) for name in _OF_SQLITE}
    pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar_one()
    page_bytes = (await tx.exec_driver_sql("PRAGMA page_size")).scalar_one()
    return Condition(version=sqlite3.sqlite_version, size_bytes=pages * page_bytes, settings=settings)


async def _of_postgres(tx: Tx) -> Condition:
    settings = {name: (await tx.execute(text(f"SHOW {name}"))).scalar_one() for name in _OF_POSTGRES}
    told = await tx.execute(
        text("""
        SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size_bytes,
               CAST(1000 * extract(epoch FROM clock_timestamp()) AS bigint) AS now_ms
        """)
    )
    row = told.one()
    return Condition(version=row.version, size_bytes=row.size_bytes, settings=settings, now_ms=row.now_ms)


def damage(file: Path, *, within_s: float) -> list[str] | None:
    """What SQLite finds broken in its file, read only; None where it has not got through in time.

    It blocks, and runs beside a server that writes. Raises what the database raises.
    """
    until = time.monotonic() + within_s
    with driving():
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=within_s)
        try:
            connection.set_progress_handler(lambda: time.monotonic() > until, _OPCODES_A_LOOK)
            told = [row[0] for row in connection.execute("PRAGMA quick_check(20)")]
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                return None
            if error.sqlite_errorcode & 0xFF in _BROKEN:
                return [str(error)]
            raise
        finally:
            connection.close()
    return [] if told == ["ok"] else told


async def last_calls(tx: Tx) -> dict[str, int]:
    """When an event first told of each restaurant's newest call, in Unix ms; those without a call are left out."""
    c = s.calls.c
    query = select(c.restaurant_id, func.max(c.first_seen_at)).group_by(c.restaurant_id)
    return {row[0]: row[1] for row in await tx.execute(query)}


async def guests_names(tx: Tx, *, limit: int) -> set[str]:
    """The names of guests, of the newest first."""
    names: set[str] = set()
    for table in (s.customers, s.reservations, s.waitlist, s.messages):
        query = select(table.c.name).where(table.c.name != "").order_by(table.c.created_at.desc()).limit(limit)
        names.update((await tx.execute(query)).scalars())
    return names
