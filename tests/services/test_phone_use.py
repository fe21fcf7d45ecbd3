from collections.abc import Sequence
from datetime import date

import pytest
import structlog
from msgspec.structs import replace
from structlog.testing import capture_logs

from appliance.domain.quotas import WEBHOOKS
from appliance.domain.restaurant import Plan
from appliance.errors import TooManyRequests
from appliance.loadtest.restaurants import demo_restaurants
from appliance.services.phone_use import PhoneMeter
from support.fake_clock import FakeClock

BASIC = demo_restaurants(1)[0].card


def warnings(logs: Sequence[structlog.typing.EventDict]) -> list[int]:
    return [entry["percent"] for entry in logs if entry["event"] == "plan_share_used"]


def test_the_operator_is_told_at_four_fifths_and_at_the_whole_of_the_plan_once_each(clock: FakeClock) -> None:
    meter = PhoneMeter(clock)
    with capture_logs() as logs:
        for _ in range(130):
            meter.webhook(BASIC)
    assert warnings(logs) == [80, 100]


def test_they_are_told_again_once_it_had_fallen(clock: FakeClock) -> None:
    meter = PhoneMeter(clock)
    for _ in range(130):
        meter.tool(BASIC)
    clock.advance(3_600_000)
    with capture_logs() as logs:
        for _ in range(90):
            meter.tool(BASIC)
    assert warnings(logs) == [80]


def test_a_minute_later_the_minute_s_count_is_gone_and_the_plan_s_is_not(clock: FakeClock) -> None:
    meter = PhoneMeter(clock)
    for _ in range(10):
        meter.webhook(BASIC)
    clock.advance(120_000)
    use = meter.use(BASIC)
    assert (use.webhooks, use.tools, use.in_plan) == (0, 0, 10)


def test_the_plan_that_the_phone_is_measured_by_is_the_one_that_counts(clock: FakeClock) -> None:
    premium = replace(BASIC, plan=Plan.PREMIUM, plan_until=date(2026, 11, 25))
    meter = PhoneMeter(clock)
    with capture_logs() as logs:
        for _ in range(90):
            meter.tool(premium)
        clock.advance(2 * 86_400_000)
        for _ in range(90):
            meter.tool(premium)
    assert warnings(logs) == [80]


def test_a_quota_of_its_own_is_one_of_the_api_and_measures_no_phone(clock: FakeClock) -> None:
    meter = PhoneMeter(clock)
    with capture_logs() as logs:
        for _ in range(10):
            meter.webhook(replace(BASIC, api_requests=10))
    assert warnings(logs) == []


def test_what_is_refused_does_not_count_and_room_comes_when_it_was_told(clock: FakeClock) -> None:
    strict, meter = replace(BASIC, enforce_webhooks=True), PhoneMeter(clock)
    for _ in range(WEBHOOKS.requests):
        meter.webhook(strict)
    for _ in range(50):
        with pytest.raises(TooManyRequests) as refusal:
            meter.admit(strict)
    use = meter.use(strict)
    assert (use.webhooks, use.refused) == (WEBHOOKS.requests, 50)
    clock.advance(refusal.value.retry_after_s * 1000)
    meter.admit(strict)


def test_the_operator_is_told_once_that_events_are_refused(clock: FakeClock) -> None:
    strict, meter = replace(BASIC, enforce_webhooks=True), PhoneMeter(clock)
    for _ in range(WEBHOOKS.requests):
        meter.webhook(strict)
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(TooManyRequests):
                meter.admit(strict)
    about = {"restaurant_id": BASIC.id, "refused": True}
    assert logs == [{"event": "event_limit_exceeded", "log_level": "warning"} | about]


def test_tools_are_taken_however_many_come(clock: FakeClock) -> None:
    strict, meter = replace(BASIC, enforce_webhooks=True), PhoneMeter(clock)
    for _ in range(2_000):
        meter.tool(strict)
    assert (meter.use(strict).tools, meter.use(strict).refused) == (2_000, 0)
