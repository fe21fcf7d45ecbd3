"""Values as columns hold them: JSON as text, and text that both databases take."""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Dialect, String, Text, TypeDecorator

T = TypeVar("T")


def dump(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def load(text: str, kind: type[T]) -> T:
    return msgspec.json.decode(text, type=kind)


def storable(text: str) -> str:
    """The text with a mark in the place of what no database takes: NUL (Postgres), half of a surrogate pair (both)."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class Words(TypeDecorator[str]):
    """A string a stranger may have sent."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 — SQLAlchemy's
        return None if value is None else storable(value)


class Prose(Words):
    """The same, of any length."""

    impl = Text
    cache_ok = True
