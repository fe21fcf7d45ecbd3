"""The server is begun anew when an operator asks: it ends as it does for SIGTERM, and whoever keeps it begins it."""

import asyncio

import structlog

from appliance.clock import Clock
from appliance.contract import RestartAsked
from appliance.errors import Conflict
from appliance.services import audit
from appliance.store.engine import Database

log = structlog.get_logger()


class Restarts:
    """`kept`: somebody begins the process anew when it has ended. `asked` is set once it should end."""

    def __init__(self, database: Database, clock: Clock, *, kept: bool, drain_s: float) -> None:
        self._database = database
        self._clock = clock
        self._kept = kept
        self._drain_s = drain_s
        self.asked = asyncio.Event()

    async def ask(self) -> RestartAsked:
        """Raises Conflict where nobody would begin it anew."""
        if not self._kept:
            raise Conflict("Nothing would begin this server anew: it does not run as a service of systemd.")
        async with self._database.write() as tx:
            await audit.note(tx, self._clock, "server.restart_asked", subject="server")
        log.warning("restart_asked")
        self.asked.set()
        return RestartAsked(drain_s=self._drain_s)
