import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appliance import cli

KEY = "key_0123456789abcdef"
OUTSIDE = {"MAITRE_RETELL_API_URL": "http://127.0.0.1:9", "MAITRE_PORT": "9"}


def run(data_dir: Path, *arguments: str, **env: str) -> Result:
    environment = OUTSIDE | {"HOME": "/nonexistent", "MAITRE_DATA_DIR": str(data_dir)} | env
    return CliRunner().invoke(cli.maitre, arguments, env=environment, prog_name="maitre")


def told(result: Result) -> dict[str, dict[str, Any]]:
    """By name, the last of each."""
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert run(folder, "setup", "--retell-key", KEY).exit_code == 0
    return folder


def test_a_machine_on_which_nothing_fails_ends_with_0(data: Path) -> None:
    looked = run(data, "doctor")
    assert looked.exit_code == 0, looked.stdout
    assert "✓ database: " in looked.stdout
    assert "✗" not in looked.stdout


def test_what_fails_ends_with_1_and_says_what_to_do(data: Path) -> None:
    (data / "maitre.db").unlink()
    looked = run(data, "doctor")
    assert looked.exit_code == 1
    assert "✗ database: There is no database" in looked.stdout
    assert "    → `maitre setup` makes one" in looked.stdout


def test_programs_get_it_as_json(data: Path) -> None:
    looked = run(data, "doctor", "--json")
    report = json.loads(looked.stdout)
    assert report["outcome"] in ("ok", "warn")
    assert set(report["checks"][0]) == {"name", "outcome", "found", "advice", "fixable"}
    assert KEY not in looked.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 'many'\n", "port must be"),
        ("colour = 'red'\n", "colour is no setting"),
        ("port = = 1\n", "is not valid TOML"),
        ("trusted_proxies = ['999.1.1.1']\n", "trusted_proxies"),
    ],
)
def test_with_wrong_settings_it_still_looks_at_the_rest(data: Path, text: str, said: str) -> None:
    (data / "maitre.toml").write_text(text)
    looked = run(data, "doctor", "--json")
    assert looked.exit_code == 1
    checks = told(looked)
    assert said in checks["settings"]["found"]
    assert checks["database"]["outcome"] == "ok"


def test_repairs_are_told_and_then_looked_at_again(data: Path) -> None:
    data.chmod(0o777)
    looked = run(data, "doctor", "--fix", "--json")
    assert looked.exit_code == 0
    assert f"done: chmod 0700 {data}" in looked.stderr
    assert told(looked)["data directory"]["outcome"] == "ok"
    assert "there is nothing that --fix repairs" in run(data, "doctor", "--fix").stderr


def test_the_schema_is_brought_up_only_with_consent(data: Path) -> None:
    (data / "maitre.db").unlink()
    (data / "maitre.db").touch(mode=0o600)
    left = run(data, "doctor", "--fix", "--json")
    assert (told(left)["schema"]["outcome"], "left: bring the schema" in left.stderr) == ("warn", True)
    done = run(data, "doctor", "--fix", "--yes", "--json")
    assert (told(done)["schema"]["outcome"], done.exit_code) == ("ok", 0)


def test_nobody_who_answers_keeps_it_longer_than_a_quarter_of_a_minute(data: Path, silent_url: str) -> None:
    began = time.monotonic()
    env = {
        "MAITRE_RETELL_API_URL": silent_url,
        "MAITRE_RETELL_API_KEY": KEY,
        "MAITRE_PUBLIC_URL": silent_url.replace("http://", "https://"),
        "MAITRE_PORT": silent_url.rpartition(":")[2],
    }
    looked = run(data, "doctor", "--json", **env)
    assert time.monotonic() - began < 15
    assert looked.exit_code == 1
    assert told(looked)["certificate"]["outcome"] == "warn"
    assert told(looked)["Retell"]["outcome"] == "warn"
    assert told(looked)["listening"]["outcome"] == "fail"


@pytest.fixture
def silent_url() -> Any:
    """Somebody who takes connections and never says a word."""
    import socket

    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
