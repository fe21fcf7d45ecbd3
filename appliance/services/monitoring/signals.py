"""What the rules of the alerts look at, read from the things themselves: the monitor, the queue, the book, the calls.

What has nothing to be said of is left out, and so is well: a restaurant without traffic, a closed day.
"""

from collections.abc import Iterator
from statistics import median

from appliance.clock import Clock
from appliance.domain.hours import shifts_on
from appliance.domain.restaurant import RestaurantCard, RestaurantStatus
from appliance.services import agenda
from appliance.services.directory import Directory
from appliance.services.monitoring.backup_watch import BackupWatch
from appliance.services.phone_use import PhoneMeter
from appliance.services.reconcile import Reconciled
from appliance.services.transfers import unanswered_since
from appliance.store import alerts, calls, inbox, tasks
from appliance.store.engine import Database, Tx
from appliance.watch.lately import Lately
from appliance.watch.monitor import Monitor
from appliance.watch.probes import Probes
from appliance.watch.rules import Key
from appliance.work.loops import Loops

_S, _HOUR_MS, _DAY_MS = 1_000, 3_600_000, 86_400_000
_MINUTE_S, _WINDOW_S, _QUARTER_S, _HOUR_S = 60, 300, 900, 3_600
_LEAST_REQUESTS, _LEAST_TOOLS, _LEAST_TRANSFERS = 50, 20, 4
"""A share is of at least so many: one failure in a quiet hour is no alarm."""
_WEEKS = 4
_LEAST_CALLS, _LEAST_OF_ALL = 3, 10
"""So many calls must be usual at an hour for their absence to mean anything."""
_ONGOING_MS = 2 * _HOUR_MS
"""A call that began longer ago is one whose end we were not told."""
_SLOWLY_MS = 300_000
_LOW_BEFORE_MS = 4 * _HOUR_MS

Found = Iterator[tuple[Key, float]]


class Signals:
    """`backups` tells how old they are; `most_calls` is how many the phone platform takes at once.

    `reconciled` is what the platform was asked for and told.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        directory: Directory,
        monitor: Monitor,
        meter: PhoneMeter,
        *,
        loops: Loops,
        probes: Probes,
        backups: BackupWatch,
        reconciled: Reconciled,
        most_calls: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._monitor = monitor
        self._meter = meter
        self._loops = loops
        self._probes = probes
        self._backups = backups
        self._reconciled = reconciled
        self._restarted, self._missed = Lately(_QUARTER_S), Lately(_HOUR_S)
        self._most_calls = most_calls
        self._slow: dict[Key, float] = {}
        self._slow_at = -_SLOWLY_MS

    async def read(self) -> dict[Key, float]:
        """All of it, by rule and restaurant. Raises Unavailable where the database cannot be asked."""
        now = self._clock.now_ms()
        found = dict(
            [*self._of_the_machine(), *self._of_this_process(), *self._of_all_traffic(), *self._of_each_restaurant()]
        )
        async with self._database.read() as tx:
            found |= await self._of_the_queue(tx, now)
            if not 0 <= now - self._slow_at < _SLOWLY_MS:
                self._slow, self._slow_at = await self._of_the_book(tx, now), now
        return found | self._slow | await self._of_backups()

    def _of_the_machine(self) -> Found:
        lately, machine, pool = self._monitor.window(_MINUTE_S), self._monitor.machine(), self._database.pool_use()
        yield ("cpu_high", ""), lately.cpu
        yield ("memory_high", ""), machine.memory
        yield ("disk_full", ""), machine.disk
        yield ("loop_lag_high", ""), lately.loop_lag_p99_ms / _S
        yield ("database_pool_busy", ""), pool.taken / pool.most
        yield ("write_log_large", ""), self._database.log_bytes()

    def _of_this_process(self) -> Found:
        now_us, told = self._clock.stopwatch_us(), self._reconciled
        yield ("loops_restarted", ""), self._restarted.added(self._loops.restarts.total(), now_us)
        yield ("events_missed", ""), self._missed.added(told.fetched - told.gone, now_us)
        yield ("outside_down", ""), self._probes.outside_unwell_s()

    def _of_all_traffic(self) -> Found:
        lately = self._monitor.window(_WINDOW_S)
        yield ("error_rate_high", ""), lately.errors / max(lately.requests, _LEAST_REQUESTS)
        if lately.requests >= _LEAST_REQUESTS:
            yield ("response_slow", ""), lately.p95_ms / _S
        yield ("signature_failures", ""), self._monitor.window(_QUARTER_S).events.get("rejected", 0)

    def _of_each_restaurant(self) -> Found:
        for card in self._directory.cards():
            if share := self._meter.plan_share(card):
                yield ("plan_use_high", card.id), share
        for id_ in self._monitor.active(_QUARTER_S):
            if self._directory.card(id_):
                yield from self._of_tools(id_)

    def _of_tools(self, id_: str) -> Found:
        lately = self._monitor.window_of(id_, _QUARTER_S)
        yield ("tool_failures", id_), lately.tool_failures / max(lately.tools, _LEAST_TOOLS)
        if lately.tools >= _LEAST_TOOLS:
            yield ("tool_slow", id_), lately.tool_p95_ms / _S

    async def _of_backups(self) -> dict[Key, float]:
        now = await self._backups.standing()
        if now.age_s is None:
            return {("backup_missing", ""): now.without_s}
        return {("backup_old", ""): now.age_s}

    async def _of_the_queue(self, tx: Tx, now: int) -> dict[Key, float]:
        depth, oldest_at = await tasks.depth(tx), await tasks.oldest_at(tx, inbox.APPLY)
        not_told = await tasks.dead(tx, alerts.DELIVER)
        _, on_the_line = await calls.count_since(tx, now - _ONGOING_MS)
        return {
            ("queue_age", ""): max(now - oldest_at, 0) / _S if oldest_at else 0,
            ("dead_letters", ""): depth.dead - not_told,
            ("alerts_not_delivered", ""): not_told,
            ("unknown_agent", ""): depth.held,
            ("concurrency_high", ""): on_the_line / self._most_calls,
        }

    async def _of_the_book(self, tx: Tx, now: int) -> dict[Key, float]:
        """What changes slowly and takes longer to find out."""
        cards = [card for card in self._directory.cards() if card.status is not RestaurantStatus.PAUSED]
        found = await _calls_missing(tx, cards, now) | await _transfers_failed(tx, cards, now)
        for card in cards:
            found |= await _occupancy(tx, card, now)
        return found


async def _calls_missing(tx: Tx, cards: list[RestaurantCard], now: int) -> dict[Key, float]:
    """How many fewer calls came in the last hour than in that hour of other weeks."""
    week = 7 * _DAY_MS
    hours = [await calls.counts(tx, now - back - _HOUR_MS, now - back) for back in range(0, (_WEEKS + 1) * week, week)]
    lately, before = hours[0], hours[1:]
    found: dict[Key, float] = {}
    for card in cards:
        usual = median(then.get(card.id, 0) for then in before)
        if usual >= _LEAST_CALLS:
            found["calls_stopped", card.id] = _missing(lately.get(card.id, 0), usual)
    usual = median(sum(then.values()) for then in before)
    if usual >= _LEAST_OF_ALL:
        found["all_calls_stopped", ""] = _missing(sum(lately.values()), usual)
    return found


def _missing(lately: int, usual: float) -> float:
    return max(1 - lately / usual, 0.0)


async def _transfers_failed(tx: Tx, cards: list[RestaurantCard], now: int) -> dict[Key, float]:
    """The share that nobody answered of those of the last day."""
    found = await unanswered_since(tx, now - _DAY_MS)
    told = [(card.id, *found.get(card.id, (0, 0))) for card in cards]
    return {("transfer_failures", id_): missed / max(asked, _LEAST_TRANSFERS) for id_, asked, missed in told if missed}


async def _occupancy(tx: Tx, card: RestaurantCard, now: int) -> dict[Key, float]:
    """Of today, until nobody is seated any more; that it is low, only when it begins to be late to change that."""
    today = card.date_at(now)
    shifts = shifts_on(card, today)
    if not shifts or now > max(card.at(today, min(shift.last_seating, 2879)) for shift in shifts):
        return {}
    booked = await agenda.occupancy(tx, card, today)
    if booked is None:
        return {}
    soon = now >= card.at(today, shifts[0].opens) - _LOW_BEFORE_MS
    return {("occupancy_high", card.id): booked} | ({("occupancy_low", card.id): booked} if soon else {})
