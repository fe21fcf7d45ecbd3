"""Meaning by sign and by colour: whoever sees no colours still sees the sign."""

from enum import Enum

from textual.content import Content


class Tone(Enum):
    """A sign and a style of the theme."""

    GOOD = ("✓", "$success")
    CARE = ("▲", "$warning")
    BAD = ("✖", "bold $error")
    QUIET = ("·", "$quiet")

    @property
    def sign(self) -> str:
        return self.value[0]

    @property
    def style(self) -> str:
        return self.value[1]


QUIET = Tone.QUIET.style


def signed(tone: Tone, text: str) -> Content:
    return Content.styled(f"{tone.sign} {text}", tone.style)


def quiet(text: str) -> Content:
    return Content.styled(text, QUIET)


def spread(left: Content, right: Content, width: int) -> Content:
    """Both on one line, at its ends; the left one gives way."""
    room = max(width - right.cell_length - 1, 0)
    return left.truncate(room, ellipsis=True).pad_right(max(room - left.cell_length, 0)) + " " + right


def beside(left: Content, right: Content, width: int) -> Content:
    """Both on one line, at its ends, or the left one alone."""
    return spread(left, right, width) if left.cell_length + right.cell_length < width else left


def judged(value: float, *, care: float, bad: float) -> Tone:
    """The more, the worse."""
    return Tone.BAD if value >= bad else Tone.CARE if value >= care else Tone.GOOD
