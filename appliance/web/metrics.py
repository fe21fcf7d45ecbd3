"""`/metrics`: what is counted and read, for Prometheus."""

from typing import Any

from litestar import Request, Response, get

from appliance.domain.access import Permission
from appliance.domain.networks import is_loopback
from appliance.guard.tokens import bearer
from appliance.services.access.permission import Access, permit
from appliance.watch.exposition import CONTENT_TYPE, render
from appliance.web.guards import ANYBODY
from appliance.web.parameters import TheAccess, TheGauges, TheTraffic

_FORWARDING = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@get(
    "/metrics",
    tags=["Health"],
    media_type=CONTENT_TYPE,
    permission=ANYBODY,
    summary="Figures for Prometheus; from another machine with an operator's token",
)
async def metrics(
    request: Request[Any, Any, Any], access: TheAccess, traffic: TheTraffic, gauges: TheGauges
) -> Response[bytes]:
    if not from_this_machine(request):
        await _known(request, access)
    return Response(render(traffic, await gauges.read()), media_type=CONTENT_TYPE)


def from_this_machine(request: Request[Any, Any, Any]) -> bool:
    """What a proxy on this machine passes on comes from elsewhere."""
    peer = request.client.host if request.client else ""
    return is_loopback(peer) and not any(name in request.headers for name in _FORWARDING)


async def _known(request: Request[Any, Any, Any], access: Access) -> None:
    """Raises Unauthenticated or Forbidden."""
    principal = await access.principal(bearer(request.headers.get("authorization")))
    request.scope["user"] = principal
    permit(principal, Permission.PLATFORM_READ, None)
