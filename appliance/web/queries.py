"""Parameters in an address that would be left out in silence: mistyped ones, and the word null for a number."""

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
    for name, value in connection.query_params.multi_items():
        if name not in known:
            raise _unknown(name, list(known))
        if value == "null" and not known[name]:  # the parser takes the word for nothing
            raise Invalid("{name}: null is no value; leave it out", name=name)


def _unknown(name: str, known: list[str]) -> Invalid:
    if near := get_close_matches(name.casefold(), known, n=1):
        return Invalid("{name}: there is no such parameter; did you mean {near}?", name=name, near=near[0])
    if known:
        return Invalid("{name}: there is no such parameter; there are {known}", name=name, known=", ".join(known))
    return Invalid("{name}: there is no such parameter; there are none", name=name)


def _parameters(handler: BaseRouteHandler) -> dict[str, bool]:
    """What a route takes, by the names in the address; whether that is text."""
    asked = handler.parsed_fn_signature.parameters
    return {
        field.kwarg_definition.name or key: any(one.annotation is str for one in (field, *field.inner_types))
        for key, field in asked.items()
        if isinstance(field.kwarg_definition, QueryParameter)
    }
