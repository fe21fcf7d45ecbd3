"""A frame with a title, drawn to the size it has, that says how old what it shows is."""

from collections.abc import Callable, Iterable

from textual.content import Content
from textual.widget import Widget

Draw = Callable[[int, int], Iterable[Content]]
"""Lines for so many columns and rows."""


class Panel(Widget):
    DEFAULT_CSS = """
    Panel {
        border: round $border;
        border-title-color: $primary;
        border-title-style: bold;
        border-subtitle-color: $quiet;
        padding: 0 1;
        height: 1fr;
        width: 1fr;
    }
    """

    def __init__(self, title: str, draw: Draw, *, id: str | None = None) -> None:  # noqa: A002 — Textual's name
        super().__init__(id=id)
        self.border_title = title
        self._draw = draw

    def render(self) -> Content:
        width, height = self.content_size
        if width <= 0 or height <= 0:
            return Content("")
        lines = list(self._draw(width, height))[:height]
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)

    def show(self, age: str) -> None:
        """Draw it anew."""
        self.border_subtitle = age
        self.refresh()
