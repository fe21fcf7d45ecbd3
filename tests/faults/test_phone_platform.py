"""Retell's API is down, slow, lies or refuses: calls go on, it is told of, and what was missed is fetched."""

import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.errors import MaitreError
from appliance.loadtest.restaurants import demo_restaurants
from appliance.voice.retell import api
from support.alert_channel import watched
from support.fake_retell import API_KEY, FakeRetell, Trouble
from support.retell_bodies import sample
from support.serving import EVENTS, INBOUND, House, until

MINUTE_MS = 60_000
FETCHED = 'maitre_reconcile_events_total{outcome="fetched"}'
LAST_DONE = "maitre_reconcile_last_done_seconds"
RETELL, RECONCILIATION = "retell:responseTime", "retell:reconciliation"

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def house(
    database_url: str, tmp_path: Path, retell: FakeRetell, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setattr(api, "_DEADLINE_S", 0.1)
    monkeypatch.setattr(api, "_BASE_S", 0.01)
    settings = {"retell_api_key": API_KEY, "retell_api_url": retell.url, "public_url": ""}
    async with watched(database_url, tmp_path, **settings) as opened:
        yield opened


def unheard_of(house: House, retell: FakeRetell) -> None:
    """A call of La Marea's of which no event arrived."""
    began, place = house.clock.now_ms() - 60 * MINUTE_MS, demo_restaurants(1)[0]
    retell.add_call(
        "call_unheard_of",
        agent_id=place.agent_id,
        to_number=place.number,
        start_timestamp=began,
        end_timestamp=began + MINUTE_MS,
    )


async def asked(house: House) -> None:
    """The platform is asked for its calls, and whether it answers, as every five minutes."""
    reconcile = house.server.parts.reconcile
    assert reconcile
    with suppress(MaitreError):
        await reconcile.sweep()
    for one in house.server.parts.probes._asked:
        if one.probe.outside:
            await one.ask()
    await pass_time(house)


async def pass_time(house: House) -> None:
    """Five minutes, and everybody has looked since."""
    house.clock.advance(5 * MINUTE_MS)
    queues = house.server.parts.queues().values()
    for queue in queues:
        queue.wake()

    async def have_looked() -> bool:
        return all(queue.last_turn_us == house.clock.stopwatch_us() for queue in queues)

    await until(have_looked)


async def callers_notice_nothing(house: House) -> None:
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    assert (await house.tool(sample("20")))["code"] == "available"
    inbound = await house.post(INBOUND, sample("01"))
    assert (inbound.status_code, list(inbound.json())) == (200, ["call_inbound"])
    assert await house.status("/readyz") == (200, "warn"), "webhooks are taken"


LIST = "/v3/list-calls"
TROUBLES = {
    "down": (Trouble(503), RETELL, "it answered with status 503"),
    "slow": (Trouble(where=LIST, hang=threading.Event()), RECONCILIATION, "has not answered of late"),
    "garbage": (Trouble(200, where=LIST, body=b"<html>\xff"), RECONCILIATION, "answers something else"),
    "of another shape": (Trouble(200, where=LIST, body=b'{"items": {"a": 1}}'), RECONCILIATION, "something else"),
    "too busy": (Trouble(429, where=LIST, headers={"Retry-After": "60"}), RECONCILIATION, "wants fewer requests"),
    "another key": (Trouble(401, where=LIST), RECONCILIATION, "refuses it (401)"),
}


@pytest.mark.parametrize(("trouble", "check", "told"), TROUBLES.values(), ids=TROUBLES)
async def test_a_platform_whose_api_is_in_trouble_is_told_of_and_what_was_missed_is_fetched_afterwards(
    house: House, retell: FakeRetell, trouble: Trouble, check: str, told: str
) -> None:
    unheard_of(house, retell)
    retell.trouble = [trouble] * 1000
    await asked(house)
    assert await house.alerts() == {}, "once is a hiccup"
    await asked(house)
    status, output = await house.check(check)
    assert (status, told in output) == ("warn", True), output
    await callers_notice_nothing(house)
    found = await house.metrics()
    assert (found[f'maitre_health_check{{check="{check}"}}'], found[LAST_DONE], found[FETCHED]) == (0.5, 0, 0)
    assert await house.alerts() == {"outside_down": "warning"}

    retell.trouble.clear()
    await asked(house)
    assert await house.check(check) == ("pass", "")
    assert (await house.metrics())[FETCHED] == 1
    await house.settled()
    call = await house.read("/api/restaurants/rest_la_marea/calls/call_unheard_of")
    assert (call["phase"], call["summary"]) == ("ended", "Booked a table.")


async def test_once_the_platform_answers_again_it_is_told_for_an_hour_that_something_was_missed(
    house: House, retell: FakeRetell
) -> None:
    unheard_of(house, retell)
    retell.trouble = [Trouble(503)] * 1000
    await asked(house)
    await asked(house)
    assert await house.alerts() == {"outside_down": "warning"}
    retell.trouble.clear()
    await asked(house)
    assert await house.alerts(after_s=480) == {"events_missed": "warning"}
    assert await house.alerts(after_s=3600) == {}


async def test_one_call_that_the_platform_lies_about_keeps_no_other_back(house: House, retell: FakeRetell) -> None:
    unheard_of(house, retell)
    retell.calls["call_odd"] = retell.calls["call_unheard_of"] | {"call_id": "call_odd"}
    retell.trouble = [Trouble(200, where="/v2/get-call/call_odd", body=b'{"call_id": "call_another"}')]
    await asked(house)
    found = await house.metrics()
    calls = {one: found[f'maitre_reconcile_calls_total{{outcome="{one}"}}'] for one in ("answered", "failed")}
    assert (calls, found[FETCHED]) == ({"answered": 1, "failed": 1}, 1)
    await asked(house)
    assert (await house.metrics())[FETCHED] == 2
