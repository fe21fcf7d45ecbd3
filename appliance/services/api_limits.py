"""How often the API may be asked: each restaurant by its plan, operators and accounts by a lane of their own.

What the phone platform sends has no part in it: a dashboard that polls too much costs no restaurant a booking.
"""

from msgspec.structs import replace

from appliance.domain.access import Permission, Principal
from appliance.domain.quotas import ADMIN, OWN, PLANS, Quota
from appliance.guard.limits import Limiter, Verdict
from appliance.services.restaurants import RestaurantService

_OPERATORS = frozenset({Permission.PLATFORM_READ, Permission.PLATFORM_WRITE})


class ApiLimits:
    """`admin_requests` is how many an operator has in a quarter of an hour on the routes of the platform."""

    def __init__(self, limiter: Limiter, restaurants: RestaurantService, *, admin_requests: int) -> None:
        self._limiter = limiter
        self._restaurants = restaurants
        self._admin = replace(ADMIN, requests=admin_requests)

    async def admit(self, principal: Principal, permission: Permission, restaurant_id: str | None) -> Verdict:
        """Count a request of theirs, if there is room for it. Raises NotFound for a restaurant that does not exist."""
        quota, key = self._counted(principal, permission, restaurant_id)
        return await self._limiter.hit(quota, key)

    def _counted(self, principal: Principal, permission: Permission, restaurant_id: str | None) -> tuple[Quota, str]:
        if restaurant_id is not None:
            return PLANS[self._restaurants.one(restaurant_id).plan], restaurant_id
        return (self._admin if permission in _OPERATORS else OWN), principal.user_id
