"""What cannot be done is refused, says why, and leaves everything as it was."""

import os
import shutil
import tarfile
import threading
from pathlib import Path
from typing import NamedTuple

import pytest
from backports import zstd
from pyrage import x25519
from sqlalchemy import text

from appliance.errors import BackupError
from appliance.ops.backup import archive, folder
from appliance.store import migrate
from appliance.store.engine import Database
from support.backups import Keeper, age_key, flipped, sums
from support.running_server import running_server


class Usage(NamedTuple):
    total: int
    used: int
    free: int


async def test_a_damaged_file_is_refused_wherever_the_damage_is(keeper: Keeper) -> None:
    made = await keeper.create()
    before = await sums(keeper.url)
    for place in flipped(keeper.folder / made.entry.file):
        for go in (keeper.verify, keeper.restore):
            with pytest.raises(BackupError, match="is damaged"):
                await go(made.entry.name)
            assert await sums(keeper.url) == before, place
    await keeper.verify()


async def test_a_damaged_file_without_its_note_is_refused_too(keeper: Keeper, tmp_path: Path) -> None:
    made = await keeper.create()
    copy = tmp_path / "copied-by-hand.tar.zst"
    shutil.copyfile(made.path, copy)
    await keeper.verify(str(copy))
    for place in flipped(copy):
        with pytest.raises(BackupError):
            await keeper.verify(str(copy))
        assert place >= 0


async def test_a_file_that_was_cut_off_is_refused(keeper: Keeper, tmp_path: Path) -> None:
    made = await keeper.create()
    whole = (keeper.folder / made.entry.file).read_bytes()
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        copy = tmp_path / "cut.tar.zst"
        copy.write_bytes(whole[:length])
        with pytest.raises(BackupError, match=r"damaged|cut off|no backup"):
            await keeper.verify(str(copy))


async def test_a_file_that_leads_out_of_its_folder_is_refused(keeper: Keeper, tmp_path: Path) -> None:
    await keeper.create()
    evil = tmp_path / "evil.tar.zst"
    (tmp_path / "x").write_text("x")
    with zstd.open(evil, "wb") as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
        tar.add(tmp_path / "x", arcname="../../x")
    with pytest.raises(BackupError, match="is no backup of Maitre"):
        await keeper.verify(str(evil))


async def test_a_restore_is_refused_while_the_server_runs_and_a_backup_is_not(keeper: Keeper) -> None:
    with running_server(keeper.url, keeper.data_dir):
        made = await keeper.create()
        await keeper.verify()
        with pytest.raises(BackupError, match="stop it first"):
            await keeper.restore()
    before = await sums(keeper.url)
    await keeper.restore(made.entry.name)
    assert (await sums(keeper.url))["customers"] == before["customers"]
    with running_server(keeper.url, keeper.data_dir):
        pass


async def test_a_backup_of_a_newer_schema_is_refused(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    await keeper.create()
    before = await sums(keeper.url)
    newest = migrate.newest_revision()
    monkeypatch.setattr(migrate, "knows", lambda revision: revision < newest)
    for go in (keeper.verify, keeper.restore):
        with pytest.raises(BackupError, match=f"schema {newest}, which is newer than this program knows"):
            await go()
    monkeypatch.undo()
    assert await sums(keeper.url) == before


async def test_a_backup_of_an_older_schema_is_migrated(raw_database_url: str, tmp_path: Path) -> None:
    database = Database(raw_database_url)
    async with migrate.alone(database) as tx:
        await tx.run_sync(migrate.bring_to, "0007")
        await tx.execute(text("INSERT INTO watermarks VALUES ('x', 7)"))
    await database.close()
    keeper = Keeper(raw_database_url, tmp_path / "data")
    made = await keeper.create()
    assert made.entry.manifest.copied.schema == "0007"
    async with migrate.alone(database) as tx:
        await tx.execute(text("DELETE FROM watermarks"))
    await database.close()
    done = await keeper.restore()
    assert (done.schema, done.rows_after["watermarks"]) == (migrate.newest_revision(), 1)
    assert await migrate.current_revision(database) == migrate.newest_revision()
    await database.close()


async def test_an_older_program_puts_its_backup_back_over_a_newer_schema(keeper: Keeper) -> None:
    """An upgrade that is taken back."""
    await keeper.create()
    before = await sums(keeper.url)
    database = Database(keeper.url)
    async with database.write() as tx:
        await tx.execute(text("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY)"))
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    done = await keeper.restore()
    assert done.safety_copy
    assert await sums(keeper.url) == before


@pytest.mark.parametrize("backend", ["postgres"])
async def test_another_kind_of_database_is_refused(keeper: Keeper, tmp_path: Path) -> None:
    made = await keeper.create()
    other = Keeper(f"sqlite:///{tmp_path}/maitre.db", tmp_path / "other")
    for go in (other.verify, other.restore):
        with pytest.raises(BackupError, match="of postgresql, and database_url names sqlite"):
            await go(made.path)


async def test_a_disk_without_room_is_told_of_before_anything_is_written(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    await keeper.create()
    there = keeper.files()
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - 1000, 1000))
    for go in (keeper.create, keeper.restore, keeper.verify):
        with pytest.raises(BackupError, match="has 0 MB left, and this takes up to"):
            await go()
        assert keeper.files() == there


async def test_a_disk_that_fills_up_on_the_way_leaves_nothing_half_made(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "packed")

    monkeypatch.setattr(archive, "pack", full)
    with pytest.raises(BackupError, match="No space left on device"):
        await keeper.create()
    assert keeper.files() == []


async def test_two_at_once_are_refused(keeper: Keeper) -> None:
    with folder.Folder(keeper.folder).alone(), pytest.raises(BackupError, match="under way"):
        await keeper.create()


async def test_what_is_not_there_is_said_to_be_not_there(keeper: Keeper) -> None:
    with pytest.raises(BackupError, match="There is no backup maitre-x; `maitre backup list`"):
        await keeper.verify("maitre-x")


async def test_an_encrypted_backup_opens_with_its_key_alone(keeper: Keeper, tmp_path: Path) -> None:
    recipient, key = age_key(tmp_path)
    sealed = Keeper(keeper.url, keeper.data_dir, backup_recipients=(recipient,))
    made = await sealed.create()
    assert made.entry.encrypted
    assert Path(made.path).read_bytes().startswith(b"age-encryption.org/v1")
    with pytest.raises(BackupError, match="--identity FILE"):
        await sealed.verify()
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(str(x25519.Identity.generate()))
    with pytest.raises(BackupError, match="does not open"):
        await sealed.verify(identity=wrong)
    before = await sums(keeper.url)
    await sealed.verify(identity=key)
    await sealed.restore(identity=key)
    assert await sums(keeper.url) == before


async def test_a_recipient_that_is_none_is_told_of_and_nothing_is_left(keeper: Keeper) -> None:
    wrong = Keeper(keeper.url, keeper.data_dir, backup_recipients=("age1nobody",))
    with pytest.raises(BackupError, match="age1nobody is no recipient of age"):
        await wrong.create()
    assert wrong.files() == []


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_database_that_cannot_be_read_is_kept_as_it_is_and_replaced(keeper: Keeper) -> None:
    """Which is when somebody restores."""
    before = await sums(keeper.url)
    await keeper.create()
    path = Path(keeper.url.removeprefix("sqlite:///"))
    broken = os.urandom(50_000)
    path.write_bytes(broken)
    Path(f"{path}-wal").write_bytes(b"stale")
    done = await keeper.restore()
    kept = Path(done.safety_copy)
    assert {one.name: one.read_bytes() for one in kept.iterdir()}["maitre.db"] == broken
    assert await sums(keeper.url) == before


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_log_of_another_database_is_cleared_away(keeper: Keeper) -> None:
    """A log that lies beside a file is taken for its own: here it holds a newer state of the one before."""
    await keeper.create()
    before = await sums(keeper.url)
    path = Path(keeper.url.removeprefix("sqlite:///"))
    database = Database(keeper.url)
    async with database.write() as tx:
        await tx.execute(text("DELETE FROM customers"))
    for end in ("-wal", "-shm"):  # as a machine leaves them whose power fails
        shutil.copyfile(f"{path}{end}", f"{path}{end}.kept")
    await database.close()
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}.kept").rename(f"{path}{end}")
    await keeper.restore()
    assert await sums(keeper.url) == before
    assert not Path(f"{path}-wal.kept").exists()


@pytest.mark.parametrize("backend", ["postgres"])
async def test_an_account_that_does_not_own_the_tables_is_told_to_name_who_does(keeper: Keeper) -> None:
    database = Database(keeper.url)
    async with database.write() as tx:
        await tx.execute(text("CREATE ROLE waiter LOGIN"))
        await tx.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO waiter"))
    await database.close()
    try:
        with pytest.raises(BackupError, match=r"permission denied.*Name the owner"):
            await Keeper(keeper.url.replace("postgres@", "waiter@", 1), keeper.data_dir).create()
    finally:
        async with database.write() as tx:
            await tx.execute(text("DROP OWNED BY waiter"))
            await tx.execute(text("DROP ROLE waiter"))
        await database.close()


@pytest.mark.parametrize("backend", ["postgres"])
async def test_rights_on_the_tables_are_as_before_after_a_restore(keeper: Keeper) -> None:
    database = Database(keeper.url)
    rights = text(
        "SELECT relname::text, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    async with database.write() as tx:
        await tx.execute(text("GRANT SELECT, INSERT ON audit TO PUBLIC"))
        before = (await tx.execute(rights)).all()
    await database.close()
    await keeper.create()
    await keeper.restore()
    async with database.write() as tx:
        assert (await tx.execute(rights)).all() == before
        await tx.execute(text("REVOKE ALL ON audit FROM PUBLIC"))
        assert (await tx.execute(text("SELECT to_regnamespace('maitre_scratch')"))).scalar_one() is None
    await database.close()


def test_who_upgrades_waits_for_a_backup_that_is_under_way(tmp_path: Path) -> None:
    backups = folder.Folder(tmp_path)
    ended = threading.Event()

    def hold() -> None:
        with backups.alone():
            holding.set()
            ended.wait(10)

    holding = threading.Event()
    nightly = threading.Thread(target=hold)
    nightly.start()
    assert holding.wait(10)
    with pytest.raises(BackupError, match="under way"), backups.alone():
        pass
    threading.Timer(0.3, ended.set).start()
    with backups.alone(wait_s=10):
        nightly.join(10)
        assert not nightly.is_alive()
