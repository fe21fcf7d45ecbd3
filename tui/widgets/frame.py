"""The first and the last line of every screen: where one is, how the connection is; which keys there are."""

from collections.abc import Sequence

from msgspec import Struct
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from tui.widgets.tone import Tone, quiet, spread

_SEP = Content("  ")


class Tab(Struct, frozen=True, kw_only=True):
    """A screen: its key, its name, and the crumbs behind it where one is inside it."""

    key: str
    id: str
    name: str
    crumbs: tuple[str, ...] = ()
    here: bool = False


class FootKey(Struct, frozen=True, kw_only=True):
    """A key as it is written, what it is called, and its action."""

    written: str
    name: str
    action: str
    always: bool = False


class TopLine(Widget):
    DEFAULT_CSS = """
    TopLine { height: 1; dock: top; background: $surface; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._tabs: Sequence[Tab] = ()
        self._state = Content("")

    def show(self, tabs: Sequence[Tab], state: Content) -> None:
        self._tabs, self._state = tabs, state
        self.refresh()

    def render(self) -> Content:
        width = self.content_size.width
        room = width - self._state.cell_length - 2
        full = _SEP.join(_tab(tab, named=True) for tab in self._tabs)
        short = Content(" ").join(_tab(tab, named=tab.here) for tab in self._tabs)
        return spread(full if full.cell_length <= room else short, self._state, width)


class KeyLine(Widget):
    DEFAULT_CSS = """
    KeyLine { height: 1; dock: bottom; background: $surface; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: Sequence[FootKey] = ()

    def show(self, keys: Sequence[FootKey]) -> None:
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def render(self) -> Content:
        """As many as there is room for, and at the right those that are always there."""
        width = self.content_size.width
        right = _SEP.join(_foot(key) for key in self._keys if key.always)
        line = Content("")
        for one in (_foot(key) + "  " for key in self._keys if not key.always):
            if line.cell_length + one.cell_length + right.cell_length > width:
                break
            line += one
        return spread(line, right, width)


def _foot(key: FootKey) -> Content:
    return _clickable(Content.assemble((key.written, "bold $primary"), " ", (key.name, Tone.QUIET.style)), key.action)


def _tab(tab: Tab, *, named: bool) -> Content:
    if not named:
        return _clickable(quiet(tab.key), f"app.go('{tab.id}')")
    crumbs = "".join(f" › {crumb}" for crumb in tab.crumbs)
    text = f"{tab.key} {tab.name}{crumbs}"
    style = "bold $primary underline" if tab.here else Tone.QUIET.style
    return _clickable(Content.styled(text, style), f"app.go('{tab.id}')")


def _clickable(content: Content, action: str) -> Content:
    return content.stylize(Style.from_meta({"@click": action}))
