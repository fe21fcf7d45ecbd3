import asyncio
import json

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from support.serving import House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def run(house: House, *arguments: str) -> Result:
    environment = {"HOME": "/nonexistent", "MAITRE_TOKEN": house.token}
    command = ["log-level", *arguments, "--url", house.url]
    return await asyncio.to_thread(CliRunner().invoke, cli.maitre, command, env=environment, prog_name="maitre")


async def test_it_is_shown_changed_for_a_while_and_for_good(house: House) -> None:
    assert (await run(house)).stdout == "error\n"
    assert (await run(house, "debug", "--for", "10m")).stdout == "debug until 2026-11-25 10:10:00+00:00, then error\n"
    assert json.loads((await run(house, "--json")).stdout)["level"] == "debug"
    assert (await run(house, "warning")).stdout == "warning\n"
    assert (await run(house, "error", "--for", "2h", "--json")).stdout == (
        '{"level":"error","usual":"error","until":null}\n'
    )


@pytest.mark.parametrize("arguments", [("loud",), ("debug", "--for", "soon"), ("--for", "10m")])
async def test_what_makes_no_sense_is_wrong_usage(house: House, arguments: tuple[str, ...]) -> None:
    assert (await run(house, *arguments)).exit_code == 2


async def test_longer_than_a_day_is_refused_by_the_server(house: House) -> None:
    done = await run(house, "debug", "--for", "25h")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "minutes" in done.stderr
