"""How well each restaurant's phone works: the last 24 hours of what was served, what came of it, what lies undone."""

import asyncio

from msgspec.structs import asdict

from appliance.clock import Clock
from appliance.contract import HealthReason, HealthRow
from appliance.domain.health_score import Day, health_score
from appliance.domain.restaurant import RestaurantCard
from appliance.services.directory import Directory
from appliance.services.phone_use import PhoneMeter
from appliance.services.transfers import unanswered_since
from appliance.store import results, rollups, tasks
from appliance.store.engine import Database, Tx
from appliance.store.results import Results
from appliance.store.rollups import Counts
from appliance.watch.timings import Timing

DAY_MS = 86_400_000
_KEPT_US = 30_000_000


class Scores:
    def __init__(self, database: Database, clock: Clock, directory: Directory, meter: PhoneMeter) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._meter = meter
        self._looking = asyncio.Lock()
        self._looked_us: int | None = None
        self._rows: list[HealthRow] = []

    async def worst_first(self) -> list[HealthRow]:
        """Every restaurant, as it was at most half a minute ago: however many ask, they are looked at once."""
        async with self._looking:
            if self._looked_us is None or self._clock.stopwatch_us() - self._looked_us > _KEPT_US:
                self._rows = sorted(await self._look(), key=lambda row: (row.score, -row.calls, row.restaurant_id))
                self._looked_us = self._clock.stopwatch_us()
        return self._rows

    async def _look(self) -> list[HealthRow]:
        since = self._clock.now_ms() - DAY_MS
        async with self._database.read() as tx:
            served = await rollups.totals(tx, since)
            came_of_it = await results.by_restaurant(tx, since)
            buried, passed_on = await tasks.buried(tx), await unanswered_since(tx, since)
            rows = []
            for card in self._directory.cards():
                of, came = served.get(card.id, Counts()), came_of_it.get(card.id, Results())
                asked, unanswered = passed_on.get(card.id, (0, 0))
                day = Day(
                    calls=came.calls,
                    calls_analyzed=came.calls_analyzed,
                    calls_judged=came.calls_judged,
                    calls_successful=came.calls_successful,
                    calls_negative=came.calls_negative,
                    **asdict(of),
                    tool_p95_ms=await _tool_p95_ms(tx, card.id, since) if of.tools else 0.0,
                    buried=buried.get(card.id, 0),
                    transfers=asked,
                    transfers_unanswered=unanswered,
                    plan_share=self._meter.plan_share(card),
                )
                rows.append(_row(card, day, came))
        return rows


async def _tool_p95_ms(tx: Tx, restaurant_id: str, since_ms: int) -> float:
    times = Timing()
    for minute in await rollups.tool_times(tx, restaurant_id, since_ms):
        times.add_ranges(minute)
    return times.percentile_s(0.95) * 1000


def _row(card: RestaurantCard, day: Day, came: Results) -> HealthRow:
    found = health_score(day)
    reasons = [
        HealthReason(code=reason.code, points=reason.points, value=reason.value, of=reason.of)
        for reason in found.reasons
    ]
    return HealthRow(
        restaurant_id=card.id,
        name=card.name,
        plan=card.plan.value,
        status=card.status.value,
        score=found.score,
        reasons=reasons,
        calls=day.calls,
        bookings=came.bookings,
        success_rate=share(day.calls_successful, day.calls_judged),
        negative_rate=share(day.calls_negative, day.calls_analyzed),
        tools=day.tools,
        tool_failures=day.tool_failures,
        tool_p95_ms=day.tool_p95_ms,
        cost_cents=came.cost_cents,
        plan_share=day.plan_share,
    )


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
