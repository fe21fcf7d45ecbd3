"""What operators are told of a restaurant's traffic, with the traffic made up and everything else real."""

from pathlib import Path
from typing import Any

from appliance.domain.calls import Authority, CallFacts, merge
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.services.monitoring.platform import Platform
from appliance.services.monitoring.rollups import Rollups
from appliance.services.monitoring.scores import Scores
from appliance.services.monitoring.series import Series
from appliance.services.phone_use import PhoneMeter
from appliance.store import calls
from appliance.watch.loop_lag import LoopLag
from appliance.watch.machine import Machine
from appliance.watch.monitor import Monitor
from appliance.watch.traffic import Traffic
from support.desk import Desk

GAVIOTA = "rest_gaviota"


class Watched:
    """A process that watches its traffic. The clock stands at the beginning of a minute at first."""

    def __init__(self, desk: Desk, data_dir: Path) -> None:
        self.desk, self.clock, self.database = desk, desk.clock, desk.database
        self.traffic = Traffic()
        self.machine = Machine(data_dir)
        self.monitor = Monitor(self.clock, self.traffic, self.machine, LoopLag())
        self.rollups = Rollups(self.database, self.clock, desk.directory, self.monitor)
        self.series = Series(self.database, self.clock, desk.directory, self.monitor)
        self.meter = PhoneMeter(self.clock)
        self.scores = Scores(self.database, self.clock, desk.directory, self.meter)
        self.backups = BackupWatch(self.database, self.clock, data_dir / "backups", oldest_hours=26)
        self.platform = Platform(
            self.database,
            self.clock,
            desk.directory,
            monitor=self.monitor,
            scores=self.scores,
            backups=self.backups,
        )

    def serve(self, *seconds: float, status: int = 200, of: str = GAVIOTA) -> None:
        for took in seconds:
            self.traffic.request("api", "/api/x", status, took, of)

    def use_tool(self, *seconds: float, outcome: str = "done", of: str = GAVIOTA) -> None:
        for took in seconds:
            self.traffic.tool("get_hours", outcome, took, of)

    def pass_s(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1_000)
            self.monitor.tick()

    async def call(self, call_id: str, *, of: str = GAVIOTA, **facts: Any) -> None:
        """A call that begins now, with all that is known of it in the end."""
        told = CallFacts(restaurant_id=of, **facts)
        async with self.database.write() as tx:
            await calls.save(tx, {("retell", call_id): merge({}, told, Authority.ANALYZED)}, now_ms=self.clock.now_ms())
