"""What the server runs on and what runs in it, read from the things themselves when somebody asks."""

import platform
from collections.abc import Iterator

from appliance import __version__
from appliance.contract import CacheUse, DatabaseUse, DiskUse, LoopRow, ProcessUse, SystemView
from appliance.services.backups import Backups
from appliance.services.daybooks import MAX_DAYS, DayBooks
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.services.monitoring.health import HealthService
from appliance.services.monitoring.log_levels import LogLevels
from appliance.store.engine import Database
from appliance.watch.machine import Machine, MachineState
from appliance.watch.monitor import Monitor
from appliance.work.loops import Loops
from appliance.work.schedule import Schedule


class System:
    def __init__(
        self,
        database: Database,
        *,
        machine: Machine,
        monitor: Monitor,
        books: DayBooks,
        loops: Loops,
        schedule: Schedule,
        health: HealthService,
        log_levels: LogLevels,
        backup_watch: BackupWatch,
        backups: Backups,
    ) -> None:
        self._database = database
        self._machine = machine
        self._monitor = monitor
        self._books = books
        self._loops = loops
        self._schedule = schedule
        self._health = health
        self._log_levels = log_levels
        self._backup_watch = backup_watch
        self._backups = backups

    async def view(self) -> SystemView:
        now, books = self._monitor.machine(), self._books
        return SystemView(
            cores=list(now.cores),
            load_1m=now.load_1m,
            memory_bytes=now.memory_bytes,
            disks=[DiskUse(path=path, share=share, free_bytes=free) for path, share, free in self._machine.disks()],
            process=_process(now),
            database=self._database_use(),
            caches=[
                CacheUse(name="day_books", held=books.held, most=MAX_DAYS, hits=books.hits, misses=books.misses),
            ],
            loops=[*self._of_loops(), *self._of_jobs()],
            health=self._health.report(),
            versions={
                "maitre": __version__,
                "python": platform.python_version(),
                self._database.kind: self._database.version(),
                "platform": platform.platform(),
            },
            log_level=self._log_levels.view(),
            backup=await self._backup_watch.state(),
            backup_work=self._backups.work,
        )

    def _database_use(self) -> DatabaseUse:
        use = self._database.pool_use()
        return DatabaseUse(
            kind=self._database.kind,
            connections=use.taken,
            connections_most=use.most,
            log_bytes=self._database.log_bytes(),
        )

    def _of_loops(self) -> Iterator[LoopRow]:
        for name, silent_s in self._loops.silent_s.items():
            yield LoopRow(name=name, every_s=None, silent_s=silent_s, failures=self._loops.restarts[name])

    def _of_jobs(self) -> Iterator[LoopRow]:
        silent_s = self._schedule.silent_s
        for job in self._schedule.jobs:
            failures = self._schedule.failures[job.name]
            yield LoopRow(name=job.name, every_s=job.every_s, silent_s=silent_s[job.name], failures=failures)


def _process(now: MachineState) -> ProcessUse:
    return ProcessUse(
        cpu_s=now.process_cpu_s,
        memory_bytes=now.process_memory_bytes,
        files=now.process_files,
        files_most=now.process_files_most,
        threads=now.process_threads,
    )
