"""What the metrics tell beside the traffic: read at the moment somebody asks, from the things themselves."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import nan

from appliance import __version__
from appliance.clock import Clock
from appliance.errors import Unavailable
from appliance.guard.lanes import Lanes
from appliance.guard.limits import Limiter
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.services.monitoring.health import FAIL, PASS, WARN, HealthService, statuses
from appliance.services.reconcile import Reconciled
from appliance.services.views import queue_depth
from appliance.store import outbox, tasks
from appliance.store.engine import Database
from appliance.watch.exposition import Reading
from appliance.watch.loop_lag import LoopLag
from appliance.watch.monitor import Monitor
from appliance.watch.probes import Probes
from appliance.work.alerts import Channels
from appliance.work.loops import Loops
from appliance.work.queue import Queue
from appliance.work.schedule import Schedule

_KEPT_US = 1_000_000
_RESTAURANT = "restaurant"
_AS_VALUE: dict[str, float] = {PASS: 1.0, WARN: 0.5, FAIL: 0.0}


class Gauges:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        directory: Directory,
        *,
        books: DayBooks,
        limiter: Limiter,
        lanes: Lanes,
        queues: Mapping[str, Queue],
        loops: Loops,
        schedule: Schedule,
        monitor: Monitor,
        loop_lag: LoopLag,
        probes: Probes,
        health: HealthService,
        channels: Channels,
        backups: BackupWatch,
        reconciled: Reconciled | None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._books = books
        self._limiter = limiter
        self._lanes = lanes
        self._queues = queues
        self._loops = loops
        self._schedule = schedule
        self._monitor = monitor
        self._loop_lag = loop_lag
        self._probes = probes
        self._health = health
        self._channels = channels
        self._backups = backups
        self._reconciled = reconciled
        self._started_at = clock.now_ms()
        self._known: tuple[int, Sequence[Reading]] | None = None

    async def read(self) -> Sequence[Reading]:
        """All of them as they are, or were within the last second: however many ask, they are read once."""
        now_us = self._clock.stopwatch_us()
        if self._known is None or now_us - self._known[0] > _KEPT_US:
            read = [*await self._of_the_database(), *self._of_the_process(), *await self._of_backups()]
            self._known = (now_us, read)
        return self._known[1]

    async def _of_the_database(self) -> list[Reading]:
        up, depth, messages = 1, tasks.Depth(), list[outbox.Waiting]()
        try:
            async with self._database.read() as tx:
                depth, messages = await tasks.depth(tx), await outbox.waiting(tx)
        except Unavailable:
            up = 0
        use = self._database.pool_use()
        found = [
            _gauge("maitre_database_up", "Whether the database answered.", up),
            _gauge("maitre_database_pool_connections", "Connections by use.", use.taken, state="taken"),
            _gauge("maitre_database_pool_connections", "Connections by use.", use.most, state="most"),
            _gauge("maitre_database_log_bytes", "Size of SQLite's write-ahead log.", self._database.log_bytes()),
        ]
        return found + ([*self._of_queues(depth), *self._of_messages(messages)] if up else [])

    def _of_queues(self, depth: tasks.Depth) -> list[Reading]:
        """Nothing where it cannot be known: no figure is better than a wrong one."""
        waiting = queue_depth(depth, now_ms=self._clock.now_ms())
        age = "Age of the oldest task that is not done."
        return [
            *(
                _gauge("maitre_queue_tasks", "Tasks in the database by state.", getattr(depth, state), state=state)
                for state in ("ready", "running", "held", "dead")
            ),
            _gauge("maitre_queue_oldest_age_seconds", age, waiting.oldest_age_ms / 1000),
        ]

    def _of_messages(self, messages: Sequence[outbox.Waiting]) -> Iterator[Reading]:
        about, counts = "Messages that are not delivered, by where they are to go.", Counter[tuple[str, str]]()
        for one in messages:
            state = "dead" if one.state == "dead" else "waiting"
            counts[self._channel(one), state] += one.count
        for channel in sorted({_RESTAURANT, *self._channels.kinds} | {channel for channel, _ in counts}):
            for state in ("waiting", "dead"):
                count = counts[channel, state]
                yield _gauge("maitre_outbox_messages", about, count, channel=channel, state=state)

    def _channel(self, one: outbox.Waiting) -> str:
        return _RESTAURANT if one.kind == outbox.DELIVER else self._channels.kind(one.destination) or "gone"

    def _of_the_process(self) -> Iterator[Reading]:
        for name, queue in self._queues.items():
            for outcome in ("done", "retried", "held", "dead"):
                count = queue.outcomes[outcome]
                yield _counter("maitre_queue_outcomes", "What became of tasks.", count, queue=name, outcome=outcome)
        yield from self._of_jobs()
        yield from self._of_reconciliation()
        for loop, silent_s in self._loops.silent_s.items():
            restarts = self._loops.restarts[loop]
            yield _counter("maitre_loop_restarts", "How often a background loop was begun again.", restarts, loop=loop)
            yield _gauge("maitre_loop_silent_seconds", "Since a background loop last turned.", silent_s, loop=loop)
        yield from self._of_health()
        for (quota, allowed), count in sorted(self._limiter.decisions.items()):
            outcome = "allowed" if allowed else "refused"
            yield _counter(
                "maitre_limit_decisions", "Requests counted by a quota.", count, quota=quota, outcome=outcome
            )
        for lane in ("webhooks", "tools", "inbound", "api", "passwords"):
            inside = getattr(self._lanes, lane).inside
            yield _gauge("maitre_lane_requests", "Requests being worked on, by lane.", inside, lane=lane)
        late = int(self._lanes.overload.on)
        yield _gauge("maitre_overloaded", "1 while the API is shut so that the phone is answered.", late)
        lookups = "Days of the book looked for in memory."
        yield _counter("maitre_cache_lookups", lookups, self._books.hits, cache="day_books", outcome="hit")
        yield _counter("maitre_cache_lookups", lookups, self._books.misses, cache="day_books", outcome="miss")
        yield _gauge("maitre_restaurants", "Restaurants served.", len(self._directory.cards()))
        yield from self._of_the_machine()
        yield _gauge("maitre_start_time_seconds", "When this process began, in Unix time.", self._started_at / 1000)
        yield _gauge("maitre_build_info", "1; its label says the version.", 1, version=__version__)

    async def _of_backups(self) -> list[Reading]:
        """Without one, a number that is none: a comparison with it is false, and `absent` does not hold either."""
        age_s = await self._backups.age_s()
        return [
            _gauge("maitre_backup_age_seconds", "Since the newest backup was made.", nan if age_s is None else age_s)
        ]

    def _of_jobs(self) -> Iterator[Reading]:
        for job, done_at in self._schedule.done_at.items():
            runs, failures = self._schedule.runs[job], self._schedule.failures[job]
            yield _counter("maitre_job_runs", "How often a job was done.", runs, job=job)
            yield _counter("maitre_job_failures", "How often a job failed.", failures, job=job)
            yield _gauge(
                "maitre_job_last_done_seconds", "When a job was last done, in Unix time.", done_at / 1000, job=job
            )

    def _of_reconciliation(self) -> Iterator[Reading]:
        told = self._reconciled
        if told is None:
            return
        asked, events = "Calls that the phone platform was asked about.", "Events that had never arrived."
        arrived = {"fetched": told.fetched - told.gone, "gone": told.gone}
        for outcome, count in {"answered": told.asked - told.failed, "failed": told.failed}.items():
            yield _counter("maitre_reconcile_calls", asked, count, outcome=outcome)
        for outcome, count in arrived.items():
            yield _counter("maitre_reconcile_events", events, count, outcome=outcome)
        done_at, last_done = told.finished_at / 1000, "When all was last gone through, in Unix time."
        yield _gauge("maitre_reconcile_last_done_seconds", last_done, done_at)

    def _of_health(self) -> Iterator[Reading]:
        for name, status in statuses(self._health.report()).items():
            yield _gauge("maitre_health_check", "1 is well, 0.5 a warning, 0 a failure.", _AS_VALUE[status], check=name)
        for name, count in self._probes.failures():
            yield _counter("maitre_probe_failures", "How often a probe got no answer.", count, probe=name)

    def _of_the_machine(self) -> Iterator[Reading]:
        now, lag = self._monitor.machine(), self._loop_lag
        yield _gauge("maitre_loop_lag_seconds", "How late the event loop last came back.", lag.last_s)
        yield _counter("maitre_process_cpu_seconds", "Processor time of this process.", now.process_cpu_s)
        yield _gauge("maitre_process_memory_bytes", "Resident memory of this process.", now.process_memory_bytes)
        yield _gauge("maitre_process_open_files", "Open files and connections.", now.process_files)
        yield _gauge("maitre_process_most_files", "How many it may have open.", now.process_files_most)
        yield _gauge("maitre_process_threads", "Threads of this process.", now.process_threads)
        yield _gauge("maitre_host_cpu_ratio", "Use of all cores since the last look.", now.cpu)
        yield _gauge("maitre_host_load", "Load average of the last minute.", now.load_1m)
        yield _gauge("maitre_host_memory_ratio", "Memory in use.", now.memory)
        yield _gauge("maitre_host_disk_ratio", "Use of the disk with the data.", now.disk)
        yield _gauge("maitre_host_disk_free_bytes", "What the disk with the data has left.", now.disk_free_bytes)


def _gauge(name: str, about: str, value: float, **labels: str) -> Reading:
    return Reading(name=name, help=about, value=value, labels=labels)


def _counter(name: str, about: str, value: float, **labels: str) -> Reading:
    return Reading(name=name, help=about, value=value, labels=labels, kind="counter")
