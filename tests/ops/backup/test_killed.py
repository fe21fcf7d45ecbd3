"""SIGKILL at any instant of a backup or a restore: nothing is half, and the same command again does it."""

import json
import random
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from appliance.ops.backup.finding import listing
from appliance.store import schema
from appliance.store.engine import Database
from support.backups import Keeper, event, sums
from support.serve_process import command, environment

START_S = 0.25
"""Python and its imports: before that there is nothing to interrupt."""
_TRIES = 5
"""For each kill that is to hit: on a machine whose load changes, the work may be done before."""


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    count: int = request.config.getoption("--backup-kills")
    return count


def begun(keeper: Keeper, *arguments: str) -> subprocess.Popen[bytes]:
    settings = {"database_url": keeper.url, "data_dir": keeper.data_dir}
    return subprocess.Popen(
        command("backup", *arguments),
        env=environment(**settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def done(keeper: Keeper, *arguments: str) -> bytes:
    with begun(keeper, *arguments) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def killed(keeper: Keeper, *arguments: str, after_s: float) -> bool:
    """Whether it was still at work."""
    with begun(keeper, *arguments) as process:
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.kill()
        process.communicate(timeout=60)
    return process.returncode == -9


def length_s(keeper: Keeper, *arguments: str) -> float:
    began = time.monotonic()
    done(keeper, *arguments)
    return time.monotonic() - began


async def test_a_backup_killed_half_way_is_none_and_the_next_one_clears_up(keeper: Keeper, kills: int) -> None:
    whole_s, hit = length_s(keeper, "create"), 0
    for _ in range(_TRIES * kills):
        if hit == kills:
            break
        hit += killed(keeper, "create", after_s=random.uniform(START_S, whole_s))
        for one in (await listing(keeper.settings)).backups:
            await keeper.verify(one.entry.name)
    made = json.loads(done(keeper, "create", "--json"))
    names = [one.entry.name for one in (await listing(keeper.settings)).backups]
    assert names[0] == made["entry"]["name"]
    assert keeper.files() == sorted(f"{name}{end}" for name in names for end in (".json", ".tar.zst"))
    assert hit == kills, "it was hardly ever at work"


async def test_a_backup_whose_file_is_there_with_its_note_half_made_is_cleared_away(keeper: Keeper) -> None:
    """The instant between the two, as one is made and as it is let go of."""
    made = await keeper.create()
    note = keeper.folder / f"{made.entry.name}.json"
    note.rename(note.with_name(f"half-made-{note.name}"))
    assert (await listing(keeper.settings)).backups == []
    again = await keeper.create()
    assert keeper.files() == [f"{again.entry.name}.json", f"{again.entry.name}.tar.zst"]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_an_abandoned_restore_had_unpacked_is_cleared_away_by_the_next_backup(keeper: Keeper) -> None:
    left = Path(keeper.url.removeprefix("sqlite:///")).parent / "half-made-restored"
    left.mkdir()
    (left / "maitre.db").write_text("all of it")
    await keeper.create()
    assert not left.exists()


async def test_a_restore_killed_half_way_leaves_the_old_or_the_new_and_is_done_again(
    keeper: Keeper, kills: int
) -> None:
    wanted = await sums(keeper.url)
    await keeper.create()
    whole_s, hit = length_s(keeper, "restore", "newest", "--yes"), 0
    for n in range(_TRIES * kills):
        if hit == kills:
            break
        await change(keeper.url, n)
        changed = await sums(keeper.url)
        hit += killed(keeper, "restore", "newest", "--yes", after_s=random.uniform(START_S, whole_s))
        assert await sums(keeper.url) in (changed, wanted)
        done(keeper, "restore", "newest", "--yes")
        assert await sums(keeper.url) == wanted
        assert not [one for one in keeper.files() if one.startswith("half-made")]
        assert not list(Path(keeper.data_dir).parent.glob("half-made*"))
    assert hit == kills, "it was hardly ever at work"


async def change(url: str, n: int) -> None:
    database = Database(url)
    async with database.write() as tx:
        await tx.execute(delete(schema.customers).where(schema.customers.c.vip))
        await tx.execute(insert(schema.call_events), [event(9_000_000 + n)])
    await database.close()
