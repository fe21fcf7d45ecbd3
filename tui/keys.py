"""Every key once: its id, what it does, and where it holds. What it is called stands in the words, under its id."""

from collections.abc import Collection, Mapping

from msgspec import Struct
from textual.binding import Binding


class Key(Struct, frozen=True, kw_only=True):
    """`writes`: not in a read-only console. `shown`: in the line at the foot; the help shows all."""

    id: str
    keys: str
    action: str
    writes: bool = False
    shown: bool = True

    @property
    def scope(self) -> str:
        return self.id.partition(".")[0]


_TABLE = (
    Key(id="app.help", keys="question_mark,f1", action="app.help"),
    Key(id="app.palette", keys="colon,ctrl+p", action="app.command_palette"),
    Key(id="app.pause", keys="p", action="app.freeze"),
    Key(id="app.refresh", keys="r", action="app.refresh_now", shown=False),
    Key(id="app.quit", keys="q,ctrl+q", action="app.quit"),
    Key(id="screen.back", keys="escape", action="back", shown=False),
    Key(id="table.down", keys="j,down", action="move(1)", shown=False),
    Key(id="table.up", keys="k,up", action="move(-1)", shown=False),
    Key(id="table.top", keys="g,home", action="leap(0)", shown=False),
    Key(id="table.bottom", keys="G,end", action="leap(1)", shown=False),
    Key(id="table.page_down", keys="ctrl+d,pagedown", action="page(1)", shown=False),
    Key(id="table.page_up", keys="ctrl+u,pageup", action="page(-1)", shown=False),
    Key(id="table.open", keys="enter", action="open"),
    Key(id="table.filter", keys="slash", action="screen.filter"),
    Key(id="table.sort", keys="s", action="sort"),
    Key(id="table.turn", keys="S", action="turn", shown=False),
    Key(id="table.mark", keys="space", action="mark", shown=False),
    Key(id="table.copy", keys="y", action="copy", shown=False),
    Key(id="pulse.before", keys="left_square_bracket", action="travel(-1)"),
    Key(id="pulse.after", keys="right_square_bracket", action="travel(1)"),
    Key(id="pulse.span", keys="w", action="stretch", shown=False),
    Key(id="restaurants.pause", keys="P", action="pause", writes=True),
    Key(id="restaurants.resume", keys="R", action="resume", writes=True),
    Key(id="restaurants.book", keys="b", action="book"),
    Key(id="calls.only", keys="f", action="only"),
    Key(id="calls.replay", keys="A", action="replay", writes=True),
    Key(id="queue.retry", keys="t", action="retry", writes=True),
    Key(id="queue.discard", keys="D", action="discard", writes=True),
    Key(id="queue.state", keys="f", action="state"),
    Key(id="limits.clear", keys="C", action="clear", writes=True),
    Key(id="alerts.acknowledge", keys="a", action="acknowledge", writes=True),
    Key(id="alerts.resolve", keys="R", action="resolve", writes=True),
    Key(id="alerts.history", keys="h", action="history"),
    Key(id="logs.level", keys="f", action="level"),
    Key(id="logs.call", keys="c", action="call"),
    Key(id="system.backup", keys="B", action="backup", writes=True),
    Key(id="system.level", keys="L", action="level", writes=True),
    Key(id="system.restart", keys="R", action="restart", writes=True),
    Key(id="book.before", keys="left_square_bracket,h", action="turn_book(-1)"),
    Key(id="book.after", keys="right_square_bracket,l", action="turn_book(1)"),
    Key(id="book.tonight", keys="t", action="tonight"),
    Key(id="book.only", keys="f", action="only"),
)
KEYS: Mapping[str, Key] = {key.id: key for key in _TABLE}
WRITING = frozenset((key.scope, key.action) for key in _TABLE if key.writes)


def bindings(scope: str) -> list[Binding]:
    """Textual's, of all keys that hold there."""
    return [Binding(key.keys, key.action, key.id, id=key.id, show=False) for key in _TABLE if key.scope == scope]


def unknown(ids: Collection[str]) -> list[str]:
    """Those that no key has."""
    return sorted(set(ids) - KEYS.keys())
