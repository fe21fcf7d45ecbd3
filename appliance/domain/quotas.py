"""How often who may ask: the quotas of the plans and of the lanes. Facts: the limits of the contract."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.restaurant import Plan, RestaurantCard

_MINUTE, _QUARTER = 60, 900


class Quota(Struct, frozen=True, kw_only=True):
    """So many `requests` in any `window_s` seconds; `name` stands in the headers of answers."""

    name: str
    requests: int
    window_s: int


PLANS: Mapping[Plan, Quota] = {
    Plan.BASIC: Quota(name="basic", requests=100, window_s=_QUARTER),
    Plan.PREMIUM: Quota(name="premium", requests=500, window_s=_QUARTER),
    Plan.ENTERPRISE: Quota(name="enterprise", requests=2000, window_s=_QUARTER),
}
"""What a restaurant's API takes, all who ask for it together; and what its plan reckons with on the phone."""

WEBHOOKS = Quota(name="webhooks", requests=1000, window_s=_MINUTE)
TOOLS = Quota(name="tools", requests=500, window_s=_MINUTE)
ADMIN = Quota(name="admin", requests=50, window_s=_QUARTER)
OWN = Quota(name="account", requests=200, window_s=_QUARTER)
"""What is no restaurant's and no operator's: lists, one's own account."""


def quota_of(card: RestaurantCard, now_ms: int) -> Quota:
    """What the restaurant's API has by its plan, or for itself; once that has lapsed, no more than the basic plan."""
    quota = PLANS[card.plan_at(now_ms)]
    if card.api_requests is None:
        return quota
    most = quota.requests if card.plan_lapsed(now_ms) else card.api_requests
    return replace(quota, requests=min(most, card.api_requests))
