"""How often the API may be asked: each restaurant by its plan, operators and accounts by a lane of their own.

What the phone platform sends has no part in it: a dashboard that polls too much costs no restaurant a booking.
"""

from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import LimitRow, Page
from appliance.domain.access import Permission, Principal
from appliance.domain.quotas import ADMIN, OWN, Quota, quota_of
from appliance.domain.restaurant import RestaurantCard
from appliance.guard.counters import BoundedMemory
from appliance.guard.limits import Limiter, Verdict
from appliance.services import audit
from appliance.services.phone_use import PhoneMeter
from appliance.services.restaurants import RestaurantService
from appliance.services.views import page
from appliance.store.engine import Database

_MOST_REFUSED = 10_000
_OPERATORS = frozenset({Permission.PLATFORM_READ, Permission.PLATFORM_WRITE})


class ApiLimits:
    """`admin_requests` is how many an operator has in a quarter of an hour on the routes of the platform.

    Without `enforce`, what would be refused is only counted. `refusals` are those of each quota's last window.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        limiter: Limiter,
        meter: PhoneMeter,
        restaurants: RestaurantService,
        *,
        admin_requests: int,
        enforce: bool = True,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limiter = limiter
        self._meter = meter
        self._restaurants = restaurants
        self._admin = replace(ADMIN, requests=admin_requests)
        self._enforce = enforce
        self.refusals = BoundedMemory(clock, most_keys=_MOST_REFUSED)

    async def admit(self, principal: Principal, permission: Permission, restaurant_id: str | None) -> Verdict:
        """Count a request of theirs, if there is room for it. Raises NotFound for a restaurant that does not exist."""
        quota, key = self._counted(principal, permission, restaurant_id)
        verdict = await self._limiter.hit(quota, key)
        if not verdict.allowed:
            self.refusals.count(_refused(quota, key), quota.window_s)
        return verdict if self._enforce else replace(verdict, allowed=True)

    async def stats(self, *, limit: int, offset: int) -> Page[LimitRow]:
        """What each restaurant has used: of its API, and on the phone."""
        cards = self._restaurants.all()
        rows = [await self._row(card) for card in cards[offset : offset + limit]]
        return page(rows, total=len(cards), offset=offset)

    async def clear(self, restaurant_id: str) -> LimitRow:
        """Give a restaurant its whole quota at once. Raises NotFound."""
        card = self._restaurants.one(restaurant_id)
        before = await self._row(card)
        await self._limiter.clear(quota_of(card, self._clock.now_ms()), restaurant_id)
        after = await self._row(card)
        async with self._database.write() as tx:
            await audit.note(
                tx,
                self._clock,
                "limits.cleared",
                subject=restaurant_id,
                restaurant_id=restaurant_id,
                before=before,
                after=after,
            )
        return after

    async def _row(self, card: RestaurantCard) -> LimitRow:
        quota, use = quota_of(card, self._clock.now_ms()), self._meter.use(card)
        verdict = await self._limiter.look(quota, card.id)
        return LimitRow(
            restaurant_id=card.id,
            name=card.name,
            plan=quota.name,
            requests=quota.requests,
            window_s=quota.window_s,
            used=quota.requests - verdict.remaining,
            remaining=verdict.remaining,
            refused=int(self.refusals.weight(_refused(quota, card.id), quota.window_s)),
            enforced=self._enforce,
            phone_webhooks=use.webhooks,
            phone_tools=use.tools,
            phone_refused=use.refused,
            phone_in_plan=use.in_plan,
            phone_percent=round(use.plan_share * 100),
        )

    def _counted(self, principal: Principal, permission: Permission, restaurant_id: str | None) -> tuple[Quota, str]:
        if restaurant_id is not None and permission not in _OPERATORS:
            return quota_of(self._restaurants.one(restaurant_id), self._clock.now_ms()), restaurant_id
        return (self._admin if permission in _OPERATORS else OWN), principal.user_id


def _refused(quota: Quota, key: str) -> str:
    return f"{quota.name}/{key}"
