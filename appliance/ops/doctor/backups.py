"""How old the newest backup is.

The seam to whatever makes backups is `newest_ms`: it goes by the names and times in `<data>/backups` alone, and knows
nothing of what is in them. Where backups carry a manifest, only that function changes.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from appliance.ops.doctor.findings import Finding, ok, skipped, warn
from appliance.ops.doctor.subject import Subject

FOLDER = "backups"
_UNFINISHED = (".tmp", ".part", ".partial")
_HOUR_MS = 3_600_000
_OLD_HOURS = 26
"""One a day, and two hours for a late one."""


async def look(subject: Subject) -> AsyncIterator[Finding]:
    name, folder = "backups", subject.settings.data_dir / FOLDER
    advice = "`maitre backup create` makes one; the timer maitre-backup does every night."
    try:
        newest = await asyncio.to_thread(newest_ms, folder)
    except PermissionError:
        yield skipped(name, f"{folder} cannot be read by whoever runs this")
        return
    if newest is None:
        yield warn(name, f"there is none in {folder}", advice)
        return
    hours = max(subject.clock.now_ms() - newest, 0) // _HOUR_MS
    if hours > _OLD_HOURS:
        yield warn(name, f"the newest is {hours // 24} days and {hours % 24} hours old", advice)
    else:
        yield ok(name, f"the newest is {hours} hours old")


def newest_ms(folder: Path) -> int | None:
    """When the newest finished backup was made, in Unix ms; None without one."""
    try:
        with os.scandir(folder) as entries:
            made = [
                entry.stat(follow_symlinks=False).st_mtime_ns // 1_000_000
                for entry in entries
                if not entry.name.startswith(".") and not entry.name.endswith(_UNFINISHED)
            ]
    except (FileNotFoundError, NotADirectoryError):
        return None
    return max(made, default=None)
