"""Many calls at once against one server after the other; it remembers every request and every answer."""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from appliance.loadtest.ready import DemoReady
from appliance.loadtest.restaurants import DemoRestaurant, demo_restaurants
from support.crash.story import Call, Request
from support.crash.wire import Unanswered, Wire

_LINES = 16
_THREADS = 3 * _LINES
_SENT_AGAIN = 0.6
_AGAIN_LATER = 503
_FIRST_DAY, _DAYS = 2, 50
"""Dates that every restaurant takes bookings for, whatever the hour of the test."""


def never_closed(count: int) -> list[DemoRestaurant]:
    """The first made-up restaurants that open for lunch and dinner on every day of every year."""
    every = (one for one in demo_restaurants() if not one.card.closures and len(one.card.shifts) == 14)
    return [one for one, _ in zip(every, range(count), strict=False)]


class Load:
    """`calls` and `broken` are the record: what was asked and answered, and the requests that were cut off.

    A thread is a list of requests that must come in order; at every moment some wait and each line sends one's next,
    `pace_s` after its last answer. `slowest_s` is how long an answer took at most, by door.
    """

    def __init__(self, rng: random.Random, *, pace_s: float = 0) -> None:
        self.calls: list[Call] = []
        self.broken: list[Unanswered] = []
        self.slowest_s = dict[str, float]()
        self._rng = rng
        self._pace_s = pace_s
        self._over = False
        self._places = never_closed(2)
        self._waiting: list[list[Request]] = []
        self._days: Sequence[date] = ()
        self._rounds = 0
        self._answered = self._goal = 0
        self._reached = asyncio.Event()

    def requests(self) -> Iterator[tuple[Call, Request]]:
        """Every request that was tried, once."""
        for call in self.calls:
            for request in dict.fromkeys([*call.events, *call.tools]):
                if request.answers or request.unanswered:
                    yield call, request

    async def answers(self, more: int) -> None:
        """Wait for so many more of them, or until the server has gone."""
        self._goal = self._answered + more
        self._reached.clear()
        if more:
            await self._reached.wait()

    def end(self) -> None:
        """Each line is to wait for its last answer and send no more."""
        self._over = True

    async def pour(self, ready: DemoReady) -> None:
        """Send and send, on all lines, until each has lost its server."""
        self._rounds += 1
        first = datetime.now(UTC).date() + timedelta(days=_FIRST_DAY + self._rounds % _DAYS)
        self._days = (first, first + timedelta(days=1))  # few, so that the tables become few
        try:
            async with asyncio.TaskGroup() as lines:
                for _ in range(_LINES):
                    lines.create_task(self._line(ready))
        finally:
            self._reached.set()

    async def _line(self, ready: DemoReady) -> None:
        async with Wire(ready.url, ready.retell_api_key) as wire:
            lost = False
            while not (lost or self._over):
                thread = self._next_thread()
                lost = not await self._send(wire, thread)
                if thread:
                    self._waiting.append(thread)
                await asyncio.sleep(self._pace_s)

    async def _send(self, wire: Wire, thread: list[Request]) -> bool:
        """Send the thread's next; false when the server went away. Then the platform may try again later, or not."""
        request, began = thread.pop(0), time.monotonic()
        try:
            request.answers.append(await wire.post(request.path, request.body))
        except Unanswered as lost:
            request.unanswered += 1
            self.broken.append(lost)
            if self._rng.random() < _SENT_AGAIN:
                thread.insert(0, request)
            return False
        self.slowest_s[request.path] = max(self.slowest_s.get(request.path, 0), time.monotonic() - began)
        if request.answers[-1].status == _AGAIN_LATER and self._rng.random() < _SENT_AGAIN:
            thread.insert(0, request)
        self._answered += 1
        if self._answered >= self._goal:
            self._reached.set()
        return True

    def _next_thread(self) -> list[Request]:
        while len(self._waiting) < _THREADS:
            self._begin_call()
        return self._waiting.pop(self._rng.randrange(len(self._waiting)))

    def _begin_call(self) -> None:
        place = self._rng.choice(self._places)
        call = Call(self._rng, place, number=len(self.calls), days=self._days)
        self.calls.append(call)
        self._waiting += [[event] for event in call.events]
        if call.tools:
            self._waiting.append(list(call.tools))
