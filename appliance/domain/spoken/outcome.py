"""What reading a caller's words can end in besides a value."""

from typing import Literal

from msgspec import Struct


class Unclear(Struct, frozen=True):
    """The words gave no value: nothing was said, it was not understood for certain, or it cannot exist."""

    why: Literal["missing", "unclear", "impossible"]


MISSING = Unclear("missing")
UNCLEAR = Unclear("unclear")
IMPOSSIBLE = Unclear("impossible")
