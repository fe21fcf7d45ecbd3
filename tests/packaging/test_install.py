"""The real build: once more in another folder, in an empty root, signed. Minutes, so only with `--install`."""

import json
import re
import subprocess
from pathlib import Path

import psutil
import pytest

from appliance.ops.releases import SUMS, Release, check_sum

pytestmark = pytest.mark.install


@pytest.fixture(scope="module")
def dist(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    command = [root / "packaging" / "build", "--out", place, "--work", root / "build", "--twice"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the same, byte for byte" in done.stdout
    return place


@pytest.fixture(scope="module")
def file(dist: Path) -> Path:
    (found,) = dist.glob("maitre-*-linux-*")
    return found


@pytest.fixture(scope="module")
def booted(root: Path, file: Path) -> subprocess.CompletedProcess[str]:
    command = [root / "packaging" / "smoke", file, "--suite", "bookworm"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_runs_in_an_empty_root_without_python(booted: subprocess.CompletedProcess[str]) -> None:
    assert booted.returncode == 0, booted.stdout + booted.stderr


def test_nothing_runs_on_of_what_was_booted(root: Path, booted: subprocess.CompletedProcess[str]) -> None:
    assert "demo, first answer" in booted.stdout
    (user,) = re.findall(r"^_USER = (\d+)$", (root / "packaging" / "smoke").read_text(), re.MULTILINE)
    left = [process.pid for process in psutil.process_iter() if process.uids().real == int(user)]
    assert left == []


def test_it_is_called_what_an_upgrade_looks_for(file: Path) -> None:
    assert Release.of(file.name).name == file.name


def test_the_sums_are_those_of_what_was_made(file: Path) -> None:
    check_sum(file, file.with_name(SUMS).read_text())


def test_the_bill_names_every_distribution_that_is_pinned_and_needed(root: Path, dist: Path) -> None:
    (bill,) = dist.glob("*.cdx.json")
    parts = json.loads(bill.read_text())["components"]
    named = {part["name"].lower().replace("_", "-"): part["version"] for part in parts}
    pins = dict(
        line.lower().replace("_", "-").split("==")
        for line in (root / "packaging" / "constraints.txt").read_text().splitlines()
        if "==" in line
    )
    needed = {"litestar", "granian", "sqlalchemy", "textual", "cryptography", "uvloop", "asyncpg", "alembic", "babel"}
    assert needed <= named.keys()
    assert {name: version for name, version in named.items() if name in pins and pins[name] != version} == {}


def test_lintian_has_nothing_to_say_of_the_package(dist: Path) -> None:
    (package,) = dist.glob("*.deb")
    done = subprocess.run(["lintian", "--allow-root", package], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
