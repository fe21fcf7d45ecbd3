"""Answers of routes that make something."""

from typing import TypeVar

from litestar import Response

T = TypeVar("T")


def created(made: T, *, at: str, **headers: str) -> Response[T]:
    """201. `at` is the address of what was made."""
    return Response(made, status_code=201, headers={"Location": at} | headers)
