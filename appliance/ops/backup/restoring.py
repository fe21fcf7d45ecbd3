"""Trying a backup out, and putting one back: with a copy of what is there first, whole or not at all."""

import asyncio
import shutil
from pathlib import Path

from msgspec import Struct

from appliance.clock import Clock
from appliance.config import Resolved, Settings
from appliance.errors import BackupError, MaitreError
from appliance.ops.backup import archive
from appliance.ops.backup.finding import plain
from appliance.ops.backup.folder import Folder, folder_of
from appliance.ops.backup.making import PATIENCE_S, ROOM, make, try_out
from appliance.ops.backup.manifest import CONFIG, FACTOR_KEY, Manifest, Why
from appliance.ops.database import found
from appliance.store import copying, migrate
from appliance.store.disk import sync, whole
from appliance.store.engine import Database
from appliance.store.sqlite import owned_as


class Verified(Struct, frozen=True, kw_only=True):
    manifest: Manifest
    rows: int


class Restored(Struct, frozen=True, kw_only=True):
    """`safety_copy` holds what was there before: a backup, or the files themselves where they could not be read.

    `rows_before` and `rows_after` by table. `notes` are what an operator should know beside.
    """

    manifest: Manifest
    schema: str
    safety_copy: str
    rows_before: dict[str, int]
    rows_after: dict[str, int]
    notes: list[str]


async def verify(resolved: Resolved, which: str, *, identity: Path | None = None) -> Verified:
    """Put it back where nobody is disturbed, while the server runs or not. Raises BackupError."""
    settings = resolved.settings
    folder = folder_of(settings)
    with folder.alone():
        async with plain(settings, folder, which, identity=identity) as file:
            manifest = await asyncio.to_thread(archive.read_manifest, file)
            _refuse_a_newer_schema(manifest)
            folder.refuse_without_room(manifest.bytes)
            with folder.scratch("verified") as scratch:
                if manifest.database == "sqlite":  # it takes no database, and should not make one
                    await try_out(None, file, scratch / "tried")
                    return _verified(manifest)
                async with found(settings, new=True) as database:
                    _refuse_another_kind(manifest, database)
                    await try_out(database, file, scratch / "tried")
                    return _verified(manifest)


def _verified(manifest: Manifest) -> Verified:
    return Verified(manifest=manifest, rows=sum(manifest.copied.rows.values()))


async def restore(
    resolved: Resolved, clock: Clock, which: str, *, identity: Path | None = None, with_config: bool = False
) -> Restored:
    """Have a backup in the place of what is there. Raises BackupError; nothing is changed then.

    1. Unpack it, look whether it is whole, of this kind of database and of a schema that this program knows.
    2. Make sure that no server runs.
    3. Make a copy of what is there.
    4. Exchange the data, in one step; whoever is interrupted has the old or the new, and can begin again.
    """
    settings = resolved.settings
    folder = folder_of(settings)
    with folder.alone(wait_s=PATIENCE_S):
        async with plain(settings, folder, which, identity=identity) as file, found(settings, new=True) as database:
            manifest = await asyncio.to_thread(archive.read_manifest, file)
            _refuse_another_kind(manifest, database)
            _refuse_a_newer_schema(manifest)
            with folder.scratch("restored", beside=True) as scratch:
                folder.refuse_without_room(ROOM * manifest.bytes, at=scratch)
                await asyncio.to_thread(archive.unpack, file, scratch)
                async with copying.stopped(database):
                    safety, before = await _safety_copy(resolved, clock, database, folder)
                    after = await copying.put_back(database, scratch, manifest.copied)
                    notes = await asyncio.to_thread(_put_settings_back, resolved, scratch, with_config=with_config)
        return Restored(
            manifest=manifest,
            schema=migrate.newest_revision(),
            safety_copy=safety,
            rows_before=before,
            rows_after=dict(after),
            notes=notes,
        )


def _refuse_another_kind(manifest: Manifest, database: Database) -> None:
    if manifest.database != database.kind:
        raise BackupError(
            f"The backup is of {manifest.database}, and database_url names {database.kind}: "
            "put it back into a database of its own kind."
        )


def _refuse_a_newer_schema(manifest: Manifest) -> None:
    if not migrate.knows(manifest.copied.schema):
        raise BackupError(
            f"The backup has schema {manifest.copied.schema}, which is newer than this program knows (it knows "
            f"{migrate.newest_revision()}). Maitre {manifest.version} made it: install that one or a newer one first."
        )


async def _safety_copy(
    resolved: Resolved, clock: Clock, database: Database, folder: Folder
) -> tuple[str, dict[str, int]]:
    """Where what is there was put, and its rows; nothing where there is nothing."""
    if not await copying.is_there(database):
        return "", {}
    try:
        entry = await make(resolved, clock, database, folder, why=Why.BEFORE_RESTORE)
    except MaitreError:
        # A database that cannot be read is why somebody restores. Its files are kept as they are.
        kept = _broken_files(database, folder, clock)
        if kept is None:
            raise
        return str(kept), {}
    return str(folder.file(entry)), dict(entry.manifest.copied.rows)


def _broken_files(database: Database, folder: Folder, clock: Clock) -> Path | None:
    path = _file_of(database)
    if path is None:
        return None
    files = [one for one in (path, Path(f"{path}-wal"), Path(f"{path}-shm")) if one.exists()]
    folder.refuse_without_room(ROOM * sum(one.stat().st_size for one in files))
    kept = folder.path / f"unreadable-{clock.now_ms()}"
    kept.mkdir(mode=0o700)
    owned_as(kept, folder.path)
    for one in files:
        shutil.copy2(one, kept / one.name)
        owned_as(kept / one.name, folder.path)
        sync(kept / one.name)
    return kept


def _put_settings_back(resolved: Resolved, scratch: Path, *, with_config: bool) -> list[str]:
    """The key goes with the data that it opens. The settings' file is this machine's, unless it has none."""
    notes = []
    settings, key, config = resolved.settings, scratch / FACTOR_KEY, scratch / CONFIG
    if key.exists():
        notes += _put_key_back(settings, key)
    to = resolved.file or settings.data_dir / CONFIG
    if config.exists() and (with_config or not to.exists()):
        _write(config, to)
        notes.append(f"{to} is the backup's.")
    elif config.exists() and config.read_bytes() != to.read_bytes():
        notes.append(f"{to} was left as it is; the backup's differs (--with-config takes that one).")
    return notes


def _put_key_back(settings: Settings, key: Path) -> list[str]:
    own = settings.data_dir / FACTOR_KEY
    told = key.read_text("ascii").strip()
    if settings.factor_key or not settings.resolved_database_url.startswith("sqlite"):
        if settings.factor_key == told:
            return []
        return [
            "factor_key is not the backup's: second factors are refused until it is; factor.key in the backup has it."
        ]
    if own.exists() and own.read_text("ascii").strip() == told:
        return []
    _write(key, own)
    return [f"{own} is the backup's."]


def _write(source: Path, to: Path) -> None:
    """For nobody else to read, and whole or not at all."""
    with whole(to) as target:
        target.write(source.read_bytes())
        owned_as(Path(target.name), to if to.exists() else to.parent)
        if to.exists() and to.name == CONFIG:
            # A group may read the settings, as the package sets it up; nobody else the key.
            shutil.copymode(to, target.name)


def _file_of(database: Database) -> Path | None:
    return Path(database.url.database or "") if database.is_sqlite else None
