"""Figures over time: of the last hour by the second from the monitor, of ninety days by the minute from the store."""

import asyncio
from collections import defaultdict

from msgspec.structs import asdict

from appliance.clock import Clock
from appliance.contract import MetricPoint, MetricSeries
from appliance.errors import Invalid
from appliance.services.directory import Directory
from appliance.services.monitoring.rollups import KEPT_DAYS, MINUTE_MS
from appliance.services.monitoring.scores import DAY_MS
from appliance.store import results, rollups
from appliance.store.engine import Database
from appliance.store.results import Results
from appliance.store.rollups import Rollup
from appliance.watch.monitor import KEPT_S, Moment, Monitor, Second, Total, lag_of

MOST_POINTS = 3_600
_USUAL_POINTS = 360
_USUAL_STEPS_S = (1, 5, 10, 30, 60, 300, 900, 3_600, 21_600)
_MINUTE_S = 60
_HOUR_MS = 3_600_000
_AT_ONCE_MS = 500 * MINUTE_MS
_BREATH = 100
"""After so many spans or seconds others have their turn: a long series must not keep a call waiting."""


class Series:
    """Seconds are those of the server that is asked, minutes those of all that share the database."""

    def __init__(self, database: Database, clock: Clock, directory: Directory, monitor: Monitor) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._monitor = monitor

    async def read(
        self, restaurant_id: str | None, from_ms: int | None, to_ms: int | None, step_s: int | None
    ) -> MetricSeries:
        """Usually the last hour, in at most 360 steps. Raises Invalid."""
        if restaurant_id is not None and not self._directory.card(restaurant_id):
            raise Invalid("restaurant: there is no restaurant {id}", id=restaurant_id)
        now = self._clock.now_ms()
        to = now + 1 if to_ms is None else to_ms
        begin = to - _HOUR_MS if from_ms is None else from_ms
        if begin >= to:
            raise Invalid("from: must be before to")
        step = _usual_step_s(begin, to, now) if step_s is None else step_s
        spans = _checked(begin, to, step, now)
        await (self._add_minutes if step >= _MINUTE_S else self._add_seconds)(spans, restaurant_id or "")
        await self._add_results(spans, restaurant_id or "")
        return MetricSeries(
            restaurant_id=restaurant_id, from_=spans.from_ms, to=to, step_s=step, points=await _points(spans)
        )

    async def _add_seconds(self, spans: "_Spans", restaurant_id: str) -> None:
        moments = [one for one in self._monitor.since(0) if spans.from_ms <= one.at - 1 < spans.to_ms]
        if not restaurant_id:
            for n, moment in enumerate(moments):
                spans.add_moment(moment)
                await _breathe(n)
            return
        ended_at = {moment.second.us: moment.at for moment in moments}
        for n, second in enumerate(self._monitor.since_of(restaurant_id, 0)):
            if second.us in ended_at:
                spans.add_second(ended_at[second.us], second)
            await _breathe(n)

    async def _add_minutes(self, spans: "_Spans", restaurant_id: str) -> None:
        for start in range(spans.from_ms, spans.to_ms, _AT_ONCE_MS):
            async with self._database.read() as tx:
                found = await rollups.between(tx, restaurant_id, start, min(start + _AT_ONCE_MS, spans.to_ms))
            for minute in found:
                spans.add_minute(minute)

    async def _add_results(self, spans: "_Spans", restaurant_id: str) -> None:
        whole = max(DAY_MS // spans.step_ms, 1) * spans.step_ms
        for start in range(spans.from_ms, spans.to_ms, whole):
            async with self._database.read() as tx:
                found = await results.by_span(
                    tx, restaurant_id, start, min(start + whole, spans.to_ms), span_ms=spans.step_ms
                )
            for at, came in found.items():
                spans.of[at].results = came


class _Span:
    def __init__(self) -> None:
        self.total = Total()
        self.results = Results()
        self.machine: dict[str, float] = {}

    def note_machine(self, **values: float | None) -> None:
        for name, value in values.items():
            if value is not None:
                self.machine[name] = max(self.machine.get(name, value), value)

    def point(self, at: int) -> MetricPoint:
        served = self.total.figures(0)
        del served["seconds"]
        return MetricPoint(at=at, **served | asdict(self.results) | self.machine)


class _Spans:
    """Whole steps of Unix time, made as something falls into them."""

    def __init__(self, from_ms: int, to_ms: int, step_ms: int) -> None:
        self.from_ms, self.to_ms, self.step_ms = from_ms, to_ms, step_ms
        self.of: defaultdict[int, _Span] = defaultdict(_Span)

    def start(self, at: int) -> int:
        return at - at % self.step_ms

    def add_moment(self, moment: Moment) -> None:
        self.add_second(moment.at, moment.second).note_machine(
            cpu=moment.machine.cpu,
            memory=moment.machine.memory,
            loop_lag_ms=lag_of([moment]).percentile_s(0.99) * 1000,
        )

    def add_second(self, ended_at: int, second: Second) -> _Span:
        span = self.of[self.start(ended_at - 1)]
        span.total.add(second)
        return span

    def add_minute(self, minute: Rollup) -> None:
        span = self.of[self.start(minute.minute)]
        span.total.requests.add_ranges(minute.request_times)
        span.total.tools.add_ranges(minute.tool_times)
        span.total.errors += minute.errors
        span.total.tool_failures += minute.tool_failures
        span.note_machine(cpu=minute.cpu, memory=minute.memory, loop_lag_ms=minute.loop_lag_ms)


async def _points(spans: _Spans) -> list[MetricPoint]:
    points = []
    for n, (at, span) in enumerate(sorted(spans.of.items(), key=lambda one: one[0])):
        points.append(span.point(at))
        await _breathe(n)
    return points


async def _breathe(n: int) -> None:
    if n % _BREATH == _BREATH - 1:
        await asyncio.sleep(0)


def _usual_step_s(from_ms: int, to_ms: int, now: int) -> int:
    least = (to_ms - from_ms) / 1000 / _USUAL_POINTS
    if from_ms < now - KEPT_S * 1000:
        least = max(least, _MINUTE_S)
    return next((step for step in _USUAL_STEPS_S if step >= least), _USUAL_STEPS_S[-1])


def _checked(from_ms: int, to_ms: int, step_s: int, now: int) -> _Spans:
    if (to_ms - from_ms) / 1000 / step_s > MOST_POINTS:
        raise Invalid("step: that would be more than {most} points", most=MOST_POINTS)
    if step_s < _MINUTE_S and from_ms < now - KEPT_S * 1000:
        raise Invalid("step: what is older than an hour is known by the minute; ask for 60 seconds or more")
    if step_s > _MINUTE_S and step_s % _MINUTE_S:
        raise Invalid("step: above 60 seconds it must be whole minutes")
    step_ms = step_s * 1000
    known_ms = max(from_ms, now - KEPT_DAYS * DAY_MS)
    return _Spans(known_ms - known_ms % step_ms, min(to_ms, now + 1), step_ms)
