import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from support.retell_bodies import sample
from support.running_demo import maitre
from support.serving import EVENTS, House, serving, until

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def run(url: str, token: str, *arguments: str) -> Result:
    environment = {"HOME": "/nonexistent"} | ({"MAITRE_TOKEN": token} if token else {"MAITRE_TOKEN": None})
    command = [*arguments, "--url", url]
    return await asyncio.to_thread(CliRunner().invoke, cli.maitre, command, env=environment, prog_name="maitre")


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path) as opened:
        yield opened


async def broken(house: House) -> None:
    """Another program has changed its database."""
    async with house.server.parts.database.write() as tx:
        await tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    async def noticed() -> bool:
        return (await house.http.get("/readyz")).status_code == 503

    await until(noticed)


async def test_who_shows_no_token_hears_whether_it_is_well(house: House) -> None:
    done = await run(house.url, "", "health")
    assert done.exit_code == 0
    assert done.stdout.split(",")[0] in ("pass", "warn")
    assert "database" not in done.stdout


async def test_an_operator_sees_every_check(house: House) -> None:
    done = await run(house.url, house.token, "health")
    assert done.exit_code == 0
    for check in ("database:responseTime", "database:schema", "queue:oldestAge", "disk:utilization", "loops:silence"):
        assert check in done.stdout


async def test_what_is_not_well_is_named_and_is_an_exit_code(house: House) -> None:
    await broken(house)
    told, silent = await run(house.url, house.token, "health"), await run(house.url, "", "health", "--json")
    assert (told.exit_code, silent.exit_code) == (1, 1)
    assert "the database has schema 9999" in told.stdout
    assert json.loads(silent.stdout)["status"] == "fail"


async def test_a_server_that_is_not_there_is_one_line(house: House) -> None:
    done = await run("http://127.0.0.1:1", "", "health")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("maitre: no server answers at http://127.0.0.1:1")


async def test_health_and_status_are_told_through_the_socket_too(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "maitre.sock"
    async with serving(database_url, tmp_path, socket=str(path)) as house:
        health, status = [await run(f"unix:{path}", house.token, verb, "--json") for verb in ("health", "status")]
    assert (health.exit_code, status.exit_code) == (0, 0)
    assert json.loads(status.stdout)["overview"]["restaurants"] == 1


def test_a_socket_that_is_not_there_is_one_line(backend: str, tmp_path: Path) -> None:
    path = tmp_path / "maitre.sock"
    done = maitre("health", "--url", f"unix:{path}")  # as a process: httpcore leaves such a socket to the collector
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"maitre: no server answers at unix:{path}: [Errno 2] No such file or directory\n"


async def test_the_status_tells_what_the_server_tells(house: House) -> None:
    await house.post(EVENTS, sample("10"))
    await house.tool(sample("21"))
    await house.settled()
    told = await run(house.url, house.token, "status")
    assert told.exit_code == 0
    rows = dict(line.split("  ", 1) for line in told.stdout.splitlines())
    assert rows["calls"].strip() == "1 now, 1 in the last 24 hours"
    assert rows["bookings"].strip() == "1 in the last 24 hours"
    assert rows["for a person"].strip() == "0 held, 0 dead letters"
    same = json.loads((await run(house.url, house.token, "status", "--json")).stdout)
    assert (same["overview"]["calls_now"], same["overview"]["restaurants"]) == (1, 1)


async def test_the_status_of_what_is_not_well_is_an_exit_code(house: House) -> None:
    await broken(house)
    assert (await run(house.url, house.token, "status")).exit_code == 1
