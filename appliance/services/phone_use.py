"""How much each restaurant's telephone is used, against what its plan reckons with. It is told of and never refused.

One call is a few events and questions: a limit that turned them away would cost a booking.
"""

import structlog
from msgspec import Struct

from appliance.clock import Clock
from appliance.domain.quotas import PLANS, TOOLS, WEBHOOKS, Quota
from appliance.domain.restaurant import RestaurantCard
from appliance.guard.counters import BoundedMemory

log = structlog.get_logger()

_WARNINGS = (1.0, 0.8)
"""Shares of the plan at which the operator is told, the highest first."""
_MOST_RESTAURANTS = 10_000


class PhoneUse(Struct, frozen=True, kw_only=True):
    """What a restaurant's telephone sent: in a minute by lane, in the plan's window in all; `plan_share` is of 1."""

    webhooks: int
    tools: int
    in_plan: int
    plan_share: float


class PhoneMeter:
    def __init__(self, clock: Clock) -> None:
        self.memory = BoundedMemory(clock, most_keys=3 * _MOST_RESTAURANTS)
        self._told: dict[str, float] = {}

    def webhook(self, card: RestaurantCard) -> None:
        self._note(WEBHOOKS, card)

    def tool(self, card: RestaurantCard) -> None:
        self._note(TOOLS, card)

    def use(self, card: RestaurantCard) -> PhoneUse:
        plan = PLANS[card.plan]
        webhooks, tools = (self.memory.weight(_key(lane, card), lane.window_s) for lane in (WEBHOOKS, TOOLS))
        in_plan = self.memory.weight(_key(plan, card), plan.window_s)
        return PhoneUse(
            webhooks=int(webhooks), tools=int(tools), in_plan=int(in_plan), plan_share=in_plan / plan.requests
        )

    def _note(self, lane: Quota, card: RestaurantCard) -> None:
        self.memory.count(_key(lane, card), lane.window_s)
        plan = PLANS[card.plan]
        self._warn(card, plan, self.memory.count(_key(plan, card), plan.window_s) / plan.requests)

    def _warn(self, card: RestaurantCard, plan: Quota, share: float) -> None:
        """Tell the operator as a share is passed; again only after the use has fallen below it."""
        level = next((share_ for share_ in _WARNINGS if share >= share_), 0.0)
        told = self._told.get(card.id, 0.0)
        if level > told:
            log.warning("plan_use_high", restaurant_id=card.id, plan=plan.name, percent=round(share * 100))
        if level != told:
            self._told[card.id] = level


def _key(quota: Quota, card: RestaurantCard) -> str:
    return f"{quota.name}/{card.id}"
