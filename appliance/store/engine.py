"""The connection to the data: one pair of doors, `read` and `write`, to either of the two databases."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path

from msgspec import Struct
from sqlalchemy import exc, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from appliance.errors import DatabaseBusy, DatabaseDown
from appliance.store import postgres, sqlite
from appliance.store.faults import connecting, is_full_pool, lacks_table
from appliance.store.gate import Lane, WriteGate

__all__ = ["Database", "Lane", "PoolUse", "Tx", "answers", "reachable", "transaction"]

_PATIENCE_S = 5

Tx = AsyncConnection
"""An open transaction; it commits when its block ends well and is undone when not."""


class PoolUse(Struct, frozen=True, kw_only=True):
    """Connections for readers on SQLite, for everybody on Postgres."""

    taken: int
    most: int


class Database:
    """SQLite or Postgres behind the same two doors, `read` and `write`.

    SQLite: one writer behind a gate, BEGIN IMMEDIATE, a commit is on the disk (synchronous=FULL), readers of their
    own. Postgres: one pool. Either way errors come out translated (`appliance.store.faults`).
    """

    def __init__(self, url: str | URL, *, pool_size: int = 10, wait_s: float = 2.0) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._wait_s = wait_s
        self.opened = 1
        """How often another file has taken the place of SQLite's: what was read before is of another database."""
        self.turns: Counter[str] = Counter(read=0, write=0)
        """How often each door was come out of again, well or not: one that stands still is held by what hangs."""
        self._gate = WriteGate() if self.is_sqlite else None
        self._file = sqlite.SqliteFile(Path(self.url.database or "")) if self.is_sqlite else None
        self._following = asyncio.Lock()
        if self._file:
            self._writer = sqlite.writer(self._file, wait_s=wait_s)
            self._reader = sqlite.reader(self._file, wait_s=wait_s)
            self._batches = sqlite.BatchWriter(self._file, wait_s=wait_s)
        else:
            self._writer = postgres.pool(self.url, size=pool_size, wait_s=wait_s, statement_s=2 * wait_s)
            self._reader = self._writer.execution_options(postgresql_readonly=True)

    @property
    def _pool(self) -> QueuePool:
        pool = self._reader.pool
        assert isinstance(pool, QueuePool)
        return pool

    @asynccontextmanager
    async def write(self, lane: Lane = Lane.LIVE) -> AsyncIterator[Tx]:
        """A transaction that may write. What fails in it undoes all of it."""
        turn = self._gate.turn(lane, wait_s=self._wait_s) if self._gate else nullcontext()
        async with turn:
            with self._turning("write"):
                await self._follow_the_file()
                async with transaction(self._writer) as tx:
                    yield tx

    async def insert_many(
        self, into: str, columns: Sequence[str], rows: Sequence[Sequence[object]], lane: Lane = Lane.LIVE
    ) -> int:
        """A transaction on SQLite that adds rows and does nothing else, the fast way; how many it has added in all."""
        assert self._gate
        async with self._gate.turn(lane, wait_s=self._wait_s):
            with self._turning("write"):
                await self._follow_the_file()
                return await self._batches.insert(into, columns, rows)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A transaction that only reads; the database refuses it a write."""
        with self._turning("read"):
            await self._follow_the_file()
            async with transaction(self._reader) as tx:
                yield tx

    @property
    def kind(self) -> str:
        return "sqlite" if self.is_sqlite else "postgresql"

    def version(self) -> str:
        """The database's, as it told with the first connection; empty before that."""
        told = self._writer.dialect.server_version_info or self._reader.dialect.server_version_info
        return ".".join(map(str, told)) if told else ""

    def pool_use(self) -> PoolUse:
        return PoolUse(taken=self._pool.checkedout(), most=self._pool.size())

    def log_bytes(self) -> int:
        """The size of SQLite's write-ahead log; 0 without one."""
        return self._file.log_bytes() if self._file else 0

    async def close(self) -> None:
        """Close the connections. The next use opens new ones."""
        await self._writer.dispose()
        if self.is_sqlite:
            await self._reader.dispose()
            await self._batches.close()

    @contextmanager
    def _turning(self, door: str) -> Iterator[None]:
        """Count who comes out.

        SQLite is worked in threads of ours. That somebody gave up waiting for one, or for a connection, does not show
        that it turns. What keeps Postgres from answering is elsewhere: there, to have given up is to have come out.
        """
        try:
            yield
        except BaseException as error:
            if not self.is_sqlite or not (isinstance(error, asyncio.CancelledError) or is_full_pool(error)):
                self.turns[door] += 1
            raise
        self.turns[door] += 1

    async def _follow_the_file(self) -> None:
        if self._file:
            # Who comes while another is letting go of the old file would still be given a connection to it.
            async with self._following:
                if self._file.changed():
                    self.opened += 1
                    await self.close()


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[Tx]:
    """A transaction on a connection of the engine, with errors translated."""
    async with AsyncExitStack() as stack:
        with connecting():
            tx = await stack.enter_async_context(engine.connect())
        await stack.enter_async_context(tx.begin())
        yield tx


async def answers(database: Database) -> None:
    """Prove that the database can be read. Raises what `read` raises."""
    try:
        async with asyncio.timeout(_PATIENCE_S), database.read() as tx:
            await tx.execute(text("SELECT 1"))
    except TimeoutError as error:
        raise DatabaseBusy from error


async def reachable(database: Database) -> None:
    """Prove that the database takes a commit to its disk, without changing anything.

    Raises what `write` raises, and DatabaseDown where there is no table yet that Postgres could prove it with.
    """
    try:
        async with asyncio.timeout(_PATIENCE_S), database.write() as tx:
            if database.is_sqlite:
                version = (await tx.exec_driver_sql("PRAGMA user_version")).scalar_one()
                await tx.exec_driver_sql(f"PRAGMA user_version = {int(version)}")
            else:
                # A transaction that writes nothing is committed without a flush.
                await tx.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    except TimeoutError as error:
        raise DatabaseBusy from error
    except exc.ProgrammingError as error:
        if not lacks_table(error):
            raise
        raise DatabaseDown("The database has no tables yet: `maitre db migrate` makes them.") from error
