"""What the server is made of: everything built once from the settings, and given what it needs."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import structlog

from appliance import jobs
from appliance.clock import Clock
from appliance.config import Settings
from appliance.domain.access import OF_FACTOR
from appliance.errors import StartError
from appliance.guard.counters import CountersFile
from appliance.guard.limits import Limiter
from appliance.guard.passwords import Passwords
from appliance.guard.sealing import Sealer
from appliance.services import aftercall
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.access.factors import Factors
from appliance.services.access.keys import Keys
from appliance.services.access.permission import Access
from appliance.services.access.sessions import Sessions
from appliance.services.access.tries import Tries
from appliance.services.access.users import Users
from appliance.services.aftercall import AfterCall
from appliance.services.agenda import Agenda
from appliance.services.agent.inbound import Inbound
from appliance.services.agent.toolbox import toolbox
from appliance.services.agent.tools import Tools, outcome_of
from appliance.services.api_limits import ApiLimits
from appliance.services.backups import Backups
from appliance.services.calendar_feed import CalendarFeed
from appliance.services.calls import Calls
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.exports import Exports
from appliance.services.floor import Floor
from appliance.services.guests import Guests
from appliance.services.holds import Holds
from appliance.services.host import Host
from appliance.services.house import House
from appliance.services.messages import MessageService
from appliance.services.monitoring import probing
from appliance.services.monitoring.alert_words import Words
from appliance.services.monitoring.alerts import Alerts, HowTold
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.services.monitoring.gauges import Gauges
from appliance.services.monitoring.health import HealthService
from appliance.services.monitoring.live import Live
from appliance.services.monitoring.log_levels import LogLevels
from appliance.services.monitoring.platform import Platform
from appliance.services.monitoring.rollups import Rollups
from appliance.services.monitoring.scores import Scores
from appliance.services.monitoring.series import Series
from appliance.services.monitoring.signals import Signals
from appliance.services.monitoring.system import System
from appliance.services.phone_use import PhoneMeter
from appliance.services.privacy import Privacy
from appliance.services.queue import QueueService
from appliance.services.reconcile import Reconcile, Reconciled
from appliance.services.restarts import Restarts
from appliance.services.restaurants import RestaurantService
from appliance.services.sheets.importing import SheetImport
from appliance.services.staff import Staff
from appliance.services.staff_booking import StaffBooking
from appliance.services.views import Views
from appliance.services.waitlist import Waitlist
from appliance.store import alerts, answers, inbox, outbox
from appliance.store.answers import ToolCall
from appliance.store.engine import Database
from appliance.store.tasks import Task
from appliance.voice.retell import payloads
from appliance.voice.retell.api import RetellApi
from appliance.voice.retell.history import RetellHistory
from appliance.watch import alert_rules, logs, outside
from appliance.watch.errors import ErrorLog
from appliance.watch.log_ring import LogRing
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
from appliance.work.loops import Loops
from appliance.work.outbox import Deliveries
from appliance.work.queue import Handler, Queue, QueueSettings, singly
from appliance.work.schedule import Job, Schedule

log = structlog.get_logger()

_GATHER_TRACE_S = 0.05
_EVENTS_AT_ONCE = 32
_ALERTS_AT_ONCE = 2


class Parts:
    """One of everything, and nothing of it runs yet. Raises StartError for settings that cannot do."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        log_ring: LogRing,
        host: Host,
        *,
        inherited: socket.socket | None = None,
    ) -> None:
        check(settings)
        self.settings = settings
        self.clock = clock
        self.database = Database(
            settings.resolved_database_url, pool_size=settings.db_pool_size, wait_s=settings.db_wait_ms / 1000
        )
        self.loops = Loops(self._note_broken_loop)
        self.log_ring = log_ring
        self.log_level = logs.LogLevel(settings.log_level)
        folder = settings.resolved_backup_dir
        self.backups = Backups(self.database, clock, folder, host.backup, host.backup_env)
        self.restarts = Restarts(self.database, clock, kept=host.is_kept, drain_s=settings.drain_s)
        self.directory = Directory(self.database)
        self.books, self.holds = DayBooks(self.database, clock), Holds(clock, hold_s=settings.hold_s)
        self.restaurants = RestaurantService(self.database, clock, self.directory, settings.destination_networks)
        self._build_watch()
        self._build_access()
        self._build_work()
        self._build_doors()
        self.application = self._application()
        self.http = HttpServer(
            self.application, host=settings.host, port=settings.port, inherited=inherited, socket_path=settings.socket
        )

    def _build_watch(self) -> None:
        settings, clock = self.settings, self.clock
        self.errors, self.traffic = ErrorLog(clock), Traffic()
        self.problems = Problems(self.errors)
        self.edge = Edge(clock, trusted=settings.proxy_networks, platform=settings.platform_networks)
        self.loop_lag = LoopLag(self.edge.lanes.overload.note)
        self.machine = Machine(settings.data_dir)
        self.monitor = Monitor(clock, self.traffic, self.machine, self.loop_lag)
        self.rollups = Rollups(self.database, clock, self.directory, self.monitor)

    def _build_access(self) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        self.passwords = Passwords()
        self.api_tokens = ApiTokens(database, clock)
        self.users = Users(database, clock, self.passwords)
        enforce = settings.limits_mode == "enforce"
        self.limiter, self.meter = Limiter(clock, settings.limits_url), PhoneMeter(clock, enforce=enforce)
        self.limits = ApiLimits(
            database,
            clock,
            self.limiter,
            self.meter,
            self.restaurants,
            admin_requests=settings.admin_requests,
            enforce=enforce,
        )
        self.counted = CountersFile(
            settings.data_dir / "limits.bin",
            api=self.limiter.memory,
            phone=self.meter.memory,
            refused=self.limits.refusals,
        )
        tries = Tries(database, self.passwords, self.limiter)
        # Servers that share a database would each make a key of their own.
        own_key = settings.data_dir / "factor.key" if database.is_sqlite else None
        sealer, required = Sealer(settings.factor_key, file=own_key), OF_FACTOR[settings.require_second_factor]
        self.factors = Factors(database, clock, tries, sealer, required=required)
        keys = Keys(database, clock)
        self.sessions = Sessions(database, clock, keys, self.passwords, self.limiter, tries=tries, factors=self.factors)

    def _build_work(self) -> None:
        settings, database, clock, books = self.settings, self.database, self.clock, self.books
        self.calls = Calls(
            database,
            clock,
            self.directory,
            Inbox(database),
            parsers={payloads.PROVIDER: payloads.call_event},
            wake=lambda: self.events.wake(),  # noqa: PLW0108 — the queue is made next
            hung_up=self.holds.drop,
            meter=self.meter,
        )
        self._build_outside()
        self.client = client_for(settings.destination_networks)
        deliveries = Deliveries(database, clock, self.client)
        after_call = AfterCall(database, clock, self.directory, books, self.holds)
        self.events = self._queue(inbox.APPLY, self.calls.apply, concurrency=1, batch=_EVENTS_AT_ONCE)
        self.messages = self._queue(outbox.DELIVER, singly(deliveries.deliver), concurrency=settings.queue_concurrency)
        self.wishes = self._queue(aftercall.SETTLE, singly(after_call.settle), concurrency=1)
        self._build_alerts()
        wake = self.messages.wake
        self.waitlist = Waitlist(database, clock, books, self.holds, wake)
        self.privacy = Privacy(database, clock, books, self.waitlist, wake)
        self.staff = Staff(database, clock, self.directory, books, waitlist=self.waitlist, wake=wake)
        self.schedule = Schedule(clock, *jobs.of(self), failed=self._note_failed_job)

    def _build_doors(self) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        self.trace: GroupCommit[ToolCall, None] = GroupCommit(
            self._keep_trace, name="tool-trace", gather_s=_GATHER_TRACE_S
        )
        self.tools = Tools(
            clock,
            self.directory,
            toolbox(database, clock, self.books, self.holds, waitlist=self.waitlist, wake=self.messages.wake),
            deadline_s=settings.tool_deadline_ms / 1000,
            trace=self._note_tool,
            used=self.meter.tool,
            failed=self._note_failed_tool,
        )
        self.doors = RetellDoors(
            self.edge,
            self.problems,
            self.calls,
            Inbound(database, clock, self.directory),
            self.tools,
            traffic=self.traffic,
            keys=settings.retell_webhook_keys,
            cap_bytes=settings.body_cap_mb << 20,
        )
        self.health = HealthService(
            clock, self.probes, self.loops, last_turns=lambda: [one.last_turn_us for one in self.queues().values()]
        )

    def _build_outside(self) -> None:
        """What asks others, and what looks whether they and we are well."""
        settings, database, clock = self.settings, self.database, self.clock
        self.retell: RetellApi | None = None
        self.reconcile: Reconcile | None = None
        if settings.retell_api_key:
            self.retell = RetellApi(clock, url=settings.retell_api_url, key=settings.retell_api_key)
            history = RetellHistory(self.retell)
            self.reconcile = Reconcile(database, clock, self.directory, self.calls, history)
        self.backup_watch = BackupWatch(
            database, clock, settings.resolved_backup_dir, oldest_hours=settings.backup_oldest_hours
        )
        inside = (*probing.inside(database, clock, settings.data_dir), self.backup_watch.probe())
        self.probes = Probes(clock, *inside, *self._outside())

    def _outside(self) -> Iterator[Probe]:
        """Probes of what is elsewhere, as far as there is any."""
        if self.settings.public_url:
            yield outside.certificate(self.settings.public_url, self.clock)
        if self.retell:
            yield outside.answers("retell", self.settings.retell_api_url, self.retell.http, self.clock)
        if self.reconcile:
            yield probing.reconciliation(self.reconcile.counts, every_s=jobs.RECONCILE_S)

    def _build_alerts(self) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        channels = self.channels = Channels(settings.alert_channels, settings.alert_escalation_channels)
        delivery = AlertDeliveries(database, clock, channels)
        self.told = self._queue(alerts.DELIVER, singly(delivery.deliver), concurrency=_ALERTS_AT_ONCE)
        words = Words(
            speaker(settings.alert_language),
            platform=urlsplit(settings.public_url).hostname or "Maitre",
            zone=settings.alert_zone,
            name_of=self.directory.name_of,
        )
        how = HowTold(
            channels=channels,
            words=words,
            quiet=QuietHours(*settings.alert_quiet_minutes, settings.alert_zone),
            escalate_after_s=settings.alert_escalation_minutes * 60,
        )
        signals = Signals(
            database,
            clock,
            self.directory,
            self.monitor,
            self.meter,
            loops=self.loops,
            probes=self.probes,
            backups=self.backup_watch,
            reconciled=self.reconcile.counts if self.reconcile else Reconciled(),
            most_calls=settings.concurrent_calls,
        )
        usual = alert_rules.of_backups(settings.backup_oldest_hours)
        rules = alert_rules.adjusted((usual, *settings.alert_rules))
        self.alerts = Alerts(database, clock, rules, signals.read, how=how, wake=self.told.wake)

    def _queue(self, kind: str, handler: Handler, *, concurrency: int, batch: int = 1) -> Queue:
        how = QueueSettings(
            concurrency=concurrency,
            batch=batch,
            lease_ms=self.settings.lease_s * 1000,
            max_attempts=self.settings.queue_max_attempts,
        )
        return Queue(self.database, self.clock, kind, handler, how, gives_way=self._busy, failed=self._note_failed_task)

    def _note_failed_task(self, task: Task, error: Exception) -> None:
        self.errors.note_inside(error, f"queue {task.kind}", restaurant_id=task.restaurant_id)

    def _note_failed_job(self, job: Job, error: Exception) -> None:
        self.errors.note_inside(error, f"job {job.name}")

    def _note_failed_tool(self, error: BaseException, tool: str, restaurant_id: str) -> None:
        self.errors.note_inside(error, f"tool {tool}", restaurant_id=restaurant_id, request_id=request_ids.current())

    def _note_broken_loop(self, name: str, error: Exception) -> None:
        self.errors.note_inside(error, f"loop {name}")

    def _application(self) -> Application:
        database, clock = self.database, self.clock
        books, holds, wake = self.books, self.holds, self.messages.wake
        house = House(database, clock, self.directory, books, self.settings.destination_networks)
        scores = Scores(database, clock, self.directory, self.meter)
        log_levels = LogLevels(database, clock, self.log_level)
        platform = Platform(
            database, clock, self.directory, monitor=self.monitor, scores=scores, backups=self.backup_watch
        )
        self.live = Live(clock, self.monitor, platform, scores, self.log_ring)
        services = WebServices(
            access=Access(self.sessions, self.api_tokens),
            agenda=Agenda(database),
            alerts=self.alerts,
            api_limits=self.limits,
            api_tokens=self.api_tokens,
            backups=self.backups,
            calendar_feed=CalendarFeed(database, clock, self.directory, public_url=self.settings.public_url),
            errors=self.errors,
            exports=Exports(database),
            factors=self.factors,
            floor=Floor(database, clock, books, holds, wake),
            gauges=self._gauges(),
            guests=Guests(database, clock),
            log_ring=self.log_ring,
            log_levels=log_levels,
            live=self.live,
            messages=MessageService(database, clock),
            platform=platform,
            privacy=self.privacy,
            queue=QueueService(database, clock),
            health=self.health,
            house=house,
            restarts=self.restarts,
            restaurants=self.restaurants,
            scores=scores,
            series=Series(database, clock, self.directory, self.monitor),
            sessions=self.sessions,
            sheet_import=SheetImport(database, clock, books, house),
            staff=self.staff,
            staff_booking=StaffBooking(clock, books, holds, self.waitlist, wake),
            system=System(
                database,
                machine=self.machine,
                monitor=self.monitor,
                books=books,
                loops=self.loops,
                schedule=self.schedule,
                health=self.health,
                log_levels=log_levels,
                backup_watch=self.backup_watch,
                backups=self.backups,
            ),
            traffic=self.traffic,
            users=self.users,
            views=Views(database, clock, self.directory),
            waitlist=self.waitlist,
        )
        https, origins = bool(self.settings.public_url), self.settings.cors_origins
        return Application(services, self.doors, self.edge, self.problems, https=https, cors_origins=origins)

    def _gauges(self) -> Gauges:
        return Gauges(
            self.database,
            self.clock,
            self.directory,
            books=self.books,
            limiter=self.limiter,
            lanes=self.edge.lanes,
            queues=self.queues(),
            loops=self.loops,
            schedule=self.schedule,
            monitor=self.monitor,
            loop_lag=self.loop_lag,
            probes=self.probes,
            health=self.health,
            channels=self.channels,
            backups=self.backup_watch,
            reconciled=self.reconcile.counts if self.reconcile else None,
        )

    def queues(self) -> dict[str, Queue]:
        return {"events": self.events, "messages": self.messages, "wishes": self.wishes, "alerts": self.told}

    def _busy(self) -> bool:
        return self.doors.busy()

    def _note_tool(self, use: ToolCall) -> None:
        self.trace.add_soon(use)
        self.traffic.tool(use.tool, outcome_of(use), use.duration_us / 1_000_000, use.restaurant_id)

    async def _keep_trace(self, uses: Any) -> None:
        await answers.record(self.database, uses)


def check(settings: Settings) -> None:
    """Raises StartError for settings that nothing can be built from."""
    if not settings.retell_webhook_keys:
        raise StartError(
            "No webhook key is set, so nothing could be believed. "
            "Run `maitre setup`, or set retell_webhook_keys to the API key that Retell signs with."
        )
