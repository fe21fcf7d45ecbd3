import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.loadtest.scenarios import Scenario
from support.running_demo import maitre, running_demo


@pytest.fixture(scope="module")
def demo() -> Iterator[dict[str, Any]]:
    with running_demo() as (_, ready):
        yield ready


def reach(demo: dict[str, Any]) -> tuple[str, ...]:
    return ("--url", demo["url"], "--key", demo["retell_api_key"])


@pytest.mark.parametrize("scenario", Scenario)
def test_every_scenario_can_be_played_against_a_running_server(demo: dict[str, Any], scenario: Scenario) -> None:
    done = maitre("simulate", "call", *reach(demo), "--scenario", scenario.value, "--restaurant", "rest_el_velero")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("Went well: ")


def test_a_call_comes_through_the_socket_as_well(tmp_path: Path) -> None:
    path = tmp_path / "maitre.sock"
    with running_demo(socket=path) as (_, ready):
        done = maitre("simulate", "call", "--url", f"unix:{path}", "--key", ready["retell_api_key"], "--json")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (0, "booked")


def test_a_booking_that_the_call_was_told_of_stands_in_the_book(demo: dict[str, Any]) -> None:
    done = maitre("simulate", "call", *reach(demo), "--json", "--seed", "3")
    report = json.loads(done.stdout)
    assert (done.returncode, report["outcome"], report["problems"]) == (0, "booked", [])
    booking = report["reservation"]
    book = httpx.get(
        f"{demo['url']}/api/restaurants/rest_la_marea/reservations",
        params={"date": booking["date"]},
        headers={"Authorization": f"Bearer {demo['admin_token']}"},
        trust_env=False,
    ).json()
    assert booking["id"] in [row["id"] for row in book["items"]]


def test_the_same_seed_brings_the_same_guest(demo: dict[str, Any]) -> None:
    reports = [
        json.loads(maitre("simulate", "call", *reach(demo), "--json", "--scenario", "hours", "--seed", "8").stdout)
        for _ in range(2)
    ]
    assert reports[0]["guest"] == reports[1]["guest"]
    assert reports[0]["call_id"] != reports[1]["call_id"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--key", "wrong"), "answered 401"),
        (("--agent-id", "agent_of_nobody", "--to-number", "+34915555555"), "unknown_restaurant"),
    ],
)
def test_a_step_that_fails_is_told_and_the_exit_code_says_so(
    demo: dict[str, Any], arguments: tuple[str, ...], told: str
) -> None:
    done = maitre("simulate", "call", *reach(demo), *arguments)
    assert done.returncode == 1
    assert any(line.startswith("Problem: ") and told in line for line in done.stdout.splitlines())


def test_a_server_that_does_not_answer_is_one_clear_line(unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    done = maitre("simulate", "call", "--url", url, "--key", "key")
    assert done.returncode == 1
    assert done.stderr.startswith(f"maitre: no server answers at {url}")


def test_without_a_key_nothing_can_be_signed() -> None:
    done = maitre("simulate", "call", "--url", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "no key to sign with" in done.stderr
