"""A file for whoever helps: what this machine and its server say of themselves, without secrets and without people.

Every part is looked for by itself; one that cannot be had says why in its place.
"""

import asyncio
import io
import os
import platform
import sys
import tarfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from appliance import __version__
from appliance.config import SETTINGS, Setting, mask_password
from appliance.contract import LogLines
from appliance.errors import MaitreError, NotFound, StartError
from appliance.ops.database import opened, schema_status
from appliance.ops.doctor import service
from appliance.ops.doctor.examination import examine
from appliance.ops.doctor.findings import report
from appliance.ops.doctor.subject import Subject
from appliance.ops.redaction import Redactor
from appliance.services.queue import BURIED, QueueService
from appliance.services.views import queue_depth
from appliance.store import checkup, tasks, upkeep

_PART_S = 20.0
_LINES = 500
_JOURNAL_S = 10.0
_TASKS = 100
_NAMES = 50_000
_PROMISE = """\
Keys, passwords, telephone numbers, e-mail addresses, names of guests and what was said on the telephone are left out
or hidden. Look through it before you send it."""

Part = Callable[[Subject, Redactor], Awaitable[bytes]]


async def bundle(subject: Subject, file: Path) -> dict[str, str]:
    """Write the bundle; its parts with what kept each from being whole, empty where nothing did.

    Raises StartError where the file is there already or cannot be written.
    """
    redactor, trouble = await _redactor(subject)
    contents: dict[str, bytes] = {}
    told = {"names of guests": trouble}
    for name, part in _PARTS.items():
        contents[name], told[name] = await _had(part, subject, redactor)
    contents["README.txt"] = redactor.text(_readme(told)).encode()
    try:
        await asyncio.to_thread(_write, file, contents, subject.clock.now_ms() // 1000)
    except OSError as error:
        raise StartError(f"{file} cannot be written: {error.strerror}.") from error
    return told


def default_name(now_ms: int) -> str:
    return f"maitre-support-{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%dT%H%M%SZ}.tar.gz"


async def _redactor(subject: Subject) -> tuple[Redactor, str]:
    """With the names of the guests, where the database can be read."""
    try:
        async with asyncio.timeout(_PART_S), opened(subject.settings) as database, database.read() as tx:
            names = await checkup.guests_names(tx, limit=_NAMES)
    except (MaitreError, OSError) as error:
        return Redactor(subject.settings, token=subject.token), f"not known, so the log was left out: {error}"
    return Redactor(subject.settings, token=subject.token, names=names), ""


async def _had(part: Part, subject: Subject, redactor: Redactor) -> tuple[bytes, str]:
    try:
        async with asyncio.timeout(_PART_S):
            return await part(subject, redactor), ""
    except TimeoutError:
        why = f"not to be had within {_PART_S:g} s"
    except (MaitreError, OSError, msgspec.MsgspecError) as error:
        why = redactor.text(str(error))
    return f"{why}\n".encode(), why


def _readme(told: Mapping[str, str]) -> str:
    parts = "\n".join(f"{name}: {why or 'as it is'}" for name, why in told.items())
    return f"maitre {__version__}, support bundle.\n{_PROMISE}\n\n{parts}\n"


def _write(file: Path, contents: Mapping[str, bytes], at_s: int) -> None:
    """For its owner only, and never over another file."""
    with (
        open(file, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target,
        tarfile.open(fileobj=target, mode="w:gz") as archive,
    ):
        for name, content in sorted(contents.items()):
            entry = tarfile.TarInfo(f"maitre-support/{name}")
            entry.size, entry.mtime, entry.mode = len(content), at_s, 0o600
            archive.addfile(entry, io.BytesIO(content))


# --- the parts ---


async def _versions(_subject: Subject, redactor: Redactor) -> bytes:
    return redactor.json(
        {
            "maitre": __version__,
            "python": sys.version,
            "platform": platform.platform(),
            "machine": platform.machine(),
            "cores": os.cpu_count(),
        }
    )


async def _settings(subject: Subject, redactor: Redactor) -> bytes:
    """As `maitre config show` has them, but of a secret not even its end."""
    resolved = subject.config.resolved
    rows = [
        {
            "setting": one.name,
            "value": _shown(one, getattr(resolved.settings, one.name)),
            "source": resolved.sources[one.name],
        }
        for one in SETTINGS
    ]
    return redactor.json({"file": str(resolved.file or ""), "problems": subject.config.problems, "settings": rows})


def _shown(setting: Setting, value: Any) -> Any:
    if setting.mask in (None, mask_password) or value == setting.default:
        return setting.masked(value)
    return f"{len(value)} set" if isinstance(value, tuple) else "set"


async def _doctor(subject: Subject, redactor: Redactor) -> bytes:
    return redactor.json(report(await examine(subject)))


async def _health(subject: Subject, redactor: Redactor) -> bytes:
    return redactor.json(await subject.server())


async def _metrics(subject: Subject, redactor: Redactor) -> bytes:
    """Figures are no telephone numbers: only what stands before each is gone through."""
    response = await subject.get("/metrics")
    if not response.is_success:
        raise NotFound("The server does not show its metrics to us ({status}).", status=response.status_code)
    lines = (line.rpartition(" ") for line in response.text.splitlines())
    return "\n".join(f"{redactor.text(about)} {figure}" for about, _, figure in lines).encode() + b"\n"


async def _log(subject: Subject, redactor: Redactor) -> bytes:
    """The server's own last lines, for an operator; else the journal's."""
    if not redactor.knows_people:
        raise NotFound("Without the database nobody knows which names to hide in it.")
    if subject.token:
        response = await subject.get("/api/admin/logs", limit=_LINES)
        lines = msgspec.json.decode(response.content, type=LogLines).items
        return b"\n".join(redactor.line(one) for one in lines) + b"\n"
    return b"\n".join(map(redactor.raw_line, await _journal(subject))) + b"\n"


async def _journal(subject: Subject) -> list[bytes]:
    if not subject.system.systemd.is_dir():
        raise NotFound("Set MAITRE_TOKEN to an operator's to have the server's log; there is no journal here.")
    asked = ("--unit", subject.system.unit, "--lines", str(_LINES), "--output", "cat", "--no-pager", "--quiet")
    process = await asyncio.create_subprocess_exec("journalctl", *asked, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(_JOURNAL_S):
            told, _ = await process.communicate()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    return told.splitlines()


async def _schema(subject: Subject, redactor: Redactor) -> bytes:
    return redactor.json(await schema_status(subject.settings))


async def _tables(subject: Subject, redactor: Redactor) -> bytes:
    async with opened(subject.settings) as database:
        return redactor.json(await upkeep.sizes(database))


async def _queue(subject: Subject, redactor: Redactor) -> bytes:
    """How much waits, and why what was given up was."""
    clock = subject.clock
    async with opened(subject.settings) as database:
        async with database.read() as tx:
            depth = queue_depth(await tasks.depth(tx), now_ms=clock.now_ms())
        queue = QueueService(database, clock)
        buried = {state: (await queue.list(state=state, limit=_TASKS)).items for state in BURIED}
    return redactor.json({"depth": depth, **buried}, by_name=True)


async def _unit(subject: Subject, redactor: Redactor) -> bytes:
    state = await service.properties(subject.system)
    if state is None:
        raise NotFound("systemd does not run this machine, or does not answer.")
    return redactor.json(state)


_PARTS: Mapping[str, Part] = {
    "version.json": _versions,
    "settings.json": _settings,
    "doctor.json": _doctor,
    "health.json": _health,
    "metrics.txt": _metrics,
    "log.jsonl": _log,
    "schema.json": _schema,
    "tables.json": _tables,
    "queue.json": _queue,
    "unit.json": _unit,
}
