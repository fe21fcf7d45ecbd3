"""`maitre backup` as an operator types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.domain.access import Role
from appliance.store import users
from appliance.store.engine import Database
from appliance.store.migrate import newest_revision
from appliance.store.users import User

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> Path:
    """The data directory of somebody who has set up."""
    ana = User(id="user_1", email="a@b.c", name="Ana", role=Role.OPERATOR, created_at=1)
    async with database.write() as tx:
        await users.add(tx, ana)
    await database.close()
    (tmp_path / "maitre.toml").write_text("port = 9000\n")
    (tmp_path / "factor.key").write_text("A" * 43 + "=")
    return tmp_path


def run(house: Path, *arguments: str) -> Result:
    command = ["backup", *arguments, "--data-dir", str(house)]
    return CliRunner().invoke(cli.maitre, command, env={"HOME": "/nonexistent"}, prog_name="maitre")


def test_a_night_and_the_morning_after(house: Path) -> None:
    made = run(house, "create")
    assert made.exit_code == 0, made.output
    assert f"1 rows, schema {newest_revision()}, not encrypted; tried out, and sound" in made.stdout
    (row,) = run(house, "list").stdout.splitlines()[1:]
    assert row.split()[0] in made.stdout
    assert row.endswith("here")
    assert "is sound: 1 rows in 36 tables" in run(house, "verify").stdout
    done = run(house, "restore", "newest", "--yes")
    assert done.exit_code == 0, done.output
    assert "users  1            1" in done.stdout
    assert "Start the server again." in done.stdout


def test_for_programs_there_is_json(house: Path) -> None:
    made = json.loads(run(house, "create", "--json").stdout)
    listed = json.loads(run(house, "list", "--json").stdout)
    assert [one["entry"] for one in listed["backups"]] == [made["entry"]]
    assert json.loads(run(house, "verify", "--json").stdout)["rows"] == 1
    done = json.loads(run(house, "restore", made["entry"]["name"], "--yes", "--json").stdout)
    assert (done["rows_before"], done["rows_after"]) == (done["rows_after"], done["rows_before"])
    assert done["notes"] == []


def test_it_carries_the_settings_and_the_key_that_second_factors_need(house: Path) -> None:
    run(house, "create")
    (house / "maitre.toml").unlink()
    (house / "factor.key").write_text("B" * 43 + "=")
    done = run(house, "restore", "newest", "--yes")
    assert "factor.key is the backup's" in done.stdout
    assert (house / "maitre.toml").read_text() == "port = 9000\n"
    assert (house / "factor.key").read_text() == "A" * 43 + "="
    assert (house / "factor.key").stat().st_mode & 0o077 == 0


def test_settings_that_are_there_are_kept_unless_it_is_asked_otherwise(house: Path) -> None:
    run(house, "create")
    (house / "maitre.toml").write_text("port = 9001\n")
    assert "was left as it is" in run(house, "restore", "newest", "--yes").stdout
    assert (house / "maitre.toml").read_text() == "port = 9001\n"
    run(house, "restore", "newest", "--yes", "--with-config")
    assert (house / "maitre.toml").read_text() == "port = 9000\n"


def test_nothing_is_put_back_unasked(house: Path) -> None:
    run(house, "create")
    refused = run(house, "restore", "newest")
    assert (refused.exit_code, "say --yes" in refused.stderr) == (2, True)


def test_without_a_backup_it_says_so(house: Path) -> None:
    assert run(house, "list").stdout.split() == ["name", "made", "for", "size", "rows", "schema", "where"]
    refused = run(house, "verify")
    assert (refused.exit_code, "There is no backup newest" in refused.stderr) == (1, True)
