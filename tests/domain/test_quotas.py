from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from appliance.domain.quotas import PLANS, quota_of
from appliance.domain.restaurant import Plan
from support.books import small_restaurant

CARD = small_restaurant(plan=Plan.PREMIUM)


def over_everywhere(day: date) -> int:
    """When that date has ended in the last zone on earth."""
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() * 1000) + 86_400_000


@pytest.mark.parametrize("plan", list(Plan))
def test_a_restaurant_has_the_quota_of_its_plan(plan: Plan) -> None:
    assert quota_of(replace(CARD, plan=plan), 0) == PLANS[plan]


def test_a_quota_of_its_own_takes_the_place_of_the_plan_s() -> None:
    assert quota_of(replace(CARD, api_requests=7), 0) == replace(PLANS[Plan.PREMIUM], requests=7)


@pytest.mark.parametrize("zone", ["Europe/Madrid", "Atlantic/Canary", "Pacific/Auckland"])
def test_a_plan_counts_to_the_end_of_its_last_day_whatever_zone_the_restaurant_says_it_is_in(zone: str) -> None:
    card = replace(CARD, timezone=zone, plan_until=date(2026, 12, 31))
    ends_ms = over_everywhere(date(2026, 12, 31))
    assert (quota_of(card, ends_ms - 1), quota_of(card, ends_ms)) == (PLANS[Plan.PREMIUM], PLANS[Plan.BASIC])
    assert (card.plan_at(ends_ms - 1), card.plan_at(ends_ms)) == (Plan.PREMIUM, Plan.BASIC)


@pytest.mark.parametrize(("own", "then"), [(7, 7), (700, PLANS[Plan.BASIC].requests)])
def test_a_quota_of_its_own_is_none_beyond_the_basic_plan_s_when_the_plan_is_over(own: int, then: int) -> None:
    card = replace(CARD, plan_until=date(2026, 12, 31), api_requests=own)
    assert quota_of(card, over_everywhere(date(2026, 12, 31))) == replace(PLANS[Plan.BASIC], requests=then)
