import sys
from pathlib import Path

import pytest

from appliance.cli.program import program


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frozen program in its folder, and `current`, a link to that."""
    itself = tmp_path / "releases" / "1.0" / "maitre"
    itself.parent.mkdir(parents=True)
    itself.write_text("#!/bin/sh\n")
    itself.chmod(0o755)
    (tmp_path / "current").symlink_to("releases/1.0")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(itself))
    return itself


def called(monkeypatch: pytest.MonkeyPatch, as_: object) -> list[str]:
    monkeypatch.setattr(sys, "argv", [str(as_), "serve"])
    return program()


def test_called_by_a_link_the_link_is_kept_as_an_upgrade_moves_it(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "current" / "maitre"
    assert called(monkeypatch, link) == [str(link)]


def test_found_on_the_path_it_is_told_with_its_place(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "current"))
    assert called(monkeypatch, "maitre") == [str(tmp_path / "current" / "maitre")]


def test_a_frozen_program_that_another_of_its_name_hides_runs_itself(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "bin" / "maitre"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    assert called(monkeypatch, other) == [str(release)]


def test_a_checkout_is_run_by_its_python(monkeypatch: pytest.MonkeyPatch) -> None:
    assert called(monkeypatch, "/src/appliance/__main__.py") == [sys.executable, "-m", "appliance"]
