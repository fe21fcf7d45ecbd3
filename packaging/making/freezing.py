"""From a commit to a folder with the program and everything that it needs, Python included."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

from source import Source

_HERE = Path(__file__).parent


class Frozen(NamedTuple):
    folder: Path
    wheel: Path
    site: Path
    """The wheel, unpacked."""
    carried: list[tuple[str, Path]]
    """What is inside by name or place, and the file that it was made from."""


def freeze(source: Source, work: Path) -> Frozen:
    """Build the wheel, unpack it beside its dependencies, and freeze both. Nothing depends on where `work` is."""
    env = environment(source.epoch_s) | {"PYINSTALLER_CONFIG_DIR": str(work / "cache")}
    wheel = _wheel(source, work / "wheel", env)
    site = work / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (metadata,) = site.glob("*.dist-info/METADATA")
    carried = work / "carried.json"
    env |= {
        "PYTHONPATH": str(site),
        "MAITRE_BUILD_METADATA": str(metadata),
        "MAITRE_BUILD_CARRIED": str(carried),
    }
    options = ("--noconfirm", "--log-level=ERROR", f"--distpath={work / 'frozen'}", f"--workpath={work / 'scraps'}")
    _run(sys.executable, "-m", "PyInstaller", *options, str(_HERE / "maitre.spec"), env=env, cwd=work)
    sort_archive(work / "frozen" / "maitre" / "_internal" / "base_library.zip")
    listed = [(name, Path(origin)) for name, origin in json.loads(carried.read_text())]
    return Frozen(work / "frozen" / "maitre", wheel, site, listed)


def sort_archive(file: Path) -> None:
    """PyInstaller writes what Python starts with in the order in which it came upon it: another one each time."""
    with zipfile.ZipFile(file) as archive:
        contents = sorted((entry, archive.read(entry)) for entry in archive.namelist())
    with zipfile.ZipFile(file, "w") as archive:
        for entry, content in contents:
            archive.writestr(zipfile.ZipInfo(entry), content)


def environment(epoch_s: int) -> dict[str, str]:
    """Ours, less what would make a difference to what is built."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}
    return kept | {"SOURCE_DATE_EPOCH": str(epoch_s), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _wheel(source: Source, folder: Path, env: dict[str, str]) -> Path:
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", f"--wheel-dir={folder}")
    _run(sys.executable, "-m", "pip", "wheel", *options, str(source.folder), env=env, cwd=source.folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _run(*command: str, env: dict[str, str], cwd: Path) -> None:
    subprocess.run(command, env=env, cwd=cwd, check=True)
