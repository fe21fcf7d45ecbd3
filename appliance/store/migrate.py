"""Bring the schema to the program's version, one process at a time; refuse a schema from the future."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from appliance.errors import DatabaseDown, StartError
from appliance.store import postgres, sqlite
from appliance.store.engine import Database, Tx, transaction
from appliance.store.faults import reason

_LOCK = 0x6D616974  # any constant; Postgres advisory locks are named by a number
_FOLDER = Path(__file__).parent / "migrations"
_PATIENCE_S = 120
"""How long to wait while another process migrates."""


async def upgrade(database: Database) -> str:
    """Run what migrations are missing and return the revision. Safe to call from several processes at once.

    SQLite: the write transaction is the lock. Postgres: an advisory lock held to the end of the transaction.
    Raises StartError when the schema is newer than this program — the data is left as it is — and when the database
    does not answer.
    """
    try:
        async with alone(database) as tx:
            return await tx.run_sync(_upgrade)
    except DatabaseDown as error:
        raise StartError(f"The database does not answer: {reason(error)}") from error


async def current_revision(database: Database) -> str | None:
    async with database.read() as tx:
        return await tx.run_sync(revision_of)


def revision_of(connection: Connection) -> str | None:
    """That of the schema that the connection works in, from where Alembic keeps it.

    Without Alembic, which would be a good part of the time of every start, and most starts migrate nothing.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[Tx]:
    """The transaction of a migration: the only one at a time, and allowed to take long.

    SQLite changes a table by copying and dropping it, and dropping deletes what refers to it. Hence no foreign keys,
    which a transaction cannot switch off for itself; they are checked at the end.
    """
    if database.is_sqlite:
        file = sqlite.SqliteFile(Path(database.url.database or ""))
        engine = sqlite.writer(file, wait_s=_PATIENCE_S, foreign_keys=False)
    else:
        engine = postgres.pool(database.url, size=1, wait_s=_PATIENCE_S, statement_s=None)
    try:
        async with transaction(engine) as tx:
            if not database.is_sqlite:
                await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield tx
            if database.is_sqlite and (await tx.exec_driver_sql("PRAGMA foreign_key_check")).first():
                raise StartError("A migration would leave rows that refer to nothing; nothing was changed.")
    finally:
        await engine.dispose()


def knows(revision: str) -> bool:
    """Whether it is one of this program's, old or new."""
    return revision in _revisions()


def bring_to(connection: Connection, revision: str) -> None:
    """Run the migrations up to that one in the schema that the connection works in, within its transaction."""
    from alembic import command  # noqa: PLC0415 — see `revision_of`
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))  # the parser's escape
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _upgrade(connection: Connection) -> str:
    head = newest_revision()
    current = revision_of(connection)
    if current is not None and not knows(current):
        raise StartError(
            f"The database has schema {current}, which is newer than this program knows (it knows {head}). "
            "Install the newer program again or restore a backup; nothing was changed."
        )
    if current != head:
        bring_to(connection, head)
    return head


def newest_revision() -> str:
    """The revision this program brings."""
    return _revisions()[-1]


@cache
def _revisions() -> tuple[str, ...]:
    """Those this program brings, the oldest first; the file of each is named after it."""
    found = sorted(file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*_*.py"))
    if not found:  # else any database would be taken for one of a newer program
        raise StartError(f"The program lacks its migrations, which belong into {_FOLDER}: install it again.")
    return tuple(found)
