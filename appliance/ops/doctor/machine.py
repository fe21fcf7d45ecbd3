"""Disk and clock of this machine."""

import ctypes
import errno
import os
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from appliance import __version__
from appliance.domain.networks import is_this_machine
from appliance.errors import Unreachable
from appliance.ops.doctor.findings import Finding, fail, ok, probed, skipped, warn
from appliance.ops.doctor.subject import Subject
from appliance.services.monitoring import probing
from appliance.watch.machine import on_disk

_FEW_INODES = 0.05
_ANSWER_S = 4.0
_UNSYNCHRONISED = 0x40  # STA_UNSYNC
_SLOW_MS, _WRONG_MS = 5_000, 60_000
"""Retell's signatures carry their time and are believed for five minutes; HTTP tells whole seconds."""
_SET_IT = "Turn on time synchronisation: `timedatectl set-ntp true`, or install chrony."


async def look(subject: Subject) -> AsyncIterator[Finding]:
    yield await _space(subject)
    yield _inodes(on_disk(subject.settings.data_dir))
    yield _synchronised()
    yield await _offset(subject)


async def _space(subject: Subject) -> Finding:
    settings = subject.settings
    holds_data = settings.resolved_database_url.startswith("sqlite")
    seen = await probing.disk(settings.data_dir, holds_data=holds_data)
    well = f"{100 - (seen.value or 0):.0f} % free on the disk with the data"
    return probed("disk space", seen, well=well, advice="`du -xh --max-depth=2 /var`: old backups and logs first.")


def _inodes(folder: Path) -> Finding:
    name, there = "files left on the disk", os.statvfs(folder)
    if not there.f_files:
        return ok(name, "this file system does not count them")
    left = there.f_favail / there.f_files
    if left < _FEW_INODES:
        return warn(name, f"{left:.1%} of its inodes are left", f"Many small files: `du --inodes -x -d2 {folder}`.")
    return ok(name, f"{left:.0%} of its inodes are left")


class _Timex(ctypes.Structure):
    """The head of adjtimex(2)'s struct timex, and more room than the rest of it takes."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


def _synchronised() -> Finding:
    """What the kernel knows of it, whichever program keeps the time: with no mode set, adjtimex only reads."""
    name, read = "time synchronisation", _Timex()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(ctypes.byref(read)) < 0:
        return skipped(name, f"the kernel does not tell ({errno.errorcode.get(ctypes.get_errno(), 'no reason')})")
    if read.status & _UNSYNCHRONISED:
        return warn(name, "nothing keeps this machine's clock right", _SET_IT)
    return ok(name, "the clock is kept right")


async def _offset(subject: Subject) -> Finding:
    """Against Retell's own clock, which is the one that its signatures carry."""
    name, url = "clock", subject.settings.retell_api_url
    try:
        await subject.reach(url)
        before = subject.clock.now_ms()
        async with httpx.AsyncClient(
            trust_env=not is_this_machine(httpx.URL(url).host),
            timeout=_ANSWER_S,
            headers={"User-Agent": f"maitre/{__version__}"},
        ) as http:
            told = (await http.head(url)).headers.get("date", "")
        after = subject.clock.now_ms()
        there = int(parsedate_to_datetime(told).timestamp() * 1000)
    except (Unreachable, httpx.HTTPError) as error:
        return skipped(name, f"not compared with Retell's: {str(error) or type(error).__name__}")
    except (TypeError, ValueError):
        return skipped(name, "not compared with Retell's, which does not tell the time")
    return judged(name, (before + after) // 2 - there - 500, of="Retell's")  # it tells the second that has begun


def judged(name: str, ahead_ms: int, *, of: str) -> Finding:
    """What to say of a clock that is so far ahead of that one, or behind it."""
    away, seconds = abs(ahead_ms), f"{abs(ahead_ms) / 1000:.0f} s {'ahead of' if ahead_ms > 0 else 'behind'} {of}"
    if away >= _WRONG_MS:
        return fail(name, seconds, f"Webhooks may be refused as too old or too new. {_SET_IT}")
    if away >= _SLOW_MS:
        return warn(name, seconds, _SET_IT)
    return ok(name, f"within {_SLOW_MS // 1000} s of {of}")
