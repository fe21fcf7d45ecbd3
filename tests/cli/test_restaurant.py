import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli

EXAMPLE = Path(__file__).parents[2] / "docs/restaurant.toml"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory that was set up."""
    assert run(tmp_path, "setup", "--retell-key", "key_0123456789abcdef").exit_code == 0
    return tmp_path


def run(data_dir: Path, *arguments: str) -> Result:
    env = {"MAITRE_DATA_DIR": str(data_dir), "HOME": str(data_dir)}
    return CliRunner().invoke(cli.maitre, arguments, env=env, prog_name="maitre")


def test_the_example_of_the_docs_can_be_added_and_is_listed(data_dir: Path) -> None:
    assert run(data_dir, "restaurant", "add", str(EXAMPLE)).output.startswith("added rest_la_marea;")
    listed = run(data_dir, "restaurant", "list").stdout.splitlines()
    assert listed[1].split() == ["rest_la_marea", "La", "Marea", "premium", "6", "22", "+34910123456"]


def test_what_is_exported_can_be_added_elsewhere(data_dir: Path, tmp_path: Path) -> None:
    run(data_dir, "restaurant", "add", str(EXAMPLE))
    exported = json.loads(run(data_dir, "restaurant", "export", "rest_la_marea").stdout)
    file = tmp_path / "again.json"
    file.write_text(json.dumps(exported | {"id": "rest_again", "agents": [], "numbers": []}))
    assert json.loads(run(data_dir, "restaurant", "add", str(file), "--json").stdout) == {"id": "rest_again"}


def test_a_restaurant_that_is_there_already_is_refused_by_name(data_dir: Path) -> None:
    run(data_dir, "restaurant", "add", str(EXAMPLE))
    again = run(data_dir, "restaurant", "add", str(EXAMPLE))
    assert again.exit_code == 1
    assert "rest_la_marea" in again.stderr


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("no.toml", None, "cannot be read"),
        ("odd.toml", "name = ", "Invalid value"),
        ("odd.json", "{", "truncated"),
        ("odd.json", '{"name": "X", "planet": 1}', "unknown field `planet`"),
        ("odd.toml", 'name = "X"\nmax_party = 0', "max_party"),
        ("odd.toml", 'name = "X"\ntimezone = "Mars"', "'Mars' is no time zone"),
    ],
)
def test_a_file_that_is_wrong_is_told_so_in_words(
    data_dir: Path, tmp_path: Path, name: str, text: str | None, complaint: str
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_text(text)
    refused = run(data_dir, "restaurant", "add", str(file))
    assert refused.exit_code == 1
    assert complaint in refused.stderr


def test_without_a_database_a_visit_makes_none(tmp_path: Path) -> None:
    refused = run(tmp_path, "restaurant", "list")
    assert refused.exit_code == 1
    assert "maitre setup" in refused.stderr
    assert not (tmp_path / "maitre.db").exists()


def test_an_unknown_restaurant_cannot_be_exported(data_dir: Path) -> None:
    assert run(data_dir, "restaurant", "export", "rest_nowhere").exit_code == 1
