"""Bodies at which the parser gives up in ways that Litestar takes for faults of ours."""

from collections.abc import Callable
from traceback import walk_tb
from typing import Any

from litestar import Request, Response

from appliance.contract import Problem
from appliance.errors import Invalid, MaitreError
from appliance.web.problems import Problems

_PARSER = "litestar.serialization.msgspec_hooks"
UNREADABLE: tuple[type[Exception], ...] = (RecursionError, UnicodeDecodeError)

_Handler = Callable[[Request[Any, Any, Any], Exception], Response[Problem]]


def responder(problems: Problems) -> _Handler:
    """Litestar's exception handler for these; one that another part of the program raised stays a fault of ours."""

    def respond(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
        *_, (innermost, _line) = walk_tb(error.__traceback__)
        in_parser = innermost.f_globals.get("__name__") == _PARSER
        return problems.respond(request, _told_as(error) if in_parser else error)

    return respond


def _told_as(error: Exception) -> MaitreError:
    if isinstance(error, RecursionError):
        return Invalid("The body is nested too deep.")
    return Invalid("The body is not UTF-8.")
