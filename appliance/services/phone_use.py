"""How much each restaurant's telephone is used, against what its plan reckons with. It is told of and not refused.

One call is a few events and questions: a limit that turned them away would cost a booking. An operator may all the same
have a restaurant's events refused that are more than their lane takes; what the agent asks for never is.
"""

import structlog
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.quotas import PLANS, TOOLS, WEBHOOKS, Quota
from appliance.domain.restaurant import Plan, RestaurantCard
from appliance.errors import TooManyRequests
from appliance.guard.counters import BoundedMemory

log = structlog.get_logger()

_WARNINGS = (1.0, 0.8)
"""Shares of the plan at which the operator is told, the highest first."""
_MOST_RESTAURANTS = 10_000
_REFUSED = replace(PLANS[Plan.BASIC], name="refused")
"""Counted over as long as what a plan gives."""


class PhoneUse(Struct, frozen=True, kw_only=True):
    """What a restaurant's telephone sent: in a minute by lane, in the plan's window in all; `plan_share` is of 1.

    `refused` are the events of that window that were too many.
    """

    webhooks: int
    tools: int
    refused: int
    in_plan: int
    plan_share: float


class PhoneMeter:
    """Without `enforce`, what would be refused is only counted."""

    def __init__(self, clock: Clock, *, enforce: bool = True) -> None:
        self.memory = BoundedMemory(clock, most_keys=4 * _MOST_RESTAURANTS)
        self._clock = clock
        self._enforce = enforce
        self._told: dict[str, float] = {}

    def admit(self, card: RestaurantCard) -> None:
        """Raises TooManyRequests for an event too many, where the operator wants it refused."""
        if card.enforce_webhooks and self._weight(WEBHOOKS, card) >= WEBHOOKS.requests:
            self._refuse(card)

    def webhook(self, card: RestaurantCard) -> None:
        """Count an event."""
        self._note(WEBHOOKS, card)

    def tool(self, card: RestaurantCard) -> None:
        self._note(TOOLS, card)

    def plan_share(self, card: RestaurantCard) -> float:
        """How much of what the plan reckons with its telephone has used, of 1."""
        plan = self._plan(card)
        return self._weight(plan, card) / plan.requests

    def use(self, card: RestaurantCard) -> PhoneUse:
        plan = self._plan(card)
        in_plan = self._weight(plan, card)
        return PhoneUse(
            webhooks=int(self._weight(WEBHOOKS, card)),
            tools=int(self._weight(TOOLS, card)),
            refused=int(self._weight(_REFUSED, card)),
            in_plan=int(in_plan),
            plan_share=in_plan / plan.requests,
        )

    def _weight(self, quota: Quota, card: RestaurantCard) -> float:
        return self.memory.weight(_key(quota, card), quota.window_s)

    def _plan(self, card: RestaurantCard) -> Quota:
        """What the plan reckons with; a quota of the restaurant's own is one of its API."""
        return PLANS[card.plan_at(self._clock.now_ms())]

    def _refuse(self, card: RestaurantCard) -> None:
        if self.memory.count(_key(_REFUSED, card), _REFUSED.window_s) <= 1:
            log.warning("event_limit_exceeded", restaurant_id=card.id, refused=self._enforce)
        if self._enforce:
            key, most = _key(WEBHOOKS, card), WEBHOOKS.requests
            wait_s = self.memory.reset_s(key, WEBHOOKS.window_s, below=most)
            raise TooManyRequests(retry_after_s=wait_s, quota=WEBHOOKS)

    def _note(self, lane: Quota, card: RestaurantCard) -> None:
        self.memory.count(_key(lane, card), lane.window_s)
        plan = self._plan(card)
        self._warn(card, plan, self.memory.count(_key(plan, card), plan.window_s) / plan.requests)

    def _warn(self, card: RestaurantCard, plan: Quota, share: float) -> None:
        """Tell the operator as a share is passed; again only after the use has fallen below it."""
        told = self._told.get(card.id, 0.0)
        if share < _WARNINGS[-1] and not told:
            return
        level = next((share_ for share_ in _WARNINGS if share >= share_), 0.0)
        if level > told:
            log.warning("plan_share_used", restaurant_id=card.id, plan=plan.name, percent=round(share * 100))
        if level != told:
            self._told[card.id] = level


def _key(quota: Quota, card: RestaurantCard) -> str:
    return f"{quota.name}/{card.id}"
