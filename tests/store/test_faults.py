import asyncio
import socket
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import event, exc, text

from appliance.errors import Conflict, DatabaseBusy, DatabaseDown, DatabaseFull, MaitreError, Unprocessable
from appliance.store import postgres
from appliance.store.engine import Database
from appliance.store.faults import meaning, reason
from support.databases import migrated
from support.throwaway_postgres import Postgres, throwaway_postgres

USER = text("INSERT INTO users (id, email, name, role, created_at) VALUES (:id, :email, 'Ana', 'operator', 1)")
ANA = {"id": "u_1", "email": "ana@example.com"}


async def add(database: Database, user: dict[str, str]) -> None:
    async with database.write() as tx:
        await tx.execute(USER, user)


async def users(database: Database) -> int:
    async with database.read() as tx:
        return (await tx.execute(text("SELECT count(*) FROM users"))).scalar_one()


async def test_a_second_row_under_a_unique_value_is_a_conflict_that_repeats_no_value(database: Database) -> None:
    await add(database, ANA)
    with pytest.raises(Conflict) as conflict:
        await add(database, ANA | {"id": "u_2"})
    assert "ana@example.com" not in str(conflict.value)
    assert await users(database) == 1


async def test_a_reference_to_nothing_is_a_conflict(database: Database) -> None:
    with pytest.raises(Conflict):
        async with database.write() as tx:
            await tx.execute(
                text("INSERT INTO api_tokens (id, user_id, token_sha256, created_at) VALUES ('t', 'nobody', 'h', 1)")
            )


async def test_an_error_is_translated_where_it_happens(database: Database) -> None:
    await add(database, ANA)
    async with database.write() as tx:
        with pytest.raises(Conflict):
            await tx.execute(USER, ANA)


@pytest.mark.parametrize("wrong", ["SELECT * FROM no_such_table", "INSERT INTO users (id) VALUES ('u')", "SELEC 1"])
async def test_a_wrong_statement_is_a_bug_and_not_a_fault_of_the_database(database: Database, wrong: str) -> None:
    with pytest.raises(exc.DBAPIError):
        async with database.write() as tx:
            await tx.execute(text(wrong))


async def test_what_went_wrong_shows_no_values(database: Database) -> None:
    with pytest.raises(exc.DBAPIError) as wrong:
        async with database.write() as tx:
            await tx.execute(text("INSERT INTO users (id, name) VALUES (:id, :name)"), {"id": "u", "name": "Ana María"})
    assert "Ana María" not in str(wrong.value)


# --- SQLite ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def sqlite_file(sqlite_template_url: str, tmp_path: Path) -> Path:
    """A migrated SQLite file."""
    path = tmp_path / "maitre.db"
    path.write_bytes(Path(sqlite_template_url.removeprefix("sqlite:///")).read_bytes())
    return path


@pytest.fixture
async def on_sqlite(sqlite_file: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite:///{sqlite_file}", wait_s=0.2)
    yield opened
    await opened.close()


@pytest.fixture
def someone_elses_lock(sqlite_file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(sqlite_file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


async def test_a_file_that_another_process_writes_to_is_busy_after_the_wait(
    on_sqlite: Database, someone_elses_lock: sqlite3.Connection
) -> None:
    with pytest.raises(DatabaseBusy):
        async with asyncio.timeout(2):
            await add(on_sqlite, ANA)
    assert await users(on_sqlite) == 0
    someone_elses_lock.rollback()
    await add(on_sqlite, ANA)


async def test_a_full_disk_is_said_and_once_there_is_room_the_same_connection_goes_on(on_sqlite: Database) -> None:
    pages = 2**30

    def limit(connection: object, *_: object) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

    event.listen(on_sqlite._writer.sync_engine, "begin", limit)
    pages = 1  # SQLite takes it for as few as there are now
    with pytest.raises(DatabaseFull):
        async with on_sqlite.write() as tx:
            await tx.execute(text("UPDATE alembic_version SET version_num = :long"), {"long": "x" * 1_000_000})
    pages = 2**30
    await add(on_sqlite, ANA)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT])
def test_what_another_try_may_get_over_is_busy(code: int) -> None:
    error = sqlite3.OperationalError("so it is")
    error.sqlite_errorcode = code
    assert isinstance(meaning(error), DatabaseBusy)


async def test_a_file_that_is_no_database_is_down(tmp_path: Path) -> None:
    (tmp_path / "maitre.db").write_bytes(b"this is a shopping list, " * 100)
    database = Database(f"sqlite:///{tmp_path}/maitre.db")
    with pytest.raises(DatabaseDown):
        await users(database)
    await database.close()


async def test_a_connection_whose_opening_fails_leaves_no_thread_behind(tmp_path: Path) -> None:
    (tmp_path / "maitre.db").write_bytes(b"this is a shopping list, " * 100)
    database = Database(f"sqlite:///{tmp_path}/maitre.db")
    before = threading.active_count()
    for _ in range(5):
        with pytest.raises(DatabaseDown):
            await users(database)
    assert threading.active_count() <= before + 1


# --- Postgres --------------------------------------------------------------------------------------------------------

on_postgres = pytest.mark.parametrize("backend", ["postgres"])


@on_postgres
@pytest.mark.parametrize(
    ("state", "meaning"),
    [
        ("53100", DatabaseFull),
        ("53300", DatabaseBusy),
        ("40P01", DatabaseBusy),
        ("57P03", DatabaseDown),
        ("25006", DatabaseDown),
        ("42501", DatabaseDown),
        ("XX001", DatabaseDown),
        ("22021", Unprocessable),
        ("54000", Unprocessable),
    ],
)
async def test_what_the_server_says_has_its_meaning(database: Database, state: str, meaning: type[MaitreError]) -> None:
    with pytest.raises(meaning):
        async with database.write() as tx:
            await tx.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'so it is' USING ERRCODE = '{state}'; END $$")


@on_postgres
async def test_a_row_that_another_node_holds_is_busy_after_the_wait(database_url: str) -> None:
    database = Database(database_url, wait_s=0.2)
    await add(database, ANA)
    other = await asyncpg.connect(database_url)
    holding = other.transaction()
    await holding.start()
    await other.execute("SELECT * FROM users FOR UPDATE")
    with pytest.raises(DatabaseBusy):
        async with asyncio.timeout(2), database.write() as tx:
            await tx.execute(text("UPDATE users SET name = 'Eva'"))
    await other.close()
    await database.close()


@on_postgres
async def test_a_statement_that_takes_too_long_is_busy_and_its_connection_is_let_go(database_url: str) -> None:
    database = Database(database_url, wait_s=0.1, pool_size=1)
    with pytest.raises(DatabaseBusy):
        async with database.write() as tx:
            await tx.execute(text("SELECT pg_sleep(60)"))
    assert await users(database) == 0
    await database.close()


@on_postgres
async def test_a_pool_with_all_connections_in_use_is_busy_after_the_wait(database_url: str) -> None:
    database = Database(database_url, wait_s=0.1, pool_size=1)
    async with database.read():
        with pytest.raises(DatabaseBusy):
            await users(database)
    assert await users(database) == 0
    await database.close()


@on_postgres
async def test_a_database_that_does_not_exist_is_down(database_url: str) -> None:
    database = Database(database_url.replace("/test_", "/not_"))
    with pytest.raises(DatabaseDown) as down:
        await users(database)
    assert reason(down.value).startswith('database "not_')


async def test_a_server_that_is_silent_when_called_is_down(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / ".s.PGSQL.5432"))
        silent.listen()
        database = Database(f"postgresql://ana:hunter2@/book?host={tmp_path}", wait_s=0.1)
        with pytest.raises(DatabaseDown) as down:
            await users(database)
    assert "hunter2" not in f"{down.value}{reason(down.value)}"


@pytest.fixture(scope="module")
def own_server() -> Iterator[Postgres]:
    """A server that a test may stop."""
    with throwaway_postgres() as server:
        yield server


@pytest.fixture
async def on_own_server(own_server: Postgres) -> AsyncIterator[Database]:
    await migrated(own_server.url)
    opened = Database(own_server.url)
    async with opened.write() as tx:
        await tx.execute(text("DELETE FROM users"))
    yield opened
    await opened.close()


async def test_a_server_that_is_gone_is_down_and_serves_again_from_the_first_use(
    own_server: Postgres, on_own_server: Database
) -> None:
    async def all_connections() -> None:
        await asyncio.gather(*(users(on_own_server) for _ in range(10)))

    await all_connections()
    await asyncio.to_thread(own_server.stop)
    for _ in range(3):
        with pytest.raises(DatabaseDown):
            await add(on_own_server, ANA)
    await asyncio.to_thread(own_server.start)
    await all_connections()
    await add(on_own_server, ANA)
    assert await users(on_own_server) == 1


async def test_a_restart_that_nobody_noticed_fails_no_use(own_server: Postgres, on_own_server: Database) -> None:
    await asyncio.gather(*(users(on_own_server) for _ in range(10)))
    await asyncio.to_thread(own_server.stop)
    await asyncio.to_thread(own_server.start)
    await asyncio.gather(*(users(on_own_server) for _ in range(20)))


async def test_a_server_that_goes_in_the_middle_of_a_transaction_is_down(
    own_server: Postgres, on_own_server: Database
) -> None:
    async def book() -> None:
        async with on_own_server.write() as tx:
            await tx.execute(USER, ANA)
            await asyncio.to_thread(own_server.stop)
            await tx.execute(USER, ANA | {"id": "u_2"})

    with pytest.raises(DatabaseDown):
        await book()
    await asyncio.to_thread(own_server.start)
    assert await users(on_own_server) == 0


@on_postgres
async def test_a_node_that_stops_in_the_middle_holds_its_locks_only_so_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_IDLE_IN_TRANSACTION_MS", 50)

    async def stop_in_the_middle() -> None:
        async with database.write() as tx:
            await tx.execute(text("SELECT * FROM users FOR UPDATE"))
            driver = (await tx.get_raw_connection()).driver_connection
            cut = asyncio.Event()
            driver.add_termination_listener(lambda _: cut.set())  # type: ignore[union-attr]
            async with asyncio.timeout(5):
                await cut.wait()
            await tx.execute(USER, ANA)

    with pytest.raises(DatabaseDown):
        await stop_in_the_middle()
    assert await users(database) == 0
