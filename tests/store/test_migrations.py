import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import MultipleResultsFound

from appliance.domain.restaurant import Plan
from appliance.errors import StartError
from appliance.store import expiry, inbox, migrate, restaurants
from appliance.store.engine import Database
from appliance.store.schema import metadata
from support.books import event

HEAD = "0011"
A_USER = text("INSERT INTO users (id, email, name, role, created_at) VALUES ('u', 'a@example.com', 'A', 'operator', 1)")
A_TOKEN = text("INSERT INTO api_tokens (id, user_id, token_sha256, created_at) VALUES ('t', :user_id, 'hash', 1)")


@pytest.fixture
async def empty(raw_database_url: str) -> AsyncIterator[Database]:
    opened = Database(raw_database_url)
    yield opened
    await opened.close()


async def test_an_empty_database_gets_the_whole_schema(empty: Database) -> None:
    assert await migrate.current_revision(empty) is None
    assert await migrate.upgrade(empty) == HEAD
    assert await migrate.current_revision(empty) == HEAD


def test_the_files_of_the_migrations_are_named_in_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert migrate._revisions() == tuple(reversed([script.revision for script in scripts.walk_revisions()]))
    assert migrate.newest_revision() == scripts.get_current_head() == HEAD


def test_a_program_without_its_migrations_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(migrate, "_FOLDER", tmp_path)
    monkeypatch.setattr(migrate, "_revisions", migrate._revisions.__wrapped__)
    with pytest.raises(StartError, match="lacks its migrations"):
        migrate.knows(HEAD)


async def test_a_schema_that_is_of_two_revisions_is_not_taken_for_either(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("INSERT INTO alembic_version VALUES ('0007')"))
    with pytest.raises(MultipleResultsFound):
        await migrate.current_revision(database)


async def test_a_schema_that_is_up_to_date_is_not_looked_at_with_alembic(database: Database) -> None:
    program = (
        "import asyncio, sys; from appliance.store.engine import Database; from appliance.store import migrate; "
        f"print(asyncio.run(migrate.upgrade(Database({database.url.render_as_string(hide_password=False)!r}))), "
        "'alembic' in sys.modules)"
    )
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [HEAD.encode(), b"False"]


async def test_the_migrations_make_what_the_schema_says(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    async with database.read() as tx:
        assert await tx.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(A_USER)
    assert await migrate.upgrade(database) == HEAD
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT id FROM users"))).scalars().all() == ["u"]


async def test_several_that_start_at_once_migrate_once(raw_database_url: str) -> None:
    nodes = [Database(raw_database_url) for _ in range(4)]
    try:
        assert await asyncio.gather(*map(migrate.upgrade, nodes)) == [HEAD] * 4
    finally:
        for node in nodes:
            await node.close()


async def test_several_processes_that_start_at_once_migrate_once(raw_database_url: str) -> None:
    program = """
import asyncio, sys
from appliance.store.engine import Database
from appliance.store.migrate import upgrade
print(asyncio.run(upgrade(Database(sys.argv[1]))))
"""
    command = (sys.executable, "-c", program, raw_database_url)
    processes = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    ended = await asyncio.gather(*(process.communicate() for process in processes))
    assert ended == [(f"{HEAD}\n".encode(), b"")] * 2


async def test_a_schema_from_the_future_is_refused_and_left_alone(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartError, match="9999, which is newer than this program knows"):
        await migrate.upgrade(database)
    assert await migrate.current_revision(database) == "9999"


@pytest.fixture
def breaking_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A last migration that makes a table and then fails."""

    def run(config: object, _revision: str) -> None:
        connection: Connection = config.attributes["connection"]  # type: ignore[attr-defined]
        Operations(MigrationContext.configure(connection)).execute("CREATE TABLE half_done (id INTEGER)")
        raise RuntimeError("a bug in a migration")

    monkeypatch.setattr(command, "upgrade", run)


async def test_a_migration_that_fails_leaves_nothing_behind(empty: Database, breaking_migration: None) -> None:
    with pytest.raises(RuntimeError, match="a bug in a migration"):
        await migrate.upgrade(empty)
    async with empty.write() as tx:
        await tx.execute(text("CREATE TABLE half_done (id INTEGER)"))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_migration_that_copies_a_table_keeps_what_refers_to_it(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(A_USER)
        await tx.execute(
            text("INSERT INTO api_tokens (id, user_id, token_sha256, created_at) VALUES ('t', 'u', 'hash', 1)")
        )

    def add_a_rule(connection: Connection) -> None:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("users", recreate="always") as users:
            users.alter_column("name", nullable=True)

    async with migrate.alone(database) as tx:
        await tx.run_sync(add_a_rule)
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT id FROM api_tokens"))).scalars().all() == ["t"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_migration_that_would_orphan_rows_is_undone(database: Database) -> None:
    with pytest.raises(StartError, match="nothing was changed"):
        async with migrate.alone(database) as tx:
            await tx.execute(
                text("INSERT INTO api_tokens (id, user_id, token_sha256, created_at) VALUES ('t', 'nobody', 'hash', 1)")
            )
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT id FROM api_tokens"))).all() == []


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_claims_are_stored_in_their_primary_key(database: Database) -> None:
    async with database.read() as tx:
        made = await tx.execute(text("SELECT sql FROM sqlite_master WHERE name = 'table_claims'"))
        assert "WITHOUT ROWID" in made.scalar_one()


async def test_a_database_that_cannot_be_opened_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"The database file .*/file/maitre\.db cannot be opened: File exists"):
        Database(f"sqlite:///{tmp_path}/file/maitre.db")


async def test_a_postgres_that_is_not_there_is_one_clear_line_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://ana:hunter2@/book?host={tmp_path}"
    with pytest.raises(StartError, match=r"The database does not answer: .*No such file or directory") as refusal:
        await migrate.upgrade(Database(url))
    assert "hunter2" not in str(refusal.value)


_A_RESTAURANT = """
    INSERT INTO restaurants (id, name, plan, timezone, locale, status, phone, region, max_party, event_party,
        min_notice_minutes, horizon_days, buffer_minutes, deposit_cents, transfer_number, transfer_when, grace_minutes,
        waitlist_minutes, guest_days, call_days, notify_url, created_at, updated_at)
    VALUES ('rest_a', 'Casa Ana', 'premium', 'Europe/Madrid', 'es', 'active', '+34910000001', 'ES-VC', 8, 12, 30, 60,
        15, 0, '', 'always', 30, 30, 730, 180, '', 1, 2)
"""
_A_BOOKING = """
    INSERT INTO reservations (id, restaurant_id, date, time, shift, starts_at, ends_at, free_at, party_size, status,
        name, phone, area_id, area_wished, notes, needs, high_chairs, deposit_cents, source, call_id, created_at,
        updated_at)
    VALUES (:id, 'rest_a', '2026-11-25', '21:00', 'Cena', 5, 6, 7, 4, 'confirmed', :name, '', 'sala', false, '', '[]',
        0, 0, 'staff', '', 3, 4)
"""
_OLDER = ("SELECT * FROM restaurants", *(f"SELECT * FROM reservations WHERE id = 'res_{n}'" for n in (1, 2)))


async def test_the_rows_of_an_older_schema_stay_and_what_is_new_of_them_says_nothing_yet(empty: Database) -> None:
    async with migrate.alone(empty) as tx:
        await tx.run_sync(lambda connection: migrate.bring_to(connection, "0003"))
        await tx.execute(text(_A_RESTAURANT))
        await tx.execute(text(_A_BOOKING), [{"id": "res_1", "name": "Ana"}, {"id": "res_2", "name": ""}])
        before = [(await tx.execute(text(query))).mappings().one() for query in _OLDER]
    assert await migrate.upgrade(empty) == HEAD
    async with empty.read() as tx:
        card = await restaurants.card(tx, "rest_a")
        assert card
        assert card.plan is Plan.PREMIUM
        assert (card.plan_until, card.api_requests, card.enforce_webhooks) == (None, None, False)
        assert await restaurants.revision_of(tx, "rest_a") == 0
        after = [(await tx.execute(text(query))).mappings().one() for query in _OLDER]
        assert [old.items() <= new.items() for old, new in zip(before, after, strict=True)] == [True] * len(_OLDER)
        assert await expiry.OF_GUESTS[0].due(tx, "rest_a", 6, 10) == ["res_1"]


async def test_the_operators_of_the_first_schema_stay_and_so_do_their_tokens(empty: Database) -> None:
    async with migrate.alone(empty) as tx:
        await tx.run_sync(lambda connection: migrate.bring_to(connection, "0001"))
        await tx.execute(text("INSERT INTO users VALUES ('u', 'ana@example.com', 'Ana', 'operator', 1)"))
        await tx.execute(text("INSERT INTO api_tokens VALUES ('t', 'u', 'hash', 1)"))
    await migrate.upgrade(empty)
    query = text("SELECT email, active, restaurant_id, token_sha256 FROM users JOIN api_tokens ON user_id = users.id")
    async with empty.read() as tx:
        assert (await tx.execute(query)).all() == [("ana@example.com", True, None, "hash")]


async def test_an_event_of_an_older_schema_stays_and_is_still_known_when_it_comes_again(empty: Database) -> None:
    async with migrate.alone(empty) as tx:
        await tx.run_sync(lambda connection: migrate.bring_to(connection, "0010"))
        await tx.execute(text(_AN_EVENT), {"body": b"{}"})
    await migrate.upgrade(empty)
    known = event("e1", idempotency_key="key of old", call_id="call_1")
    assert await inbox.accept(empty, [known, event("e2", call_id="call_1")]) == {"e2"}
    async with empty.read() as tx:
        kept = await inbox.stored(tx, "old")
        assert kept
        assert (kept.body, kept.applied_at, kept.restaurant_id) == (b"{}", 2, "")
        assert await inbox.has(tx, "call_1", "key of old")
        assert not await inbox.has(tx, "call_2", "key of old")


_AN_EVENT = """
    INSERT INTO inbox (id, idempotency_key, provider, event, call_id, headers, received_at, applied_at, body)
    VALUES ('old', 'key of old', 'retell', 'call_ended', 'call_1', '{}', 1, 2, :body)
"""
