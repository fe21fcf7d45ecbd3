"""What the server has stored of the time before: spans that one goes back through, one after the other."""

from collections.abc import Callable

from msgspec import Struct

from appliance.contract import MetricPoint, MetricSeries
from tui.link import Link, LinkError

_LENGTHS = ((3_600, 60), (6 * 3_600, 300), (24 * 3_600, 1_200), (7 * 24 * 3_600, 7_200))
"""How long a span is, and how much of it one sample tells of, in seconds."""
_KEPT_MS = 90 * 86_400_000
"""What is older is stored nowhere."""
_SETTLED_MS = 90_000
"""The server writes down a minute some time after it is over."""


class Then(Struct, frozen=True, kw_only=True):
    """A span of the past, in Unix ms, in samples of `step_s`."""

    from_ms: int
    to_ms: int
    step_s: int

    @property
    def slots(self) -> int:
        return (self.to_ms - self.from_ms) // (self.step_s * 1000)


class Past:
    """Where one is in it; nowhere while `then` is None. `points` are what was stored, None until it is known.

    `now_ms` is the server's time.
    """

    def __init__(self, link: Link, *, now_ms: Callable[[], int]) -> None:
        self._link = link
        self._now_ms = now_ms
        self._length = 0
        self.then: Then | None = None
        self.points: list[MetricPoint] | None = None
        self.error: LinkError | None = None

    def go(self, spans: int) -> None:
        """So many spans on, or back; from the newest one on it is now again."""
        newest = self._newest()
        if self.then is None:
            if spans < 0:
                self._be_at(newest)
            return
        to_ms = self.then.to_ms + spans * self._length_ms
        if to_ms > newest + self._length_ms // 2:
            self.leave()
        elif to_ms > newest - _KEPT_MS:
            self._be_at(min(to_ms, newest))

    def stretch(self) -> None:
        """A longer span with the same end; after the longest the shortest."""
        self._length = (self._length + 1) % len(_LENGTHS)
        if self.then:
            self._be_at(min(self._whole(self.then.to_ms), self._newest()))

    def leave(self) -> None:
        self.then = self.points = self.error = None

    async def ask(self) -> None:
        """What was stored of where one is; `error` says why it is not known."""
        then = self.then
        if then is None:
            return
        span = {"from": then.from_ms, "to": then.to_ms, "step": then.step_s}
        try:
            found = await self._link.get("/api/admin/metrics", MetricSeries, **span)
        except LinkError as error:
            if self.then == then:
                self.error = error
            return
        if self.then == then:
            self.points, self.error = found.points, None

    @property
    def _length_ms(self) -> int:
        return _LENGTHS[self._length][0] * 1000

    def _be_at(self, to_ms: int) -> None:
        self.then = Then(from_ms=to_ms - self._length_ms, to_ms=to_ms, step_s=_LENGTHS[self._length][1])
        self.points = self.error = None

    def _newest(self) -> int:
        return self._whole(self._now_ms() - _SETTLED_MS)

    def _whole(self, at_ms: int) -> int:
        """Samples begin at whole steps."""
        step_ms = _LENGTHS[self._length][1] * 1000
        return at_ms - at_ms % step_ms


class Figures(Struct, frozen=True, kw_only=True):
    """A span in figures. Of percentiles and of the machine the worst sample counts; `known` samples there are."""

    known: int
    requests: int
    errors: int
    tools: int
    tool_failures: int
    calls: int
    bookings: int
    judged: int
    successful: int
    cost_cents: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu: float
    memory: float
    loop_lag_ms: float


def figures_of(points: list[MetricPoint]) -> Figures:
    return Figures(
        known=len(points),
        requests=sum(point.requests for point in points),
        errors=sum(point.errors for point in points),
        tools=sum(point.tools for point in points),
        tool_failures=sum(point.tool_failures for point in points),
        calls=sum(point.calls for point in points),
        bookings=sum(point.bookings for point in points),
        judged=sum(point.calls_judged for point in points),
        successful=sum(point.calls_successful for point in points),
        cost_cents=sum(point.cost_cents for point in points),
        p50_ms=max((point.p50_ms for point in points), default=0.0),
        p95_ms=max((point.p95_ms for point in points), default=0.0),
        p99_ms=max((point.p99_ms for point in points), default=0.0),
        cpu=max((point.cpu or 0.0 for point in points), default=0.0),
        memory=max((point.memory or 0.0 for point in points), default=0.0),
        loop_lag_ms=max((point.loop_lag_ms or 0.0 for point in points), default=0.0),
    )


def laid_out(then: Then, points: list[MetricPoint], value: Callable[[MetricPoint], float]) -> list[float]:
    """A value for each sample that there could be, so that what is not known leaves a gap where it is."""
    step_ms = then.step_s * 1000
    values = [0.0] * then.slots
    for point in points:
        place = (point.at - then.from_ms) // step_ms
        if 0 <= place < then.slots:
            values[place] = value(point)
    return values
