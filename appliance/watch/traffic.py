"""What this process has served since its start: counted once, here, and read by the metrics, the monitor and alerts.

Counted on the hot path, so in plain numbers. Every name comes in through a map with a bound: what is one too many is
counted as `other`.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from msgspec import Struct

from appliance.watch.timings import Timing

OTHER = "other"
_MOST_EVENTS = 64
_MOST_TOOLS = 32
_MOST_ROUTES = 2_000
_MOST_RESTAURANTS = 5_000

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Bounded(dict[Key, Value], Generic[Key, Value]):
    """Makes a value for each of the first `most` keys; all later ones share that of `rest`."""

    def __init__(self, most: int, rest: Key, make: Callable[[], Value]) -> None:
        super().__init__()
        self._most = most
        self._rest = rest
        self._make = make

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self._most and key != self._rest:
            return self[self._rest]
        value = self[key] = self._make()
        return value


class Route(Struct, frozen=True):
    """A kind of request, by its lane, the template of its route and its status."""

    lane: str
    route: str
    status: int


class Tally:
    """Of one restaurant, or of all: requests, those that failed through our fault, and what its agent asked for.

    `noted` moves with every one of them: whoever follows sees at a glance that nothing happened.
    """

    __slots__ = ("failed", "noted", "requests", "tools", "tools_failed")

    def __init__(self) -> None:
        self.noted = 0
        self.requests = Timing()
        self.failed = 0
        self.tools = Timing()
        self.tools_failed = 0


class Traffic:
    def __init__(self) -> None:
        self.routes: Bounded[Route, Timing] = Bounded(_MOST_ROUTES, Route(OTHER, OTHER, 0), Timing)
        self.events: Bounded[str, Counter[str]] = Bounded(_MOST_EVENTS, OTHER, Counter)
        self.tools: Bounded[tuple[str, str], Timing] = Bounded(_MOST_TOOLS * 3, (OTHER, OTHER), Timing)
        self.restaurants: Bounded[str, Tally] = Bounded(_MOST_RESTAURANTS, OTHER, Tally)
        self.all = Tally()

    def request(self, lane: str, route: str, status: int, seconds: float, restaurant_id: str = "") -> None:
        """Count an answer. `status` 499: the client had left before it began."""
        self.routes[Route(lane, route, status)].note(seconds)
        self._note(self.all, status, seconds)
        if restaurant_id:
            self._note(self.restaurants[restaurant_id], status, seconds)

    def event(self, event: str, outcome: str) -> None:
        """Count an event of a phone platform: accepted, duplicate, quarantined, unreadable, rejected or limited."""
        self.events[event][outcome] += 1

    def tool(self, tool: str, outcome: str, seconds: float, restaurant_id: str) -> None:
        """Count what an agent asked for: `done`, `refused` as the rules want it, or `failed` through our fault."""
        self.tools[tool, outcome].note(seconds)
        for tally in (self.all, self.restaurants[restaurant_id]):
            tally.noted += 1
            tally.tools.note(seconds)
            tally.tools_failed += outcome == "failed"

    def _note(self, tally: Tally, status: int, seconds: float) -> None:
        tally.noted += 1
        tally.requests.note(seconds)
        tally.failed += status >= 500
