"""Parameters in an address that a route does not take: mistyped, they would be left out in silence."""

from difflib import get_close_matches

from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from appliance.errors import Invalid
from appliance.web.guards import ANYBODY, Connection, permission_of


def only_known_parameters(connection: Connection, handler: BaseRouteHandler) -> None:
    """Litestar's guard of every route that asks for a permission; probes and calendars add what they like.

    Raises Invalid.
    """
    if permission_of(handler) == ANYBODY or not connection.scope["query_string"]:
        return
    known = _parameters(handler)
    for name in connection.query_params:
        if name not in known:
            raise _unknown(name, known)


def _unknown(name: str, known: list[str]) -> Invalid:
    if near := get_close_matches(name.casefold(), known, n=1):
        return Invalid("{name}: there is no such parameter; did you mean {near}?", name=name, near=near[0])
    if known:
        return Invalid("{name}: there is no such parameter; there are {known}", name=name, known=", ".join(known))
    return Invalid("{name}: there is no such parameter; there are none", name=name)


def _parameters(handler: BaseRouteHandler) -> list[str]:
    """What a route takes, by the names in the address."""
    asked = {key: field.kwarg_definition for key, field in handler.parsed_fn_signature.parameters.items()}
    return [one.name or key for key, one in asked.items() if isinstance(one, QueryParameter)]
