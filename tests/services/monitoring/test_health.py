import asyncio
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import text

from appliance.contract import Health
from appliance.errors import DatabaseDown
from appliance.services.monitoring import health, probing
from appliance.services.monitoring.health import HealthService, statuses
from appliance.store.engine import Database
from appliance.watch.probes import Found, Probe, Probes
from appliance.work.loops import Loop, Loops
from support.desk import Desk
from support.fake_clock import FakeClock
from support.switchboard import Switchboard, call_event

MINUTE_MS = 60_000


async def _health(database: Database, clock: FakeClock, data_dir: Path) -> Health:
    probes = Probes(clock, *probing.inside(database, clock, data_dir))
    await probes.ask_inside()
    return _told(clock, probes)


def _told(clock: FakeClock, probes: Probes) -> Health:
    return HealthService(clock, probes, Loops(), last_turns=lambda: [clock.stopwatch_us()]).report()


async def test_all_is_well_at_first_and_each_check_says_when_it_was_made(
    database: Database, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_FULL_DISK", 100)  # the disk of whoever runs the tests is theirs
    report = await _health(database, clock, tmp_path)
    assert report.status == "pass"
    assert statuses(report) == dict.fromkeys(
        (
            "database:responseTime",
            "database:schema",
            "queue:oldestAge",
            "queue:deadLetters",
            "disk:utilization",
            "memory:utilization",
            "clock:jump",
            "queue:heartbeat",
            "loops:silence",
        ),
        "pass",
    )
    assert {several[0].time for several in (report.checks or {}).values()} == {"2026-11-25T10:00:00.000+00:00"}


async def test_work_that_waits_for_long_and_dead_letters_are_warned_of(desk: Desk, tmp_path: Path) -> None:
    board = Switchboard(desk.database, desk.clock, desk.directory)
    await board.deliver(call_event("call_started"))
    await board.deliver(b"{not json")
    desk.clock.advance(6 * MINUTE_MS)
    report = await _health(desk.database, desk.clock, tmp_path)
    assert report.status == "warn"
    assert report.checks
    assert report.checks["queue:deadLetters"][0].output == "see `maitre queue list --state dead`"
    assert report.checks["queue:oldestAge"][0].observedValue == 6 * MINUTE_MS


async def test_a_database_that_is_gone_fails_and_the_rest_is_still_told(
    database: Database, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object) -> NoReturn:
        raise DatabaseDown

    monkeypatch.setattr(database, "write", down)
    report = await _health(database, clock, tmp_path)
    assert report.status == "fail"
    assert report.checks
    assert report.checks["database:responseTime"][0].output == "The database does not answer."
    assert report.checks["database:schema"][0].status == "pass"


async def test_a_queue_that_stands_still_fails(clock: FakeClock) -> None:
    last_turns = [clock.stopwatch_us()]
    clock.advance(MINUTE_MS)
    last_turns.append(clock.stopwatch_us())
    report = HealthService(clock, Probes(clock), Loops(), last_turns=lambda: last_turns).report()
    assert (report.status, statuses(report)) == ("fail", {"queue:heartbeat": "fail", "loops:silence": "pass"})


async def test_a_machine_without_memory_is_warned_of(
    database: Database, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_FULL_MEMORY", -1)
    assert statuses(await _health(database, clock, tmp_path))["memory:utilization"] == "warn"


async def test_a_schema_that_another_program_changed_fails(
    database: Database, clock: FakeClock, tmp_path: Path
) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    report = await _health(database, clock, tmp_path)
    assert report.status == "fail"
    assert report.checks
    assert str(report.checks["database:schema"][0].output).startswith("the database has schema 9999, this program ")


async def test_a_disk_that_fills_up_is_warned_of(
    database: Database, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is the test's own; what counts as full is set around what it has."""
    monkeypatch.setattr(probing, "_FULL_DISK", -1)
    assert statuses(await _health(database, clock, tmp_path))["disk:utilization"] == "warn"


async def test_a_disk_with_next_to_nothing_left_fails_where_the_data_lies_on_it(
    database: Database, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_FULL_DISK", -1)
    monkeypatch.setattr(probing, "_LEAST_DISK_BYTES", 1 << 60)
    found = statuses(await _health(database, clock, tmp_path))["disk:utilization"]
    assert found == ("fail" if database.is_sqlite else "warn")


async def _nothing_wrong() -> Found:
    return Found()


async def _no_answer() -> Found:
    raise ConnectionRefusedError("nobody there")


@pytest.mark.parametrize(("outside", "status"), [(True, "warn"), (False, "fail")])
async def test_what_is_outside_only_warns(clock: FakeClock, *, outside: bool, status: str) -> None:
    probe = Probe(name="x:y", ask=_no_answer, every_s=60, deadline_s=1, rest_s=60, outside=outside)
    other = Probe(name="z:y", ask=_nothing_wrong, every_s=60, deadline_s=1, rest_s=60)
    probes = Probes(clock, probe, other)
    for asked in probes._asked:
        await asked.ask()
    report = _told(clock, probes)
    assert (report.status, statuses(report)["x:y"], statuses(report)["z:y"]) == (status, status, "pass")


async def test_what_was_not_asked_yet_or_is_not_there_is_no_check(clock: FakeClock) -> None:
    probe = Probe(name="x:y", ask=_no_answer, every_s=60, deadline_s=1, rest_s=60, outside=True)
    probes = Probes(clock, probe)
    await probes.ask_inside()
    report = _told(clock, probes)
    assert (report.status, list(report.checks or {})) == ("pass", ["queue:heartbeat", "loops:silence"])


async def test_a_loop_that_stands_still_is_named(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_SILENT_LOOP_S", 0.01)
    loops, at_work = Loops(), asyncio.Event()

    async def stands_still() -> None:
        at_work.set()
        await asyncio.Event().wait()

    loops.keep(Loop(name="directory", run=stands_still, turns=lambda: 0))
    await at_work.wait()
    await asyncio.sleep(0.02)
    report = HealthService(clock, Probes(clock), loops, last_turns=lambda: [clock.stopwatch_us()]).report()
    await loops.stop()
    assert report.checks
    assert report.checks["loops:silence"][0].output == "standing still: directory"
