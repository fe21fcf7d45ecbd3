"""A channel of alerts does not work: another one tells of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from appliance.store import alerts, tasks
from support.alert_channel import ALERTS, Receiver, fire, receiving, watched
from support.serving import until

DEAD = 'maitre_outbox_messages{channel="json",state="dead"}'

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def channels() -> AsyncIterator[tuple[Receiver, Receiver]]:
    async with receiving() as broken, receiving() as sound:
        broken.status = 404
        yield broken, sound


async def test_what_one_channel_refuses_is_told_over_the_other(
    database_url: str, tmp_path: Path, channels: tuple[Receiver, Receiver]
) -> None:
    broken, sound = channels
    urls = tuple(f"json://127.0.0.1:{one.port}/x" for one in channels)
    async with watched(database_url, tmp_path, alert_channels=urls) as house:
        await fire(house)

        async def is_dead() -> bool:
            return (await house.metrics())[DEAD] == 1

        await until(is_dead)
        assert await house.alerts() == {"unknown_agent": "warning", "alerts_not_delivered": "warning"}

        async def is_told() -> bool:
            return any(body["message"].startswith("No se han podido entregar alertas") for body in sound.bodies)

        await until(is_told)
        (row,) = (await house.read(ALERTS, rule="unknown_agent"))["items"]
        assert {one["state"] for one in row["deliveries"]} == {"failed", "delivered"}

        broken.status = 200
        async with house.server.parts.database.write() as tx:
            await tasks.revive(tx, ids=None, states=("dead",), now_ms=house.clock.now_ms())

        async def is_delivered() -> bool:
            async with house.server.parts.database.read() as tx:
                return await tasks.dead(tx, alerts.DELIVER) == 0 and (await house.metrics())[DEAD] == 0

        await until(is_delivered)
        assert await house.alerts(after_s=150) == {"unknown_agent": "warning"}
