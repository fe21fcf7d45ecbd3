"""Lists, a page at a time."""

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list; `next` is the offset of the following page, null on the last."""

    items: list[T]
    total: int
    next: int | None = None
