"""The database looked after from the command line: how large it is, what is due to be forgotten, room given back."""

import fcntl
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.errors import Conflict
from appliance.ops.database import opened
from appliance.services.access.sessions import KEPT_MS as SESSION_MS
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.holds import Holds
from appliance.services.monitoring.alerts import KEPT_DAYS as ALERT_DAYS
from appliance.services.monitoring.rollups import KEPT_DAYS as ROLLUP_DAYS
from appliance.services.privacy import Privacy
from appliance.services.retention import Retention
from appliance.services.waitlist import Waitlist
from appliance.store import alerts, rollups, sessions, upkeep
from appliance.store.engine import Database, Lane, Tx
from appliance.store.upkeep import Optimized, TableSize

_DAY_MS = 86_400_000
_AT_ONCE = 5_000
_ROUNDS = 1_000
"""A bound on what one visit takes away: what is left goes with the next."""


async def sizes(settings: Settings) -> list[TableSize]:
    """Every table, the largest first."""
    async with opened(settings) as database:
        return await upkeep.sizes(database)


async def optimize(settings: Settings, *, rewrite: bool) -> Optimized:
    """Raises Conflict where rewriting the file has no room, or would keep a running server from writing."""
    async with opened(settings) as database:
        if rewrite and database.is_sqlite:
            _may_be_rewritten(Path(database.url.database or ""), await upkeep.size_bytes(database))
        return await upkeep.optimize(database, rewrite=rewrite)


def _may_be_rewritten(file: Path, size_bytes: int) -> None:
    if _is_served(file):
        raise Conflict("A server is using {file}: stop it first, or leave --rewrite out.", file=str(file))
    free = shutil.disk_usage(file.parent).free
    if free < 2 * size_bytes:  # the new file, and as much again in the log
        raise Conflict(
            "Rewriting takes {needed} MB beside the file, and {free} MB are free.",
            needed=2 * size_bytes >> 20,
            free=free >> 20,
        )


def _is_served(file: Path) -> bool:
    """Whether a server holds the lock beside the file."""
    try:
        with Path(f"{file}.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


async def clean(settings: Settings) -> Counter[str]:
    """Let go of what has been kept for long enough, as a running server does every hour; what went, by kind."""
    gone: Counter[str] = Counter()
    async with opened(settings) as database:
        clock = SystemClock()
        now = clock.now_ms()
        retention = await _retention(database)
        for _ in range(_ROUNDS):
            swept = await retention.sweep()
            gone += swept
            if not swept:
                break
        gone["alerts"] = await _until_none(
            database, partial(alerts.delete_ended, before=now - ALERT_DAYS * _DAY_MS, limit=_AT_ONCE)
        )
        gone["rollups"] = await _until_none(database, partial(_rollups, before_ms=now - ROLLUP_DAYS * _DAY_MS))
        async with database.write(Lane.WORK) as tx:
            gone["sessions"] = await sessions.sweep(tx, before_ms=now - SESSION_MS)
    return +gone


async def _rollups(tx: Tx, *, before_ms: int) -> int:
    return await rollups.drop_before(tx, before_ms, limit=_AT_ONCE)


async def _until_none(database: Database, drop: Callable[[Tx], Awaitable[int]]) -> int:
    gone = 0
    for _ in range(_ROUNDS):
        async with database.write(Lane.WORK) as tx:
            dropped = await drop(tx)
        gone += dropped
        if not dropped:
            break
    return gone


async def _retention(database: Database) -> Retention:
    """What a server is made of, as far as forgetting takes it. Nobody here delivers what is queued: a server does."""
    clock, directory = SystemClock(), Directory(database)
    await directory.refresh()
    books, holds = DayBooks(database, clock), Holds(clock, hold_s=0)
    waitlist = Waitlist(database, clock, books, holds, _nobody)
    return Retention(database, clock, directory, Privacy(database, clock, books, waitlist, _nobody))


def _nobody() -> None:
    """Woken when a message is queued: a running server looks for itself within moments."""
