"""What operators watch, told each second to all who listen: looked at once for all of them, and only while any does."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TypeAlias

import msgspec
from msgspec import Struct

from appliance.clock import Clock
from appliance.contract import HealthRow, LiveSecond, LiveView, LogLine, Overview
from appliance.errors import Unavailable
from appliance.guard.lanes import LaneFull
from appliance.services.monitoring.platform import Platform
from appliance.services.monitoring.scores import Scores
from appliance.watch.log_ring import LogRing
from appliance.watch.monitor import Monitor, lag_of, total

_EVERY_S = 1.0
_MOST_LISTENERS = 32
_MOST_UNREAD = 5
"""Messages that a listener may be behind; then it is dropped, and not waited for."""
_MOST_LINES = 100
_MOST_US = 900_000_000
"""For so long one listens; whoever comes again shows their credential again."""

Message: TypeAlias = tuple[str, bytes]
"""`snapshot` or `delta`, and a LiveView as JSON."""


class _Seen(Struct, frozen=True, kw_only=True):
    at: int
    second: LiveSecond | None
    overview: Overview
    restaurants: Mapping[str, HealthRow]


class _Listener:
    def __init__(self, until_us: int) -> None:
        self.until_us = until_us
        self.unread: asyncio.Queue[Message | None] = asyncio.Queue(_MOST_UNREAD)

    def end(self) -> None:
        """Whatever it has not read yet is too old to be told."""
        while not self.unread.empty():
            self.unread.get_nowait()
        self.unread.put_nowait(None)


class Live:
    def __init__(self, clock: Clock, monitor: Monitor, platform: Platform, scores: Scores, log_ring: LogRing) -> None:
        self._clock = clock
        self._monitor = monitor
        self._platform = platform
        self._scores = scores
        self._log_ring = log_ring
        self._logged = 0
        self._listeners: set[_Listener] = set()
        self._looking = asyncio.Lock()
        self._seen: _Seen | None = None
        self._closed = False
        self.turns = 0
        """How often there was a look at who listens."""

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    async def listen(self) -> AsyncIterator[Message]:
        """A snapshot, then what changes; it ends after a quarter of an hour, and when the server stops.

        Raises LaneFull when too many listen, and what the first look at the database raises.
        """
        async with self._looking:
            if not self._listeners or self._seen is None:
                self._seen, self._logged = await self._look(), self._log_ring.last
            if self._closed or len(self._listeners) >= _MOST_LISTENERS:
                raise LaneFull
            listener = _Listener(self._clock.stopwatch_us() + _MOST_US)
            listener.unread.put_nowait(("snapshot", _whole(self._seen)))
            self._listeners.add(listener)
        return self._told(listener)

    async def run(self) -> None:
        """Tell all who listen until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            self.turns += 1
            await self.tell()

    async def tell(self) -> None:
        async with self._looking:
            if not self._listeners or self._seen is None:
                return
            before, self._seen = self._seen, await self._look_again(self._seen)
            message = ("delta", _change(before, self._seen, self._new_lines()))
        for listener in tuple(self._listeners):
            self._pass(message, listener)

    def close(self) -> None:
        """Let all who listen go; nobody may begin any more."""
        self._closed = True
        for listener in tuple(self._listeners):
            self._drop(listener)

    def _pass(self, message: Message, listener: _Listener) -> None:
        if listener.unread.full() or self._clock.stopwatch_us() > listener.until_us:
            self._drop(listener)
        else:
            listener.unread.put_nowait(message)

    def _drop(self, listener: _Listener) -> None:
        self._listeners.discard(listener)
        listener.end()

    async def _told(self, listener: _Listener) -> AsyncIterator[Message]:
        try:
            while message := await listener.unread.get():
                yield message
        finally:
            self._listeners.discard(listener)

    async def _look(self) -> _Seen:
        return _Seen(
            at=self._clock.now_ms(),
            second=self._second(),
            overview=await self._platform.overview(),
            restaurants={row.restaurant_id: row for row in await self._scores.worst_first()},
        )

    async def _look_again(self, before: _Seen) -> _Seen:
        """While the database is away, what the monitor sees is told all the same."""
        try:
            return await self._look()
        except Unavailable:
            return msgspec.structs.replace(before, at=self._clock.now_ms(), second=self._second())

    def _new_lines(self) -> list[LogLine]:
        """What was logged since the last message; of too much at once the newest."""
        new = self._log_ring.after(self._logged, limit=_MOST_LINES)
        self._logged = new.last
        return new.items

    def _second(self) -> LiveSecond | None:
        last = self._monitor.last()
        if last is None:
            return None
        served = total([last.second]).figures(0)
        del served["seconds"]
        machine, lag_ms = last.machine, lag_of([last]).percentile_s(0.99) * 1000
        return LiveSecond(at=last.at, cpu=machine.cpu, memory=machine.memory, loop_lag_ms=lag_ms, **served)


def _whole(seen: _Seen) -> bytes:
    rows = list(seen.restaurants.values())
    return _encoded(LiveView(at=seen.at, second=seen.second, overview=seen.overview, restaurants=rows))


def _change(before: _Seen, now: _Seen, lines: list[LogLine]) -> bytes:
    view = LiveView(
        at=now.at,
        second=now.second,
        overview=None if now.overview is before.overview else now.overview,
        restaurants=[row for id_, row in now.restaurants.items() if row != before.restaurants.get(id_)],
        gone=sorted(before.restaurants.keys() - now.restaurants.keys()),
        lines=lines,
    )
    return _encoded(view)


_encoded = msgspec.json.Encoder().encode
