"""What reading a caller's words can end in besides a value."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeVar

from msgspec import Struct


class Unclear(Struct, frozen=True):
    """The words gave no value: nothing was said, it was not understood for certain, or it cannot exist.

    When they can mean one of few dates, `days` are these, to ask which; `told` is the one that was said as a date,
    though with the weekday of the other. `counts` are the sizes of a party that it may be, or the one that it is about.
    """

    why: Literal["missing", "unclear", "impossible", "ambiguous"]
    days: tuple[date, ...] = ()
    told: date | None = None
    counts: tuple[int, ...] = ()


MISSING = Unclear("missing")
UNCLEAR = Unclear("unclear")
IMPOSSIBLE = Unclear("impossible")

Value = TypeVar("Value")


def known(value: Value | Unclear) -> Value | None:
    """The value, if there is one."""
    return None if isinstance(value, Unclear) else value


def one_of(days: Iterable[date]) -> date | Unclear:
    """The one date that is left, or the question which of two; of more, asking for the date anew is shorter."""
    left = sorted(set(days))
    if len(left) == 1:
        return left[0]
    return Unclear("ambiguous", tuple(left)) if len(left) == 2 else UNCLEAR
