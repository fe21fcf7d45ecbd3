"""How old the newest backup is."""

import asyncio
import os
from collections.abc import AsyncIterator

from appliance.ops.doctor.findings import Finding, ok, skipped, warn
from appliance.ops.doctor.subject import Subject
from appliance.watch.backup_age import newest_at

_HOUR_MS = 3_600_000


async def look(subject: Subject) -> AsyncIterator[Finding]:
    name, folder = "backups", subject.settings.resolved_backup_dir
    advice = "`maitre backup create` makes one; the timer maitre-backup does every night."
    if folder.exists() and not os.access(folder, os.R_OK | os.X_OK):
        yield skipped(name, f"{folder} cannot be read by whoever runs this")
        return
    newest = await asyncio.to_thread(newest_at, folder)
    if newest is None:
        yield warn(name, f"there is none in {folder}", advice)
        return
    hours = max(subject.clock.now_ms() - newest, 0) // _HOUR_MS
    if hours > subject.settings.backup_oldest_hours:
        yield warn(name, f"the newest is {hours // 24} days and {hours % 24} hours old", advice)
    else:
        yield ok(name, f"the newest is {hours} hours old")
