"""Limits over HTTP: a request too many is turned away, and every answer says how many are left.

The headers are those of draft-ietf-httpapi-ratelimit-headers: lists of one item, named after the quota.
"""

from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from appliance.domain.access import Permission
from appliance.errors import TooManyRequests
from appliance.guard.limits import Verdict
from appliance.services.api_limits import ApiLimits
from appliance.web.guards import ANYBODY, Connection, permission_of

_VERDICT = "maitre_verdict"


async def limit(connection: Connection, handler: BaseRouteHandler) -> None:
    """Litestar's guard of every route, after the one that knows who asks. Raises TooManyRequests."""
    wanted = permission_of(handler)
    if wanted == ANYBODY:
        return
    limits: ApiLimits = connection.app.state.limits
    verdict = await limits.admit(connection.user, Permission(wanted), connection.path_params.get("restaurant_id"))
    connection.state[_VERDICT] = verdict
    if not verdict.allowed:
        raise TooManyRequests(retry_after_s=verdict.reset_s)


async def tell(message: Message, scope: Scope) -> None:
    """Litestar's hook before anything is sent."""
    verdict: Verdict | None = scope.get("state", {}).get(_VERDICT)
    if verdict and message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *_headers(verdict)]


def _headers(verdict: Verdict) -> list[tuple[bytes, bytes]]:
    quota = verdict.quota
    policy = f'"{quota.name}";q={quota.requests};w={quota.window_s}'
    left = f'"{quota.name}";r={verdict.remaining};t={verdict.reset_s}'
    return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", left.encode())]
