import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.store import audit
from appliance.store.engine import Database
from support.fake_clock import FakeClock
from support.people import HOME, porch

EXAMPLE = Path(__file__).parents[2] / "docs/restaurant.toml"
OWNER = ("eva@example.com", "--name", "Eva", "--role", "owner", "--restaurant", "rest_la_marea")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory that was set up, with La Marea in it."""
    for arguments in (("setup", "--retell-key", "key_0123456789abcdef"), ("restaurant", "add", str(EXAMPLE))):
        assert run(tmp_path, *arguments).exit_code == 0
    return tmp_path


def run(data_dir: Path, *arguments: str, typed: str | None = None) -> Result:
    env = {"MAITRE_DATA_DIR": str(data_dir), "HOME": str(data_dir)}
    return CliRunner().invoke(cli.maitre, arguments, env=env, prog_name="maitre", input=typed)


def told(data_dir: Path, *arguments: str) -> Any:
    done = run(data_dir, *arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_user_gets_a_password_that_is_shown_once(data_dir: Path) -> None:
    made = told(data_dir, "user", "add", *OWNER)
    assert len(made["password"]) >= 12
    assert made["password"] not in run(data_dir, "user", "list").stdout


def test_a_password_may_be_typed_instead(data_dir: Path) -> None:
    done = run(data_dir, "user", "add", *OWNER, "--ask-password", typed="tres tristes tigres\ntres tristes tigres\n")
    assert done.exit_code == 0
    assert "Password, shown" not in done.stdout


def test_operators_are_listed_first(data_dir: Path) -> None:
    told(data_dir, "user", "add", *OWNER)
    assert [one["role"] for one in told(data_dir, "user", "list")] == ["operator", "owner"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("eva@example.com", "--name", "Eva", "--role", "owner", "--restaurant", "rest_x"), "There is no restaurant"),
        (("eva@example.com", "--name", "Eva", "--role", "owner"), "role: an operator belongs to no restaurant"),
        (("eva", "--name", "Eva", "--role", "operator"), "email: must be an address such as"),
        (("admin@localhost", "--name", "Eva", "--role", "operator"), "email: is somebody's already"),
    ],
)
def test_a_user_that_cannot_be_is_refused_in_a_line(data_dir: Path, arguments: tuple[str, ...], reason: str) -> None:
    done = run(data_dir, "user", "add", *arguments)
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert reason in done.stderr


def test_a_user_can_be_changed_closed_and_removed(data_dir: Path) -> None:
    told(data_dir, "user", "add", *OWNER)
    assert told(data_dir, "user", "edit", "EVA@example.com", "--role", "staff", "--close")["active"] is False
    assert told(data_dir, "user", "password", "eva@example.com")["password"]
    told(data_dir, "user", "remove", "eva@example.com")
    assert run(data_dir, "user", "remove", "eva@example.com").stderr == "maitre: There is no user eva@example.com.\n"


def test_one_user_or_everybody_is_signed_out(data_dir: Path) -> None:
    told(data_dir, "user", "add", *OWNER)
    assert told(data_dir, "user", "sign-out", "EVA@example.com") == {"users": 1, "sessions": 0}
    assert told(data_dir, "user", "sign-out", "--everybody") == {"users": 2, "sessions": 0}
    assert run(data_dir, "user", "sign-out", "eva@example.com").stdout == "users: 1, sessions ended: 0\n"


async def begin_factor(data_dir: Path, email: str, password: str) -> None:
    database = Database(f"sqlite:///{data_dir / 'maitre.db'}")
    door = porch(database, FakeClock())
    signed_in = await door.log_in(email, password)
    await door.factors.begin(await door.sessions.principal(signed_in.access_token), password, HOME)
    await database.close()


async def last_entry(data_dir: Path) -> tuple[str, str]:
    database = Database(f"sqlite:///{data_dir / 'maitre.db'}")
    async with database.read() as tx:
        [row], _ = await audit.page(tx, restaurant_id=None, limit=1, offset=0)
    await database.close()
    return row.actor, row.action


def test_a_lost_second_factor_is_taken_away_once_and_written_down(data_dir: Path) -> None:
    password = told(data_dir, "user", "add", *OWNER)["password"]
    asyncio.run(begin_factor(data_dir, "eva@example.com", password))
    assert told(data_dir, "user", "reset-factor", "eva@example.com") == {"email": "eva@example.com"}
    assert asyncio.run(last_entry(data_dir)) == ("command line", "user.factor_reset")
    again = run(data_dir, "user", "reset-factor", "eva@example.com")
    assert (again.exit_code, again.stderr) == (1, "maitre: There is no second factor.\n")


@pytest.mark.parametrize("arguments", [(), ("eva@example.com", "--everybody")])
def test_who_is_to_be_signed_out_must_be_said(data_dir: Path, arguments: tuple[str, ...]) -> None:
    done = run(data_dir, "user", "sign-out", *arguments)
    assert done.exit_code == 2
    assert "Name one user, or --everybody" in done.stderr


def test_a_token_is_made_listed_and_revoked(data_dir: Path) -> None:
    told(data_dir, "user", "add", *OWNER)
    made = told(data_dir, "token", "create", "eva@example.com", "--name", "till", "--scope", "book:read", "--days", "3")
    assert made["token"].startswith("maitre_")
    [listed] = told(data_dir, "token", "list", "eva@example.com")
    assert (listed["name"], listed["scopes"], listed["last_used_at"]) == ("till", ["book:read"], None)
    told(data_dir, "token", "revoke", listed["id"])
    assert told(data_dir, "token", "list", "eva@example.com") == []


def test_the_key_is_rotated(data_dir: Path) -> None:
    first, second = [told(data_dir, "key", "rotate")["id"] for _ in range(2)]
    assert first != second
