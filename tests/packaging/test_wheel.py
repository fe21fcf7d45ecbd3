import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

PACKAGES = ("appliance", "tui")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, as setuptools leaves its scraps among the sources, and without the network."""
    source = tmp_path_factory.mktemp("source")
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / file, source)
    for package in PACKAGES:
        shutil.copytree(root / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    dist = tmp_path_factory.mktemp("dist")
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", f"--wheel-dir={dist}")
    _python("-m", "pip", "wheel", *options, str(source), cwd=source)
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as archive:
        archive.extractall(place)
    return place


def test_the_wheel_carries_every_file_of_both_packages(root: Path, unpacked: Path) -> None:
    ours = {
        file.relative_to(root)
        for package in PACKAGES
        for file in (root / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    carried = {file.relative_to(unpacked) for file in unpacked.rglob("*") if file.is_file()}
    assert ours <= carried


def test_the_wheel_carries_nothing_but_its_packages_and_their_description(unpacked: Path) -> None:
    assert {path.name.split("-")[0] for path in unpacked.iterdir()} == {*PACKAGES, "maitre"}


def test_the_wheel_carries_the_units_as_files(root: Path, unpacked: Path) -> None:
    for unit in (root / "systemd").iterdir():
        assert (unpacked / "appliance" / "units" / unit.name).read_bytes() == unit.read_bytes()


def test_the_wheel_offers_the_command(unpacked: Path) -> None:
    (entry_points,) = unpacked.glob("*.dist-info/entry_points.txt")
    assert "maitre = appliance.cli:main" in entry_points.read_text()


def test_the_wheel_makes_a_new_database_from_its_own_migrations(unpacked: Path, tmp_path: Path) -> None:
    program = """
import asyncio, sys
from pathlib import Path
from appliance.store import migrate
from appliance.store.engine import Database

async def main():
    database = Database(sys.argv[1])
    print(Path(migrate.__file__).parents[2], await migrate.upgrade(database))
    await database.close()

asyncio.run(main())
"""
    said = _python("-c", program, f"sqlite:///{tmp_path / 'maitre.db'}", cwd=unpacked)
    origin, revision = said.split()
    assert Path(origin) == unpacked.resolve()
    assert revision


def _python(*arguments: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
