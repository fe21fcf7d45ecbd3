import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn

import pytest

from appliance.errors import DatabaseDown
from appliance.services.health import HealthService
from appliance.store.engine import Database
from support.desk import Desk
from support.fake_clock import FakeClock
from support.switchboard import Switchboard, call_event

MINUTE_MS = 60_000


def _health(database: Database, clock: FakeClock) -> HealthService:
    return HealthService(database, clock, queue_heartbeat=clock.now_ms)


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
    report = await HealthService(database, clock, queue_heartbeat=lambda: last_turn).report()
    assert report.status == "fail"


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
