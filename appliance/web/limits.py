"""Limits over HTTP: a request too many is turned away, and every answer says how many are left.

The headers are those of draft-ietf-httpapi-ratelimit-headers: lists of one item, named after the quota.
"""

from collections.abc import Iterable

from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

from appliance.domain.access import Permission
from appliance.domain.quotas import Quota
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
        raise TooManyRequests(retry_after_s=verdict.reset_s, quota=verdict.quota)


async def tell(message: Message, scope: Scope) -> None:
    """Litestar's hook before anything is sent. A refusal has named its quota already, be it this one or another."""
    verdict: Verdict | None = scope.get("state", {}).get(_VERDICT)
    if verdict and message["type"] == "http.response.start" and not _is_told(message["headers"]):
        told = headers(verdict.quota, remaining=verdict.remaining, reset_s=verdict.reset_s)
        message["headers"] = [
            *message["headers"],
            *((name.lower().encode(), value.encode()) for name, value in told.items()),
        ]


def _is_told(sent: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name == b"ratelimit" for name, _ in sent)


def headers(quota: Quota, *, remaining: int, reset_s: int) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"{quota.name}";q={quota.requests};w={quota.window_s}',
        "RateLimit": f'"{quota.name}";r={remaining};t={reset_s}',
    }
