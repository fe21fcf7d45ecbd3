"""What is built: the committed files, as they were when they were committed, and what their commit says of itself."""

import subprocess
import tarfile
import tomllib
from io import BytesIO
from pathlib import Path
from typing import NamedTuple


class Source(NamedTuple):
    """An export of a commit."""

    folder: Path
    version: str
    commit: str
    epoch_s: int
    """When it was committed: the time of every file that is built from it."""


def export(root: Path, folder: Path) -> Source:
    """Write the files of HEAD into the folder, which is made."""
    commit, epoch = _git(root, "show", "-s", "--format=%H %ct", "HEAD").decode().split()
    folder.mkdir(parents=True)
    with tarfile.open(
        fileobj=BytesIO(_git(root, "-c", "tar.umask=0022", "archive", "--format=tar", "HEAD"))
    ) as archive:
        archive.extractall(folder)  # noqa: S202 — git made it; Debian 12's Python has no filter yet
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return Source(folder, project["version"], commit, int(epoch))


def changed(root: Path) -> list[str]:
    """The files that differ from what is committed: no part of what is built."""
    return _git(root, "status", "--porcelain").decode().splitlines()


def _git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True).stdout
