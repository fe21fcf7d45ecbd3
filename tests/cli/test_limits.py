import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from support.serving import House, serving

BOOK = "/api/restaurants/rest_la_marea/reservations"

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def run(house: House, *arguments: str) -> Result:
    environment = {"HOME": "/nonexistent", "MAITRE_TOKEN": house.token}
    command = ["limits", *arguments, "--url", house.url]
    return await asyncio.to_thread(CliRunner().invoke, cli.maitre, command, env=environment, prog_name="maitre")


@pytest.fixture(params=["enforce", "shadow"])
async def busy(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A server, in either mode, whose only restaurant was asked for five times too often."""
    async with serving(database_url, tmp_path, limits_mode=request.param) as opened:
        for _ in range(105):
            await opened.get(BOOK)
        yield opened


async def row(house: House) -> dict[str, Any]:
    (found,) = json.loads((await run(house, "stats", "--json")).stdout)["items"]
    one: dict[str, Any] = found
    return one


async def test_what_was_used_is_shown_and_what_shadow_means_is_said(busy: House) -> None:
    done = await run(busy, "stats")
    _, line, *more = done.stdout.splitlines()
    assert line.split() == ["rest_la_marea", "basic", "100", "100", "5", "15", "0", "0", "0", "0"]
    enforced = (await row(busy))["enforced"]
    assert [words.startswith("Nothing is refused") for words in more] == ([] if enforced else [True])


async def test_a_restaurant_gets_its_whole_quota_back(busy: House) -> None:
    assert (await run(busy, "clear", "rest_la_marea")).exit_code == 0
    assert ((await row(busy))["used"], (await busy.get(BOOK)).status_code) == (0, 200)


async def test_an_unknown_restaurant_has_nothing_to_clear(busy: House) -> None:
    refused = await run(busy, "clear", "rest_nowhere")
    assert (refused.exit_code, "There is no such restaurant." in refused.stderr) == (1, True)
