"""Charts of characters: a line of the last values, and a bar for a share. Pure: what they are made of comes in."""

from collections.abc import Sequence

_BLOCKS = " ▁▂▃▄▅▆▇█"
_PARTS = " ▏▎▍▌▋▊▉█"
_STEPS = (1, 2, 5, 10)


def trend(values: Sequence[float], *, width: int, height: int, top: float) -> list[str]:
    """The newest values at the right, one a column, as lines from the top; what is not known is left empty."""
    shown = list(values)[-width:] if width > 0 else []
    levels = [_level(value, top, height) for value in shown]
    empty = " " * (width - len(shown))
    return [empty + "".join(_BLOCKS[min(max(level - 8 * row, 0), 8)] for level in levels) for row in range(height)][
        ::-1
    ]


def squeezed(values: Sequence[float], *, columns: int) -> list[float]:
    """At most so many values, each the highest of its part: no peak is lost."""
    size = -(-len(values) // columns) if columns > 0 else 0
    return [max(values[start : start + size]) for start in range(0, len(values), size)] if size else []


def rounded_up(value: float, *, least: float) -> float:
    """The next figure that reads well, for the top of a scale: it does not tremble with every value."""
    if value <= least:
        return least
    power = least
    while value > power * 10:
        power *= 10
    return next(power * step for step in _STEPS if value <= power * step)


def bar(share: float, *, width: int) -> str:
    """So much of the width is filled, to the eighth of a character."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_PARTS[part] if part else "")).ljust(width)


def _level(value: float, top: float, height: int) -> int:
    """In eighths of a line; what is more than nothing can be seen."""
    if value <= 0 or top <= 0:
        return 0
    return max(round(min(value / top, 1.0) * height * 8), 1)
