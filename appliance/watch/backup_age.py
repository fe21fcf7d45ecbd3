"""Which backups there are, and how old the newest is: told by the names in their folder, and the notes beside them."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from appliance.domain.backups import made_at

_NOTE = ".json"


class Kept(Struct, frozen=True, kw_only=True):
    """A backup that is whole. `made_at` in Unix ms."""

    name: str
    made_at: int
    bytes: int
    encrypted: bool


class _Note(Struct, frozen=True, kw_only=True):
    """What is looked at of a note."""

    file: str
    bytes: int
    encrypted: bool


def newest_at(folder: Path) -> int | None:
    """When the newest backup was made, in Unix ms; None where there is none, or the folder cannot be looked into.

    Nothing is opened for it: it is asked all the time.
    """
    try:
        names = [file.stem for file in folder.iterdir() if file.suffix == _NOTE]
    except OSError:
        return None
    return max((at for name in names if (at := made_at(name)) is not None), default=None)


def listed(folder: Path) -> list[Kept]:
    """Those that are whole, newest first; none where the folder cannot be looked into."""
    return sorted(_kept(folder), key=lambda one: one.made_at, reverse=True)


def _kept(folder: Path) -> Iterator[Kept]:
    for note in folder.glob(f"*{_NOTE}"):
        at = made_at(note.stem)
        if at is None:
            continue
        try:
            told = msgspec.json.decode(note.read_bytes(), type=_Note)
        except (OSError, msgspec.MsgspecError):
            continue  # let go of meanwhile, or somebody else's
        if (folder / Path(told.file).name).exists():
            yield Kept(name=note.stem, made_at=at, bytes=told.bytes, encrypted=told.encrypted)
