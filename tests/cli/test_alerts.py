import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.cli.alerts import _news
from appliance.contract import AlertRow
from support.alert_channel import ALERTS, Receiver, fire, receiving, watched
from support.serving import House

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def channel() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


@pytest.fixture
async def house(database_url: str, tmp_path: Path, channel: Receiver) -> AsyncIterator[House]:
    url = f"json://127.0.0.1:{channel.port}/s3cret"
    async with watched(database_url, tmp_path, alert_channels=(url,)) as opened:
        yield opened


async def run(house: House, *arguments: str) -> Result:
    environment = {"HOME": "/nonexistent", "MAITRE_TOKEN": house.token}
    command = ["alerts", *arguments, "--url", house.url]
    return await asyncio.to_thread(CliRunner().invoke, cli.maitre, command, env=environment, prog_name="maitre")


@on_sqlite
async def test_what_is_well_is_an_exit_code_of_zero_and_said(house: House) -> None:
    done = await run(house)
    assert (done.exit_code, done.stdout) == (0, "All is well.\n")


@on_sqlite
async def test_what_is_open_is_listed_and_without_anything_critical_the_exit_code_is_zero(house: House) -> None:
    id_ = await fire(house)
    done = await run(house)
    assert done.exit_code == 0
    assert "1 event came for an agent or number that no restaurant has." in done.stdout
    assert [row["id"] for row in json.loads((await run(house, "--json")).stdout)["items"]] == [id_]


@on_sqlite
async def test_a_critical_alert_is_an_exit_code_of_one_until_somebody_acknowledges_it(house: House) -> None:
    for _ in range(150):
        house.server.parts.traffic.event("unknown", "rejected")
    house.server.parts.monitor.tick()
    await house.server.parts.alerts.look()
    (row,) = (await house.read(ALERTS, rule="signature_failures"))["items"]
    assert (row["level"], (await run(house)).exit_code) == ("critical", 1)
    for one in (await house.read(ALERTS))["items"]:
        assert (await run(house, "ack", one["id"])).exit_code == 0
    assert (await run(house)).exit_code == 0
    assert "resolved" in (await run(house, "resolve", row["id"])).stdout


@on_sqlite
async def test_a_server_that_cannot_be_asked_is_an_exit_code_of_one(house: House) -> None:
    house.url = "http://127.0.0.1:1"
    assert (await run(house)).exit_code == 1


@on_sqlite
async def test_a_test_says_of_every_channel_whether_it_works(house: House, channel: Receiver) -> None:
    works = await run(house, "test")
    assert (works.exit_code, "delivered" in works.stdout) == (0, True)
    assert channel.bodies[0]["title"] == "Maitre: una prueba"
    channel.status = 404
    broken = await run(house, "test")
    assert (broken.exit_code, "the channel refused it with status 404" in broken.stdout) == (1, True)


@on_sqlite
async def test_without_a_channel_a_test_is_refused(database_url: str, tmp_path: Path) -> None:
    async with watched(database_url, tmp_path) as opened:
        done = await run(opened, "test")
        assert (done.exit_code, "No channel is set" in done.stderr) == (1, True)


def row(id_: str, *, level: str = "warning", state: str = "open", at: int = 1) -> AlertRow:
    return AlertRow(
        id=id_,
        rule="cpu_high",
        restaurant_id="",
        level=level,
        state=state,
        message="",
        value=0.9,
        unit="share",
        opened_at=at,
        seen_at=at,
        acknowledged_at=None,
        acknowledged_by="",
        resolved_at=None,
        resolved_by="",
        deliveries=[],
    )


def test_who_watches_is_told_what_is_new_or_has_changed_and_nothing_of_the_past() -> None:
    past, going = row("old", state="resolved"), row("going", at=2)
    assert list(_news([going, past], [going])) == []
    worse, fresh = row("going", level="critical", at=2), row("fresh", at=3)
    assert list(_news([fresh, worse, past], [going])) == [worse, fresh]
    assert list(_news([row("going", state="resolved", at=2)], [going])) == [row("going", state="resolved", at=2)]
    assert list(_news([fresh], [])) == [fresh]
