from collections.abc import Sequence

import structlog
from structlog.testing import capture_logs

from appliance.loadtest.restaurants import demo_restaurants
from appliance.services.phone_use import PhoneMeter
from support.fake_clock import FakeClock

BASIC = demo_restaurants(1)[0].card


def warnings(logs: Sequence[structlog.typing.EventDict]) -> list[int]:
    return [entry["percent"] for entry in logs if entry["event"] == "plan_use_high"]


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
