"""A backup when an operator asks for one: made by this program run once more, so that no call waits for it."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import BackupList, BackupRow, BackupWork
from appliance.errors import Conflict
from appliance.services import audit
from appliance.store.engine import Database
from appliance.watch.backup_age import listed

log = structlog.get_logger()

_LONGEST_S = 4 * 3600.0
_LAST_S = 2.0
"""What is asked to end has so long."""
_LONGEST_REASON = 500


class _Entry(Struct, frozen=True):
    name: str


class _Made(Struct, frozen=True):
    """What is looked at of the answer."""

    entry: _Entry
    remote_error: str = ""


class Backups:
    """`command`, with `env` (None: ours), makes one and prints what it made as JSON; without it nobody can ask."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        folder: Path,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder
        self._command = command
        self._env = env
        self._making: asyncio.Task[None] | None = None
        self.work: BackupWork | None = None
        """The one that was asked for last."""

    async def list(self, *, limit: int, offset: int) -> BackupList:
        """Those in the folder, newest first, whoever made them."""
        found = await asyncio.to_thread(listed, self._folder)
        rows = [
            BackupRow(name=one.name, made_at=one.made_at, bytes=one.bytes, encrypted=one.encrypted)
            for one in found[offset : offset + limit]
        ]
        following = offset + len(rows)
        more = following if rows and following < len(found) else None
        return BackupList(items=rows, total=len(found), next=more, work=self.work)

    async def begin(self) -> BackupWork:
        """Have one made; `work` says how far it is. Raises Conflict while one is being made."""
        if not self._command:
            raise Conflict("This server makes no backups; `maitre backup create` does.")
        if self.is_making:
            raise Conflict("A backup is being made already.")
        began = self.work = BackupWork(state="running", began_at=self._clock.now_ms())
        try:
            async with self._database.write() as tx:
                await audit.note(tx, self._clock, "backup.asked", subject="backup")
        except BaseException:
            self.work = None
            raise
        self._making = asyncio.create_task(self._make(began))
        return began

    @property
    def is_making(self) -> bool:
        return self.work is not None and self.work.state == "running"

    async def stop(self) -> None:
        """One that is being made is broken off; the next clears away what it left."""
        if self._making:
            self._making.cancel()
            with suppress(asyncio.CancelledError):
                await self._making

    async def _make(self, began: BackupWork) -> None:
        name, error = "", ""
        try:
            async with asyncio.timeout(_LONGEST_S):
                name, error = await self._made()
        except TimeoutError:
            error = f"it took longer than {_LONGEST_S / 3600:.0f} hours"
        except OSError as broken:
            error = f"{self._command[0]}: {broken.strerror or broken}"  # uvloop does not say which
        state = "failed" if error else "done"
        self.work = replace(began, state=state, ended_at=self._clock.now_ms(), name=name, error=error)
        if error:
            log.error("backup_failed", reason=error)
        else:
            log.info("backup_made", backup=name)

    async def _made(self) -> tuple[str, str]:
        """(name, what went wrong). Raises OSError when the program cannot be run."""
        pipe = asyncio.subprocess.PIPE
        starting = asyncio.create_task(
            asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=self._env
            )
        )
        try:
            process = await asyncio.shield(starting)
            told, complaint = await process.communicate()
        except asyncio.CancelledError:
            await _end(await starting)  # uvloop ends no program whose start it was told to give up
            raise
        made = _read(told)
        if made is None or process.returncode:
            why = (made and made.remote_error) or _last_line(complaint) or f"exit code {process.returncode}"
            return made.entry.name if made else "", why[:_LONGEST_REASON]
        return made.entry.name, ""


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_LAST_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _read(told: bytes) -> _Made | None:
    try:
        return msgspec.json.decode(told, type=_Made)
    except msgspec.MsgspecError:
        return None


def _last_line(complaint: bytes) -> str:
    """What the program said in the end, without its own name in front."""
    lines = complaint.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("maitre: ") if lines else ""
