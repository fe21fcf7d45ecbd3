"""The pulse of a span that is over: what was stored of it, and a word where nothing was."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from textual import work
from textual.content import Content

from appliance.contract import MetricPoint
from tui.desk import Desk
from tui.past import Figures, Past, Then, figures_of, laid_out
from tui.screens.base import why_of
from tui.screens.panels import CPU, LAG_MS, MEMORY, Panels
from tui.widgets.tone import Tone, beside, judged, quiet, signed, spread
from tui.words import Words

TARGET_MS, TOO_LATE_MS = 500, 1_000
ERRORS = (0.01, 0.05)
_REST_S = 0.2
"""Who goes back fast is asked for nothing on the way: each question is one of the operator's quota."""

_Draw = Callable[[Then, list[MetricPoint], int, int], Iterator[Content]]


class PastPanels(Panels):
    """A screen of panels that can be those of then. What is of then says so at the top and in every panel."""

    DEFAULT_CSS = """
    PastPanels.-then Panel { border: round $warning; border-title-color: $warning; }
    """

    def __init__(self, desk: Desk, words: Words) -> None:
        super().__init__(desk, words)
        self.past = Past(desk.link, now_ms=self.now_ms)
        self._of_then: dict[str, _Draw] = {
            "traffic": self._past_traffic,
            "latency": self._past_latency,
            "errors": self._past_errors,
            "machine": self._past_machine,
            "day": self._past_day,
        }

    # --- hands ---

    def action_travel(self, spans: int) -> None:
        self.past.go(spans)
        self._look()

    def action_stretch(self) -> None:
        self.past.stretch()
        self._look()

    def action_back(self) -> None:
        if not self.back_to_now():
            super().action_back()

    def back_to_now(self) -> bool:
        was_then = self.past.then is not None
        self.past.leave()
        self.desk.tell()
        return was_then

    def _look(self) -> None:
        self.desk.tell()
        self._ask()

    @work(group="past", exclusive=True)
    async def _ask(self) -> None:
        await asyncio.sleep(_REST_S)
        await self.past.ask()
        self.desk.tell()

    # --- what is said of it ---

    def notice(self) -> Content | None:
        if self.past.then is None:
            return None
        then = self.words("past.then", when=when(self.past.then))
        return Content.styled(f" {Tone.CARE.sign} {then} ", "bold $warning reverse")

    def age_of_then(self) -> str:
        return f"{Tone.CARE.sign} {self.words('past.of_then')}"

    def drawn_then(self, panel: str, then: Then, width: int, height: int) -> Iterator[Content]:
        draw, points = self._of_then.get(panel), self.past.points
        if draw is None:
            yield quiet(self.words("past.not_stored"))
        elif self.past.error is not None:
            yield signed(Tone.BAD, why_of(self.past.error, self.words))
        elif points is None:
            yield quiet(self.words("table.waiting"))
        elif not points:
            yield signed(Tone.CARE, self.words("past.nothing"))
        else:
            yield from draw(then, points, width, height)

    # --- what is drawn of it ---

    def _past_traffic(self, then: Then, points: list[MetricPoint], width: int, height: int) -> Iterator[Content]:
        told = figures_of(points)
        known_s = told.known * then.step_s
        rate = self.words("pulse.per_second", value=self.figures.number(told.requests / known_s))
        yield self._with_gaps(then, told, Content.styled(rate, "bold"), width)
        yield from self._then_trend(then, points, lambda one: one.requests, width, height - 1, least=10)

    def _with_gaps(self, then: Then, told: Figures, rate: Content, width: int) -> Content:
        """What is not known must not look like quiet, however narrow it is."""
        if told.known >= then.slots:
            return beside(rate, quiet(self.figures.count(told.requests)), width)
        return spread(rate, signed(Tone.CARE, self.words("past.gaps", known=told.known, all=then.slots)), width)

    def _past_latency(self, then: Then, points: list[MetricPoint], width: int, height: int) -> Iterator[Content]:
        told = figures_of(points)
        yield beside(self._worst_ms("p95", told.p95_ms), quiet(self.words("past.worst")), width)
        yield beside(self._worst_ms("p99", told.p99_ms), self._worst_ms("p50", told.p50_ms), width)
        yield from self._then_trend(then, points, lambda one: one.p95_ms, width, height - 2, least=TARGET_MS)

    def _worst_ms(self, name: str, ms: float) -> Content:
        return signed(judged(ms, care=TARGET_MS, bad=TOO_LATE_MS), f"{name} {self.figures.ms(ms)}")

    def _past_errors(self, then: Then, points: list[MetricPoint], width: int, height: int) -> Iterator[Content]:
        told = figures_of(points)
        rate = told.errors / told.requests if told.requests else 0.0
        counted = self.words("pulse.errors.of", count=told.errors, all=self.figures.count(told.requests))
        tone = judged(rate, care=ERRORS[0], bad=ERRORS[1])
        yield beside(signed(tone, self.figures.share(rate)), quiet(counted), width)
        text = self.words("pulse.tool_failures", count=told.tool_failures, all=self.figures.count(told.tools))
        yield signed(Tone.BAD, text) if told.tool_failures else quiet(text)
        yield from self._then_trend(then, points, lambda one: one.errors, width, height - 2, least=5, style="$error")

    def _past_machine(self, then: Then, points: list[MetricPoint], width: int, height: int) -> Iterator[Content]:
        told = figures_of(points)
        yield quiet(self.words("past.highest"))
        yield self.gauge(self.words("pulse.cpu"), told.cpu, CPU, width)
        yield self.gauge(self.words("pulse.memory"), told.memory, MEMORY, width)
        lag = signed(judged(told.loop_lag_ms, care=LAG_MS[0], bad=LAG_MS[1]), self.figures.ms(told.loop_lag_ms))
        yield spread(quiet(self.words("pulse.lag")), lag, width)
        if height > 5:
            yield from self._then_trend(then, points, lambda one: (one.cpu or 0) * 100, width, height - 4, least=100)

    def _past_day(self, then: Then, points: list[MetricPoint], width: int, height: int) -> Iterator[Content]:
        del then, height
        told = figures_of(points)
        success = told.successful / told.judged if told.judged else None
        for word, value in (
            ("calls", self.figures.count(told.calls)),
            ("bookings", self.figures.count(told.bookings)),
            ("success", self.figures.share(success)),
            ("cost", self.figures.money(told.cost_cents)),
        ):
            yield self.row(f"pulse.{word}", Content.styled(value, "bold"), width)

    def _then_trend(
        self,
        then: Then,
        points: list[MetricPoint],
        value: Callable[[MetricPoint], float],
        width: int,
        height: int,
        *,
        least: float,
        style: str = "$primary",
    ) -> Iterator[Content]:
        yield from self.chart(laid_out(then, points, value), width, height, least=least, style=style)


def when(then: Then) -> str:
    """Its beginning and its end, in UTC, as the log tells of time."""
    begin, end = (datetime.fromtimestamp(at / 1000, UTC) for at in (then.from_ms, then.to_ms))
    day = "" if end.date() == begin.date() else f"{end:%Y-%m-%d} "
    return f"{begin:%Y-%m-%d %H:%M}–{day}{end:%H:%M} UTC"
