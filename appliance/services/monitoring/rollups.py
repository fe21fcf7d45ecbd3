"""What the monitor saw, kept a minute at a time for ninety days."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import takewhile

import structlog

from appliance.clock import Clock
from appliance.errors import Unavailable
from appliance.services.directory import Directory
from appliance.store import rollups
from appliance.store.engine import Database, Lane
from appliance.store.rollups import Rollup
from appliance.watch.monitor import Moment, Monitor, Total, lag_of, mean, total

log = structlog.get_logger()

MINUTE_MS = 60_000
KEPT_DAYS = 90
_ALL = ""
_DAY_MS = 86_400_000
_SWEPT_AT_ONCE = 5_000


class Rollups:
    """Every node writes what it served itself, under a name of its own, so that the rows of several add up.

    While the database is away nothing is written; what the monitor still knows afterwards, the last hour, then is.
    """

    def __init__(self, database: Database, clock: Clock, directory: Directory, monitor: Monitor) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._monitor = monitor
        self._node = clock.new_id("node")
        self._kept_us = clock.stopwatch_us() - 1
        self._kept_minute = 0

    async def keep(self) -> None:
        """Write the minutes that are over."""
        now = _minute(self._clock.now_ms())
        await self._keep(list(takewhile(lambda one: _minute(one.at) != now, self._monitor.since(self._kept_us))))

    async def finish(self) -> None:
        """Write all there is, as this process ends: the next has another name, so the halves of a minute add up."""
        self._monitor.tick()
        try:
            await self._keep(self._monitor.since(self._kept_us))
        except Unavailable as error:
            log.warning("last_minute_not_kept", reason=str(error))

    async def sweep(self) -> int:
        """Let go of what is older than ninety days, a part of it at a time; how much that was."""
        before = self._clock.now_ms() - KEPT_DAYS * _DAY_MS
        async with self._database.write(Lane.WORK) as tx:
            return await rollups.drop_before(tx, before, limit=_SWEPT_AT_ONCE)

    async def _keep(self, moments: list[Moment]) -> None:
        if not moments:
            return
        if min(_minute(one.at) for one in moments) <= self._kept_minute:  # the clock was set back
            self._node = self._clock.new_id("node")
        rows = [*self._of_all(moments), *self._of_restaurants(moments)]
        async with self._database.write(Lane.WORK) as tx:
            await rollups.keep(tx, rows)
        self._kept_us, self._kept_minute = moments[-1].second.us, max(row.minute for row in rows)

    def _of_all(self, moments: list[Moment]) -> Iterator[Rollup]:
        minutes: defaultdict[int, list[Moment]] = defaultdict(list)
        for one in moments:
            minutes[_minute(one.at)].append(one)
        for minute, of in minutes.items():
            yield self._row(
                _ALL,
                minute,
                total(one.second for one in of),
                cpu=mean(one.machine.cpu for one in of),
                memory=mean(one.machine.memory for one in of),
                loop_lag_ms=lag_of(of).percentile_s(0.99) * 1000,
            )

    def _of_restaurants(self, moments: list[Moment]) -> Iterator[Rollup]:
        """Of those there are: what counts for no restaurant is in the figures of all."""
        minute_of = {one.second.us: _minute(one.at) for one in moments}
        for id_ in {card.id for card in self._directory.cards()}.intersection(
            self._monitor.active_since(self._kept_us)
        ):
            minutes: defaultdict[int, Total] = defaultdict(Total)
            for second in self._monitor.since_of(id_, self._kept_us):
                if second.us in minute_of:
                    minutes[minute_of[second.us]].add(second)
            for minute, of in minutes.items():
                yield self._row(id_, minute, of)

    def _row(self, restaurant_id: str, minute: int, of: Total, **machine: float) -> Rollup:
        return Rollup(
            restaurant_id=restaurant_id,
            minute=minute,
            node=self._node,
            requests=of.requests.count,
            errors=of.errors,
            request_times=of.requests.ranges(),
            tools=of.tools.count,
            tool_failures=of.tool_failures,
            tool_times=of.tools.ranges(),
            **machine,
        )


def _minute(at: int) -> int:
    """The beginning of the minute that a second which ended then belongs to."""
    return (at - 1) // MINUTE_MS * MINUTE_MS
