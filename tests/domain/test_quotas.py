from datetime import date

import pytest
from msgspec.structs import replace

from appliance.domain.quotas import PLANS, quota_of
from appliance.domain.restaurant import Plan, RestaurantCard
from support.books import small_restaurant

CARD = small_restaurant(plan=Plan.PREMIUM)


def midnight(card: RestaurantCard, day: date) -> int:
    """When that date begins at the restaurant."""
    return card.at(day, 0)


@pytest.mark.parametrize("plan", list(Plan))
def test_a_restaurant_has_the_quota_of_its_plan(plan: Plan) -> None:
    assert quota_of(replace(CARD, plan=plan), 0) == PLANS[plan]


def test_a_quota_of_its_own_takes_the_place_of_the_plan_s() -> None:
    assert quota_of(replace(CARD, api_requests=7), 0) == replace(PLANS[Plan.PREMIUM], requests=7)


@pytest.mark.parametrize("zone", ["Europe/Madrid", "Atlantic/Canary", "Pacific/Auckland"])
def test_a_plan_counts_to_the_end_of_its_last_day_by_the_restaurant_s_clock(zone: str) -> None:
    card = replace(CARD, timezone=zone, plan_until=date(2026, 12, 31))
    ends_ms = midnight(card, date(2027, 1, 1))
    assert (quota_of(card, ends_ms - 1), quota_of(card, ends_ms)) == (PLANS[Plan.PREMIUM], PLANS[Plan.BASIC])
    assert (card.plan_at(ends_ms - 1), card.plan_at(ends_ms)) == (Plan.PREMIUM, Plan.BASIC)


def test_a_quota_of_its_own_ends_with_the_plan() -> None:
    card = replace(CARD, plan_until=date(2026, 12, 31), api_requests=7)
    assert quota_of(card, midnight(card, date(2027, 1, 1))) == PLANS[Plan.BASIC]
