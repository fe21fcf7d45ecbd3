"""Fresh databases for tests: a migrated template of each kind once a process, a copy of it for each test."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from appliance.store.engine import Database
from appliance.store.migrate import upgrade
from support.throwaway_postgres import drop_database, new_database

BACKENDS = ("sqlite", "postgres")


async def migrated(url: str) -> str:
    """The URL again, once the database there has the schema."""
    database = Database(url)
    await upgrade(database)
    await database.close()
    return url


@asynccontextmanager
async def sqlite_database(folder: Path, *, template_url: str | None) -> AsyncIterator[str]:
    path = folder / "maitre.db"
    if template_url:
        shutil.copyfile(template_url.removeprefix("sqlite:///"), path)
    yield f"sqlite:///{path}"


@asynccontextmanager
async def postgres_database(server_url: str, *, template_url: str | None) -> AsyncIterator[str]:
    url = await new_database(server_url, template_url=template_url)
    try:
        yield url
    finally:
        await drop_database(server_url, url)


@asynccontextmanager
async def held_by_another(url: str) -> AsyncIterator[None]:
    """Somebody else keeps the restaurant's book locked."""
    if url.startswith("sqlite"):
        rival = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        rival.execute("BEGIN IMMEDIATE")
        yield
        rival.rollback()
        rival.close()
    else:
        connection = await asyncpg.connect(url)
        async with connection.transaction():
            await connection.execute("SELECT * FROM restaurants FOR UPDATE")
            yield
        await connection.close()
