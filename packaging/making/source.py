"""What is built: the committed files, as they were when they were committed, and what their commit says of itself."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tomllib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

_WITHOUT_GIT = ("LICENSE", "README.md", "appliance", "pyproject.toml", "systemd", "tui")
"""What a program is made of; with git, it is all that is committed."""
_SCRAPS = ("__pycache__", "*.pyc", "*.egg-info")


class Source(NamedTuple):
    """An export of a commit, or, where there is no git, a copy."""

    folder: Path
    version: str
    commit: str
    """Of a copy, what its contents hash to: as long, and as much of a name."""
    epoch_s: int
    """When it was committed: the time of every file that is built from it."""


def export(root: Path, folder: Path) -> Source:
    """Write the files of HEAD into the folder, which is made; those that lie there where the root is no checkout."""
    folder.mkdir(parents=True)
    commit, epoch_s = _committed(root, folder) if (root / ".git").exists() else _copied(root, folder)
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return Source(folder, project["version"], commit, epoch_s)


def _committed(root: Path, folder: Path) -> tuple[str, int]:
    commit, epoch = _git(root, "show", "-s", "--format=%H %ct", "HEAD").decode().split()
    packed = _git(root, "-c", "tar.umask=0022", "archive", "--format=tar", "HEAD")
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder)  # noqa: S202 — git made it; Debian 12's Python has no filter yet
    return commit, int(epoch)


def _copied(root: Path, folder: Path) -> tuple[str, int]:
    for name in _WITHOUT_GIT:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns(*_SCRAPS))
        else:
            shutil.copy2(root / name, folder / name)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    return _hash(folder, files), int(told or max(path.stat().st_mtime for path in files))


def _hash(folder: Path, files: list[Path]) -> str:
    sums = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n" for file in files)
    return hashlib.sha256("".join(sums).encode()).hexdigest()[:40]


def changed(root: Path) -> list[str]:
    """The files that differ from what is committed: no part of what is built."""
    return _git(root, "status", "--porcelain").decode().splitlines() if (root / ".git").exists() else []


def _git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True).stdout
