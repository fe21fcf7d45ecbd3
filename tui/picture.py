"""What is known of the platform as it is now: the last snapshot and all that changed since, and the last minutes."""

from collections import deque
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from appliance.contract import HealthRow, LiveSecond, LiveView, LogLine, MetricPoint, Overview, Served

KEPT_S = 600
"""Seconds of the past that are kept; no terminal is wider."""
KEPT_LINES = 2_000


class Picture:
    """`received_s` is when something was last heard, on the stopwatch of whoever takes it in; None before that."""

    def __init__(self) -> None:
        self.overview: Overview | None = None
        self.restaurants: dict[str, HealthRow] = {}
        self.seconds: deque[LiveSecond] = deque(maxlen=KEPT_S)
        self.waiting: deque[int] = deque(maxlen=KEPT_S)
        self.lines: deque[LogLine] = deque(maxlen=KEPT_LINES)
        self.received_s: float | None = None

    def take(self, view: LiveView, *, whole: bool, now_s: float) -> None:
        """Take in what the stream tells; of what is not told, nothing has changed."""
        self.received_s = now_s
        if whole:
            self.restaurants.clear()
        self.restaurants.update((row.restaurant_id, row) for row in view.restaurants)
        for id_ in view.gone:
            self.restaurants.pop(id_, None)
        if view.overview:
            self.overview = view.overview
            self.waiting.append(view.overview.queue.ready + view.overview.queue.running)
        if view.second and not (self.seconds and self.seconds[-1].at >= view.second.at):
            self.seconds.append(view.second)

        self.log(view.lines)

    def log(self, lines: Iterable[LogLine]) -> None:
        """Take in what the server has logged; what is known already comes again after a break."""
        lines = list(lines)
        if lines and (not self.lines or lines[0].id > self.lines[-1].id):
            self.lines.extend(lines)  # as nearly always: what came since
            return
        known = {line.id: line for line in self.lines} | {line.id: line for line in lines}
        if len(known) > len(self.lines):
            self.lines.clear()
            self.lines.extend(known[id_] for id_ in sorted(known))

    def remember(self, points: Iterable[MetricPoint]) -> None:
        """Put what was before in place of what is kept of it."""
        past = [_second(point) for point in points]
        newest = past[-1].at if past else 0
        came_since = [second for second in self.seconds if second.at > newest]
        self.seconds.clear()
        self.seconds.extend([*past, *came_since])

    def note_status(self, restaurant_id: str, status: str) -> None:
        """What the answer to a change said: the stream looks at the restaurants every half minute only."""
        if row := self.restaurants.get(restaurant_id):
            self.restaurants[restaurant_id] = replace(row, status=status)

    def copy(self) -> "Picture":
        """As it is now, whatever comes later."""
        copied = Picture()
        copied.overview, copied.restaurants, copied.received_s = self.overview, dict(self.restaurants), self.received_s
        copied.seconds, copied.waiting, copied.lines = self.seconds.copy(), self.waiting.copy(), self.lines.copy()
        return copied

    @property
    def worst_first(self) -> list[HealthRow]:
        return sorted(self.restaurants.values(), key=lambda row: (row.score, -row.calls, row.name))


def _second(point: MetricPoint) -> LiveSecond:
    served: dict[str, Any] = {name: getattr(point, name) for name in Served.__struct_fields__}
    machine = {name: getattr(point, name) or 0.0 for name in ("cpu", "memory", "loop_lag_ms")}
    return LiveSecond(at=point.at, **(served | machine))
