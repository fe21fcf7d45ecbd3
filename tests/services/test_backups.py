"""An operator has a backup made: by a program of its own, one at a time, and what became of it is told."""

import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from appliance.domain.backups import name_of
from appliance.errors import Conflict
from appliance.services import audit
from appliance.services.backups import Backups
from appliance.store import audit as audit_rows
from appliance.store.engine import Database
from support.fake_clock import FakeClock
from support.serving import until

Opened = Callable[..., Backups]
MADE = {"entry": {"name": "maitre-20261127T090000.000Z"}, "path": "/x", "remote_error": ""}


@pytest.fixture
async def asked(database: Database, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Opened]:
    """Makes them with a program of these lines of Python."""
    opened: list[Backups] = []

    def with_program(*lines: str) -> Backups:
        command = (sys.executable, "-c", "\n".join(lines)) if lines else ()
        opened.append(Backups(database, clock, tmp_path / "backups", command))
        return opened[-1]

    yield with_program
    for one in opened:
        await one.stop()


def says(made: object, code: int = 0) -> tuple[str, ...]:
    return ("import sys", f"print({json.dumps(made)!r})", f"sys.exit({code})")


async def outcome(backups: Backups) -> tuple[str, str, str]:
    async def over() -> bool:
        return not backups.is_making

    await until(over)
    assert backups.work
    return backups.work.state, backups.work.name, backups.work.error


async def test_one_that_was_made_is_told_by_its_name(asked: Opened) -> None:
    backups = asked(*says(MADE))
    assert (await backups.begin()).state == "running"
    assert await outcome(backups) == ("done", "maitre-20261127T090000.000Z", "")


async def test_what_the_program_complains_of_last_is_why_it_failed(asked: Opened) -> None:
    complaint = 'sys.stderr.write(\'{"event": "x"}\\nmaitre: the disk is full\\n\')'
    backups = asked("import sys", complaint, "sys.exit(1)")
    await backups.begin()
    assert await outcome(backups) == ("failed", "", "the disk is full")


async def test_one_that_did_not_get_elsewhere_says_so_and_has_its_name(asked: Opened) -> None:
    backups = asked(*says(MADE | {"remote_error": "the store is away"}, code=1))
    await backups.begin()
    assert await outcome(backups) == ("failed", "maitre-20261127T090000.000Z", "the store is away")


async def test_a_program_that_is_gone_is_a_failure(database: Database, clock: FakeClock, tmp_path: Path) -> None:
    backups = Backups(database, clock, tmp_path, (str(tmp_path / "gone"),))
    await backups.begin()
    state, _, error = await outcome(backups)
    assert (state, "gone" in error) == ("failed", True)


async def test_there_is_one_at_a_time(asked: Opened) -> None:
    backups = asked("import time", "time.sleep(60)")
    await backups.begin()
    with pytest.raises(Conflict, match="already"):
        await backups.begin()


async def test_after_one_that_failed_another_may_be_asked_for(asked: Opened) -> None:
    backups = asked("import sys", "sys.exit(3)")
    await backups.begin()
    assert await outcome(backups) == ("failed", "", "exit code 3")
    assert (await backups.begin()).error == ""


async def test_a_server_that_ends_waits_for_none(asked: Opened, clock: FakeClock) -> None:
    backups = asked("import time", "time.sleep(60)")
    await backups.begin()
    await backups.stop()
    assert backups._making
    assert backups._making.cancelled()


async def test_who_asked_is_in_the_audit(asked: Opened, database: Database) -> None:
    backups = asked(*says(MADE))
    with audit.acting(audit.Actor(name="ana@example.com", role="operator", address="::1")):
        await backups.begin()
    async with database.read() as tx:
        (row,), _ = await audit_rows.page(tx, restaurant_id=None, limit=10, offset=0)
    assert (row.action, row.actor) == ("backup.asked", "ana@example.com")


async def test_a_server_that_was_given_no_program_says_what_makes_one(asked: Opened) -> None:
    with pytest.raises(Conflict, match="maitre backup create"):
        await asked().begin()


async def test_the_list_is_newest_first_in_pages_and_leaves_out_what_is_half_there(
    asked: Opened, clock: FakeClock, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [name_of(clock.now_ms() - hours * 3_600_000) for hours in range(4)]
    for name in names:
        (folder / f"{name}.json").write_text(json.dumps({"file": f"{name}.tar", "bytes": 7, "encrypted": False}))
    for name in names[:3]:
        (folder / f"{name}.tar").write_bytes(b"a backup")
    (folder / f"{name_of(0)}.json").write_text("{}")
    backups = asked()
    told = await backups.list(limit=2, offset=0)
    assert ([row.name for row in told.items], told.total, told.next) == (names[:2], 3, 2)
    rest = await backups.list(limit=2, offset=2)
    assert ([row.name for row in rest.items], rest.next) == (names[2:3], None)


async def test_without_a_folder_there_are_none(asked: Opened) -> None:
    assert (await asked().list(limit=9, offset=0)).items == []
