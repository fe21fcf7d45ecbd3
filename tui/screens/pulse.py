"""How the platform is right now, on one screen."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content

from appliance.contract import AlertRow, LiveSecond, Overview
from tui.feeds import Feed
from tui.figures import span
from tui.keys import bindings
from tui.screens.alert_lines import alert_line
from tui.screens.backup_lines import backup_age
from tui.screens.health import score_of, why_of
from tui.screens.panels import CPU, DISK, LAG_MS, MEMORY
from tui.screens.pulse_past import ERRORS, TARGET_MS, TOO_LATE_MS, PastPanels
from tui.widgets.panel import Panel
from tui.widgets.tone import Tone, beside, judged, quiet, signed, spread

_OLDEST_S = (30, 120)


class Pulse(PastPanels):
    place = "pulse"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pulse")]
    DEFAULT_CSS = """
    Pulse > Horizontal { height: 5fr; min-height: 6; }
    Pulse > #second { height: 5fr; min-height: 7; }
    Pulse > #third { height: 7fr; min-height: 7; }
    Pulse > #third > #worst { width: 1.3fr; }
    """

    def body(self) -> ComposeResult:
        with Horizontal():
            yield self._panel("traffic", self._traffic)
            yield self._panel("latency", self._latency)
            yield self._panel("errors", self._errors)
        with Horizontal(id="second"):
            yield self._panel("machine", self._machine)
            yield self._panel("queue", self._queue)
            yield self._panel("day", self._day)
        with Horizontal(id="third"):
            yield self._panel("alerts", self._alerts)
            yield self._panel("worst", self._worst)

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self.desk.alerts,)

    def paint(self) -> None:
        is_then = self.past.then is not None
        self.set_class(is_then, "-then")
        for panel in self.query(Panel):
            panel.border_title = self.words("past.day" if is_then and panel.id == "day" else f"pulse.{panel.id}")
            panel.show(self.age_of_then() if is_then else self._age(panel))

    def _age(self, panel: Panel) -> str:
        return self.age_of(self.desk.alerts) if panel.id == "alerts" else self.live_age()

    def _panel(self, id_: str, draw: Callable[[Overview, int, int], Iterator[Content]]) -> Panel:
        def drawn(width: int, height: int) -> Iterable[Content]:
            overview, then = self.desk.shown.overview, self.past.then
            if then is not None:
                return self.drawn_then(id_, then, width, height)
            return draw(overview, width, height) if overview else [quiet(self.words("table.waiting"))]

        return Panel(self.words(f"pulse.{id_}"), drawn, id=id_)

    # --- what was served ---

    def _traffic(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        minute = overview.last_minute
        rate = minute.requests / minute.seconds if minute.seconds else 0.0
        now = Content.styled(self.words("pulse.per_second", value=self.figures.number(rate)), "bold")
        yield beside(now, quiet(self.words("pulse.in_a_minute", count=self.figures.count(minute.requests))), width)
        yield from self._trend(lambda second: second.requests, width, height - 1, least=10)

    def _latency(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        minute = overview.last_minute
        target = quiet(self.words("pulse.target", ms=self.figures.count(TARGET_MS)))
        yield beside(self._percentile("p95", minute.p95_ms), target, width)
        fast, slow = self._percentile("p50", minute.p50_ms), self._percentile("p99", minute.p99_ms)
        yield beside(slow, fast, width)
        yield from self._trend(lambda second: second.p95_ms, width, height - 2, least=TARGET_MS)

    def _percentile(self, name: str, ms: float) -> Content:
        if not ms:
            return quiet(f"{name} –")
        return signed(judged(ms, care=TARGET_MS, bad=TOO_LATE_MS), f"{name} {self.figures.ms(ms)}")

    def _errors(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        minute = overview.last_minute
        rate = minute.errors / minute.requests if minute.requests else 0.0
        tone = judged(rate, care=ERRORS[0], bad=ERRORS[1])
        counted = self.words("pulse.errors.of", count=minute.errors, all=self.figures.count(minute.requests))
        yield beside(signed(tone, self.figures.share(rate)), quiet(counted), width)
        failed = minute.tool_failures
        text = self.words("pulse.tool_failures", count=failed, all=self.figures.count(minute.tools))
        yield signed(Tone.BAD, text) if failed else quiet(text)
        yield from self._trend(lambda second: second.errors, width, height - 2, least=5, style="$error")

    def _trend(
        self,
        value: Callable[[LiveSecond], float],
        width: int,
        height: int,
        *,
        least: float,
        style: str = "$primary",
    ) -> Iterator[Content]:
        """With the top of its scale at the right."""
        values = [value(second) for second in self.desk.shown.seconds]
        return self.chart(values, width, height, least=least, style=style)

    # --- what it runs on ---

    def _machine(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        machine = overview.machine
        for name, share, limits in (
            ("cpu", machine.cpu, CPU),
            ("memory", machine.memory, MEMORY),
            ("disk", machine.disk, DISK),
        ):
            yield self.gauge(self.words(f"pulse.{name}"), share, limits, width)
        lag = signed(judged(machine.loop_lag_ms, care=LAG_MS[0], bad=LAG_MS[1]), self.figures.ms(machine.loop_lag_ms))
        yield spread(quiet(self.words("pulse.lag")), lag, width)
        yield spread(
            quiet(""), quiet(self.words("pulse.free", bytes=self.figures.bytes(machine.disk_free_bytes))), width
        )
        if height > 6:
            cpu = [second.cpu * 100 for second in self.desk.shown.seconds]
            yield from self.chart(cpu, width, height - 5, least=100)

    def _queue(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        queue = overview.queue
        stuck = queue.dead + queue.held
        yield self.row("pulse.waiting", Content.styled(self.figures.count(queue.ready), "bold"), width)
        yield self.row("pulse.running", Content.styled(self.figures.count(queue.running), "bold"), width)
        tone = Tone.BAD if queue.dead else Tone.CARE if stuck else Tone.GOOD
        yield self.row("pulse.stuck", signed(tone, self.figures.count(stuck)), width)
        age_s = queue.oldest_age_ms / 1000
        yield self.row("pulse.oldest", signed(judged(age_s, care=_OLDEST_S[0], bad=_OLDEST_S[1]), span(age_s)), width)
        yield from self.chart(list(map(float, self.desk.shown.waiting)), width, height - 4, least=10)

    def _day(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        del height
        backup = backup_age(overview.backup, self.words, now_ms=self.now_ms())
        yield self.row("pulse.backup", backup, width)
        for word, value, style in (
            ("calls_now", self.figures.count(overview.calls_now), "bold $primary"),
            ("calls", self.figures.count(overview.calls_today), "bold"),
            ("bookings", self.figures.count(overview.reservations_today), "bold"),
            ("success", self.figures.share(overview.success_rate), "bold"),
            ("negative", self.figures.share(overview.negative_rate), ""),
            ("cost", self.figures.money(overview.cost_cents_today), ""),
        ):
            yield self.row(f"pulse.{word}", Content.styled(value, style), width)

    # --- who is not well ---

    def _alerts(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        del overview
        page = self.desk.alerts.value
        if page is None:
            yield quiet(self.words("table.waiting"))
        elif not page.items:
            yield Content.styled(self.words("pulse.all_well"), Tone.GOOD.style)
        else:
            now_ms = self.desk.shown.overview.now if self.desk.shown.overview else 0
            yield from self.cut(page.items, height, lambda row: self._alert(row, width, now_ms))

    def _alert(self, row: AlertRow, width: int, now_ms: int) -> Content:
        return spread(alert_line(row), quiet(span((now_ms - row.opened_at) / 1000)), width)

    def _worst(self, overview: Overview, width: int, height: int) -> Iterator[Content]:
        del overview
        rows = self.desk.shown.worst_first
        if not rows:
            yield quiet(self.words("pulse.no_restaurants"))
        yield from self.cut(
            rows,
            height,
            lambda row: spread(
                Content.assemble(score_of(row), "  ", row.name), why_of(row, self.words, width // 2), width
            ),
        )
