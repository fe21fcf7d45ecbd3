"""Is it alive, is it ready, how is it: for process managers, load balancers and people."""

from typing import Any

from litestar import Request, Response, get
from msgspec import UNSET
from msgspec.structs import replace

from appliance import __version__
from appliance.contract import Health
from appliance.errors import MaitreError, Unavailable
from appliance.guard.tokens import bearer
from appliance.services.access.permission import Access
from appliance.services.monitoring.health import FAIL, PASS
from appliance.web.answers import HEALTH_JSON
from appliance.web.guards import ANYBODY
from appliance.web.metrics import from_this_machine
from appliance.web.parameters import TheAccess, TheHealth


@get("/livez", tags=["Health"], media_type=HEALTH_JSON, permission=ANYBODY, summary="The process turns")
async def livez() -> Response[Health]:
    return _answer(Health(status=PASS, version=__version__))


@get(
    "/readyz",
    tags=["Health"],
    media_type=HEALTH_JSON,
    permission=ANYBODY,
    summary="Webhooks would be taken: a write to the database goes through",
)
async def readyz(health: TheHealth) -> Response[Health]:
    return _answer(replace(health.report(), checks=UNSET))


@get(
    "/api/health",
    tags=["Health"],
    media_type=HEALTH_JSON,
    permission=ANYBODY,
    summary="How it is; with a token, every check",
)
async def api_health(request: Request[Any, Any, Any], health: TheHealth, access: TheAccess) -> Response[Health]:
    report = health.report()
    return _answer(report if await _known(request, access) else replace(report, checks=UNSET))


async def _known(request: Request[Any, Any, Any], access: Access) -> bool:
    """Whether somebody with a valid token asks.

    When that cannot be told, for tokens are in the database, who asks on this machine is believed: it is then that they
    need to know.
    """
    token = bearer(request.headers.get("authorization"))
    if not token:
        return False
    try:
        await access.principal(token)
    except Unavailable:
        return from_this_machine(request)
    except MaitreError:
        return False
    return True


def _answer(health: Health) -> Response[Health]:
    return Response(health, status_code=503 if health.status == FAIL else 200, media_type=HEALTH_JSON)
