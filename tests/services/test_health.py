import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from msgspec.structs import replace

from appliance.errors import DatabaseDown
from appliance.services import health
from appliance.services.health import HealthService
from appliance.store.engine import Database
from appliance.watch.machine import Machine
from appliance.work.loops import Loop, Loops
from support.desk import Desk
from support.fake_clock import FakeClock
from support.switchboard import Switchboard, call_event

MINUTE_MS = 60_000
ROOMY = replace(Machine(Path("/")).state(), disk=0.5, disk_free_bytes=1 << 40, memory=0.5)


def _health(database: Database, clock: FakeClock, **changes: Any) -> HealthService:
    """Of a machine with room enough and no loops."""
    usual: dict[str, Any] = {"queue_heartbeat": clock.now_ms, "machine": lambda: ROOMY, "loops": Loops()}
    return HealthService(database, clock, **usual | changes)


async def test_all_is_well_at_first(database: Database, clock: FakeClock) -> None:
    report = await _health(database, clock).report()
    assert report.status == "pass"
    assert {check.status for checks in (report.checks or {}).values() for check in checks} == {"pass"}


async def test_work_that_waits_for_long_and_dead_letters_are_warned_of(desk: Desk) -> None:
    board = Switchboard(desk.database, desk.clock, desk.directory)
    await board.deliver(call_event("call_started"))
    await board.deliver(b"{not json")
    desk.clock.advance(6 * MINUTE_MS)
    report = await _health(desk.database, desk.clock).report()
    assert report.status == "warn"
    assert report.checks
    assert report.checks["queue:deadLetters"][0].output == "see `maitre queue list --state dead`"
    assert report.checks["queue:oldestAge"][0].observedValue == 6 * MINUTE_MS


async def test_a_queue_that_stands_still_fails(database: Database, clock: FakeClock) -> None:
    last_turn = clock.now_ms()
    clock.advance(MINUTE_MS)
    report = await _health(database, clock, queue_heartbeat=lambda: last_turn).report()
    assert report.status == "fail"


@pytest.mark.parametrize(
    ("state", "status", "output"),
    [
        ({"disk": 0.91, "disk_free_bytes": 900 << 20}, "warn", "900 MB are left"),
        ({"disk": 0.999, "disk_free_bytes": 63 << 20}, "fail", "63 MB are left"),
    ],
)
async def test_a_disk_that_fills_up_is_told_before_a_commit_fails(
    database: Database, clock: FakeClock, state: dict[str, Any], status: str, output: str
) -> None:
    report = await _health(database, clock, machine=lambda: replace(ROOMY, **state)).report()
    assert report.checks
    assert (report.status, report.checks["disk:utilization"][0].output) == (status, output)


async def test_a_machine_without_memory_is_warned_of(database: Database, clock: FakeClock) -> None:
    report = await _health(database, clock, machine=lambda: replace(ROOMY, memory=0.97)).report()
    assert report.status == "warn"


async def test_a_schema_that_another_program_made_fails(database: Database, clock: FakeClock) -> None:
    async with database.write() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    report = await _health(database, clock).report()
    assert report.checks
    assert report.status == "fail"
    assert str(report.checks["database:schema"][0].output).startswith("the database has schema 9999")


async def test_a_loop_that_stands_still_is_named(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_SILENT_LOOP_S", 0.01)
    loops, at_work = Loops(), asyncio.Event()

    async def stands_still() -> None:
        at_work.set()
        await asyncio.Event().wait()

    loops.keep(Loop(name="directory", run=stands_still, turns=lambda: 0))
    await at_work.wait()
    await asyncio.sleep(0.02)
    report = await _health(database, clock, loops=loops).report()
    await loops.stop()
    assert report.checks
    assert report.checks["loops:silence"][0].output == "standing still: directory"


async def test_a_database_that_is_gone_fails_and_the_rest_is_still_told(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> NoReturn:
        raise DatabaseDown

    monkeypatch.setattr(database, "write", down)
    report = await _health(database, clock).report()
    assert report.status == "fail"
    assert report.checks
    assert report.checks["database:responseTime"][0].output == "The database does not answer."
    assert report.checks["queue:heartbeat"][0].status == "pass"


async def test_however_many_ask_the_database_is_asked_once_a_second(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, write = [], database.write

    @asynccontextmanager
    async def counted() -> AsyncIterator[object]:
        asked.append(1)
        async with write() as tx:
            yield tx

    monkeypatch.setattr(database, "write", counted)
    health = _health(database, clock)
    reports = await asyncio.gather(*(health.report() for _ in range(10)))
    assert (len(asked), len(set(map(id, reports)))) == (1, 1)
    clock.advance(1001)
    await health.report()
    assert len(asked) == 2
