"""Fresh databases for tests: a migrated template of each kind once a process, a copy of it for each test."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import asyncpg
from sqlalchemy import event

from appliance.store.engine import Database
from appliance.store.migrate import upgrade
from appliance.store.schema import metadata
from support.throwaway_postgres import drop_database, new_database, rename_database

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
async def postgres_database(server_url: str) -> AsyncIterator[str]:
    """Without even the schema."""
    url = await new_database(server_url)
    try:
        yield url
    finally:
        await drop_database(server_url, url)


async def keep_rows(url: str) -> None:
    """What is in a template of Postgres is put aside in it, for its copies to have again."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"CREATE SCHEMA {_ASIDE}")
        for table in metadata.sorted_tables:
            if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table.name})"):
                await connection.execute(f"CREATE TABLE {_ASIDE}.{table.name} AS TABLE {table.name}")
    finally:
        await connection.close()


class Shelf:
    """Migrated databases of a Postgres server that are used again and again.

    To make one takes half as long as a test, and to make it as its template was a thirtieth. One whose schema or
    statistics a test has changed is thrown away; so is one that has been used often, as nobody vacuums it.
    """

    def __init__(self, server_url: str, template_url: str) -> None:
        self._server_url = server_url
        self._template_url = template_url
        self._free: list[str] = []
        self._keepers: dict[str, Keeper] = {}
        self._used = Counter[str]()
        self._looks: Sequence[Any] = ()
        self._as_new = ""

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        url = self._free.pop() if self._free else await self._made()
        try:
            yield url
        finally:
            if await self._made_as_new(url):
                self._free.append(url)
            else:
                await self._thrown_away(url)

    async def clear(self) -> None:
        for url in self._free:
            await self._thrown_away(url)

    async def _made(self) -> str:
        url = await new_database(self._server_url, template_url=self._template_url)
        self._keepers[url] = Keeper(url)
        if not self._looks:
            (self._looks,) = await self._keepers[url].rows(_LOOKS)
            self._as_new = "; ".join((_EMPTY, *[row[0] for row in await self._keepers[url].rows(_REFILL)]))
        return url

    async def _made_as_new(self, url: str) -> bool:
        """Whether it could be; whoever a test has left connected is thrown out."""
        keeper = self._keepers[url]
        self._used[url] += 1
        if self._used[url] == _OFTEN:
            return False
        await keeper.rows(_THROW_OUT)
        if await keeper.rows(_LOOKS) != [self._looks]:
            return False
        await keeper.execute(self._as_new)
        return True

    async def _thrown_away(self, url: str) -> None:
        await self._keepers.pop(url).close()
        await drop_database(self._server_url, url)


class Keeper:
    """A connection that outlives the event loops of tests: a new one would first read the whole catalogue.

    It has a loop of its own, in a thread that all of the process share. Whoever throws it out is forgiven.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None

    async def rows(self, query: str) -> list[Any]:
        return await self._elsewhere(lambda connection: connection.fetch(query))

    async def execute(self, statements: str) -> None:
        await self._elsewhere(lambda connection: connection.execute(statements))

    async def close(self) -> None:
        if self._connection:
            await self._elsewhere(lambda connection: connection.close())

    async def _elsewhere(self, do: Callable[[asyncpg.Connection], Coroutine[Any, Any, Any]]) -> Any:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._done(do), _loop()))

    async def _done(self, do: Callable[[asyncpg.Connection], Coroutine[Any, Any, Any]]) -> Any:
        if self._connection:
            with suppress(asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError, OSError):
                return await do(self._connection)
        self._connection = await asyncpg.connect(self._url)
        return await do(self._connection)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="keepers", daemon=True).start()
    return loop


_LOOKS = """
    SELECT
    (
        SELECT md5(string_agg(concat_ws(' ', relname, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum))
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace
    ),
    (SELECT string_agg(version_num, ' ') FROM alembic_version),
    (
        SELECT count(*) FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid
        WHERE relnamespace = 'public'::regnamespace
    ),
    (SELECT count(*) FROM pg_db_role_setting)
"""
"""What must be as it was: the schema, its version, what the planner knows, settings."""
_THROW_OUT = """
    SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = "; ".join(
    (
        "SET session_replication_role = replica",  # neither foreign keys nor triggers are looked at
        *(f"DELETE FROM {table.name}" for table in metadata.sorted_tables),
    )
)
_OFTEN = 200
_ASIDE = "aside"
_REFILL = f"""
    SELECT format('INSERT INTO %1$I OVERRIDING SYSTEM VALUE TABLE {_ASIDE}.%1$I', relname)
    FROM pg_class WHERE relnamespace = to_regnamespace('{_ASIDE}') AND relkind = 'r'
    UNION ALL
    SELECT format('SELECT setval(%L, %s, %L)', oid::regclass, coalesce(last, 1), last IS NOT NULL)
    FROM pg_class CROSS JOIN pg_sequence_last_value(oid) AS last WHERE relkind = 'S'
"""
"""Statements: the rows put aside, and the sequences as they stand."""


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


@asynccontextmanager
async def gone_once_written(database: Database) -> AsyncIterator[None]:
    """The database is there until something has been written and committed, and again at the end of the block."""
    engine = database._writer.sync_engine
    pool = engine.pool
    wrote = gone = False

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        nonlocal wrote
        wrote = wrote or text.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))

    def given_back(*_: Any) -> None:
        nonlocal gone
        if wrote and not gone:
            gone = True
            _rename(database, away=True)

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(pool, "checkin", given_back)
    try:
        yield
        assert gone, "nothing was written"
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(pool, "checkin", given_back)
        if gone:
            _rename(database, away=False)
            await database.close()  # connections that nobody has noticed are dead


def _rename(database: Database, *, away: bool) -> None:
    here, there = database.url.database or "", f"{database.url.database}_away"
    old, new = (here, there) if away else (there, here)
    if database.is_sqlite:
        Path(old).rename(new)
    else:
        server_url = database.url.set(database="postgres").render_as_string(hide_password=False)
        with ThreadPoolExecutor(1) as elsewhere:  # a listener cannot await
            elsewhere.submit(asyncio.run, rename_database(server_url, old, new)).result()


async def in_batches(database: Database, statement: str) -> list[tuple[object, ...]]:
    """What SQLite answers on the connection that writes batches."""
    batches = database._batches

    def ask() -> list[tuple[object, ...]]:
        return batches._connected().execute(statement).fetchall()

    return await asyncio.get_running_loop().run_in_executor(batches._thread, ask)
