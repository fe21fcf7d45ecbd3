"""Bodies that are nested so deep that no parser follows: the client's mistake, which Python tells like one of ours."""

from traceback import walk_tb
from typing import Any

from litestar import Request, Response

from appliance.contract import Problem
from appliance.errors import Invalid
from appliance.web.problems import respond

_PARSER = "litestar.serialization.msgspec_hooks"


def respond_to_depth(request: Request[Any, Any, Any], error: RecursionError) -> Response[Problem]:
    """Litestar's exception handler; a recursion of ours stays an error of ours."""
    *_, (innermost, _line) = walk_tb(error.__traceback__)
    in_parser = innermost.f_globals.get("__name__") == _PARSER
    return respond(request, Invalid("The body is nested too deep.") if in_parser else error)
