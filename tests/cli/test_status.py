import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.cli.status import _duration
from appliance.services import probing
from appliance.store.engine import Database
from support.serving import House, serving, until

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


async def run(url: str, token: str, *command: str) -> Result:
    environment = {"HOME": "/nonexistent", "MAITRE_TOKEN": token}
    arguments = [*command, "--url", url]
    return await asyncio.to_thread(CliRunner().invoke, cli.maitre, arguments, env=environment, prog_name="maitre")


@pytest.fixture
async def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(probing, "_TIGHT", 0)  # the disk of whoever runs the tests is theirs
    async with serving(database_url, tmp_path) as opened:
        yield opened


async def break_the_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(Database, "write", broken)

    async def noticed() -> bool:
        return (await house.http.get("/readyz")).status_code == 503

    await until(noticed)


@on_sqlite
async def test_what_is_well_is_said_with_each_check_and_exits_with_0(house: House) -> None:
    done = await run(house.url, house.token, "health")
    assert (done.exit_code, done.stderr) == (0, "")
    first, headings, *rows = done.stdout.splitlines()
    assert first.startswith("pass  maitre ")
    assert headings.split()[:4] == ["check", "status", "value", "checked"]
    assert {row.split()[1] for row in rows} == {"pass"}
    assert "database:responseTime" in {row.split()[0] for row in rows}


@on_sqlite
@pytest.mark.parametrize("token", ["", "maitre_nobody"])
async def test_without_a_good_token_it_says_it_in_a_line(house: House, token: str) -> None:
    done = await run(house.url, token, "health")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 1


@on_sqlite
async def test_what_is_not_well_exits_with_1_and_says_why(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await break_the_database(house, monkeypatch)
    done = await run(house.url, house.token, "health")
    assert (done.exit_code, done.stdout.split()[0]) == (1, "fail")
    assert "gone" in done.stdout
    as_json = await run(house.url, house.token, "health", "--json")
    report = json.loads(as_json.stdout)
    assert (as_json.exit_code, report["status"]) == (1, "fail")
    assert report["checks"]["database:responseTime"][0]["status"] == "fail"


@on_sqlite
async def test_the_status_says_at_a_glance_what_goes_on(house: House) -> None:
    house.clock.advance(3_700_000)
    done = await run(house.url, house.token, "status")
    assert (done.exit_code, done.stderr) == (0, "")
    told = dict(line.split("  ", 1) for line in done.stdout.splitlines() if not line.startswith(" "))
    assert told["up for"].strip() == "1 h 1 min"
    assert told["restaurants"].strip() == "1"
    assert told["queue"].strip() == "0 ready, 0 running, 0 held, 0 dead"


@on_sqlite
async def test_programs_get_health_and_overview_as_the_server_says_them(house: House) -> None:
    done = await run(house.url, house.token, "status", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["health"]["status"], told["overview"]["restaurants"]) == (0, "pass", 1)


@pytest.mark.parametrize("verb", ["health", "status"])
async def test_no_server_is_one_line_and_exit_code_1(verb: str, unused_tcp_port: int) -> None:
    done = await run(f"http://127.0.0.1:{unused_tcp_port}", "maitre_x", verb)
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("maitre: no server answers at ")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59, "59 s"), (3_600, "1 h"), (3_661, "1 h 1 min"), (200_000, "2 d 7 h")]
)
def test_a_duration_is_told_in_its_two_largest_units(seconds: int, words: str) -> None:
    assert _duration(seconds) == words
