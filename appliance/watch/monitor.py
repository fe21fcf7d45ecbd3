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
    """A second of everything, at whose end the clock said `at` in Unix ms."""

    at: int
    second: Second
    events: Mapping[str, int]
    machine: MachineState
    lag: Gain


class Monitor:
    """Ask it from the event loop that it ticks on. `turns` counts the ticks."""

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
        self.turns = 0

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            self.tick()

    def tick(self) -> None:
        """Take in what happened since the last tick."""
        self.turns += 1
        now_us = self._ticked_us = self._clock.stopwatch_us()
        moment = Moment(
            at=self._clock.now_ms(),
            second=self._all.gained(now_us),
            events=self._new_events(),
            machine=self._machine.state(),
            lag=self._new_lag(),
        )
        self._moments.append(moment)
        self._of_restaurants.forget_before(now_us - KEPT_S * _SECOND_US)
        for id_, tally in self._traffic.restaurants.items():
            followed = self._followed.get(id_) or self._followed.setdefault(id_, _Followed(tally))
            if followed.has_news():
                self._of_restaurants.add(id_, followed.gained(now_us))

    def machine(self) -> MachineState:
        """The machine at the last tick. The processor's use is measured between two looks, so only one may look."""
        return self._moments[-1].machine if self._moments else self._machine.state()

    def last(self) -> Moment | None:
        return self._moments[-1] if self._moments else None

    def active(self, seconds: float) -> list[str]:
        """The ids of the restaurants with any traffic within so many seconds."""
        return self.active_since(self._since_us(seconds))

    def window(self, seconds: float) -> Overall:
        """What the last `seconds` came to, at most those of the last hour."""
        moments, machine = self.since(self._since_us(seconds)), self.machine()
        events = sum((Counter(moment.events) for moment in moments), start=Counter[str]())
        return Overall(
            **total(moment.second for moment in moments).figures(self._known_s(seconds, self._began_us)),
            events=dict(events),
            cpu=mean(moment.machine.cpu for moment in moments),
            memory=mean(moment.machine.memory for moment in moments),
            process_memory_bytes=machine.process_memory_bytes,
            disk=machine.disk,
            loop_lag_p99_ms=lag_of(moments).percentile_s(0.99) * 1000,
        )

    def window_of(self, restaurant_id: str, seconds: float) -> Figures:
        """The same of one restaurant."""
        known_us = max(self._began_us, self._of_restaurants.forgotten_us)
        mine = total(self.since_of(restaurant_id, self._since_us(seconds)))
        return Figures(**mine.figures(self._known_s(seconds, known_us)))

    def since(self, us: float) -> list[Moment]:
        """What came after that on the stopwatch, oldest first."""
        return list(takewhile(lambda moment: moment.second.us > us, reversed(self._moments)))[::-1]

    def since_of(self, restaurant_id: str, us: float) -> list[Second]:
        """The same of one restaurant."""
        newest = self._of_restaurants.newest_first(restaurant_id)
        return list(takewhile(lambda one: one.us > us, newest))[::-1]

    def active_since(self, us: float) -> list[str]:
        """The ids of the restaurants with any traffic after that."""
        return [id_ for id_, last_us in self._of_restaurants.last_us() if last_us > us]

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


class Total:
    """What several seconds came to."""

    def __init__(self) -> None:
        self.requests, self.tools = Timing(), Timing()
        self.errors = self.tool_failures = 0

    def add(self, second: Second) -> None:
        self.requests.gain(second.requests)
        self.tools.gain(second.tools)
        self.errors += second.failed
        self.tool_failures += second.tools_failed

    def figures(self, seconds: float) -> dict[str, Any]:
        """The fields of `Figures`."""
        p50, p95, p99 = (self.requests.percentile_s(share) * 1000 for share in (0.5, 0.95, 0.99))
        return {
            "seconds": seconds,
            "requests": self.requests.count,
            "errors": self.errors,
            "p50_ms": p50,
            "p95_ms": p95,
            "p99_ms": p99,
            "tools": self.tools.count,
            "tool_failures": self.tool_failures,
            "tool_p95_ms": self.tools.percentile_s(0.95) * 1000,
        }


def total(seconds: Iterable[Second]) -> Total:
    found = Total()
    for one in seconds:
        found.add(one)
    return found


def lag_of(moments: Iterable[Moment]) -> Timing:
    lag = Timing()
    for moment in moments:
        lag.gain(moment.lag)
    return lag


def mean(values: Iterable[float]) -> float:
    """0 of nothing."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0
