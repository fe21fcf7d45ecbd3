"""The folder of the backups: a file each, and beside it what is in it. What has no such note is none yet.

The note gets its name last, once all is on the disk, so that whatever is listed is whole. Until then it is called half
made: so it is known which file is. One without any note is somebody's who brought it here, and is let alone.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from appliance.config import Settings
from appliance.domain.backups import kept, made_at
from appliance.errors import BackupError
from appliance.ops.backup.manifest import Entry, Why
from appliance.store.disk import sync
from appliance.store.sqlite import owned_as

_HALF_MADE = "half-made-"
_LOCK = ".lock"
_LOOK_EVERY_S = 0.2
NOTE = ".json"
_SAFETY_COPIES = 3
"""Those made before something was put back or upgraded; beside the others."""


class Folder:
    """Raises BackupError for what the file system refuses. `beside` is the file that a restore works next to."""

    def __init__(self, path: Path, *, beside: Path | None = None) -> None:
        self.path = path
        self._beside = beside.parent if beside else path

    @contextmanager
    def alone(self, *, wait_s: float = 0.0) -> Iterator[None]:
        """One who makes or puts back at a time; what another left half made is cleared away.

        Raises BackupError when another does not end within `wait_s`.
        """
        with _told(self.path):
            if not self.path.exists():
                self.path.mkdir(parents=True, mode=0o700)
                owned_as(self.path, self.path.parent)
            lock = open(self.path / _LOCK, "w", opener=_private)  # noqa: SIM115 — held beyond this block
        with lock:
            owned_as(self.path / _LOCK, self.path)
            until = time.monotonic() + wait_s
            while not _locked(lock):
                if time.monotonic() >= until:
                    raise BackupError(f"Another backup or restore is under way in {self.path}.")
                time.sleep(_LOOK_EVERY_S)
            self._clear_up()
            yield

    @contextmanager
    def scratch(self, what: str, *, beside: bool = False) -> Iterator[Path]:
        """A folder of one's own that is gone afterwards; `beside` has it where the data are, on their disk."""
        path = (self._beside if beside else self.path) / f"{_HALF_MADE}{what}"
        with _told(path):
            shutil.rmtree(path, ignore_errors=True)  # another's that was killed: only who is alone comes here
            path.mkdir(mode=0o700)
            try:
                yield path
            finally:
                shutil.rmtree(path, ignore_errors=True)

    def entries(self) -> list[Entry]:
        """Those that are whole, newest first."""
        with _told(self.path):
            notes = sorted(self.path.glob(f"*{NOTE}"), reverse=True) if self.path.exists() else []
            return [entry for note in notes if (entry := self._entry(note))]

    def file(self, entry: Entry) -> Path:
        return self.path / entry.file

    def brought(self, name: str) -> Path | None:
        """The file of a backup that lies here without its note, if there is one of that name."""
        if made_at(name) is None or self._note(name).exists():
            return None
        return next(self.path.glob(f"{name}.tar*"), None)

    def add(self, made: Path, entry: Entry) -> None:
        """Take in a file that lies in this folder's scratch. It is a backup once its note is there."""
        with _told(self.path):
            self._settle(made)
            fresh = self._half_made_note(entry.name)
            fresh.write_bytes(msgspec.json.format(msgspec.json.encode(entry), indent=2))
            self._settle(fresh)
            sync(self.path)
            made.replace(self.file(entry))
            sync(self.path)
            fresh.replace(self._note(entry.name))
            sync(self.path)

    def keep(self, *, daily: int, weekly: int) -> list[str]:
        """Delete what has had its time; the names of those."""
        gone = surplus(self.entries(), daily=daily, weekly=weekly)
        with _told(self.path):
            for entry in gone:
                half = self._note(entry.name).replace(self._half_made_note(entry.name))  # listed no more, and known
                self.file(entry).unlink(missing_ok=True)
                half.unlink()
        return [entry.name for entry in gone]

    def refuse_without_room(self, need_bytes: int, *, at: Path | None = None) -> None:
        """Raises BackupError unless the disk has that much left."""
        place = at or self.path
        free = shutil.disk_usage(place).free
        if free < need_bytes:
            raise BackupError(
                f"{place} has {_mb(free)} MB left, and this takes up to {_mb(need_bytes) + 1} MB. "
                "Make room, or name another folder (backup_dir). Nothing was changed."
            )

    def _note(self, name: str) -> Path:
        return self.path / f"{name}{NOTE}"

    def _half_made_note(self, name: str) -> Path:
        return self.path / f"{_HALF_MADE}{name}{NOTE}"

    def _settle(self, file: Path) -> None:
        """For nobody else to read, but for who the folder belongs to; and on the disk."""
        file.chmod(0o600)
        owned_as(file, self.path)
        sync(file)

    def _entry(self, note: Path) -> Entry | None:
        if made_at(note.stem) is None:
            return None
        try:
            entry = msgspec.json.decode(note.read_bytes(), type=Entry)
        except msgspec.DecodeError:
            return None  # a newer program's, or somebody else's
        whole = entry.name == note.stem and Path(entry.file).name == entry.file and self.file(entry).exists()
        return entry if whole else None

    def _clear_up(self) -> None:
        with _told(self.path):
            for note in self.path.glob(f"{_HALF_MADE}*{NOTE}"):
                if file := self.brought(note.stem.removeprefix(_HALF_MADE)):
                    file.unlink()
            for one in {*self.path.glob(f"{_HALF_MADE}*"), *self._beside.glob(f"{_HALF_MADE}*")}:
                shutil.rmtree(one) if one.is_dir() else one.unlink()


def folder_of(settings: Settings) -> Folder:
    file = settings.resolved_database_url.removeprefix("sqlite:///")
    is_file = file != settings.resolved_database_url
    return Folder(settings.resolved_backup_dir, beside=Path(file) if is_file else None)


def surplus(entries: Collection[Entry], *, daily: int, weekly: int) -> list[Entry]:
    """Those that need not be kept."""
    asked = [entry.manifest.made_at for entry in entries if entry.manifest.why is Why.ASKED]
    keep = kept(asked, daily=daily, weekly=weekly)
    safety = sorted(entry.name for entry in entries if entry.manifest.why is not Why.ASKED)[-_SAFETY_COPIES:]
    return [
        entry
        for entry in entries
        if (entry.manifest.made_at not in keep if entry.manifest.why is Why.ASKED else entry.name not in safety)
    ]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or path}: {error.strerror or error}.") from error


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _mb(size: int) -> int:
    return size >> 20
