"""Parameters in an address that a route does not take: mistyped, they would be left out in silence."""

from difflib import get_close_matches

from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from appliance.errors import Invalid
from appliance.web.guards import ANYBODY, Connection


def only_known_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """Litestar's guard of every route that asks for a permission; probes and calendars add what they like.

    Raises Invalid.
    """
    if handler.opt["permission"] == ANYBODY or not connection.scope["query_string"]:
        return
    known = _parameters(handler)
    for name in connection.query_params:
        if name not in known:
            near = get_close_matches(name.casefold(), known, n=1)
            there = f"did you mean {near[0]}?" if near else f"there are {', '.join(known) or 'none'}"
            raise Invalid(f"{name}: there is no such parameter; {there}")


def _parameters(handler: BaseRouteHandler) -> list[str]:
    """What a route takes, by the names in the address."""
    asked = {key: field.kwarg_definition for key, field in handler.parsed_fn_signature.parameters.items()}
    return [one.name or key for key, one in asked.items() if isinstance(one, QueryParameter)]
