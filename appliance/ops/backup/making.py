"""Making a backup: copied, packed, tried, taken in, sent; only then older ones are let go of."""

import asyncio
import shutil
from pathlib import Path

from msgspec import Struct

from appliance import __version__
from appliance.clock import Clock
from appliance.config import Resolved, Settings
from appliance.domain.backups import name_of
from appliance.errors import BackupError
from appliance.ops.backup import archive
from appliance.ops.backup.folder import Folder, folder_of
from appliance.ops.backup.manifest import CONFIG, FACTOR_KEY, Entry, Manifest, Why
from appliance.ops.backup.remote import remote_of
from appliance.ops.database import found
from appliance.store import copying, migrate
from appliance.store.engine import Database

PATIENCE_S = 600.0
"""Who upgrades, or puts back, waits so long for a nightly backup that is under way."""
ROOM = 2
"""A copy and its archive, or its archive and what is tried from it: so many times the data at most."""


class Made(Struct, frozen=True, kw_only=True):
    """`remote` is where it went as well; `remote_error` why it did not get there. `removed` had had their time."""

    entry: Entry
    path: str
    remote: str = ""
    remote_error: str = ""
    removed: list[str] = []


async def create(resolved: Resolved, clock: Clock, *, why: Why = Why.ASKED) -> Made:
    """A new backup, taken while the server runs or not. Raises BackupError, ConfigError, and what a database raises.

    One before an upgrade stays here, and is not encrypted: should the upgrade fail, nobody is there to open it.
    """
    settings = resolved.settings
    remote = remote_of(settings) if why is Why.ASKED else None
    folder = folder_of(settings)
    with folder.alone(wait_s=0 if why is Why.ASKED else PATIENCE_S):
        async with found(settings) as database:
            entry = await make(resolved, clock, database, folder, why=why)
        removed = folder.keep(daily=settings.backup_daily, weekly=settings.backup_weekly)
        path = str(folder.file(entry))
        if remote is None:
            return Made(entry=entry, path=path, removed=removed)
        try:
            await remote.send(folder.file(entry), entry)
            await remote.keep(daily=settings.backup_daily, weekly=settings.backup_weekly)
        except BackupError as error:
            return Made(entry=entry, path=path, remote_error=str(error), removed=removed)
        return Made(entry=entry, path=path, remote=remote.where, removed=removed)


async def make(resolved: Resolved, clock: Clock, database: Database, folder: Folder, *, why: Why) -> Entry:
    """A backup in a folder that one is alone in."""
    folder.refuse_without_room(ROOM * await copying.size_bytes(database))
    with folder.scratch("backup") as scratch:
        data = scratch / "data"
        data.mkdir()
        copied = await copying.copy_out(database, data)
        await asyncio.to_thread(_add_settings, resolved, data)
        manifest = await asyncio.to_thread(_manifest, clock.now_ms(), why, database.kind, copied, data)
        packed = scratch / "packed"
        await asyncio.to_thread(archive.pack, manifest, data, packed)
        await asyncio.to_thread(shutil.rmtree, data)
        if migrate.knows(copied.schema):  # a newer release's can be copied all the same, on the way back from it
            await try_out(database, packed, scratch / "tried")
        return await asyncio.to_thread(_take_in, manifest, packed, folder, resolved.settings)


async def try_out(database: Database | None, packed: Path, scratch: Path) -> Manifest:
    """Unpack a backup and put it back where nobody is disturbed. Raises BackupError unless all is as it says.

    One of a newer program, made before an older one is put back, is unpacked only. `database` is the Postgres to do
    it on; None or any SQLite for one of SQLite.
    """
    scratch.mkdir()  # noqa: ASYNC240 — nobody else waits in this process
    manifest = await asyncio.to_thread(archive.unpack, packed, scratch)
    if migrate.knows(manifest.copied.schema):
        await copying.rehearse(database, scratch, manifest.copied)
    await asyncio.to_thread(shutil.rmtree, scratch)
    return manifest


def _add_settings(resolved: Resolved, data: Path) -> None:
    """The settings' file as it is, and the key without which second factors cannot be read."""
    settings, own_key = resolved.settings, resolved.settings.data_dir / FACTOR_KEY
    if resolved.file:
        _copy(resolved.file, data / CONFIG)
    if settings.factor_key:
        (data / FACTOR_KEY).write_text(settings.factor_key, "ascii")
    elif own_key.exists():
        _copy(own_key, data / FACTOR_KEY)


def _copy(source: Path, to: Path) -> None:
    try:
        shutil.copyfile(source, to)
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}.") from error


def _manifest(at_ms: int, why: Why, kind: str, copied: copying.Copied, data: Path) -> Manifest:
    parts = {file.name: archive.part_of(file) for file in sorted(data.iterdir())}
    return Manifest(
        made_at=at_ms,
        why=why,
        version=__version__,
        database="sqlite" if kind == "sqlite" else "postgresql",
        copied=copied,
        parts=parts,
    )


def _take_in(manifest: Manifest, packed: Path, folder: Folder, settings: Settings) -> Entry:
    name, end = name_of(manifest.made_at), archive.TAR
    sealed_for = () if manifest.why is Why.BEFORE_UPGRADE else settings.backup_recipients
    if sealed_for:
        end += archive.AGE
        sealed = packed.with_suffix(archive.AGE)
        archive.encrypt(packed, sealed, sealed_for)
        packed.unlink()
        packed = sealed
    whole = archive.part_of(packed)
    entry = Entry(
        name=name,
        file=name + end,
        bytes=whole.bytes,
        sha256=whole.sha256,
        encrypted=bool(sealed_for),
        manifest=manifest,
    )
    folder.add(packed, entry)
    if archive.part_of(folder.file(entry)) != whole:
        raise BackupError(f"{folder.file(entry)} does not read as it was written; is the disk well?")
    return entry
