import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from appliance import cli
from appliance.clock import SystemClock
from appliance.voice.retell.signature import sign
from support.retell_bodies import sample
from support.serve_process import KEY, ServeProcess, serve
from support.serving import EVENTS, serving, until

STRANGER = {"event": "call_ended", "call": {"call_id": "call_x", "agent_id": "agent_nobody", "duration_ms": 7}}


@pytest.fixture
async def stuck(database_url: str, tmp_path: Path) -> str:
    """A database with an applied event, a dead one and a held one; nobody uses it any more."""
    async with serving(database_url, tmp_path) as house:
        await house.post(EVENTS, sample("12"))
        await house.post(EVENTS, b"{")
        await house.post(EVENTS, STRANGER)
        await house.settled()
    return database_url


def run(database_url: str, *arguments: str) -> Result:
    command = [*arguments, "--database-url", database_url]
    return CliRunner().invoke(cli.maitre, command, env={"HOME": "/nonexistent"}, prog_name="maitre")


async def told(database_url: str, *arguments: str) -> Any:
    done = await asyncio.to_thread(run, database_url, *arguments, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


async def tasks(database_url: str, *arguments: str) -> dict[str, Any]:
    """By their states."""
    listed = await told(database_url, "queue", "list", *arguments)
    return {task["state"]: task for task in listed["items"]}


async def test_the_list_says_what_is_stuck_and_why(stuck: str) -> None:
    found = await tasks(stuck)
    assert set(found) == {"dead", "held"}
    assert found["dead"]["error"].startswith("not JSON")
    assert "agent_nobody" in found["held"]["error"]
    assert set(await tasks(stuck, "--state", "dead")) == {"dead"}
    shown = (await asyncio.to_thread(run, stuck, "queue", "list", "--limit", "1")).output
    assert shown.splitlines()[0].split() == ["id", "kind", "state", "tries", "since", "reason"]
    assert "… and 1 more" in shown


async def test_a_task_is_shown_with_what_came(stuck: str) -> None:
    held = (await tasks(stuck))["held"]
    shown = await told(stuck, "queue", "show", held["id"])
    assert json.loads(shown["content"]) == STRANGER
    assert "agent_nobody" in (await asyncio.to_thread(run, stuck, "queue", "show", held["id"])).stdout


async def test_what_is_retried_is_ready_again(stuck: str) -> None:
    held = (await tasks(stuck))["held"]
    assert await told(stuck, "queue", "retry", held["id"]) == {"count": 1}
    assert set(await tasks(stuck)) == {"dead", "ready"}
    assert await told(stuck, "queue", "retry", "--all") == {"count": 1}
    assert await told(stuck, "queue", "retry", "--all") == {"count": 0}


async def test_what_is_discarded_can_be_replayed(stuck: str) -> None:
    dead = (await tasks(stuck))["dead"]
    assert await told(stuck, "queue", "discard", dead["id"]) == {"count": 1}
    assert set(await tasks(stuck)) == {"held"}
    assert await told(stuck, "replay", dead["id"]) == {"count": 1}
    assert set(await tasks(stuck)) == {"held", "ready"}


async def test_a_whole_call_can_be_replayed_and_stays_what_it_was(stuck: str, tmp_path: Path) -> None:
    call = "call_bfdfc2ce659c9f8487f89dba5fd"
    assert await told(stuck, "replay", "--call", call) == {"count": 1}
    async with serving(stuck, tmp_path) as house:
        house.clock.advance(max(0, SystemClock().now_ms() - house.clock.now_ms()))  # the command went by the real one
        await house.settled()
        read = await house.read(f"/api/restaurants/rest_la_marea/calls/{call}")
    assert ([event["event"] for event in read["events"]], read["sentiment"]) == (["call_analyzed"], "Positive")


@pytest.mark.parametrize(
    "command",
    [
        ["queue", "show", "event_x"],
        ["queue", "retry", "event_x"],
        ["queue", "discard", "event_x"],
        ["replay", "event_x"],
        ["replay", "--call", "call_x\0"],
    ],
)
async def test_what_is_not_there_is_a_failure(stuck: str, command: list[str]) -> None:
    done = await asyncio.to_thread(run, stuck, *command)
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)


@pytest.mark.parametrize(
    "command", [["queue", "retry"], ["queue", "retry", "x", "--all"], ["replay"], ["replay", "x", "--call", "y"]]
)
def test_a_half_command_is_wrong_usage(command: list[str]) -> None:
    assert run("sqlite:////nowhere/maitre.db", *command).exit_code == 2


@pytest.fixture
def running(database_url: str, tmp_path: Path) -> Iterator[ServeProcess]:
    with serve(tmp_path, database_url=database_url) as server:
        yield server


async def test_all_of_it_works_while_the_server_runs(running: ServeProcess, database_url: str) -> None:
    body = json.dumps(STRANGER).encode()
    headers = {"x-retell-signature": sign(body, KEY, int(time.time() * 1000))}
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(running.url + EVENTS, content=body, headers=headers)).status_code == 204
    held = (await tasks(database_url))["held"]
    assert await told(database_url, "queue", "retry", held["id"]) == {"count": 1}

    async def tried_and_held_again() -> bool:
        found = await tasks(database_url)
        return "held" in found and (found["held"]["id"], found["held"]["attempts"]) == (held["id"], 1)

    await until(tried_and_held_again)
    assert await told(database_url, "queue", "discard", held["id"]) == {"count": 1}
    assert await told(database_url, "replay", "--call", "call_x") == {"count": 1}
