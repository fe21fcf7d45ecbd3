"""What comes back is what was there, on both databases, to the last row."""

import asyncio
import json
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text

from appliance import __version__
from appliance.errors import StartError
from appliance.ops.backup import archive
from appliance.store import schema
from appliance.store.engine import Database
from appliance.store.migrate import newest_revision
from support.backups import Keeper, entry, event, fill, guest, sums


async def damage(url: str) -> None:
    """Somebody deletes what they should not, and goes on working."""
    database = Database(url)
    async with database.write() as tx:
        await tx.execute(delete(schema.customers))
        await tx.execute(insert(schema.call_events), [event(9_000_000)])
        await tx.execute(insert(schema.audit), [entry(9_000_000)])
    await database.close()


async def test_a_backup_put_back_is_what_was_there_row_by_row(keeper: Keeper) -> None:
    before = await sums(keeper.url)
    await keeper.create()
    await damage(keeper.url)
    done = await keeper.restore()
    assert await sums(keeper.url) == before
    assert (done.rows_before["customers"], done.rows_after["customers"]) == (0, 1_000)
    assert done.rows_after == {name: count for name, (count, _) in before.items()}


async def test_as_many_rows_as_a_large_house_has_come_back_too(
    database: Database, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await fill(database, request.config.getoption("--backup-rows"))
    await database.close()
    keeper, before = Keeper(database_url, tmp_path / "data"), await sums(database_url)
    made = await keeper.create()
    await damage(keeper.url)
    await keeper.restore(made.entry.name)
    assert await sums(database_url) == before


async def test_what_was_there_before_can_be_put_back_in_turn(keeper: Keeper) -> None:
    made = await keeper.create()
    await damage(keeper.url)
    damaged = await sums(keeper.url)
    done = await keeper.restore(made.entry.name)
    await keeper.restore(Path(done.safety_copy).name)
    assert await sums(keeper.url) == damaged


async def test_a_backup_taken_while_others_write_is_of_one_moment(keeper: Keeper) -> None:
    """Each transaction adds to both tables: a backup of two moments would have more of one than of the other."""
    database, stop = Database(keeper.url), asyncio.Event()

    async def write(writer: int) -> int:
        n = 100_000 * (writer + 1)
        while not stop.is_set():
            n += 1
            async with database.write() as tx:
                await tx.execute(insert(schema.customers), [guest(n)])
                await tx.execute(insert(schema.call_events), [event(n)])
        return n % 100_000

    writing = [asyncio.create_task(write(writer)) for writer in range(3)]
    made = [await keeper.create() for _ in range(3)]
    stop.set()
    assert sum(await asyncio.gather(*writing)) > 10, "hardly anything was written meanwhile"
    await database.close()
    rows = [one.entry.manifest.copied.rows for one in made]
    assert all(found["customers"] == found["call_events"] for found in rows)
    assert rows[0]["customers"] < rows[-1]["customers"]


async def test_a_note_says_what_is_in_it(keeper: Keeper, backend: str) -> None:
    made = await keeper.create()
    note = json.loads((keeper.folder / f"{made.entry.name}.json").read_bytes())
    told = note["manifest"]
    assert (told["database"], told["version"], told["why"]) == (
        {"sqlite": "sqlite", "postgres": "postgresql"}[backend],
        __version__,
        "asked",
    )
    assert (told["copied"]["schema"], told["copied"]["rows"]["audit"]) == (newest_revision(), 1_000)
    assert note["bytes"] == (keeper.folder / made.entry.file).stat().st_size


async def test_nobody_else_can_read_a_backup(keeper: Keeper) -> None:
    await keeper.create()
    assert stat.S_IMODE(keeper.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in keeper.folder.iterdir()} == {0o600}


async def test_new_rows_get_ids_of_their_own_after_a_restore(keeper: Keeper) -> None:
    await keeper.create()
    await keeper.restore()
    database = Database(keeper.url)
    closure = {"restaurant_id": "rest_a", "date": "2027-01-01", "shift": None, "reason": ""}
    async with database.write() as tx:
        await tx.execute(insert(schema.closures), [closure])
        ids = (await tx.execute(text("SELECT id FROM closures"))).scalars().all()
    await database.close()
    assert len(set(ids)) == 3


async def test_the_audit_stays_unalterable_after_a_restore(keeper: Keeper) -> None:
    await keeper.create()
    await keeper.restore()
    database = Database(keeper.url)
    with pytest.raises(Exception, match="never changed"):
        async with database.write() as tx:
            await tx.execute(text("DELETE FROM audit"))
    await database.close()


async def test_a_new_database_takes_a_backup(keeper: Keeper, raw_database_url: str, tmp_path: Path) -> None:
    await keeper.create()
    before = await sums(keeper.url)
    url = raw_database_url if "postgres" in raw_database_url else f"sqlite:///{tmp_path}/elsewhere/maitre.db"
    other = Keeper(url, tmp_path / "elsewhere", backup_dir=str(keeper.folder))
    done = await other.restore()
    assert (done.safety_copy, done.rows_before) == ("", {})
    assert await sums(url) == before


async def test_a_database_that_is_not_there_is_not_backed_up(tmp_path: Path) -> None:
    keeper = Keeper(f"sqlite:///{tmp_path}/none.db", tmp_path / "data")
    with pytest.raises(StartError, match="There is no database"):
        await keeper.create()
    assert keeper.files() == []


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_was_deleted_is_not_in_a_backup(keeper: Keeper, tmp_path: Path) -> None:
    """A guest who was forgotten is in the free pages of the file for a while, where SQLite does not blank them."""
    before = await keeper.create()
    await damage(keeper.url)
    after = await keeper.create()
    found = []
    for made in (before, after):
        folder = tmp_path / made.entry.name
        folder.mkdir()
        archive.unpack(Path(made.path), folder)
        found.append(b"nota 17" in (folder / "maitre.db").read_bytes())
    assert found == [True, False]


async def test_the_newest_is_the_newest_that_was_asked_for(keeper: Keeper) -> None:
    """Whoever begins a restore again must not be given what it was to replace."""
    before = await sums(keeper.url)
    await keeper.create()
    await damage(keeper.url)
    await keeper.restore("newest")
    await keeper.restore("newest")
    assert await sums(keeper.url) == before


@pytest.mark.parametrize("named", ["file", "name"])
async def test_a_backup_brought_to_a_new_machine_without_its_note_is_put_back_and_stays(
    keeper: Keeper, named: str
) -> None:
    """The machine is lost, and with it the note: that file is all there is."""
    wanted, made = await sums(keeper.url), await keeper.create()
    (keeper.folder / f"{made.entry.name}.json").unlink()
    which = made.path if named == "file" else made.entry.name
    await keeper.restore(which)
    await keeper.create()
    await keeper.restore(which)
    assert await sums(keeper.url) == wanted
    assert made.entry.file in keeper.files()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_root_puts_back_belongs_to_whom_the_data_belong_to(keeper: Keeper) -> None:
    """Or the server, which is not root, could not open it."""
    file = Path(keeper.url.removeprefix("sqlite:///"))
    if os.geteuid() == 0:
        for one in (keeper.data_dir, file.parent, file):
            os.chown(one, 65_534, 65_534)
    theirs = file.stat().st_uid
    await keeper.create()
    await keeper.restore()
    made = [file, Path(f"{file}.lock"), keeper.folder, *keeper.folder.iterdir()]
    assert {one.name: one.stat().st_uid for one in made} == dict.fromkeys((one.name for one in made), theirs)
