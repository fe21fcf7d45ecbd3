"""The composition root: builds everything once and owns the order of starting and stopping."""

import asyncio
import fcntl
import gc
import os
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import IO, Any, TypeVar
from urllib.parse import urlsplit

import structlog
import uvloop

from appliance import __version__
from appliance.clock import Clock, SystemClock
from appliance.config import Settings
from appliance.errors import StartError
from appliance.guard.counters import CountersFile
from appliance.guard.limits import Limiter
from appliance.guard.passwords import Passwords
from appliance.services import aftercall, probing
from appliance.services.access import Access
from appliance.services.aftercall import AfterCall
from appliance.services.agenda import Agenda
from appliance.services.alert_words import Words
from appliance.services.alerts import Alerts, HowTold
from appliance.services.api_limits import ApiLimits
from appliance.services.api_tokens import ApiTokens
from appliance.services.calendar_feed import CalendarFeed
from appliance.services.calls import Calls
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.exports import Exports
from appliance.services.floor import Floor
from appliance.services.gauges import Gauges
from appliance.services.guests import Guests
from appliance.services.health import HealthService
from appliance.services.holds import Holds
from appliance.services.house import House
from appliance.services.inbound import Inbound
from appliance.services.keys import Keys
from appliance.services.live import Live
from appliance.services.log_levels import LogLevels
from appliance.services.messages import MessageService
from appliance.services.phone_use import PhoneMeter
from appliance.services.plans import Plans
from appliance.services.platform import Platform
from appliance.services.privacy import Privacy
from appliance.services.queue import QueueService
from appliance.services.reconcile import Reconcile
from appliance.services.restaurants import RestaurantService
from appliance.services.retention import Retention
from appliance.services.rollups import Rollups
from appliance.services.scores import Scores
from appliance.services.series import Series
from appliance.services.sessions import Sessions
from appliance.services.sheet_import import SheetImport
from appliance.services.signals import Signals
from appliance.services.staff import Staff
from appliance.services.staff_booking import StaffBooking
from appliance.services.toolbox import toolbox
from appliance.services.tools import Tools, outcome_of
from appliance.services.users import Users
from appliance.services.views import Views
from appliance.services.waitlist import Waitlist
from appliance.store import alerts, answers, inbox, migrate, outbox
from appliance.store.answers import ToolCall
from appliance.store.engine import Database
from appliance.store.tasks import Task
from appliance.voice.retell import payloads
from appliance.voice.retell.api import RetellApi
from appliance.voice.retell.history import RetellHistory
from appliance.watch import alert_rules, logs, outside
from appliance.watch.errors import ErrorLog
from appliance.watch.loop_lag import LoopLag
from appliance.watch.machine import Machine
from appliance.watch.monitor import Monitor
from appliance.watch.probes import Probe, Probes
from appliance.watch.quiet import QuietHours
from appliance.watch.traffic import Traffic
from appliance.web import request_ids
from appliance.web.application import Application, WebServices
from appliance.web.edge import Edge
from appliance.web.languages import speaker
from appliance.web.problems import Problems
from appliance.web.retell import RetellDoors
from appliance.web.server import HttpServer
from appliance.work.alerts import AlertDeliveries, Channels
from appliance.work.destinations import client_for
from appliance.work.group_commit import GroupCommit
from appliance.work.inbox import Inbox
from appliance.work.loops import Loop, Loops
from appliance.work.outbox import Deliveries
from appliance.work.queue import Handler, Queue, QueueSettings, singly
from appliance.work.schedule import Job, Schedule

T = TypeVar("T")

log = structlog.get_logger()

_DIRECTORY_POLL_S = 2.0
_GATHER_TRACE_S = 0.05
_EVENTS_AT_ONCE = 32
_OFFERS_S = 15.0
_WAITLIST_S = 60.0
_OVERDUE_S = 60.0
_RETENTION_S = 3600.0
_TOKEN_USES_S = 60.0
_COUNTERS_S = 15.0
_SLOW_JOB_S = 900.0
_RECONCILE_S = 300.0
_FIRST_RECONCILE_S = 10.0
_PLANS_S = 60.0
_ROLLUPS_S = 20.0
_ALERTS_S = 15.0
_ALERTS_AT_ONCE = 2
_GC_THRESHOLD = 20_000
_LAST_WORK_S = 1.0
"""Beside `drain_s`, whose default leaves room for it in the ten seconds that a stop may take."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on the event loop that the server is made for."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


class Server:
    """All of Maitre in one process. Raises StartError when it could not do its work."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        logs.configure(level=settings.log_level, shape=settings.log_format)
        if not settings.retell_webhook_keys:
            raise StartError(
                "No webhook key is set, so nothing could be believed. "
                "Run `maitre setup`, or set retell_webhook_keys to the API key that Retell signs with."
            )
        self.settings = settings
        self._clock = clock or SystemClock()
        self._database = Database(
            settings.resolved_database_url, pool_size=settings.db_pool_size, wait_s=settings.db_wait_ms / 1000
        )
        self._stack = AsyncExitStack()
        self._served = False
        self._loops = Loops(self._note_broken_loop)
        self._log_level = logs.LogLevel(settings.log_level)
        self._build()

    def _build(self) -> None:
        settings, clock, database = self.settings, self._clock, self._database
        self._errors, self._traffic = ErrorLog(clock), Traffic()
        self._edge = Edge(clock, trusted=settings.proxy_networks, platform=settings.platform_networks)
        self._loop_lag = LoopLag(self._edge.lanes.overload.note)
        self._monitor = Monitor(clock, self._traffic, Machine(settings.data_dir), self._loop_lag)
        self._problems = Problems(self._errors)
        self._directory = Directory(database)
        self._rollups = Rollups(database, clock, self._directory, self._monitor)
        self._books, self._holds = DayBooks(database, clock), Holds(clock, hold_s=settings.hold_s)
        self._trace: GroupCommit[ToolCall, None] = GroupCommit(
            self._keep_trace, name="tool-trace", gather_s=_GATHER_TRACE_S
        )
        self._client = client_for(settings.destination_networks)
        self.restaurants = RestaurantService(database, clock, self._directory, settings.destination_networks)
        self.retell: RetellApi | None = None
        self.reconcile: Reconcile | None = None
        self._passwords = Passwords()
        self.api_tokens = ApiTokens(database, clock)
        self.users = Users(database, clock, self._passwords)
        enforce = settings.limits_mode == "enforce"
        self._limiter, self._meter = Limiter(clock, settings.limits_url), PhoneMeter(clock, enforce=enforce)
        self._limits = ApiLimits(
            database,
            clock,
            self._limiter,
            self._meter,
            self.restaurants,
            admin_requests=settings.admin_requests,
            enforce=enforce,
        )
        self._counted = CountersFile(
            settings.data_dir / "limits.bin",
            api=self._limiter.memory,
            phone=self._meter.memory,
            refused=self._limits.refusals,
        )
        self._sessions = Sessions(database, clock, Keys(database, clock), self._passwords, self._limiter)
        self._calls = Calls(
            database,
            clock,
            self._directory,
            Inbox(database),
            parsers={payloads.PROVIDER: payloads.call_event},
            wake=lambda: self._events.wake(),  # noqa: PLW0108 — the queue is made next
            hung_up=self._holds.drop,
            meter=self._meter,
        )
        deliveries = Deliveries(database, clock, self._client)
        self._events = self._queue(inbox.APPLY, self._calls.apply, concurrency=1, batch=_EVENTS_AT_ONCE)
        self._messages = self._queue(outbox.DELIVER, singly(deliveries.deliver), concurrency=settings.queue_concurrency)
        self._build_alerts()
        books = self._books
        self._waitlist = Waitlist(database, clock, books, self._holds, self._messages.wake)
        self._privacy = Privacy(database, clock, books, self._waitlist, self._messages.wake)
        self._staff = Staff(database, clock, self._directory, books, waitlist=self._waitlist, wake=self._messages.wake)
        if settings.retell_api_key:
            self.retell = RetellApi(clock, url=settings.retell_api_url, key=settings.retell_api_key)
            history = RetellHistory(self.retell)
            self.reconcile = Reconcile(database, clock, self._directory, self._calls, history)
        self._schedule = Schedule(clock, *self._jobs(), *self._jobs_of_the_platform(), failed=self._note_failed_job)
        after_call = AfterCall(database, clock, self._directory, books, self._holds)
        self._wishes = self._queue(aftercall.SETTLE, singly(after_call.settle), concurrency=1)
        self._tools = Tools(
            clock,
            self._directory,
            toolbox(database, clock, books, self._holds, waitlist=self._waitlist, wake=self._messages.wake),
            deadline_s=settings.tool_deadline_ms / 1000,
            trace=self._note_tool,
            used=self._meter.tool,
            failed=self._note_failed_tool,
        )
        self._doors = RetellDoors(
            self._edge,
            self._problems,
            self._calls,
            Inbound(database, clock, self._directory),
            self._tools,
            traffic=self._traffic,
            keys=settings.retell_webhook_keys,
            cap_bytes=settings.body_cap_mb << 20,
        )
        self._probes = Probes(clock, *probing.inside(database, clock, settings.data_dir), *self._outside())
        self._health = HealthService(
            clock, self._probes, self._loops, last_turns=lambda: [one.last_turn_at for one in self._queues().values()]
        )
        self._http = HttpServer(self._application(), host=settings.host, port=settings.port)

    def _outside(self) -> Iterator[Probe]:
        """Probes of what is elsewhere, as far as there is any."""
        if self.settings.public_url:
            yield outside.certificate(self.settings.public_url, self._clock)
        if self.retell:
            yield outside.answers("retell", self.settings.retell_api_url, self.retell.http, self._clock)

    def _build_alerts(self) -> None:
        settings, database, clock = self.settings, self._database, self._clock
        channels = Channels(settings.alert_channels, settings.alert_escalation_channels)
        delivery = AlertDeliveries(database, clock, channels)
        self._told = self._queue(alerts.DELIVER, singly(delivery.deliver), concurrency=_ALERTS_AT_ONCE)
        words = Words(
            speaker(settings.alert_language),
            platform=urlsplit(settings.public_url).hostname or "Maitre",
            zone=settings.alert_zone,
            name_of=self._name_of,
        )
        how = HowTold(
            channels=channels,
            words=words,
            quiet=QuietHours(*settings.alert_quiet_minutes, settings.alert_zone),
            escalate_after_s=settings.alert_escalation_minutes * 60,
        )
        most_calls = settings.concurrent_calls
        signals = Signals(database, clock, self._directory, self._monitor, self._meter, most_calls=most_calls)
        rules = alert_rules.adjusted(settings.alert_rules)
        self._alerts = Alerts(database, clock, rules, signals.read, how=how, wake=self._told.wake)

    def _name_of(self, restaurant_id: str) -> str:
        card = self._directory.card(restaurant_id)
        return card.name if card else restaurant_id

    def _jobs(self) -> tuple[Job, ...]:
        """What is done as time goes by."""
        retention = Retention(self._database, self._clock, self._directory, self._privacy)
        lapse, look_again = (partial(job, self._directory) for job in (self._waitlist.lapse, self._waitlist.look_again))
        return (
            Job(name="directory", every_s=_DIRECTORY_POLL_S, work=self._directory.refresh),
            Job(name="waitlist-offers", every_s=_OFFERS_S, work=lapse),
            Job(name="waitlist", every_s=_WAITLIST_S, work=look_again),
            Job(name="complete-overdue", every_s=_OVERDUE_S, work=self._staff.complete_overdue),
            Job(name="retention", every_s=_RETENTION_S, work=retention.sweep),
            Job(name="plans", every_s=_PLANS_S, work=Plans(self._clock, self._directory).tell_of_lapsed),
            Job(name="counters", every_s=_COUNTERS_S, work=self._counted.save),
            Job(name="token-uses", every_s=_TOKEN_USES_S, work=self.api_tokens.note_uses),
            Job(name="rollups", every_s=_ROLLUPS_S, work=self._rollups.keep),
            Job(name="rollups-sweep", every_s=_RETENTION_S, work=self._rollups.sweep),
            Job(name="alerts", every_s=_ALERTS_S, work=self._alerts.look),
            Job(name="old-alerts", every_s=_RETENTION_S, work=self._alerts.sweep),
            Job(name="sessions", every_s=_RETENTION_S, work=self._sessions.sweep),
        )

    def _jobs_of_the_platform(self) -> Iterator[Job]:
        """What is done only where the platform's API may be asked."""
        if self.reconcile:
            sweep = self.reconcile.sweep
            yield Job(name="reconcile", every_s=_RECONCILE_S, first_s=_FIRST_RECONCILE_S, work=sweep)

    def _queue(self, kind: str, handler: Handler, *, concurrency: int, batch: int = 1) -> Queue:
        how = QueueSettings(
            concurrency=concurrency,
            batch=batch,
            lease_ms=self.settings.lease_s * 1000,
            max_attempts=self.settings.queue_max_attempts,
        )
        return Queue(
            self._database, self._clock, kind, handler, how, gives_way=self._busy, failed=self._note_failed_task
        )

    def _note_failed_task(self, task: Task, error: Exception) -> None:
        self._errors.note_inside(error, f"queue {task.kind}", restaurant_id=task.restaurant_id)

    def _note_failed_job(self, job: Job, error: Exception) -> None:
        self._errors.note_inside(error, f"job {job.name}")

    def _note_failed_tool(self, error: BaseException, tool: str, restaurant_id: str) -> None:
        self._errors.note_inside(error, f"tool {tool}", restaurant_id=restaurant_id, request_id=request_ids.current())

    def _note_broken_loop(self, name: str, error: Exception) -> None:
        self._errors.note_inside(error, f"loop {name}")

    def _application(self) -> Application:
        database, clock = self._database, self._clock
        books, holds, wake = self._books, self._holds, self._messages.wake
        house = House(database, clock, self._directory, books, self.settings.destination_networks)
        scores = Scores(database, clock, self._directory, self._meter)
        platform = Platform(database, clock, self._directory, monitor=self._monitor, scores=scores)
        self._live = Live(clock, self._monitor, platform, scores)
        services = WebServices(
            access=Access(self._sessions, self.api_tokens),
            agenda=Agenda(database),
            alerts=self._alerts,
            api_limits=self._limits,
            api_tokens=self.api_tokens,
            calendar_feed=CalendarFeed(database, clock, self._directory, public_url=self.settings.public_url),
            errors=self._errors,
            exports=Exports(database),
            floor=Floor(database, clock, books, holds, wake),
            gauges=self._gauges(),
            guests=Guests(database, clock),
            log_levels=LogLevels(database, clock, self._log_level),
            live=self._live,
            messages=MessageService(database, clock),
            platform=platform,
            privacy=self._privacy,
            queue=QueueService(database, clock),
            health=self._health,
            house=house,
            restaurants=self.restaurants,
            scores=scores,
            series=Series(database, clock, self._directory, self._monitor),
            sessions=self._sessions,
            sheet_import=SheetImport(database, clock, books, house),
            staff=self._staff,
            staff_booking=StaffBooking(clock, books, holds, self._waitlist, wake),
            traffic=self._traffic,
            users=self.users,
            views=Views(database, clock, self._directory),
            waitlist=self._waitlist,
        )
        https, origins = bool(self.settings.public_url), self.settings.cors_origins
        return Application(services, self._doors, self._edge, self._problems, https=https, cors_origins=origins)

    def _gauges(self) -> Gauges:
        return Gauges(
            self._database,
            self._clock,
            self._directory,
            books=self._books,
            limiter=self._limiter,
            lanes=self._edge.lanes,
            queues=self._queues(),
            loops=self._loops,
            schedule=self._schedule,
            monitor=self._monitor,
            loop_lag=self._loop_lag,
            probes=self._probes,
            health=self._health,
        )

    async def start(self) -> str:
        """Migrate, load, listen; the URL. Raises StartError, or Unavailable when the database cannot be used."""
        try:
            self._http.bind()
            if self._database.is_sqlite:
                self._stack.callback(self._lock_data().close)
            await migrate.upgrade(self._database)
            await self._directory.refresh()
            await self._counted.load()
            await self._probes.ask_inside()
            self._stack.push_async_callback(self._counted.save)
            for loop in self._background():
                self._loops.keep(loop)
            url = self._http.start()
            self._served = True
            _rest_the_collector()
        except BaseException:
            await self.stop()
            raise
        return url

    def _background(self) -> Iterator[Loop]:
        for name, queue in self._queues().items():
            yield Loop(name=name, run=queue.run, turns=partial(getattr, queue, "turns"))
        yield Loop(name="schedule", run=self._schedule.run, turns=lambda: self._schedule.turns, silent_s=_SLOW_JOB_S)
        yield Loop(name="probes", run=self._probes.run, turns=lambda: self._probes.turns)
        yield Loop(name="monitor", run=self._monitor.run, turns=lambda: self._monitor.turns)
        yield Loop(name="live", run=self._live.run, turns=lambda: self._live.turns)
        yield Loop(name="loop-lag", run=self._loop_lag.run, turns=lambda: self._loop_lag.timing.count)

    def _queues(self) -> dict[str, Queue]:
        return {"events": self._events, "messages": self._messages, "wishes": self._wishes, "alerts": self._told}

    async def stop(self) -> None:
        """Answer what came, finish or give back what runs, close. Nothing that was acknowledged is lost."""
        within_s = float(self.settings.drain_s)
        self._live.close()
        work = (queue.drain(within_s=within_s / 2) for queue in self._queues().values())
        answered, *_ = await asyncio.gather(self._http.stop(within_s=within_s), *work)
        if not answered:
            log.warning("requests_cut_off")
        await self._finish_what_nobody_waits_for()
        await self._loops.stop()
        self._log_level.stop()
        await self._client.aclose()
        if self.retell:
            await self.retell.aclose()
        await self._limiter.close()
        await self._database.close()
        await self._stack.aclose()
        log.info("server_stopped")

    async def serve(self, ready: Callable[[str], object]) -> None:
        """Start, tell `ready` the URL, and stop at SIGTERM or SIGINT; a signal before or after that ends it at once.

        Raises what `start` raises, and StartError when the HTTP server broke: whoever keeps this process alive should
        begin a new one.
        """
        url = await self.start()
        told = _signal()
        try:
            log.info("server_started", url=url, version=__version__, restaurants=len(self.restaurants.all()))
            ready(url)
            ends = [asyncio.create_task(told.wait()), asyncio.create_task(self._http.ended())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self.stop()
        if not told.is_set():
            raise StartError("The HTTP server broke; the log says why.")

    async def _finish_what_nobody_waits_for(self) -> None:
        """Tools that outlived their deadline, and the record of the last tools. Both are bounded by the database."""
        try:
            async with asyncio.timeout(_LAST_WORK_S):
                await self._tools.drain()
                await self._trace.flush()
                if self._served:  # who waits for a locked database cannot be called off, and would hold up the end
                    await asyncio.shield(self._rollups.finish())
        except TimeoutError:
            log.warning("last_work_cut_off")

    def _lock_data(self) -> IO[str]:
        """Two servers on one SQLite file would each believe that the running tasks of the other are lost."""
        path = str(self._database.url.database)
        lock = open(f"{path}.lock", "w", opener=lambda name, flags: os.open(name, flags, 0o600))  # noqa: SIM115
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise StartError(f"Another server is using {path}. Stop it first, or choose another --data-dir.") from error
        return lock

    def _busy(self) -> bool:
        return self._doors.busy()

    def _note_tool(self, use: ToolCall) -> None:
        self._trace.add_soon(use)
        self._traffic.tool(use.tool, outcome_of(use), use.duration_us / 1_000_000, use.restaurant_id)

    async def _keep_trace(self, uses: Any) -> None:
        await answers.record(self._database, uses)


def _rest_the_collector() -> None:
    """Let the garbage collector leave alone what is there for good, and look less often at what comes and goes.

    A request makes few cycles; looking for them at the usual pace took a fifth of the time and doubled the p99.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GC_THRESHOLD, 20, 20)


def _signal() -> asyncio.Event:
    """Set by SIGTERM or SIGINT; the next one does again what it usually does."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)

    def tell() -> None:
        told.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, tell)
    return told
