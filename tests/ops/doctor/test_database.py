import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance.contract import NewUser
from appliance.domain.access import AT_THE_MACHINE
from appliance.guard.sealing import Sealer
from appliance.ops.doctor import database as of_database
from appliance.ops.doctor import keys, work
from appliance.services.access.users import Users
from appliance.store import factors
from appliance.store.engine import Database
from appliance.store.factors import Factor
from support.databases import held_by_another
from support.examined import found, repaired, subject
from support.fake_clock import FakeClock
from support.people import cheap_passwords

SEALED_WITH = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
ANOTHER = "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg="


async def test_a_sound_database_is_well_in_every_respect(database_url: str, tmp_path: Path) -> None:
    seen = await found(of_database.look, subject(tmp_path, database_url=database_url))
    assert {name: check.outcome for name, check in seen.items() if name != "clock of the database"} == dict.fromkeys(
        ["database", "schema", "database size", "commits reach the disk"]
        + (["integrity"] if database_url.startswith("sqlite") else []),
        "ok",
    ) | ({"commits reach the disk": "fail"} if database_url.startswith("postgres") else {})


async def test_a_schema_that_is_behind_is_brought_up_with_consent(raw_database_url: str, tmp_path: Path) -> None:
    if raw_database_url.startswith("sqlite"):
        sqlite3.connect(raw_database_url.removeprefix("sqlite:///")).close()
    whom = subject(tmp_path, database_url=raw_database_url)
    (step,) = [one.repair async for one in of_database.look(whom) if one.repair]
    assert step.asks
    assert (await found(of_database.look, whom))["schema"].outcome == "warn"
    await repaired(of_database.look, whom)
    assert (await found(of_database.look, whom))["schema"].outcome == "ok"


async def test_a_schema_from_the_future_is_a_failure_without_a_repair(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    async with database.write() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    check = (await found(of_database.look, subject(tmp_path, database_url=database_url)))["schema"]
    assert (check.outcome, check.fixable) == ("fail", False)


@pytest.mark.parametrize("backend", ["postgres"])
async def test_a_postgres_that_does_not_flush_is_told(database_url: str, tmp_path: Path) -> None:
    """The tests' own server runs so: only processes are killed in tests."""
    check = (await found(of_database.look, subject(tmp_path, database_url=database_url)))["commits reach the disk"]
    assert (check.outcome, "fsync=off" in check.found) == ("fail", True)


async def test_a_clock_that_differs_from_the_database_servers_is_told(database_url: str, tmp_path: Path) -> None:
    """The fake one stands at another day."""
    seen = await found(of_database.look, subject(tmp_path, database_url=database_url))
    if database_url.startswith("postgres"):
        assert seen["clock of the database"].outcome == "fail"
    else:
        assert "clock of the database" not in seen


def damage(file: Path) -> None:
    """Write over the first page of a table."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'reservations'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * 200)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_damaged_file_is_told(database_url: str, tmp_path: Path) -> None:
    damage(Path(database_url.removeprefix("sqlite:///")))
    seen = await found(of_database.look, subject(tmp_path, database_url=database_url))
    assert seen["integrity"].outcome == "fail"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/maitre.db", "There is no database"),
        ("postgresql://ana:hunter2@127.0.0.1:9/book", "does not answer"),
        ("postgresql://ana:hunter2@no-such-host.invalid/book", "cannot be resolved"),
    ],
)
async def test_one_that_is_not_there_is_told_without_its_password(url: str, said: str, tmp_path: Path) -> None:
    whom = subject(tmp_path, database_url=url)
    check = (await found(of_database.look, whom))["database"]
    assert (check.outcome, said in check.found, "hunter2" in check.found) == ("fail", True, False)
    assert {one.outcome for one in (await found(work.look, whom)).values()} == {"skipped"}
    assert not os.path.exists("/nowhere")  # noqa: PTH110 — nothing waits for it


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_one_that_somebody_holds_is_told_and_everything_else_still_looked_at(
    database_url: str, tmp_path: Path
) -> None:
    whom = subject(tmp_path, database_url=database_url, db_wait_ms="100")
    async with held_by_another(database_url):
        seen = await found(of_database.look, whom)
    assert (seen["database"].outcome, seen["integrity"].outcome) == ("fail", "ok")


@pytest.mark.parametrize(("key", "outcome"), [(SEALED_WITH, "ok"), (ANOTHER, "fail")])
async def test_second_factors_must_still_open(database_url: str, tmp_path: Path, key: str, outcome: str) -> None:
    database, clock = Database(database_url), FakeClock()
    await Users(database, clock, cheap_passwords()).add(
        AT_THE_MACHINE, NewUser(email="ana@example.com", name="Ana", role="operator", password="a-long-pass-phrase-9")
    )
    user = await Users(database, clock, cheap_passwords()).one("ana@example.com")
    async with database.write() as tx:
        await factors.begin(
            tx, Factor(user_id=user.id, sealed=Sealer(SEALED_WITH).seal("s", of=user.id), begun_at=1, enabled_at=2)
        )
    seen = await found(keys.look, subject(tmp_path, database_url=database_url, factor_key=key))
    await database.close()
    assert seen["sealing key"].outcome == outcome


async def test_without_a_key_for_webhooks_nothing_would_be_believed(tmp_path: Path) -> None:
    assert (await found(keys.look, subject(tmp_path, retell_webhook_keys="")))["webhook keys"].outcome == "fail"
    two = subject(tmp_path, retell_webhook_keys="key_0123456789ab, key_ba9876543210")
    assert (await found(keys.look, two))["webhook keys"].outcome == "warn"
