"""Bring the schema to the program's version, one process at a time; refuse a schema from the future."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from appliance.errors import DatabaseDown, StartError
from appliance.store import postgres, sqlite
from appliance.store.engine import Database, Tx, transaction
from appliance.store.faults import reason

_LOCK = 0x6D616974  # any constant; Postgres advisory locks are named by a number
_PATIENCE_S = 120
"""How long to wait while another process migrates."""


async def upgrade(database: Database) -> str:
    """Run what migrations are missing and return the revision. Safe to call from several processes at once.

    SQLite: the write transaction is the lock. Postgres: an advisory lock held to the end of the transaction.
    Raises StartError when the schema is newer than this program — the data is left as it is — and when the database
    does not answer.
    """
    try:
        async with _alone(database) as tx:
            return await tx.run_sync(_upgrade)
    except DatabaseDown as error:
        raise StartError(f"The database does not answer: {reason(error)}") from error


async def current_revision(database: Database) -> str | None:
    async with database.read() as tx:
        return await tx.run_sync(lambda connection: MigrationContext.configure(connection).get_current_revision())


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[Tx]:
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


def _upgrade(connection: Connection) -> str:
    head = newest_revision()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and not is_known(current):
        raise StartError(
            f"The database has schema {current}, which is newer than this program knows (it knows {head}). "
            "Install the newer program again or restore a backup; nothing was changed."
        )
    if current != head:
        command.upgrade(_config(connection), "head")
    return head


def newest_revision() -> str:
    """The revision this program brings."""
    return _scripts().get_current_head() or ""


def is_known(revision: str) -> bool:
    """Whether it is one that this program can bring up to date."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    script_location = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", script_location.replace("%", "%%"))  # the parser's escape
    config.attributes["connection"] = connection
    return config
