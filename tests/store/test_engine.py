import asyncio
import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from appliance.errors import Conflict, DatabaseDown, MaitreError
from appliance.store.engine import Database, Lane, Tx, answers, reachable
from support.databases import in_batches

COUNTER = text("INSERT INTO users (id, email, name, role, created_at) VALUES ('counter', 'c', '0', 'operator', 0)")


async def count(tx: Tx) -> int:
    return (await tx.execute(text("SELECT created_at FROM users WHERE id = 'counter'"))).scalar_one()


async def add_one(tx: Tx) -> None:
    query = "SELECT created_at FROM users WHERE id = 'counter'"
    if tx.dialect.name == "postgresql":
        query += " FOR UPDATE"
    seen = (await tx.execute(text(query))).scalar_one()
    await asyncio.sleep(0)
    await tx.execute(text("UPDATE users SET created_at = :n WHERE id = 'counter'"), {"n": seen + 1})


@pytest.fixture
async def counter(database: Database) -> Database:
    async with database.write() as tx:
        await tx.execute(COUNTER)
    return database


async def test_eight_writers_that_read_modify_and_write_lose_nothing(counter: Database) -> None:
    async def write_often() -> None:
        for _ in range(25):
            async with counter.write() as tx:
                await add_one(tx)

    await asyncio.gather(*(write_often() for _ in range(8)))
    async with counter.read() as tx:
        assert await count(tx) == 200


async def test_an_error_undoes_the_whole_transaction(counter: Database) -> None:
    async def think_again() -> None:
        async with counter.write() as tx:
            await add_one(tx)
            raise RuntimeError("on second thought")

    with pytest.raises(RuntimeError, match="on second thought"):
        await think_again()
    async with counter.read() as tx:
        assert await count(tx) == 0


async def test_what_is_not_committed_is_not_seen(counter: Database) -> None:
    async with counter.write() as writing:
        await add_one(writing)
        async with counter.read() as reading:
            assert await count(reading) == 0


async def test_reading_cannot_write(counter: Database) -> None:
    with pytest.raises(MaitreError):
        async with counter.read() as tx:
            await add_one(tx)
    async with counter.write() as tx:
        await add_one(tx)
        assert await count(tx) == 1


async def test_a_writer_cancelled_at_any_instant_leaves_all_or_nothing_and_the_door_free(counter: Database) -> None:
    chance = random.Random(4)
    impatient = Database(counter.url, wait_s=0.3)

    async def write_two() -> None:
        async with impatient.write() as tx:
            await add_one(tx)
            await add_one(tx)

    async def write_three() -> int:
        async with impatient.write() as tx:
            for _ in range(3):
                await add_one(tx)
            return await count(tx)

    seen = 0
    for _ in range(60):
        writer = asyncio.create_task(write_two())
        await asyncio.wait([writer], timeout=chance.uniform(0, 0.004))
        writer.cancel()
        await asyncio.wait([writer])
        before, seen = seen, await write_three()
        assert seen - before in ((5,) if not writer.cancelled() else (3, 5))
    await impatient.close()


async def test_a_reader_cancelled_at_any_instant_leaves_room_for_the_next(counter: Database) -> None:
    async def read() -> None:
        async with counter.read() as tx:
            await count(tx)

    for n in range(40):
        reader = asyncio.create_task(read())
        await asyncio.wait([reader], timeout=n / 20_000)
        reader.cancel()
        await asyncio.wait([reader])
    async with asyncio.timeout(1):
        await asyncio.gather(*(read() for _ in range(20)))


async def test_a_timeout_of_the_callers_own_stays_a_timeout(database: Database) -> None:
    async def take_long() -> None:
        async with database.write(), asyncio.timeout(0.001):
            await asyncio.sleep(1)

    with pytest.raises(TimeoutError):
        await take_long()


async def test_a_closed_database_opens_again_when_used(counter: Database) -> None:
    await counter.close()
    async with counter.read() as tx:
        assert await count(tx) == 0


async def test_being_reachable_leaves_no_trace(counter: Database) -> None:
    await reachable(counter)
    async with counter.read() as tx:
        assert await count(tx) == 0


@pytest.mark.parametrize("backend", ["postgres"])
async def test_being_reachable_is_proven_by_a_flush_to_the_disk(database: Database) -> None:
    async def flushed_bytes() -> int:
        async with database.read() as tx:
            position = text("SELECT CAST(pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0') AS bigint)")
            return int((await tx.execute(position)).scalar_one())

    before = await flushed_bytes()
    await reachable(database)
    assert await flushed_bytes() > before


@pytest.mark.parametrize("backend", ["postgres"])
async def test_a_database_without_tables_says_what_it_lacks(raw_database_url: str) -> None:
    """SQLite takes a commit without any."""
    empty = Database(raw_database_url)
    with pytest.raises(DatabaseDown, match="no tables yet"):
        await reachable(empty)
    await empty.close()


def move(file: Path, name: str) -> None:
    target = file.with_name(name)
    assert not target.exists() or file.name == "restored.db"
    file.rename(target)


SETTINGS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_every_sqlite_connection_is_durable_and_keeps_references(database: Database) -> None:
    async def settings(tx: Tx) -> dict[str, object]:
        return {name: (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in SETTINGS}

    async with database.write() as tx:
        assert await settings(tx) == SETTINGS
    async with database.read() as one, database.read() as two, database.read() as three, database.read() as four:
        assert [await settings(tx) for tx in (one, two, three, four)] == [SETTINGS] * 4


@pytest.mark.parametrize("backend", ["postgres"])
async def test_a_postgres_commit_waits_for_the_disk(database: Database) -> None:
    async with database.write(Lane.WORK) as tx:
        assert (await tx.execute(text("SHOW synchronous_commit"))).scalar_one() == "on"


@pytest.mark.parametrize("backend", ["postgres"])
async def test_a_postgres_url_may_say_all_that_libpq_understands(database_url: str) -> None:
    opened = Database(f"{database_url}&sslmode=disable")
    await reachable(opened)
    await opened.close()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_database_file_is_private(database: Database) -> None:
    await reachable(database)
    folder = Path(database.url.database or "").parent
    made = Database(f"sqlite:///{folder}/new/maitre.db")
    await made.close()
    assert (folder / "new" / "maitre.db").stat().st_mode & 0o077 == 0
    assert (folder / "new").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_file_moved_away_takes_no_write_and_is_used_again_when_back(counter: Database) -> None:
    file = Path(counter.url.database or "")
    async with counter.write() as tx:
        await add_one(tx)
    move(file, "elsewhere.db")
    for door in (counter.write, counter.read):
        with pytest.raises(DatabaseDown):
            async with door():
                pass
    move(file.with_name("elsewhere.db"), file.name)  # nobody made a new one there
    async with counter.write() as tx:
        assert await count(tx) == 1


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_file_put_in_the_place_of_the_old_is_the_one_that_is_read_and_written(
    counter: Database, sqlite_template_url: str
) -> None:
    file = Path(counter.url.database or "")
    restored = Path(shutil.copyfile(sqlite_template_url.removeprefix("sqlite:///"), file.with_name("restored.db")))
    for log in ("maitre.db-wal", "maitre.db-shm"):
        file.with_name(log).unlink()
    move(restored, file.name)
    async with counter.write() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM users"))).scalar_one() == 0
        await tx.execute(COUNTER)
    async with counter.read() as tx:
        assert await count(tx) == 0


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_who_writes_while_another_lets_go_of_a_file_that_was_moved_away_writes_to_the_new_one(
    counter: Database, sqlite_template_url: str
) -> None:
    file = Path(counter.url.database or "")
    await reachable(counter)
    await answers(counter)
    columns = ("id", "email", "name", "role", "created_at")
    await counter.insert_many("users", columns, [("u0", "0@example.com", "", "operator", 0)])
    restored = Path(shutil.copyfile(sqlite_template_url.removeprefix("sqlite:///"), file.with_name("restored.db")))
    for end in ("", "-wal", "-shm"):
        move(file.with_name(f"maitre.db{end}"), f"old.db{end}")
    move(restored, file.name)

    async def write() -> None:
        async with counter.write() as tx:
            await tx.execute(COUNTER)

    await asyncio.gather(
        answers(counter), counter.insert_many("users", columns, [("u1", "1@example.com", "", "operator", 0)]), write()
    )
    async with counter.read() as tx:
        assert set((await tx.execute(text("SELECT id FROM users"))).scalars()) == {"u1", "counter"}


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_batch_is_on_the_disk_like_any_other_write(database: Database) -> None:
    asked = [await in_batches(database, f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert asked == [[("wal",)], [(2,)], [(1,)]]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_batch_that_fails_leaves_nothing_and_the_next_one_goes_through(database: Database) -> None:
    columns = ("id", "email", "name", "role", "created_at")
    first, second, third = [(f"u{number}", f"{number}@example.com", "", "operator", 0) for number in (1, 2, 3)]
    with pytest.raises(Conflict):
        await database.insert_many("users", columns, [first, second, first])
    assert await database.insert_many("users", columns, [second, third]) == 2
    async with database.read() as tx:
        assert list((await tx.exec_driver_sql("SELECT id FROM users")).scalars()) == ["u2", "u3"]
