"""What a log line tells of people: nothing that they are known or reached by.

Whatever stands under a name for such things is hidden; in all other words, what looks like a telephone number or an
e-mail address; and of what is no plain value only its type is told, so that no guest is logged as a whole.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "••••"
_PERSONAL = frozenset(
    {
        "name",
        "guest",
        "customer",
        "caller",
        "phone",
        "from_number",
        "to_number",
        "number",
        "email",
        "notes",
        "needs",
        "text",
        "say",
        "arguments",
        "transcript",
        "body",
    }
)
_LAST_DIGITS = 3
_REACHED = re.compile(
    r"(?P<phone>(?<!\w)\+\d[\d ().-]{5,}\d(?!\w)|(?<![\w.+-])\d{9,15}(?!\w)(?!\.\d))"
    r"|[^\s@'\"<>(]{1,64}@[\w-]+(?:\.[\w-]+)+"
)


def without_people(name: str, value: Any) -> Any:
    """What may be logged of a value that stands under this name."""
    if name in _PERSONAL:
        return HIDDEN if value else value
    return plain(value, named=name != "exception")  # in a trace they are names of functions


def plain(value: Any, *, named: bool = True) -> Any:
    """The value with people hidden in it; `named`: also by what stands under which name."""
    if isinstance(value, str):
        return hide(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {key: without_people(str(key), one) if named else plain(one, named=False) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one, named=named) for one in value]
    return f"<{type(value).__name__}>"


def hide(words: str) -> str:
    """The words without telephone numbers, but for their last digits, and without e-mail addresses."""
    return _REACHED.sub(lambda found: HIDDEN + (found["phone"] or "")[-_LAST_DIGITS:], words)
