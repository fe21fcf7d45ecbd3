"""The whole platform at a glance."""

from msgspec.structs import asdict

from appliance import __version__
from appliance.clock import Clock
from appliance.contract import LastMinute, MachineView, Overview
from appliance.services.directory import Directory
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.services.monitoring.scores import DAY_MS, Scores, share
from appliance.services.views import queue_depth
from appliance.store import calls, reservations, results, tasks
from appliance.store.engine import Database
from appliance.watch.monitor import Monitor, Overall

_MINUTE_S = 60
_WORST = 10


class Platform:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        directory: Directory,
        *,
        monitor: Monitor,
        scores: Scores,
        backups: BackupWatch,
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._monitor = monitor
        self._scores = scores
        self._backups = backups
        self._started_at = clock.now_ms()

    async def overview(self) -> Overview:
        now = self._clock.now_ms()
        async with self._database.read() as tx:
            seen, ongoing = await calls.count_since(tx, now - DAY_MS)
            booked = await reservations.count_created_since(tx, now - DAY_MS)
            depth = await tasks.depth(tx)
            came = await results.since(tx, now - DAY_MS)
        worst, last_minute = await self._scores.worst_first(), self._monitor.window(_MINUTE_S)
        return Overview(
            version=__version__,
            started_at=self._started_at,
            now=now,
            restaurants=len(self._directory.cards()),
            calls_today=seen,
            calls_now=ongoing,
            reservations_today=booked,
            queue=queue_depth(depth, now_ms=now),
            success_rate=share(came.calls_successful, came.calls_judged),
            negative_rate=share(came.calls_negative, came.calls_analyzed),
            cost_cents_today=came.cost_cents,
            last_minute=_last_minute(last_minute),
            machine=self._machine(last_minute),
            backup=await self._backups.state(),
            worst=worst[:_WORST],
        )

    def _machine(self, last_minute: Overall) -> MachineView:
        now = self._monitor.machine()
        return MachineView(
            cpu=now.cpu,
            memory=now.memory,
            disk=now.disk,
            disk_free_bytes=now.disk_free_bytes,
            process_memory_bytes=now.process_memory_bytes,
            process_files=now.process_files,
            loop_lag_ms=last_minute.loop_lag_p99_ms,
        )


def _last_minute(served: Overall) -> LastMinute:
    found = asdict(served)
    return LastMinute(**{name: found[name] for name in LastMinute.__struct_fields__})
