from pathlib import Path

import pytest

from appliance.services.backups import Backups
from appliance.services.monitoring.health import HealthService
from appliance.services.monitoring.log_levels import LogLevels
from appliance.services.monitoring.system import System
from appliance.watch.logs import LogLevel
from appliance.watch.probes import Probes
from appliance.work.loops import Loops
from appliance.work.schedule import Job, Schedule
from support.desk import Desk, wish
from support.watched import Watched


async def job() -> None:
    raise OSError("a full disk")


@pytest.fixture
def schedule(desk: Desk) -> Schedule:
    return Schedule(desk.clock, Job(name="sweep", every_s=60, work=job))


@pytest.fixture
def system(desk: Desk, tmp_path: Path, schedule: Schedule) -> System:
    watched, loops = Watched(desk, tmp_path), Loops()
    health = HealthService(desk.clock, Probes(desk.clock), loops, last_turns=lambda: [desk.clock.stopwatch_us()])
    return System(
        desk.database,
        machine=watched.machine,
        monitor=watched.monitor,
        books=desk.books,
        loops=loops,
        schedule=schedule,
        health=health,
        log_levels=LogLevels(desk.database, desk.clock, LogLevel("info")),
        backup_watch=watched.backups,
        backups=Backups(desk.database, desk.clock, tmp_path / "backups", ()),
    )


async def test_the_machine_is_told_by_its_cores_and_the_disk_with_the_data_first(
    system: System, tmp_path: Path
) -> None:
    view = await system.view()
    assert all(0 <= core <= 1 for core in view.cores)
    assert view.disks[0].path == str(tmp_path)
    assert view.process.memory_bytes < view.memory_bytes


async def test_the_database_says_its_version_and_its_log(desk: Desk, system: System) -> None:
    await desk.book(wish())
    async with desk.database.read():
        view = await system.view()
    assert view.versions[view.database.kind][0].isdigit()
    assert view.database.kind == ("sqlite" if desk.database.is_sqlite else "postgresql")
    assert (view.database.log_bytes > 0) is desk.database.is_sqlite
    assert 0 < view.database.connections <= view.database.connections_most


async def test_a_database_that_has_only_been_read_has_a_version_too(desk: Desk, system: System) -> None:
    async with desk.database.read():
        assert (await system.view()).versions[desk.database.kind][0].isdigit()


async def test_a_job_tells_when_it_was_last_gone_through_and_how_often_it_failed(
    desk: Desk, system: System, schedule: Schedule
) -> None:
    await schedule._do(schedule.jobs[0])
    desk.clock.advance(7_000)
    (row,) = (await system.view()).loops
    assert (row.name, row.every_s, row.silent_s, row.failures) == ("sweep", 60, 7, 1)


async def test_the_days_of_the_book_that_are_in_memory_are_counted(desk: Desk, system: System) -> None:
    await desk.check(wish())
    (cache,) = (await system.view()).caches
    assert (cache.name, cache.held, cache.misses) == ("day_books", 1, 1)
