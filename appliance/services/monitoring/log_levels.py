"""How much is logged, changed while the server runs."""

from appliance.clock import Clock
from appliance.contract import LogLevelChange, LogLevelView
from appliance.services import audit
from appliance.store.engine import Database
from appliance.watch.logs import LogLevel

_MINUTE_S = 60


class LogLevels:
    def __init__(self, database: Database, clock: Clock, level: LogLevel) -> None:
        self._database = database
        self._clock = clock
        self._level = level
        self._until = 0

    def view(self) -> LogLevelView:
        still = self._until > self._clock.now_ms() and self._level.now != self._level.usual
        return LogLevelView(level=self._level.now, usual=self._level.usual, until=self._until if still else None)

    async def change(self, wish: LogLevelChange) -> LogLevelView:
        before = self.view()
        for_s = wish.minutes * _MINUTE_S if wish.minutes else None
        async with self._database.write() as tx:
            await audit.note(
                tx,
                self._clock,
                "log_level.changed",
                subject="log_level",
                before={"level": before.level},
                after={"level": wish.level, "minutes": wish.minutes},
            )
        self._level.change(wish.level, for_s=for_s)
        self._until = self._clock.now_ms() + for_s * 1000 if for_s else 0
        return self.view()
