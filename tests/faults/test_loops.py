"""What works in the background is killed or hangs: it begins again, that is told, and callers notice nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.work.loops import Loop
from support.alert_channel import watched
from support.retell_bodies import sample
from support.serving import EVENTS, House, until

LOOPS = {
    "events": "Queue.run",
    "schedule": "Schedule.run",
    "probes": "Probes.run",
    "monitor": "Monitor.run",
    "live": "Live.run",
    "loop-lag": "LoopLag.run",
}

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with watched(database_url, tmp_path) as opened:
        yield opened


def kill(*runs: str) -> None:
    tasks = [task for task in asyncio.all_tasks() if getattr(task.get_coro(), "__qualname__", "") in runs]
    assert len(tasks) >= len(runs)
    for task in tasks:
        task.cancel()


async def begun_again(house: House, *names: str) -> None:
    """And turning."""
    loops, turned = house.server.parts.loops, dict[str, int]()
    loops_by_name = {loop.name: loop for loop in house.server._background()}

    async def turns() -> bool:
        for name in names:
            if name not in turned and loops.restarts[name]:
                turned[name] = loops_by_name[name].turns()
        return all(name in turned and loops_by_name[name].turns() > turned[name] for name in names)

    await until(turns)


@pytest.mark.parametrize("name", LOOPS)
async def test_a_loop_that_is_killed_begins_again_and_is_told_of(house: House, name: str) -> None:
    kill(LOOPS[name])
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    assert (await house.tool(sample("21")))["code"] == "booked"
    assert await house.status("/readyz") == (200, "pass")
    await begun_again(house, name)
    await house.settled()
    assert [row["state"] for row in (await house.read("/api/admin/inbox"))["items"]] == ["applied"]
    assert (await house.metrics())[f'maitre_loop_restarts_total{{loop="{name}"}}'] >= 1
    assert list(await house.alerts()) == ["loops_restarted"]
    assert f"loop {name}" in (await house.read("/api/admin/errors"))["by_route"]


async def test_all_at_once_is_critical_and_over_a_quarter_of_an_hour_later(house: House) -> None:
    kill(*LOOPS.values())
    await begun_again(house, *LOOPS)
    assert await house.alerts() == {"loops_restarted": "critical"}
    assert await house.alerts(after_s=870) == {"loops_restarted": "critical"}
    assert await house.alerts(after_s=180) == {}


async def test_a_loop_that_hangs_is_begun_again_and_told_of(house: House) -> None:
    begun: list[bool] = []

    async def hangs_at_first() -> None:
        begun.append(True)
        if len(begun) == 1:
            await asyncio.Event().wait()

    house.server.parts.loops.keep(Loop(name="hung", run=hangs_at_first, turns=lambda: 0, silent_s=0.1))

    async def again() -> bool:
        return len(begun) == 2

    await until(again)
    assert (await house.metrics())['maitre_loop_restarts_total{loop="hung"}'] == 1
    assert await house.alerts() == {"loops_restarted": "warning"}
    assert (await house.read("/api/admin/errors"))["by_route"] == {"loop hung": 1}
