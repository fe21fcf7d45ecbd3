from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.ops.upgrade.places import Places


def run(prefix: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli.maitre, ["upgrade", "--prefix", str(prefix), *arguments, "--yes"], env={"HOME": "/nonexistent"}
    )


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """With 2.0 in use, and a folder `shop` in it that has an older one only."""
    places = Places(tmp_path)
    places.release("2.0").mkdir(parents=True)
    places.switch("2.0")
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "maitre-1.0-linux-x86_64").touch()
    return tmp_path


def test_the_newest_there_is_is_not_taken_where_it_is_older(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    refused = run(prefix, "--from", str(prefix / "shop"))
    assert (refused.exit_code, "--version 1.0" in refused.stderr) == (1, True)
    meant = run(prefix, "--from", str(prefix / "shop"), "--version", "1.0")
    assert "older" not in meant.stderr
