import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance import cli

EXAMPLE = Path(__file__).parents[2] / "docs/restaurant.toml"


def run(data_dir: Path, *arguments: str) -> Result:
    env = {"MAITRE_DATA_DIR": str(data_dir), "HOME": str(data_dir)}
    return CliRunner().invoke(cli.maitre, arguments, env=env, prog_name="maitre")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory with La Marea, on the premium plan."""
    assert run(tmp_path, "setup", "--retell-key", "key_0123456789abcdef").exit_code == 0
    assert run(tmp_path, "restaurant", "add", str(EXAMPLE)).exit_code == 0
    return tmp_path


def exported(data_dir: Path) -> dict[str, Any]:
    file: dict[str, Any] = json.loads(run(data_dir, "restaurant", "export", "rest_la_marea").stdout)
    return file


def test_the_plans_are_listed_with_what_they_give(tmp_path: Path) -> None:
    lines = run(tmp_path, "plan", "list").stdout.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["basic", "100", "15"],
        ["premium", "500", "15"],
        ["enterprise", "2000", "15"],
    ]
    first, *_ = json.loads(run(tmp_path, "plan", "list", "--json").stdout)
    assert first == {"name": "basic", "requests": 100, "window_s": 900}


def test_a_restaurant_is_put_on_a_plan_for_a_time_and_for_good(data_dir: Path) -> None:
    told = run(data_dir, "plan", "set", "rest_la_marea", "enterprise", "--until", "2199-12-31")
    assert told.stdout.startswith("rest_la_marea is on enterprise until 2199-12-31; ")
    assert [exported(data_dir)[name] for name in ("plan", "plan_until")] == ["enterprise", "2199-12-31"]
    told = run(data_dir, "plan", "set", "rest_la_marea", "enterprise")
    assert told.stdout.startswith("rest_la_marea is on enterprise; ")
    assert "plan_until" not in exported(data_dir)


def test_a_plan_that_is_over_already_is_told_as_such(data_dir: Path) -> None:
    told = run(data_dir, "plan", "set", "rest_la_marea", "enterprise", "--until", "2020-12-31")
    assert told.stdout.startswith("rest_la_marea is on enterprise until 2020-12-31, which is over: basic counts; ")


@pytest.mark.parametrize(
    ("own", "until", "words"),
    [
        (60, "2020-12-31", "which is over; its own quota of 60 requests counts in place of the plan's; "),
        (700, "2020-12-31", "which is over: basic counts; "),
        (700, "2199-12-31", "; its own quota of 700 requests counts in place of the plan's; "),
    ],
)
def test_what_counts_is_told_where_a_restaurant_has_a_quota_of_its_own(
    data_dir: Path, tmp_path: Path, own: int, until: str, words: str
) -> None:
    file = tmp_path / "edited.json"
    file.write_text(json.dumps(exported(data_dir) | {"api_requests": own}))
    assert run(data_dir, "restaurant", "edit", str(file)).exit_code == 0
    assert words in run(data_dir, "plan", "set", "rest_la_marea", "enterprise", "--until", until).stdout


def test_programs_get_the_restaurant_as_it_is_then(data_dir: Path) -> None:
    change = json.loads(run(data_dir, "plan", "set", "rest_la_marea", "basic", "--json").stdout)
    assert (change["restaurant"]["plan"], change["affected"]) == ("basic", [])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["rest_nowhere", "basic"], 1, "There is no such restaurant."),
        (["rest_la_marea", "gold"], 2, "gold"),
        (["rest_la_marea", "basic", "--until", "soon"], 2, "soon"),
    ],
)
def test_what_makes_no_sense_is_refused(data_dir: Path, arguments: list[str], code: int, words: str) -> None:
    before = exported(data_dir)
    refused = run(data_dir, "plan", "set", *arguments)
    assert (refused.exit_code, words in refused.stderr) == (code, True)
    assert exported(data_dir) == before


def test_what_was_agreed_is_exported_and_edited_with_the_rest(data_dir: Path, tmp_path: Path) -> None:
    terms = {"plan": "enterprise", "plan_until": "2027-12-31", "api_requests": 700, "enforce_webhooks": True}
    file = tmp_path / "edited.json"
    file.write_text(json.dumps(exported(data_dir) | terms))
    assert run(data_dir, "restaurant", "edit", str(file)).exit_code == 0
    assert exported(data_dir) == json.loads(file.read_text())
