"""The server as a whole: owns the order of starting and stopping of what it is made of."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import structlog
import uvloop

from appliance import __version__
from appliance.clock import Clock, SystemClock
from appliance.config import Settings
from appliance.errors import ConfigError, StartError
from appliance.parts import Parts
from appliance.rereading import take_over
from appliance.services.host import Host
from appliance.services.monitoring.watchdog import Watchdog
from appliance.store import migrate, sqlite
from appliance.watch import logs
from appliance.watch.log_ring import LogRing
from appliance.watch.service_manager import ServiceManager
from appliance.work.loops import Loop

T = TypeVar("T")

log = structlog.get_logger()

_SLOW_JOB_S = 900.0
_LONGEST_MIGRATION_S = 3600.0
_GC_THRESHOLD = 20_000
_LAST_WORK_S = 1.0
"""Beside `drain_s`, whose default leaves room for it in the ten seconds that a stop may take."""
_STOP_BESIDE_S = 20.0
"""What the service manager is asked for beside `drain_s`: for the last work and for closing, which are bounded."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on the event loop that the server is made for."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


class Server:
    """All of Maitre in one process. Raises StartError when it could not do its work.

    `manager` hears how it goes; `inherited` is a socket to listen on, kept open by whoever will start the next server.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        host: Host | None = None,
        manager: ServiceManager | None = None,
        inherited: socket.socket | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self._manager = manager or ServiceManager()
        log_ring = LogRing(clock)
        logs.configure(level=settings.log_level, shape=settings.log_format, ring=log_ring)
        self.parts = Parts(settings, clock, log_ring, host or Host(), inherited=inherited)
        self._url = ""
        self._stack = AsyncExitStack()
        self._served = False

    async def start(self) -> str:
        """Migrate, load, listen; the URL. Raises StartError, or Unavailable when the database cannot be used."""
        parts = self.parts
        try:
            parts.http.bind()
            if parts.database.is_sqlite:
                self._stack.enter_context(sqlite.held(Path(str(parts.database.url.database))))
            bringing = "Bringing the database up to date"
            async with self._manager.taking_long(bringing, at_most_s=_LONGEST_MIGRATION_S):
                await migrate.upgrade(parts.database)
            await parts.directory.refresh()
            await parts.counted.load()
            await parts.probes.ask_inside()
            self._stack.push_async_callback(parts.counted.save)
            for loop in self._background():
                parts.loops.keep(loop)
            self._url = parts.http.start()
            self._served = True
            _rest_the_collector()
        except BaseException:
            await self.stop()
            raise
        return self._url

    def _background(self) -> Iterator[Loop]:
        parts = self.parts
        for name, queue in parts.queues().items():
            yield Loop(name=name, run=queue.run, turns=partial(getattr, queue, "turns"))
        yield Loop(name="schedule", run=parts.schedule.run, turns=lambda: parts.schedule.turns, silent_s=_SLOW_JOB_S)
        yield Loop(name="probes", run=parts.probes.run, turns=lambda: parts.probes.turns)
        yield Loop(name="monitor", run=parts.monitor.run, turns=lambda: parts.monitor.turns)
        yield Loop(name="live", run=parts.live.run, turns=lambda: parts.live.turns)
        yield Loop(name="loop-lag", run=parts.loop_lag.run, turns=lambda: parts.loop_lag.timing.count)
        if period_s := self._manager.watchdog_s:
            dog = Watchdog(parts.database, lambda: self._manager.alive(self._status()), period_s=period_s)
            yield Loop(name="watchdog", run=dog.run, turns=lambda: dog.turns, silent_s=max(60.0, period_s))

    def _status(self) -> str:
        """A line for `systemctl status`."""
        return f"{self._answering()}; health: {self.parts.health.report().status}"

    def _answering(self) -> str:
        return f"Answering at {self._url} for {len(self.parts.restaurants.all())} restaurants"

    async def stop(self) -> None:
        """Answer what came, finish or give back what runs, close. Nothing that was acknowledged is lost."""
        parts = self.parts
        within_s = float(parts.settings.drain_s)
        self._manager.stopping("Answering what came before the stop", within_s=within_s + _STOP_BESIDE_S)
        parts.application.leave()
        parts.live.close()
        await parts.backups.stop()
        work = (queue.drain(within_s=within_s / 2) for queue in parts.queues().values())
        answered, *_ = await asyncio.gather(parts.http.stop(within_s=within_s), *work)
        if not answered:
            log.warning("requests_cut_off")
        await parts.loops.stop()  # before the last writes, which would queue up behind those of probes and jobs
        await self._finish_what_nobody_waits_for()
        parts.log_level.stop()
        await parts.client.aclose()
        if parts.retell:
            await parts.retell.aclose()
        await parts.limiter.close()
        await parts.database.close()
        await self._stack.aclose()
        if self._served:  # who could not start says why, and nothing beside it
            log.info("server_stopped")

    async def serve(self, ready: Callable[[str], object], reread: Callable[[], Settings] | None = None) -> None:
        """Start, tell `ready` the URL, and stop at SIGTERM or SIGINT, or when an operator asks for a restart.

        A signal before or after that ends it at once.

        With `reread`, SIGHUP takes over what that gives.

        Raises what `start` raises, and StartError when the HTTP server broke: whoever keeps this process alive should
        begin a new one.
        """
        url = await self.start()
        told = _signal()
        if reread:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self.reload, reread)
        try:
            where = {"url": url} | ({"socket": self.parts.settings.socket} if self.parts.settings.socket else {})
            log.info("server_started", **where, version=__version__, restaurants=len(self.parts.restaurants.all()))
            self._manager.ready(self._answering())
            ready(url)
            asked = self.parts.restarts.asked
            ends = [asyncio.create_task(end) for end in (told.wait(), asked.wait(), self.parts.http.ended())]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self.stop()
        if not (told.is_set() or asked.is_set()):
            raise StartError("The HTTP server broke; the log says why.")

    def reload(self, reread: Callable[[], Settings]) -> None:
        """Take over what may change while it runs. Wrong settings change nothing; what needs a restart is told."""
        self._manager.reloading("Reading the settings again")
        try:
            taken, waiting = take_over(self.parts, reread())
        except (ConfigError, StartError) as error:
            log.error("settings_refused", reason=str(error))  # noqa: TRY400 — where it happened in our code says nothing
        else:
            log.info("settings_reread", taken_over=taken, need_a_restart=waiting)
        self._manager.ready(self._status())

    async def _finish_what_nobody_waits_for(self) -> None:
        """Tools past their deadline, the record of the last tools, the last minute. All are bounded by the database."""
        try:
            async with asyncio.timeout(_LAST_WORK_S):
                await self.parts.tools.drain()
                await self.parts.trace.flush()
        except TimeoutError:
            log.warning("last_work_cut_off")
        if self._served:
            await (
                self.parts.rollups.finish()
            )  # takes no longer than the database lets it wait, and cannot be called off


def _rest_the_collector() -> None:
    """Let the garbage collector leave alone what is there for good, and look less often at what comes and goes.

    A request makes few cycles; looking for them at the usual pace took a fifth of the time and doubled the p99.
    To look once more now would take 0.1 s, for less than a megabyte.
    """
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
