"""The database for a verb's short visit, with the server running or not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from appliance.config import Settings
from appliance.errors import StartError
from appliance.services.audit import COMMAND_LINE, act_as
from appliance.store import migrate
from appliance.store.engine import Database


class SchemaStatus(Struct, frozen=True, kw_only=True):
    """Which schema the database has and which this program brings; `current` is empty for a new database."""

    database: str
    current: str
    newest: str
    up_to_date: bool


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Raises StartError unless the database is there and has this program's schema."""
    async with visited(settings) as database:
        current, newest = await migrate.current_revision(database), migrate.newest_revision()
        if current != newest:
            raise StartError(
                f"The database has schema {current or 'none'}, and this program works with {newest}. "
                "Run `maitre db migrate`, or the program that the database belongs to."
            )
        act_as(COMMAND_LINE)
        yield database


async def schema_status(settings: Settings) -> SchemaStatus:
    async with visited(settings) as database:
        current = await migrate.current_revision(database) or ""
        newest = migrate.newest_revision()
        shown = database.url.render_as_string(hide_password=True)
        return SchemaStatus(database=shown, current=current, newest=newest, up_to_date=current == newest)


async def migrated(settings: Settings) -> str:
    """Bring the schema up to date, and say which it is."""
    async with visited(settings) as database:
        return await migrate.upgrade(database)


@asynccontextmanager
async def visited(settings: Settings) -> AsyncIterator[Database]:
    """Raises StartError for a SQLite file that does not exist: a visit must not make an empty database."""
    url = settings.resolved_database_url
    file = url.removeprefix("sqlite:///")
    if file != url and not Path(file).exists():  # noqa: ASYNC240 — once, before any work
        raise StartError(f"There is no database {file}. Run `maitre setup`, or name another --data-dir.")
    database = Database(url, wait_s=settings.db_wait_ms / 1000)
    try:
        yield database
    finally:
        await database.close()
