"""Who is asking: a valid token is required, and so far only operators hold one."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from appliance.errors import Forbidden
from appliance.guard.tokens import bearer
from appliance.services.access import OPERATOR, AccessService


async def operators_only(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    access: AccessService = connection.app.state.access
    owner = await access.owner(bearer(connection.headers.get("authorization")))
    if owner.role != OPERATOR:
        raise Forbidden
