"""The last hour, second by second: of everything, and of each restaurant in the seconds in which something happened.

In memory, and bounded: an hour of all of them, and the last hundred thousand seconds of single restaurants (some 30 MB;
a restaurant that is idle has none). Percentiles are computed when somebody asks.
"""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from msgspec import Struct

from appliance.clock import Clock
from appliance.watch.loop_lag import LoopLag
from appliance.watch.machine import Machine, MachineState
from appliance.watch.timings import Gain, Timing
from appliance.watch.traffic import Tally, Traffic

KEPT_S = 3_600
_EVERY_S = 1.0
_SECOND_US = 1_000_000
_MOST_OF_RESTAURANTS = 100_000


class Figures(Struct, frozen=True, kw_only=True):
    """Of so many `seconds`: fewer than asked for where fewer are known. Errors and failures are through our fault."""

    seconds: float
    requests: int
    errors: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    tools: int
    tool_failures: int
    tool_p95_ms: float

    @property
    def error_rate(self) -> float:
        return self.errors / self.requests if self.requests else 0.0

    @property
    def tool_failure_rate(self) -> float:
        return self.tool_failures / self.tools if self.tools else 0.0


class Overall(Figures, frozen=True, kw_only=True):
    """Of all restaurants, the process and its machine. `events` by outcome; `cpu` and `memory` are means, of 1."""

    events: Mapping[str, int]
    cpu: float
    memory: float
    process_memory_bytes: int
    disk: float
    loop_lag_p99_ms: float


class Second(Struct, frozen=True, gc=False):
    """What came between two ticks, until `us` on the stopwatch, of one restaurant or of all."""

    us: int
    failed: int
    tools_failed: int
    requests: Gain
    tools: Gain


class Moment(Struct, frozen=True, kw_only=True):
    """A second of everything."""

    second: Second
    events: Mapping[str, int]
    machine: MachineState
    lag: Gain


class Monitor:
    """Ask it from the event loop that it ticks on."""

    def __init__(self, clock: Clock, traffic: Traffic, machine: Machine, loop_lag: LoopLag) -> None:
        self._clock = clock
        self._traffic = traffic
        self._machine = machine
        self._loop_lag = loop_lag
        self._began_us = self._ticked_us = clock.stopwatch_us()
        self._all = _Followed(traffic.all)
        self._events: Counter[str] = Counter()
        self._lag = Timing()
        self._moments: deque[Moment] = deque(maxlen=KEPT_S)
        self._followed: dict[str, _Followed] = {}
        self._of_restaurants = _Seconds(_MOST_OF_RESTAURANTS)

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            self.tick()

    def tick(self) -> None:
        """Take in what happened since the last tick."""
        now_us = self._ticked_us = self._clock.stopwatch_us()
        second, machine = self._all.gained(now_us), self._machine.state()
        moment = Moment(second=second, events=self._new_events(), machine=machine, lag=self._new_lag())
        self._moments.append(moment)
        self._of_restaurants.forget_before(now_us - KEPT_S * _SECOND_US)
        for id_, tally in self._traffic.restaurants.items():
            followed = self._followed.get(id_) or self._followed.setdefault(id_, _Followed(tally))
            if followed.has_news():
                self._of_restaurants.add(id_, followed.gained(now_us))

    def machine(self) -> MachineState:
        """The machine at the last tick. The processor's use is measured between two looks, so only one may look."""
        return self._moments[-1].machine if self._moments else self._machine.state()

    def active(self, seconds: float) -> list[str]:
        """The ids of the restaurants with any traffic within so many seconds."""
        since_us = self._since_us(seconds)
        return [id_ for id_, last_us in self._of_restaurants.last_us() if last_us > since_us]

    def window(self, seconds: float) -> Overall:
        """What the last `seconds` came to, at most those of the last hour."""
        moments = list(self.moments(seconds))
        lag = Timing()
        for moment in moments:
            lag.gain(moment.lag)
        events = sum((Counter(moment.events) for moment in moments), start=Counter[str]())
        machine = self.machine()
        return Overall(
            **_figures((moment.second for moment in moments), seconds=self._known_s(seconds, self._began_us)),
            events=dict(events),
            cpu=_mean(moment.machine.cpu for moment in moments),
            memory=_mean(moment.machine.memory for moment in moments),
            process_memory_bytes=machine.process_memory_bytes,
            disk=machine.disk,
            loop_lag_p99_ms=lag.percentile_s(0.99) * 1000,
        )

    def window_of(self, restaurant_id: str, seconds: float) -> Figures:
        """The same of one restaurant."""
        since_us = self._since_us(seconds)
        mine = takewhile(lambda one: one.us > since_us, self._of_restaurants.newest_first(restaurant_id))
        known_us = max(self._began_us, self._of_restaurants.forgotten_us)
        return Figures(**_figures(mine, seconds=self._known_s(seconds, known_us)))

    def moments(self, seconds: float) -> Iterator[Moment]:
        """Those of the last `seconds`, newest first."""
        since_us = self._since_us(seconds)
        return takewhile(lambda moment: moment.second.us > since_us, reversed(self._moments))

    def _since_us(self, seconds: float) -> float:
        return self._ticked_us - min(seconds, KEPT_S) * _SECOND_US

    def _known_s(self, seconds: float, since_us: int) -> float:
        return min(seconds, KEPT_S, (self._ticked_us - since_us) / _SECOND_US)

    def _new_events(self) -> Mapping[str, int]:
        counted = sum(self._traffic.events.values(), start=Counter[str]())
        new, self._events = counted - self._events, counted
        return new

    def _new_lag(self) -> Gain:
        now = self._loop_lag.timing.copy()
        new, self._lag = now.gained(self._lag), now
        return new


class _Followed:
    """A tally, and what it said when it was last looked at."""

    __slots__ = ("_failed", "_noted", "_requests", "_tally", "_tools", "_tools_failed")

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._noted = self._failed = self._tools_failed = 0
        self._requests, self._tools = Timing(), Timing()

    def has_news(self) -> bool:
        return self._noted != self._tally.noted

    def gained(self, now_us: int) -> Second:
        now = self._tally
        new = Second(
            now_us,
            now.failed - self._failed,
            now.tools_failed - self._tools_failed,
            now.requests.gained(self._requests),
            now.tools.gained(self._tools),
        )
        self._noted, self._failed, self._tools_failed = now.noted, now.failed, now.tools_failed
        self._requests.gain(new.requests)
        self._tools.gain(new.tools)
        return new


class _Seconds:
    """Those of restaurants, at most so many of all together: the oldest give way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._order: deque[str] = deque()
        self._of: defaultdict[str, deque[Second]] = defaultdict(deque)
        self.forgotten_us = 0

    def add(self, restaurant_id: str, second: Second) -> None:
        if len(self._order) >= self._most:
            self._forget_oldest()
        self._order.append(restaurant_id)
        self._of[restaurant_id].append(second)

    def forget_before(self, us: int) -> None:
        while self._order and self._of[self._order[0]][0].us <= us:
            self._forget_oldest()

    def newest_first(self, restaurant_id: str) -> Iterator[Second]:
        return reversed(self._of.get(restaurant_id, ()))

    def last_us(self) -> Iterator[tuple[str, int]]:
        return ((id_, seconds[-1].us) for id_, seconds in self._of.items())

    def _forget_oldest(self) -> None:
        id_ = self._order.popleft()
        self.forgotten_us = self._of[id_].popleft().us
        if not self._of[id_]:
            del self._of[id_]


def _figures(seconds_: Iterable[Second], *, seconds: float) -> dict[str, Any]:
    requests, tools, failed, tools_failed = Timing(), Timing(), 0, 0
    for one in seconds_:
        requests.gain(one.requests)
        tools.gain(one.tools)
        failed += one.failed
        tools_failed += one.tools_failed
    return {
        "seconds": seconds,
        "requests": requests.count,
        "errors": failed,
        "p50_ms": requests.percentile_s(0.5) * 1000,
        "p95_ms": requests.percentile_s(0.95) * 1000,
        "p99_ms": requests.percentile_s(0.99) * 1000,
        "tools": tools.count,
        "tool_failures": tools_failed,
        "tool_p95_ms": tools.percentile_s(0.95) * 1000,
    }


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
