"""Bodies at which the parser gives up in ways that Litestar takes for faults of ours."""

from traceback import walk_tb
from typing import Any

from litestar import Request, Response

from appliance.contract import Problem
from appliance.errors import Invalid
from appliance.web.problems import respond

_PARSER = "litestar.serialization.msgspec_hooks"
_WHY: dict[type[Exception], str] = {
    RecursionError: "The body is nested too deep.",
    UnicodeDecodeError: "The body is not UTF-8.",
}


def respond_to_unreadable(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Litestar's exception handler for these; one that another part of the program raised stays a fault of ours."""
    *_, (innermost, _line) = walk_tb(error.__traceback__)
    in_parser = innermost.f_globals.get("__name__") == _PARSER
    return respond(request, Invalid(_WHY[type(error)]) if in_parser else error)
