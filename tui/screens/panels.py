"""A screen of several panels: what their lines are made of, and from where on a machine is not well."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from textual.content import Content

from tui.charts import bar, rounded_up, squeezed, trend
from tui.screens.base import ConsoleScreen
from tui.widgets.tone import QUIET, judged, quiet, signed, spread

T = TypeVar("T")

CPU, MEMORY, DISK = (0.8, 0.95), (0.85, 0.95), (0.8, 0.9)
LAG_MS = (50, 250)


class Panels(ConsoleScreen):
    def row(self, word: str, value: Content, width: int) -> Content:
        return spread(quiet(self.words(word)), value, width)

    def gauge(self, name: str, share: float, limits: tuple[float, float], width: int) -> Content:
        tone = judged(share, care=limits[0], bad=limits[1])
        figure = signed(tone, f"{share * 100:3.0f} %")
        room = max(width - 9 - figure.cell_length - 1, 3)
        full = bar(share, width=room).rstrip()
        rest = "·" * (room - len(full))
        return Content.assemble((f"{name:<8} ", QUIET), (full, tone.style), (rest, QUIET), " ", figure)

    def chart(
        self, values: Sequence[float], width: int, height: int, *, least: float, style: str = "$primary"
    ) -> Iterator[Content]:
        """With the top of its scale at the right."""
        top = rounded_up(max(values, default=0), least=least)
        scale = self.figures.count(top)
        columns = max(width - len(scale) - 1, 1)
        kept = squeezed(values[-2 * columns :], columns=columns) if len(values) > columns else values
        for row, line in enumerate(trend(kept, width=columns, height=max(height, 1), top=top)):
            mark = scale if row == 0 else "0".rjust(len(scale)) if row == height - 1 else ""
            yield Content.assemble((line, style), " ", (mark, QUIET))

    def cut(self, rows: Sequence[T], height: int, line: Callable[[T], Content]) -> Iterator[Content]:
        """As many as there is room for, and how many more there are."""
        fits = len(rows) if len(rows) <= height else height - 1
        yield from map(line, rows[:fits])
        if fits < len(rows):
            yield quiet(self.words("panel.more", count=len(rows) - fits))
