"""Requests on condition (RFC 9110 §13): an edit only of what was read, an answer only where it has become another."""

import re
from typing import Annotated, Any

from litestar import Request, Response
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter
from litestar.types import Message, Scope

from appliance.errors import Invalid
from appliance.services.restaurants import RestaurantService

_ELEMENT = re.compile(r'\s*(?:(W/)?("[\x21\x23-\x7e]*"))?\s*(?:,|\Z)')
"""Of a list, in which some may be empty (RFC 9110 §5.6.1.2)."""
_STATE = "maitre_etag"

IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", description="The ETag that the restaurant must still have; 412 where it has not."),
]
OnlyIf = NamedDependency[frozenset[str] | None]
"""What a route asks for whose edit is on condition: the ETags allowed, None where all are."""


def only_if(if_match: IfMatch = None) -> frozenset[str] | None:
    """Raises Invalid."""
    if if_match is None or if_match.strip() == "*":
        return None
    if not (found := _etags(if_match)):
        raise Invalid("If-Match: must be an ETag as it was sent, quotes and all")
    # What is weak never matches here: it promises no more than a likeness.
    return frozenset(etag for weak, etag in found if not weak)


def unless_known(request: Request[Any, Any, Any]) -> Response[None] | None:
    """Litestar's hook before a route that shows a restaurant's configuration: 304 for whoever has it already.

    The ETag is taken before the answer is made. So what it stands for may be newer than it says, but never older.
    """
    restaurants: RestaurantService = request.app.state.restaurants
    etag = restaurants.etag(request.path_params["restaurant_id"])
    if is_known(request, etag):
        return Response(None, status_code=304, headers={"ETag": etag})
    request.scope["state"][_STATE] = etag
    return None


async def tell_etag(message: Message, scope: Scope) -> None:
    """Litestar's hook before anything is sent."""
    etag = scope.get("state", {}).get(_STATE)
    if etag and message["type"] == "http.response.start" and message["status"] == 200:
        message["headers"] = [*message["headers"], (b"etag", etag.encode())]


def _etags(header: str) -> list[tuple[str, str]]:
    """The tags of a list, each with the mark of a weak one or nothing; none where it is no such list."""
    found, end = [], 0
    while end < len(header):
        match = _ELEMENT.match(header, end)
        if match is None:
            return []
        if match[2]:
            found.append((match[1] or "", match[2]))
        end = match.end()
    return found


def is_known(request: Request[Any, Any, Any], etag: str) -> bool:
    """Whether whoever asks has that already."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or etag in {one for _, one in _etags(known)}


SHOWN_UNLESS_KNOWN: dict[str, Any] = {"responses": {304: ResponseSpec(None, description="It is known already.")}}
"""What the document says of a route that answers 304."""
ON_CONDITION: dict[str, Any] = {"before_request": unless_known} | SHOWN_UNLESS_KNOWN
provide_only_if = Provide(only_if, sync_to_thread=False)
