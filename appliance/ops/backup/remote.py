"""Backups in a store that speaks S3, elsewhere: sent, listed, fetched and let go of. What goes there is encrypted."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from appliance.config import Settings
from appliance.domain.backups import made_at
from appliance.errors import BackupError, ConfigError
from appliance.ops.backup.folder import NOTE, surplus
from appliance.ops.backup.manifest import Entry

_CHUNK_BYTES = 8 << 20
_AT_ONCE = 2
"""So that a small machine keeps its memory and its line."""
_REQUEST_S, _CONNECT_S = 120, 10
_TRIES, _TRYING_S = 5, 180
_QUESTION_S, _TRANSFER_S = 300.0, 2 * 3600.0
_MOST_LISTED = 5_000


def remote_of(settings: Settings) -> "Remote | None":
    """Where backups go as well, if anywhere. Raises ConfigError for settings that do not fit together."""
    if not settings.backup_s3_bucket:
        return None
    if not settings.backup_recipients:
        raise ConfigError(
            "backup_s3_bucket: a backup holds keys, and leaves the machine encrypted: set backup_recipients."
        )
    if not (settings.backup_s3_key_id and settings.backup_s3_secret):
        raise ConfigError("backup_s3_bucket: without backup_s3_key_id and backup_s3_secret nothing can be sent there.")
    return Remote(settings)


class Remote:
    """Raises BackupError when it does not answer, or not as wished."""

    def __init__(self, settings: Settings) -> None:
        self.where = f"s3://{settings.backup_s3_bucket}/{settings.backup_s3_prefix}".rstrip("/")
        self._store = S3Store(
            settings.backup_s3_bucket,
            prefix=settings.backup_s3_prefix or None,
            endpoint=settings.backup_s3_url,
            region=settings.backup_s3_region,
            access_key_id=settings.backup_s3_key_id,
            secret_access_key=settings.backup_s3_secret,
            # The settings let http through on this machine only.
            client_options={
                "allow_http": settings.backup_s3_url.startswith("http://"),
                "timeout": timedelta(seconds=_REQUEST_S),
                "connect_timeout": timedelta(seconds=_CONNECT_S),
            },
            retry_config={"max_retries": _TRIES, "retry_timeout": timedelta(seconds=_TRYING_S)},
        )

    async def send(self, file: Path, entry: Entry) -> None:
        """The note goes last, as in the folder: what has none is no backup yet."""
        async with self._told(within_s=_TRANSFER_S):
            await obstore.put_async(self._store, entry.file, file, chunk_size=_CHUNK_BYTES, max_concurrency=_AT_ONCE)
            await obstore.put_async(self._store, entry.name + NOTE, msgspec.json.encode(entry))

    async def entries(self) -> list[Entry]:
        """Newest first."""
        names = [path.removesuffix(NOTE) for path in await self._paths() if path.endswith(NOTE)]
        notes = [await self._get(name + NOTE) for name in sorted(names, reverse=True) if made_at(name) is not None]
        return [entry for note in notes if (entry := _entry(note))]

    async def fetch(self, entry: Entry, to: Path) -> None:
        """Its file, a piece at a time."""
        async with self._told(within_s=_TRANSFER_S):
            found = await obstore.get_async(self._store, entry.file)
            with to.open("xb") as target:
                async for block in found.stream(min_chunk_size=_CHUNK_BYTES):
                    await asyncio.to_thread(target.write, memoryview(block))

    async def keep(self, *, daily: int, weekly: int) -> list[str]:
        """Let go of what has had its time; the names of those."""
        gone = surplus(await self.entries(), daily=daily, weekly=weekly)
        async with self._told(within_s=_QUESTION_S):
            for entry in gone:
                await obstore.delete_async(self._store, [entry.name + NOTE])
                await obstore.delete_async(self._store, [entry.file])
        return [entry.name for entry in gone]

    async def _paths(self) -> Sequence[str]:
        async with self._told(within_s=_QUESTION_S):
            found: list[str] = []
            async for several in obstore.list(self._store):
                found += [one["path"] for one in several]
                if len(found) > _MOST_LISTED:
                    raise BackupError(f"{self.where} holds more than {_MOST_LISTED} objects; give backups a prefix.")
        return found

    async def _get(self, path: str) -> bytes:
        async with self._told(within_s=_QUESTION_S):
            return bytes(await (await obstore.get_async(self._store, path)).bytes_async())

    @asynccontextmanager
    async def _told(self, *, within_s: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(within_s):
                yield
        except (BaseError, FileNotFoundError) as error:
            raise BackupError(f"{self.where} does not do that: {_first_line(error)}") from error
        except TimeoutError as error:
            raise BackupError(f"{self.where} gave no answer within {within_s:g} s.") from error


def _entry(note: bytes) -> Entry | None:
    try:
        return msgspec.json.decode(note, type=Entry)
    except msgspec.DecodeError:
        return None  # a newer program's


def _first_line(error: Any) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
