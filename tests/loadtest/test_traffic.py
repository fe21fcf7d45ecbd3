import asyncio
import random
from typing import Any

import pytest

from appliance.clock import SystemClock
from appliance.loadtest.conversation import Outcome
from appliance.loadtest.phone import PhonePlatform
from appliance.loadtest.report import Finished, Moment, Watch
from appliance.loadtest.restaurants import demo_restaurants
from appliance.loadtest.scenarios import Line, Scenario
from appliance.loadtest.traffic import Traffic

BOOKING = {
    "id": "res_1",
    "date": "2026-11-28",
    "time": "21:00",
    "party_size": 4,
    "area": "",
    "status": "confirmed",
    "name": "",
}


def booked_at_once(path: str, body: dict[str, Any]) -> tuple[int, Any]:
    if not path.startswith("/tools"):
        return (200, {"call_inbound": {}}) if path.endswith("/inbound") else (204, None)
    code = "available" if path.endswith("check_availability") else "done"
    return 200, {"ok": True, "code": code, "say": "Sí.", "available": True, "reservation": BOOKING}


def make_traffic(server: Any, platform: PhonePlatform, watch: Watch) -> Traffic:
    server.answer = booked_at_once
    lines = [Line(card=demo.card, agent_id=demo.agent_id, number=demo.number) for demo in demo_restaurants(14)]
    return Traffic(lines, platform, rng=random.Random(2), clock=SystemClock(), watch=watch)


async def test_once_calls_every_restaurant_and_plays_every_scenario(server: Any, platform: PhonePlatform) -> None:
    traffic = make_traffic(server, platform, lambda _: None)
    reports = await traffic.once(at_once=4)
    assert len({report.restaurant_id for report in reports}) == len(reports) == 14
    assert {report.scenario for report in reports} == set(Scenario)
    assert traffic.tally.calls == 14


async def test_calls_pour_in_until_cancelled_and_some_guests_call_back(server: Any, platform: PhonePlatform) -> None:
    moments: list[Moment] = []
    called_back = asyncio.Event()

    def watch(moment: Moment) -> None:
        moments.append(moment)
        if isinstance(moment, Finished) and traffic.tally.outcomes[Outcome.CANCELLED] >= 3:
            called_back.set()

    traffic = make_traffic(server, platform, watch)
    pouring = asyncio.create_task(traffic.pour(mean_gap_s=1e-6, at_once=3, seconds_per_word=0))
    async with asyncio.timeout(30):
        await called_back.wait()
    pouring.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pouring
    finished = [moment.report for moment in moments if isinstance(moment, Finished)]
    booked: set[tuple[str, str]] = set()
    for report in finished:
        who = (report.restaurant_id, report.guest.name)
        only_cancels = report.steps and report.steps[0].tool == "find_reservation"
        assert not only_cancels or who in booked
        if report.outcome is Outcome.BOOKED:
            booked.add(who)
