import asyncio
import fcntl
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.clock import SystemClock
from appliance.store.engine import Database
from appliance.store.inbox import NewEvent, accept
from appliance.store.migrate import newest_revision


def run(database_url: str, *arguments: str) -> Result:
    command = ["db", *arguments, "--database-url", database_url]
    return CliRunner().invoke(cli.maitre, command, env={"HOME": "/nonexistent"}, prog_name="maitre")


def test_a_new_database_is_migrated_and_then_up_to_date(raw_database_url: str) -> None:
    if raw_database_url.startswith("sqlite"):
        Path(raw_database_url.removeprefix("sqlite:///")).touch()
    before = json.loads(run(raw_database_url, "status", "--json").stdout)
    assert (before["current"], before["up_to_date"]) == ("", False)
    assert "run `maitre db migrate`" in run(raw_database_url, "status").stdout
    assert json.loads(run(raw_database_url, "migrate", "--json").stdout) == {"schema": newest_revision()}
    assert run(raw_database_url, "migrate").stdout == f"the schema is {newest_revision()}\n"
    after = json.loads(run(raw_database_url, "status", "--json").stdout)
    assert (after["current"], after["newest"], after["up_to_date"]) == (newest_revision(), newest_revision(), True)
    assert "up to date" in run(raw_database_url, "status").stdout


@pytest.mark.parametrize("verb", ["status", "migrate"])
def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, verb: str) -> None:
    refused = run(f"sqlite:///{tmp_path}/maitre.db", verb)
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert "maitre setup" in refused.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_newer_schema_is_not_touched_by_any_verb(database_url: str) -> None:
    file = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    refused = run(database_url, "migrate")
    assert (refused.exit_code, "newer than this program knows" in refused.stderr) == (1, True)
    for verb in (["queue", "list"], ["queue", "retry", "--all"], ["replay", "x"], ["restaurant", "list"]):
        done = CliRunner().invoke(cli.maitre, [*verb, "--database-url", database_url], prog_name="maitre")
        assert (done.exit_code, "schema 9999" in done.stderr) == (1, True), verb


def test_every_table_is_shown_with_its_rows_and_size(database_url: str) -> None:
    asyncio.run(keep_an_old_event(database_url))
    found = {row["name"]: row for row in json.loads(run(database_url, "stats", "--json").stdout)}
    assert (found["calls"]["rows"], found["inbox"]["rows"], found["tasks"]["rows"]) == (0, 1, 1)
    assert all(row["size_bytes"] > 0 for row in found.values())
    assert run(database_url, "stats").stdout.splitlines()[0].split() == ["table", "rows", "size"]


def test_optimizing_knows_the_tables_and_keeps_the_rows(database_url: str) -> None:
    for arguments in ([], ["--rewrite"]):
        done = json.loads(run(database_url, "optimize", *arguments, "--json").stdout)
        assert (done["rewritten"], done["after_bytes"] > 0) == (bool(arguments), True)
    assert " MB before, " in run(database_url, "optimize").stdout
    assert json.loads(run(database_url, "status", "--json").stdout)["up_to_date"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_file_that_a_server_uses_is_not_rewritten(database_url: str) -> None:
    with Path(f"{database_url.removeprefix('sqlite:///')}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = run(database_url, "optimize", "--rewrite")
        assert (refused.exit_code, "stop it first" in refused.stderr) == (1, True)
        assert run(database_url, "optimize").exit_code == 0


def test_what_was_kept_for_long_enough_goes(database_url: str) -> None:
    assert run(database_url, "clean").stdout == "nothing was due\n"
    asyncio.run(keep_an_old_event(database_url))
    assert json.loads(run(database_url, "clean", "--json").stdout) == {"inbox": 1}
    assert run(database_url, "clean").stdout == "nothing was due\n"


async def keep_an_old_event(database_url: str) -> None:
    """Of a year ago, and of no restaurant."""
    database = Database(database_url)
    at = SystemClock().now_ms() - 365 * 86_400_000
    event = {"idempotency_key": "k", "provider": "retell", "event": "call_ended", "call_id": "c", "restaurant_id": ""}
    await accept(database, [NewEvent(id="event_0", headers="{}", body=b"{}", received_at=at, state="held", **event)])
    await database.close()


def test_a_password_is_not_shown() -> None:
    refused = run("postgresql://ana:hunter2@/book?host=/nowhere", "status")
    assert (refused.exit_code, "hunter2" in refused.output) == (1, False)
