"""Probes of this process and its data: whether webhooks would be taken, and what will soon keep them from being."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import psutil

from appliance.clock import Clock
from appliance.contract import QueueDepth
from appliance.errors import PlatformDown
from appliance.services.reconcile import Reconciled
from appliance.services.views import queue_depth
from appliance.store import migrate, tasks
from appliance.store.engine import Database, reachable
from appliance.watch.clock_jumps import ClockJumps
from appliance.watch.machine import on_disk
from appliance.watch.probes import Found, Probe, Status

_DEADLINE_S = 5.0
OLD_TASK_MS = 5 * 60_000
_FULL_DISK, _FULL_MEMORY = 90.0, 95.0
_LEAST_DISK_BYTES = 64 << 20
"""With less, the next commit may be the one that fails."""


def inside(database: Database, clock: Clock, data_dir: Path) -> tuple[Probe, ...]:
    return (
        _probe("database:responseTime", partial(_write, database, clock), every_s=2),
        _probe("database:schema", partial(_schema, database), every_s=5),
        _probe("queue:oldestAge", partial(_oldest, database, clock), every_s=5),
        _probe("queue:deadLetters", partial(_dead, database, clock), every_s=5),
        _probe("disk:utilization", partial(disk, data_dir, holds_data=database.is_sqlite), every_s=30),
        _probe("memory:utilization", memory, every_s=30),
        _probe("clock:jump", ClockJumps(clock).ask, every_s=10),
    )


def reconciliation(told: Reconciled, *, every_s: float) -> Probe:
    """Whether the phone platform told what it was last asked, as somebody sensible would."""

    async def ask() -> Found:
        if told.last_error:
            raise PlatformDown(told.last_error)
        return Found(value=told.fetched, unit="events")

    return Probe(name="retell:reconciliation", ask=ask, every_s=every_s, deadline_s=1, rest_s=every_s, outside=True)


def _probe(name: str, ask: Callable[[], Awaitable[Found]], *, every_s: float) -> Probe:
    # Ours is asked at the same pace while it is down: whoever waits for it wants to hear at once that it is back.
    return Probe(name=name, ask=ask, every_s=every_s, deadline_s=_DEADLINE_S, rest_s=every_s)


async def _write(database: Database, clock: Clock) -> Found:
    began_us = clock.stopwatch_us()
    await reachable(database)
    return Found(value=(clock.stopwatch_us() - began_us) / 1000, unit="ms")


async def _schema(database: Database) -> Found:
    there, ours = await migrate.current_revision(database), migrate.newest_revision()
    if there == ours:
        return Found()
    return Found(status="fail", output=f"the database has schema {there}, this program is made for {ours}")


async def _oldest(database: Database, clock: Clock) -> Found:
    age_ms = (await _depth(database, clock)).oldest_age_ms
    old = age_ms > OLD_TASK_MS
    output = "work has been waiting for more than five minutes" if old else ""
    return Found(status="warn" if old else "pass", value=age_ms, unit="ms", output=output)


async def _dead(database: Database, clock: Clock) -> Found:
    dead = (await _depth(database, clock)).dead
    output = "see `maitre queue list --state dead`" if dead else ""
    return Found(status="warn" if dead else "pass", value=dead, unit="tasks", output=output)


async def _depth(database: Database, clock: Clock) -> QueueDepth:
    async with database.read() as tx:
        return queue_depth(await tasks.depth(tx), now_ms=clock.now_ms())


async def disk(data_dir: Path, *, holds_data: bool) -> Found:
    """A full disk takes no webhook where the data lies on it; elsewhere it takes no log."""
    use = await asyncio.to_thread(psutil.disk_usage, str(on_disk(data_dir)))
    full = use.free < _LEAST_DISK_BYTES and holds_data
    status: Status = "fail" if full else "warn" if use.percent > _FULL_DISK else "pass"
    output = "" if status == "pass" else f"{use.free >> 20} MB are left"
    return Found(status=status, value=use.percent, unit="%", output=output)


async def memory() -> Found:
    used = psutil.virtual_memory().percent
    return Found(status="warn" if used > _FULL_MEMORY else "pass", value=used, unit="%")
