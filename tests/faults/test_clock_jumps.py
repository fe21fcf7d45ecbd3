"""The machine's clock is set forward or back by hours, and later set right."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from appliance.store import inbox, tasks
from appliance.voice.retell.signature import sign
from support.alert_channel import watched
from support.retell_bodies import sample
from support.serve_process import KEY
from support.serving import EVENTS, House, until

HOURS_MS = 2 * 3_600_000
BOTH_WAYS = pytest.mark.parametrize("jump_ms", [HOURS_MS, -HOURS_MS], ids=["forward", "back"])

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with watched(database_url, tmp_path) as opened:
        yield opened


async def probed(house: House) -> None:
    await asyncio.gather(*(asked.ask() for asked in house.server.parts.probes._asked))


@BOTH_WAYS
async def test_a_jump_is_warned_of_and_webhooks_go_on_being_taken(house: House, jump_ms: int) -> None:
    await probed(house)
    house.clock.jump(jump_ms)
    assert await house.status("/readyz") == (200, "pass"), "no loop has stood still"
    await probed(house)
    status, output = await house.check("clock:jump")
    assert (status, "the clock was set 7200 s" in output) == ("warn", True)
    assert await house.status("/readyz") == (200, "warn")
    assert await house.alerts(after_s=300) == {}


@BOTH_WAYS
async def test_of_what_is_applied_shown_and_counted_nothing_stands_still(house: House, jump_ms: int) -> None:
    before = await house.metrics()
    house.clock.jump(jump_ms)
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    await house.settled()
    assert [row["state"] for row in (await house.read("/api/admin/inbox"))["items"]] == ["applied"]
    assert (await house.tool(sample("21")))["code"] == "booked"
    done = 'maitre_queue_outcomes_total{outcome="done",queue="events"}'
    assert (await house.metrics())[done] == before[done] + 1


async def test_what_was_to_be_tried_again_before_the_clock_was_set_back_does_not_wait_for_that_time(
    house: House,
) -> None:
    now = house.clock.now_ms()
    async with house.server.parts.database.write() as tx:
        await tasks.add(
            tx, id_="event_gone", kind=inbox.APPLY, lock="x", restaurant_id="", payload="", now_ms=now + HOURS_MS
        )
    house.clock.advance(10_000)

    async def is_tried() -> bool:
        house.clock.advance(5_000)
        return (await house.read("/api/admin/overview"))["queue"]["dead"] == 1

    await until(is_tried)
    assert house.clock.now_ms() < now + HOURS_MS


async def test_while_the_clock_is_wrong_who_signs_by_the_right_one_is_refused_and_that_is_told(house: House) -> None:
    right_ms, body = house.clock.now_ms(), sample("10")
    headers = {"content-type": "application/json", "x-retell-signature": sign(body, KEY, right_ms)}
    send = partial(house.http.post, EVENTS, content=body, headers=headers)
    house.clock.jump(HOURS_MS)
    assert {(await send()).status_code for _ in range(12)} == {401}
    house.server.parts.monitor.tick()
    assert await house.alerts() == {"signature_failures": "warning"}
    house.clock.jump(-HOURS_MS)
    assert (await send()).status_code == 204
    assert "signature_failures" not in await house.alerts(after_s=1500)


@BOTH_WAYS
async def test_somebody_who_is_signed_in_finds_all_as_it_was_once_the_clock_is_right_again(
    house: House, jump_ms: int
) -> None:
    await house.tool(sample("21"))
    house.clock.jump(jump_ms)
    house.clock.jump(-jump_ms)
    assert (await house.read("/api/restaurants/rest_la_marea/reservations"))["total"] == 1
    assert await house.status("/readyz") == (200, "pass")
