"""What stands before a screen: the typed confirmation, and the help."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.words import Words


class TypedConfirm(ModalScreen[str]):
    """Nothing that cannot be taken back is a slip of the finger: the word must be typed, or one of several.

    Ends with the word; with none when it was left.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]
    DEFAULT_CSS = """
    TypedConfirm { align: center middle; background: $background 60%; }
    TypedConfirm > Vertical {
        width: 64; max-width: 90%; height: auto; padding: 1 2; border: round $warning; background: $surface;
    }
    TypedConfirm Input { height: 1; margin-top: 1; padding: 0 1; background: $panel; }
    TypedConfirm Input, TypedConfirm Input:focus { border: none; }
    TypedConfirm #how { color: $quiet; margin-top: 1; }
    """

    def __init__(self, words: Words, *, ask: str, among: Sequence[str]) -> None:
        super().__init__()
        self._words, self._ask, self._among = words, ask, among

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content.styled(f"▲ {self._ask}", "bold $warning"))
            how = "confirm.type" if len(self._among) == 1 else "confirm.choose"
            yield Static(self._words(how, word=self._told), id="how", markup=False)
            yield Input()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip().casefold()
        if typed in self._among:
            self.dismiss(typed)
        else:
            wrong = "confirm.wrong" if len(self._among) == 1 else "confirm.none"
            how = Content.styled(self._words(wrong, word=self._told), "$error")
            self.query_one("#how", Static).update(how)

    def action_leave(self) -> None:
        self.dismiss("")

    @property
    def _told(self) -> str:
        return ", ".join(self._among)


class Help(ModalScreen[None]):
    """What this screen is for, and each key that does something now: its keys, what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,question_mark,q,f1", "dismiss", show=False)]
    DEFAULT_CSS = """
    Help { align: center middle; background: $background 60%; }
    Help > VerticalScroll {
        width: 76; max-width: 96%; height: auto; max-height: 92%; padding: 0 2;
        border: round $primary; border-title-color: $primary; border-subtitle-color: $quiet; background: $surface;
    }
    Help Static { margin-bottom: 1; }
    """

    def __init__(self, words: Words, *, about: str, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__()
        self._words, self._about, self._groups = words, about, groups

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title, box.border_subtitle = self._words("help.title"), self._words("help.close")
            yield Static(self._about, markup=False)
            for title, keys in self._groups:
                yield Static(Content("\n").join([Content.styled(title, "bold $primary"), *map(_line, keys)]))


def _line(key: tuple[str, str]) -> Content:
    return Content.assemble((f"  {key[0]:<16} ", "bold"), key[1])
