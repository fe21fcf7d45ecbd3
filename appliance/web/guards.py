"""Every route says what it asks for; whoever may not is turned away here, before the route is reached."""

from typing import Any

import structlog
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from appliance.domain.access import Permission, Principal
from appliance.errors import Forbidden, NotFound
from appliance.guard.tokens import bearer
from appliance.services.access.permission import Access, permit
from appliance.services.audit import Actor, act_as
from appliance.watch.log_context import about
from appliance.web.addresses import visitor

log = structlog.get_logger()

Connection = ASGIConnection[Any, Any, Any, Any]

ANYBODY = "anybody"
"""What a route asks for that takes no credential, or looks at one by itself."""


def permission_of(handler: BaseRouteHandler) -> str:
    """What a route asks for; nothing where Litestar itself says which methods there are.

    A KeyError for a route that does not say it: it answers nobody. A test walks all routes.
    """
    if isinstance(handler, HTTPRouteHandler) and handler.http_methods == {HttpMethod.OPTIONS}:
        return ANYBODY
    wanted: str = handler.opt["permission"]
    return wanted


async def authorize(connection: Connection, handler: BaseRouteHandler) -> None:
    """Litestar's guard of every route: its `permission`, and the reach of whoever asks."""
    wanted = permission_of(handler)
    if wanted == ANYBODY:
        return
    access: Access = connection.app.state.access
    principal = await access.principal(bearer(connection.headers.get("authorization")))
    connection.scope["user"] = principal
    about(restaurant_id=principal.restaurant_id or str(connection.path_params.get("restaurant_id", "")))
    try:
        permit(principal, Permission(wanted), connection.path_params.get("restaurant_id"))
    except (Forbidden, NotFound):
        _tell_refused(connection, principal, wanted)
        raise
    act_as(Actor(name=_name(principal), role=principal.role, address=visitor(connection).address))


def _tell_refused(connection: Connection, principal: Principal, wanted: str) -> None:
    log.warning(
        "access_refused",
        user_id=principal.user_id,
        token_id=principal.token_id,
        wanted=wanted,
        path=connection.scope["path"],
        address=visitor(connection).address,
    )


def _name(principal: Principal) -> str:
    return f"{principal.email} by {principal.token_id}" if principal.token_id else principal.email


def principal_of(request: Request[Any, Any, Any]) -> Principal:
    """Who asks; only where the route asked for a permission."""
    found: Principal = request.user
    return found
