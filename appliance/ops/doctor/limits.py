"""What the operating system grants the server: open files and memory, the server's own where it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil

from appliance.ops.doctor.findings import Finding, ok, probed, warn
from appliance.ops.doctor.subject import Subject
from appliance.services.monitoring import probing

_LEAST_FILES = 1024
_LEAST_BYTES = 400 << 20
"""A server with a hundred restaurants takes 150 MB at rest; imports and exports want room beside it."""


async def look(subject: Subject) -> AsyncIterator[Finding]:
    server = await asyncio.to_thread(listening_process, subject.settings.port)
    yield _files(server)
    seen = await probing.memory()
    advice = "`ps aux --sort=-rss`: end or move what does not belong here, or take a larger machine."
    yield probed("memory", seen, well=f"{100 - (seen.value or 0):.0f} % of the machine's is free", advice=advice)
    yield _allowed(server)


def listening_process(port: int) -> psutil.Process | None:
    """Who listens there; None where nobody does, or only root may know."""
    with suppress(psutil.Error):
        for one in psutil.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port and one.pid:
                return psutil.Process(one.pid)
    return None


def _files(server: psutil.Process | None) -> Finding:
    name, of = "open files", "the server" if server else "a process started here"
    try:
        most = (server or psutil.Process()).rlimit(psutil.RLIMIT_NOFILE)[0]
    except psutil.Error:
        most, of = psutil.Process().rlimit(psutil.RLIMIT_NOFILE)[0], "a process started here"
    if most != psutil.RLIM_INFINITY and most < _LEAST_FILES:
        return warn(
            name,
            f"{of} may have {most} open",
            f"LimitNOFILE=65536 in the unit, or `ulimit -n`: {_LEAST_FILES} at least.",
        )
    return ok(name, f"{of} may have {'any number' if most == psutil.RLIM_INFINITY else most} open")


def _allowed(server: psutil.Process | None) -> Finding:
    name = "memory for the server"
    most = min(psutil.virtual_memory().total, _of_control_group(server) or psutil.virtual_memory().total)
    if most < _LEAST_BYTES:
        return warn(
            name,
            f"{most >> 20} MB at most",
            f"Give it {_LEAST_BYTES >> 20} MB: MemoryMax= of the unit, or the machine.",
        )
    return ok(name, f"{most >> 20} MB at most")


def _of_control_group(server: psutil.Process | None) -> int | None:
    """The least memory.max on the way to the process's group; None where there is none."""
    who = str(server.pid) if server else "self"
    with suppress(OSError, ValueError):
        (line,) = [one for one in Path("/proc", who, "cgroup").read_text().splitlines() if one.startswith("0::")]
        group = Path("/sys/fs/cgroup") / line.removeprefix("0::").lstrip("/")
        told = [folder / "memory.max" for folder in (group, *group.parents)]
        most = [file.read_text().strip() for file in told if file.exists()]
        return min((int(one) for one in most if one != "max"), default=None)
    return None
