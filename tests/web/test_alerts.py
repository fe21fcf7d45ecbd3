"""Alerts as operators meet them over HTTP, of a whole server with a real channel."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from appliance.store import tasks
from support.alert_channel import Receiver, fire, receiving, watched
from support.serving import House, until

PATH = "/api/admin/alerts"

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def channel() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


@pytest.fixture
async def house(database_url: str, tmp_path: Path, channel: Receiver) -> AsyncIterator[House]:
    url = f"json://127.0.0.1:{channel.port}/s3cret"
    async with watched(database_url, tmp_path, alert_channels=(url,)) as opened:
        yield opened


async def do(house: House, path: str, **headers: str) -> httpx.Response:
    known = {"authorization": f"Bearer {house.token}"} | headers
    return await house.http.post(f"{PATH}/{path}", headers=known)


async def test_an_alert_reaches_the_operator_s_channel_and_its_end_does(house: House, channel: Receiver) -> None:
    await fire(house)
    await until(lambda: arrived(channel, 1))
    assert channel.bodies[0]["title"] == "Atención: Maitre"
    assert channel.bodies[0]["message"].startswith("1 evento de un agente o un número que no es de ningún restaurante.")
    (held,) = (await house.read("/api/admin/tasks", state="held"))["items"]
    async with house.server._database.write() as tx:
        await tasks.discard(tx, [held["id"]])
    for _ in range(20):
        house.clock.advance(15_000)
        await house.server._alerts.look()
    await until(lambda: arrived(channel, 2))
    assert (channel.bodies[1]["title"], channel.bodies[1]["type"]) == ("Maitre: recuperado", "success")

    async def both_are_delivered() -> bool:
        (row,) = (await house.read(PATH, state="resolved", rule="unknown_agent"))["items"]
        delivered = [("opened", "delivered"), ("recovered", "delivered")]
        return [(one["notice"], one["state"]) for one in row["deliveries"]] == delivered

    await until(both_are_delivered)


async def arrived(channel: Receiver, messages: int) -> bool:
    return len(channel.bodies) == messages


async def test_a_message_that_its_channel_refuses_is_shown_with_the_reason(house: House, channel: Receiver) -> None:
    channel.status = 403
    await fire(house)

    async def refused() -> bool:
        (row,) = (await house.read(PATH, rule="unknown_agent"))["items"]
        return [one["state"] for one in row["deliveries"]] == ["failed"]

    await until(refused)
    (row,) = (await house.read(PATH, rule="unknown_agent"))["items"]
    assert row["deliveries"][0]["error"] == "the channel refused it with status 403"
    assert "s3cret" not in str(row)


async def test_what_is_said_is_in_the_language_of_who_asks(house: House) -> None:
    await fire(house)
    known = {"authorization": f"Bearer {house.token}", "accept-language": "es"}
    (row,) = (await house.http.get(PATH, params={"rule": "unknown_agent"}, headers=known)).json()["items"]
    assert row["message"] == "1 evento de un agente o un número que no es de ningún restaurante."
    (row,) = (await house.read(PATH, rule="unknown_agent"))["items"]
    assert row["message"] == "1 event came for an agent or number that no restaurant has."


async def test_an_alert_is_acknowledged_and_closed(house: House) -> None:
    id_ = await fire(house)
    known = (await do(house, f"{id_}/acknowledge")).json()
    assert (known["state"], known["acknowledged_by"]) == ("acknowledged", "ana@example.com")
    assert (await house.read(PATH, state="open", rule="unknown_agent"))["items"] == []
    closed = (await do(house, f"{id_}/resolve")).json()
    assert (closed["state"], closed["resolved_by"]) == ("resolved", "ana@example.com")
    assert (await do(house, f"{id_}/resolve")).status_code == 409
    assert (await do(house, "alert_nowhere/resolve", **{"accept-language": "es"})).json()["detail"] == (
        "No existe esa alerta."
    )


async def test_alerts_are_asked_for_by_state_rule_and_restaurant(house: House) -> None:
    id_ = await fire(house)

    async def ids(**which: str) -> list[str]:
        return [row["id"] for row in (await house.read(PATH, **which))["items"]]

    assert id_ in await ids()
    assert id_ in await ids(state="all", restaurant="")
    assert await ids(rule="unknown_agent", restaurant="rest_la_marea") == []
    assert await ids(state="acknowledged") == []
    assert (await house.get(PATH, state="gone")).status_code == 400
