"""How old a system may be: the newest version of glibc that any file of the program asks for."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_NEED = re.compile(rb"Name: GLIBC_(\d+(?:\.\d+)+)")
_MAGIC = b"\x7fELF"


class Floor(NamedTuple):
    version: tuple[int, ...]
    asked_by: tuple[str, ...]
    """The files, as a few words to look for when it should be lower."""

    def __str__(self) -> str:
        return ".".join(map(str, self.version))


def glibc_floor(folder: Path) -> Floor:
    """Of all ELF files below the folder, whatever their names are."""
    needs = {file: max(needed(file), default=()) for file in elf_files(folder)}
    highest = max(needs.values(), default=())
    return Floor(highest, tuple(sorted(file.name for file, version in needs.items() if version == highest)))


def elf_files(folder: Path) -> Iterable[Path]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(len(_MAGIC)) == _MAGIC:
                    yield file


def needed(file: Path) -> list[tuple[int, ...]]:
    """The versions of glibc that its symbols name."""
    said = subprocess.run(["readelf", "--version-info", "--wide", file], capture_output=True, check=True).stdout
    return [tuple(map(int, version.split(b"."))) for version in _NEED.findall(said)]
