"""What the server runs on and what runs in it: its machine, its database, its loops, and what it checks of itself."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, get_args

from msgspec import UNSET
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content

from appliance.contract import (
    BackupWork,
    CacheUse,
    DiskUse,
    HealthCheck,
    LogLevelName,
    LogLevelView,
    LoopRow,
    SystemView,
)
from tui.charts import bar, trend
from tui.dialogs import TypedConfirm
from tui.feeds import Feed
from tui.figures import span
from tui.keys import bindings
from tui.screens.backup_lines import backup_told
from tui.screens.panels import CPU, DISK, LAG_MS, MEMORY, Panels
from tui.widgets.panel import Panel
from tui.widgets.tone import QUIET, Tone, judged, quiet, signed, spread

_FULL = (0.8, 0.95)
_LOG_BYTES = (256_000_000, 1_000_000_000)
_SILENT_S = (120, 300)
_LEVELS: tuple[LogLevelName, ...] = get_args(LogLevelName)
_LEVEL_MINUTES = 60
_CORE_WIDTH, _GAP = 15, 2
_STATUSES = {"fail": Tone.BAD, "warn": Tone.CARE, "pass": Tone.GOOD}
_WORST_FIRST = (Tone.BAD, Tone.CARE, Tone.GOOD)


class System(Panels):
    place = "system"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("system")]
    DEFAULT_CSS = """
    System > #first { height: 4fr; min-height: 10; }
    System > #second { height: 5fr; min-height: 8; }
    System > #versions { height: 4; }
    """

    def body(self) -> ComposeResult:
        with Horizontal(id="first"):
            yield self._panel("machine", self._machine)
            yield self._panel("server", self._server)
            yield Panel(self.words("system.lag"), self._lag, id="lag")
        with Horizontal(id="second"):
            yield self._panel("loops", self._loops)
            yield self._panel("checks", self._checks)
        yield self._panel("versions", self._versions)

    @property
    def feeds(self) -> Iterable[Feed[Any]]:
        return (self.desk.system,)

    def paint(self) -> None:
        age = self.age_of(self.desk.system)
        for panel in self.query(Panel):
            panel.show(self.live_age() if panel.id == "lag" else age)

    def _panel(self, id_: str, draw: Callable[[SystemView, int, int], Iterator[Content]]) -> Panel:
        def drawn(width: int, height: int) -> Iterable[Content]:
            view = self.desk.system.value
            return draw(view, width, height) if view else [quiet(self.words("table.waiting"))]

        return Panel(self.words(f"system.{id_}"), drawn, id=id_)

    # --- what it runs on ---

    def _machine(self, view: SystemView, width: int, height: int) -> Iterator[Content]:
        below = [*self._memory(view, width), *(line for disk in view.disks for line in self._disk(disk, width))]
        yield from self._cores(view.cores, width, height - len(below) - 1)
        yield self.row("system.load", Content(self.figures.number(view.load_1m)), width)
        yield from below

    def _cores(self, cores: list[float], width: int, room: int) -> Iterator[Content]:
        """Each with a bar of its own, or all of them in a line where there are too many."""
        columns = max((width + _GAP) // (_CORE_WIDTH + _GAP), 1)
        if -(-len(cores) // columns) > room:
            yield Content.styled(trend(cores, width=len(cores), height=1, top=1)[0], "$primary")
            return
        each = (width + _GAP) // columns - _GAP
        cells = [_core(number, use, each) for number, use in enumerate(cores)]
        for start in range(0, len(cells), columns):
            yield Content(" " * _GAP).join(cells[start : start + columns])

    def _memory(self, view: SystemView, width: int) -> Iterator[Content]:
        overview = self.desk.shown.overview
        if overview:
            yield self.gauge(self.words("system.memory"), overview.machine.memory, MEMORY, width)
        yield spread(
            quiet(""), quiet(self.words("system.of_memory", bytes=self.figures.bytes(view.memory_bytes))), width
        )

    def _disk(self, disk: DiskUse, width: int) -> Iterator[Content]:
        yield self.gauge(self.words("system.disk"), disk.share, DISK, width)
        free = quiet(self.words("system.free", bytes=self.figures.bytes(disk.free_bytes)))
        yield spread(quiet(disk.path), free, width)

    # --- what runs ---

    def _server(self, view: SystemView, width: int, height: int) -> Iterator[Content]:
        del height
        process, database = view.process, view.database
        yield self.row("system.memory", Content(self.figures.bytes(process.memory_bytes)), width)
        yield self.row("system.files", self._of(process.files, process.files_most), width)
        yield self.row("system.threads", Content(self.figures.count(process.threads)), width)
        yield self.row("system.processor", Content(span(process.cpu_s)), width)
        yield self.row("system.connections", self._of(database.connections, database.connections_most), width)
        tone = judged(database.log_bytes, care=_LOG_BYTES[0], bad=_LOG_BYTES[1])
        yield self.row("system.log", _calm(tone, self.figures.bytes(database.log_bytes)), width)
        for cache in view.caches:
            yield from self._cache(cache, width)

    def _cache(self, cache: CacheUse, width: int) -> Iterator[Content]:
        name = self.words.known(f"system.cache.{cache.name}", cache.name)
        held = self.words("system.of", used=self.figures.count(cache.held), most=self.figures.count(cache.most))
        yield spread(quiet(name), Content(held), width)
        asked = cache.hits + cache.misses
        yield self.row("system.hits", Content(self.figures.share(cache.hits / asked if asked else None)), width)

    def _of(self, used: int, most: int) -> Content:
        text = self.words("system.of", used=self.figures.count(used), most=self.figures.count(most))
        return _calm(judged(used / most if most else 0.0, care=_FULL[0], bad=_FULL[1]), text)

    def _lag(self, width: int, height: int) -> Iterator[Content]:
        picture = self.desk.shown
        if picture.overview is None:
            yield quiet(self.words("table.waiting"))
            return
        up_s = (picture.overview.now - picture.overview.started_at) / 1000
        lags = [second.loop_lag_ms for second in picture.seconds]
        yield self.row("system.late", self._late(picture.overview.machine.loop_lag_ms), width)
        yield self.row("system.late_now", self._late(lags[-1] if lags else 0.0), width)
        yield self.row("system.up", Content(span(up_s)), width)
        yield from self.chart(lags, width, height - 3, least=LAG_MS[0])

    def _late(self, ms: float) -> Content:
        return signed(judged(ms, care=LAG_MS[0], bad=LAG_MS[1]), self.figures.ms(ms))

    # --- what it does by itself ---

    def _loops(self, view: SystemView, width: int, height: int) -> Iterator[Content]:
        rows = sorted(view.loops, key=lambda row: (_WORST_FIRST.index(_turning(row)), -row.failures, row.name))
        yield from self.cut(rows, height, lambda row: self._loop(row, width))

    def _loop(self, row: LoopRow, width: int) -> Content:
        ago = span(row.silent_s)
        word = "system.loop" if row.every_s is None else "system.job"
        told = quiet(self.words(word, span=ago, every=span(row.every_s or 0)))
        name = signed(_turning(row), row.name)
        if row.failures:
            name += Content.styled(f"  {self.words('system.failures', count=row.failures)}", Tone.CARE.style)
        return spread(name, told, width)

    def _checks(self, view: SystemView, width: int, height: int) -> Iterator[Content]:
        found = [(name, one) for name, several in (view.health.checks or {}).items() for one in several]
        rows = sorted(found, key=lambda check: (_WORST_FIRST.index(_status(check[1])), check[0]))
        yield from self.cut(rows, height, lambda check: self._check(*check, width))

    def _check(self, name: str, check: HealthCheck, width: int) -> Content:
        told = signed(_status(check), name)
        room = max(width - told.cell_length - 1, width // 2)
        return spread(told, quiet(self._observed(check)).truncate(room, ellipsis=True), width)

    def _observed(self, check: HealthCheck) -> str:
        """What is wrong, or else what was measured."""
        if check.output is not UNSET:
            return check.output
        if check.observedValue is UNSET:
            return ""
        return f"{self.figures.number(check.observedValue)} {check.observedUnit or ''}".strip()

    def _versions(self, view: SystemView, width: int, height: int) -> Iterator[Content]:
        del width, height
        yield Content("  ").join([self._level(view.log_level), self._backup(view)])
        yield Content(" · ").join(
            Content.assemble((name, QUIET), f" {version}") for name, version in view.versions.items()
        )

    def _backup(self, view: SystemView) -> Content:
        work = view.backup_work
        if work and work.state == "running":
            return Content.styled(self.words("system.backup_running", span=self._since(work.began_at)), "$primary")
        if work and work.state == "failed":
            return signed(Tone.BAD, self._failed(work))
        return backup_told(view.backup, self.words, now_ms=self.now_ms())

    def _failed(self, work: BackupWork) -> str:
        ago = self._since(work.ended_at or work.began_at)
        return self.words("system.backup_failed", span=ago, why=work.error)

    def _level(self, level: LogLevelView) -> Content:
        if level.until is None:
            return quiet(self.words("system.level_now", level=level.level))
        left = span((level.until - self.now_ms()) / 1000)
        return signed(Tone.CARE, self.words("system.level_until", level=level.level, span=left))

    def _since(self, at: int) -> str:
        return span((self.now_ms() - at) / 1000)

    # --- hands ---

    def action_backup(self) -> None:
        self.deed(
            self.desk.back_up,
            ask=self.words("system.backup.ask"),
            word=self.words("system.backup.word"),
            done=lambda _: self.words("system.backup.done"),
        )

    def action_restart(self) -> None:
        self.deed(
            self.desk.restart,
            ask=self.words("system.restart.ask"),
            word=self.words("system.restart.word"),
            done=lambda asked: self.words("system.restart.done", seconds=self.figures.count(asked.drain_s)),
        )

    def action_level(self) -> None:
        if view := self.desk.system.value:
            self.run_worker(self._choose_level(view.log_level), group="deeds")

    async def _choose_level(self, now: LogLevelView) -> None:
        ask = self.words("system.level.ask", level=now.level, usual=now.usual)
        typed = await self.app.push_screen_wait(TypedConfirm(self.words, ask=ask, among=_LEVELS))
        if level := next((one for one in _LEVELS if one == typed), None):
            minutes = None if level == now.usual else _LEVEL_MINUTES
            await self.do(
                lambda: self.desk.log_at(level, minutes=minutes),
                done=lambda view: self.words("system.level.done", level=view.level),
            )


def _core(number: int, use: float, width: int) -> Content:
    tone = judged(use, care=CPU[0], bad=CPU[1])
    drawn = bar(use, width=width - 9).rstrip()
    rest = "·" * (width - 9 - len(drawn))
    return Content.assemble((f"{number:>2} ", QUIET), (drawn, tone.style), (rest, QUIET), f" {use * 100:3.0f} %")


def _calm(tone: Tone, text: str) -> Content:
    """What is well needs no colour."""
    return Content(text) if tone is Tone.GOOD else signed(tone, text)


def _turning(row: LoopRow) -> Tone:
    """A job may be late by one time."""
    pace_s = 2 * row.every_s if row.every_s else 0.0
    return judged(row.silent_s, care=pace_s + _SILENT_S[0], bad=pace_s + _SILENT_S[1])


def _status(check: HealthCheck) -> Tone:
    return _STATUSES.get(check.status, Tone.CARE)
