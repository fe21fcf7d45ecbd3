import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from appliance.cli.demo import _settings
from support.running_demo import maitre, running_demo
from support.serve_process import environment, started

FREE = {"config_file": None, "data_dir": None, "database_url": None, "host": None, "port": None}


def test_once_plays_a_call_to_each_restaurant_and_ends_well() -> None:
    done = maitre("demo", "--once", "--json", "--port", "0")
    ready, *calls, summary = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, summary["problems"]) == (0, [])
    assert list(ready) == ["url", "retell_api_key", "admin_token", "restaurants"]
    assert list(ready["restaurants"][0]) == ["id", "name", "plan", "agent_id", "phone", "timezone"]
    assert {call["restaurant_id"] for call in calls} == {restaurant["id"] for restaurant in ready["restaurants"]}
    assert len(calls) == summary["calls"] >= 30
    assert summary["booked"] > 0
    assert summary["tool_p50_ms"] <= summary["tool_p95_ms"]


def test_tables_are_booked_until_ctrl_c_and_then_it_is_summed_up() -> None:
    command = [sys.executable, "-m", "appliance", "demo", "--port", "0"]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        first = next(line for line in lines if "PATH" not in line)
        assert any(": booked " in line for line in lines)
        process.send_signal(signal.SIGINT)
        rest = list(lines)
        assert process.wait(30) == 0
    assert first.startswith("Maitre demo: 32 made-up restaurants on 3 plans")
    assert any("calls: " in line for line in rest)
    assert rest[-1] == "No problems.\n"


@pytest.mark.parametrize("on_path", [True, False])
def test_a_command_that_is_not_on_the_path_is_told_as_it_can_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, on_path: bool
) -> None:
    """`maitre simulate call …`, which the demo prints, was not found after scripts/demo."""
    if on_path:
        (tmp_path / "maitre").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    first = started("demo", "--once", "--port", "0", within_s=120).stdout.splitlines()[0]
    told = f"The command maitre is not on the PATH; here it is {sys.executable} -m appliance"
    assert (first == told) is not on_path


def test_a_second_start_on_the_same_data_finds_restaurants_and_keys(tmp_path: Path) -> None:
    data = ("--data-dir", str(tmp_path / "data"))
    with running_demo(*data) as (first, before):
        pass
    with running_demo(*data) as (_, after):
        headers = {"Authorization": f"Bearer {after['admin_token']}"}
        listed = httpx.get(f"{after['url']}/api/restaurants", headers=headers, trust_env=False)
    assert first.returncode == 0
    assert {**before, "url": ""} == {**after, "url": ""}
    assert listed.json()["total"] == len(after["restaurants"]) == 32
    assert stat.S_IMODE((tmp_path / "data" / "demo.json").stat().st_mode) == 0o600


def test_the_data_goes_away_when_nobody_said_where_it_should_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with running_demo():
        assert [path.name.startswith("maitre-demo-") for path in tmp_path.iterdir()] == [True]
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_was_asked_for_and_is_taken_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = started("demo", "--no-calls", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith("maitre: ")
    assert len(done.stderr.splitlines()) == 1
    assert str(port) in done.stderr


def test_calls_and_no_calls_do_not_go_together() -> None:
    assert started("demo", "--once", "--no-calls").returncode == 2


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MAITRE_")]:
        monkeypatch.delenv(name)


def test_the_settings_of_a_real_server_on_this_machine_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_settings: None
) -> None:
    (tmp_path / "maitre").mkdir()
    (tmp_path / "maitre" / "maitre.toml").write_text('database_url = "sqlite:////real.db"')
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with _settings(FREE) as settings:
        assert settings.database_url == ""
        assert settings.data_dir.name.startswith("maitre-demo-")


def test_the_environment_chooses_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_settings: None) -> None:
    monkeypatch.setenv("MAITRE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAITRE_DATABASE_URL", "postgresql://demo@localhost/demo")
    with _settings(FREE) as settings:
        assert settings.data_dir == tmp_path
        assert settings.database_url == "postgresql://demo@localhost/demo"
