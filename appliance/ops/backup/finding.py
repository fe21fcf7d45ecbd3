"""Which backup is meant: a name, the newest, or a file; here or at the store elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from appliance.config import Settings
from appliance.errors import BackupError
from appliance.ops.backup import archive
from appliance.ops.backup.folder import NOTE, Folder, folder_of
from appliance.ops.backup.manifest import Entry, Why
from appliance.ops.backup.remote import Remote, remote_of

NEWEST = "newest"


class Listed(Struct, frozen=True, kw_only=True):
    """A backup, and whether it lies in the folder, at the store elsewhere, or both."""

    entry: Entry
    here: bool
    remote: bool


class Listing(Struct, frozen=True, kw_only=True):
    """`remote_error` says why the store was not asked successfully; empty also where there is none."""

    folder: str
    remote: str
    remote_error: str
    backups: list[Listed]


async def listing(settings: Settings) -> Listing:
    """All that there are, newest first. Raises ConfigError, BackupError."""
    folder, remote = folder_of(settings), remote_of(settings)
    here = {entry.name: entry for entry in folder.entries()}
    there: dict[str, Entry] = {}
    error = ""
    if remote:
        try:
            there = {entry.name: entry for entry in await remote.entries()}
        except BackupError as told:
            error = str(told)
    every = there | here
    backups = [
        Listed(entry=every[name], here=name in here, remote=name in there) for name in sorted(every, reverse=True)
    ]
    where = remote.where if remote else ""
    return Listing(folder=str(folder.path), remote=where, remote_error=error, backups=backups)


@asynccontextmanager
async def plain(settings: Settings, folder: Folder, which: str, *, identity: Path | None) -> AsyncIterator[Path]:
    """The backup that is meant, as an unencrypted file. Raises BackupError where there is none, or it is damaged."""
    with folder.scratch("found") as scratch:
        file, entry = await _file(settings, folder, which, scratch)
        if entry:
            await asyncio.to_thread(_refuse_damage, file, entry)
        if file.suffix != archive.AGE:
            yield file
            return
        opened = scratch / "opened.tar.zst"
        folder.refuse_without_room(file.stat().st_size)
        await asyncio.to_thread(archive.decrypt, file, opened, identity)
        yield opened


async def _file(settings: Settings, folder: Folder, which: str, scratch: Path) -> tuple[Path, Entry | None]:
    given = Path(which)
    if given.is_file() and given.suffix != NOTE:  # noqa: ASYNC240 — once, before any work
        return given, None
    name = given.name.partition(".tar")[0].removesuffix(NOTE)
    entry = _chosen(folder.entries(), name)
    if entry:
        return folder.file(entry), entry
    if brought := folder.brought(name):
        return brought, None
    remote = remote_of(settings)
    entry = _chosen(await remote.entries(), name) if remote else None
    if remote is None or entry is None:
        raise BackupError(f"There is no backup {which}; `maitre backup list` names them.")
    return await _fetched(remote, entry, folder, scratch), entry


def _chosen(entries: list[Entry], name: str) -> Entry | None:
    """The newest is the newest that was asked for: a copy made before a restore is what one wanted to be rid of."""
    if name == NEWEST:
        return next((entry for entry in entries if entry.manifest.why is Why.ASKED), None)
    return next((entry for entry in entries if entry.name == name), None)


async def _fetched(remote: Remote, entry: Entry, folder: Folder, scratch: Path) -> Path:
    folder.refuse_without_room(entry.bytes)
    file = scratch / Path(entry.file).name
    await remote.fetch(entry, file)
    return file


def _refuse_damage(file: Path, entry: Entry) -> None:
    found = archive.part_of(file)
    if (found.bytes, found.sha256) != (entry.bytes, entry.sha256):
        raise BackupError(f"{file.name} is damaged: it is not what was written.")
