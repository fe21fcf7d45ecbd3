"""What the metrics tell beside the traffic: read at the moment somebody asks, from the things themselves."""

from collections.abc import Iterator, Mapping, Sequence

from appliance import __version__
from appliance.clock import Clock
from appliance.errors import Unavailable
from appliance.guard.lanes import Lanes
from appliance.guard.limits import Limiter
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.views import queue_depth
from appliance.store import tasks
from appliance.store.engine import Database
from appliance.watch.exposition import Reading
from appliance.watch.loop_lag import LoopLag
from appliance.watch.monitor import Monitor
from appliance.work.queue import Queue
from appliance.work.schedule import Schedule

_KEPT_MS = 1_000


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
        schedule: Schedule,
        monitor: Monitor,
        loop_lag: LoopLag,
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._books = books
        self._limiter = limiter
        self._lanes = lanes
        self._queues = queues
        self._schedule = schedule
        self._monitor = monitor
        self._loop_lag = loop_lag
        self._started_at = clock.now_ms()
        self._known: tuple[int, Sequence[Reading]] | None = None

    async def read(self) -> Sequence[Reading]:
        """All of them as they are, or were within the last second: however many ask, they are read once."""
        now = self._clock.now_ms()
        if self._known is None or now - self._known[0] > _KEPT_MS:
            self._known = (now, [*await self._of_the_database(), *self._of_the_process()])
        return self._known[1]

    async def _of_the_database(self) -> list[Reading]:
        up, depth = 1, tasks.Depth()
        try:
            async with self._database.read() as tx:
                depth = await tasks.depth(tx)
        except Unavailable:
            up = 0
        use = self._database.pool_use()
        found = [
            Reading(name="maitre_database_up", help="Whether the database answered.", value=up),
            _gauge("maitre_database_pool_connections", "Connections by use.", use.taken, state="taken"),
            _gauge("maitre_database_pool_connections", "Connections by use.", use.most, state="most"),
            _gauge("maitre_database_log_bytes", "Size of SQLite's write-ahead log.", self._database.log_bytes()),
        ]
        return found + (self._of_queues(depth) if up else [])

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

    def _of_the_process(self) -> Iterator[Reading]:
        for name, queue in self._queues.items():
            for outcome in ("done", "retried", "held", "dead"):
                count = queue.outcomes[outcome]
                yield _counter("maitre_queue_outcomes", "What became of tasks.", count, queue=name, outcome=outcome)
        yield from self._of_jobs()
        for (quota, allowed), count in sorted(self._limiter.decisions.items()):
            outcome = "allowed" if allowed else "refused"
            yield _counter(
                "maitre_limit_decisions", "Requests counted by a quota.", count, quota=quota, outcome=outcome
            )
        for lane in ("webhooks", "tools", "inbound", "api", "passwords"):
            inside = getattr(self._lanes, lane).inside
            yield _gauge("maitre_lane_requests", "Requests being worked on, by lane.", inside, lane=lane)
        lookups = "Days of the book looked for in memory."
        yield _counter("maitre_cache_lookups", lookups, self._books.hits, cache="day_books", outcome="hit")
        yield _counter("maitre_cache_lookups", lookups, self._books.misses, cache="day_books", outcome="miss")
        yield _gauge("maitre_restaurants", "Restaurants served.", len(self._directory.cards()))
        yield from self._of_the_machine()
        yield _gauge("maitre_start_time_seconds", "When this process began, in Unix time.", self._started_at / 1000)
        yield _gauge("maitre_build_info", "1; its label says the version.", 1, version=__version__)

    def _of_jobs(self) -> Iterator[Reading]:
        for job, done_at in self._schedule.done_at.items():
            runs, failures = self._schedule.runs[job], self._schedule.failures[job]
            yield _counter("maitre_job_runs", "How often a job was done.", runs, job=job)
            yield _counter("maitre_job_failures", "How often a job failed.", failures, job=job)
            yield _gauge(
                "maitre_job_last_done_seconds", "When a job was last done, in Unix time.", done_at / 1000, job=job
            )

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
