import json
import os
import pty
import stat
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from appliance import cli
from support.serve_process import command, environment, serve

KEY = "key_0123456789abcdef"


def run(data_dir: Path, *arguments: str, env: dict[str, str] | None = None) -> Result:
    usual: dict[str, str] = {"HOME": str(data_dir), "MAITRE_DATA_DIR": str(data_dir)}
    return CliRunner().invoke(cli.maitre, ["setup", *arguments], env=usual | (env or {}), prog_name="maitre")


def report(data_dir: Path, *arguments: str) -> dict[str, Any]:
    done = run(data_dir, *arguments, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def config(data_dir: Path) -> dict[str, Any]:
    return tomllib.loads((data_dir / "maitre.toml").read_text())


def test_one_run_makes_all_that_a_server_needs(tmp_path: Path) -> None:
    told = report(
        tmp_path, "--retell-key", KEY, "--public-url", "https://voice.example.com", "--email", "ana@example.com"
    )
    assert told["webhook_url"] == "https://voice.example.com/webhooks/retell"
    assert told["inbound_url"] == "https://voice.example.com/webhooks/retell/inbound"
    assert told["tools_url"] == "https://voice.example.com/tools/retell"
    assert (told["admin_email"], told["webhook_key_set"], told["config_written"]) == ("ana@example.com", True, True)
    assert config(tmp_path) == {"retell_webhook_keys": [KEY], "public_url": "https://voice.example.com"}
    with serve(tmp_path, retell_webhook_keys=KEY) as server:
        headers = {"authorization": f"Bearer {told['admin_token']}"}
        assert httpx.get(f"{server.url}/api/admin/overview", headers=headers, trust_env=False).status_code == 200


def test_a_server_starts_from_what_was_set_up_alone(tmp_path: Path) -> None:
    report(tmp_path, "--retell-key", KEY)
    with subprocess.Popen(
        command("serve", "--json", "--port", "0", "--data-dir", str(tmp_path)),
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "url" in json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(10) == 0


def test_what_holds_secrets_is_for_nobody_else(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    report(data_dir, "--retell-key", KEY)
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    for name in ("maitre.toml", "maitre.db"):
        assert stat.S_IMODE((data_dir / name).stat().st_mode) == 0o600


def test_a_second_run_keeps_everything(tmp_path: Path) -> None:
    first = report(tmp_path, "--retell-key", KEY, "--email", "ana@example.com")
    before = (tmp_path / "maitre.toml").read_bytes()
    second = report(tmp_path, "--email", "eva@example.com")
    assert (second["config_written"], second["admin_token"]) == (False, "")
    assert second["admin_email"] == "ana@example.com"
    assert {name for name in first if first[name] != second[name]} == {
        "config_written",
        "admin_password",
        "admin_token",
    }
    assert (tmp_path / "maitre.toml").read_bytes() == before


def test_a_lost_token_can_be_replaced(tmp_path: Path) -> None:
    first = report(tmp_path, "--retell-key", KEY)["admin_token"]
    assert report(tmp_path)["admin_token"] == ""
    second = report(tmp_path, "--new-token")["admin_token"]
    with serve(tmp_path, retell_webhook_keys=KEY) as server:
        for token in (first, second):
            bearer = {"Authorization": f"Bearer {token}"}
            assert httpx.get(f"{server.url}/api/restaurants", headers=bearer, trust_env=False).status_code == 200


def test_a_new_token_without_an_email_is_the_only_admin_s(tmp_path: Path) -> None:
    """It made a second admin, admin@localhost."""
    report(tmp_path, "--email", "ana@example.com")
    told = report(tmp_path, "--new-token")
    assert (told["admin_email"], bool(told["admin_token"])) == ("ana@example.com", True)
    assert report(tmp_path, "--new-token", "--email", "ana@example.com")["admin_email"] == "ana@example.com"


def test_a_new_token_for_an_admin_that_there_is_not_names_those_that_there_are(tmp_path: Path) -> None:
    report(tmp_path, "--email", "ana@example.com")
    refused = run(tmp_path, "--new-token", "--email", "eva@example.com")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == "maitre: There is no admin eva@example.com; known: ana@example.com.\n"


def test_what_was_left_out_at_first_can_be_given_later(tmp_path: Path) -> None:
    first = report(tmp_path)
    assert (first["webhook_key_set"], first["public_url_set"]) == (False, False)
    (tmp_path / "maitre.toml").write_text((tmp_path / "maitre.toml").read_text() + "port = 9090")
    second = report(tmp_path, "--retell-key", KEY, "--public-url", "https://voice.example.com")
    assert (second["webhook_key_set"], second["public_url_set"]) == (True, True)
    assert config(tmp_path) == {"port": 9090, "retell_webhook_keys": [KEY], "public_url": "https://voice.example.com"}
    report(tmp_path, "--retell-key", KEY)


def test_what_the_file_says_already_is_not_changed_behind_the_operator_s_back(tmp_path: Path) -> None:
    report(tmp_path, "--retell-key", KEY)
    refused = run(tmp_path, "--retell-key", "key_of_tomorrow_01")
    assert (refused.exit_code, "sets retell_webhook_keys already" in refused.stderr) == (1, True)
    assert config(tmp_path)["retell_webhook_keys"] == [KEY]


def test_a_file_that_was_named_is_the_one_that_is_written_to(tmp_path: Path) -> None:
    file = tmp_path / "etc.toml"
    file.write_text("port = 9090\n")
    told = report(tmp_path / "data", "--config", str(file), "--retell-key", KEY)
    assert told["config_file"] == str(file)
    assert tomllib.loads(file.read_text()) == {"port": 9090, "retell_webhook_keys": [KEY]}
    assert not (tmp_path / "data" / "maitre.toml").exists()


def test_people_are_told_what_to_paste_what_is_missing_and_how_to_start(tmp_path: Path) -> None:
    said = run(tmp_path, "--data-dir", str(tmp_path)).stdout
    assert "Paste into Retell:" in said
    assert "/webhooks/retell/inbound" in said
    assert "set public_url" in said
    assert "Still missing: retell_webhook_keys" in said
    assert said.splitlines()[-1] == f"Start it with: maitre serve --data-dir {tmp_path}"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--public-url", "http://voice.example.com"], "must be an https:// address"),
        (["--config", "/nowhere/maitre.toml"], "cannot be written"),
        (["--data-dir", "/dev/null/data"], "/dev/null/data cannot be written"),
        (["--database-url", "postgresql://ana:hunter2@/book?host=/nowhere"], "database does not answer"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    refused = run(tmp_path, *arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    (line,) = refused.stderr.splitlines()
    assert complaint in line
    assert "hunter2" not in line


def test_on_a_terminal_it_asks_for_what_is_missing(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command("setup"), env=environment(data_dir=tmp_path), stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True
    ) as process:
        os.close(theirs)
        os.write(ours, b"https://voice.example.com\n")
        said = read_until(ours, b"badge (empty: later)")
        os.write(ours, f"{KEY}\n".encode())
        said += read_until(ours, b"Start it with")
        assert process.wait(20) == 0
    os.close(ours)
    assert KEY.encode() not in said
    assert config(tmp_path) == {"retell_webhook_keys": [KEY], "public_url": "https://voice.example.com"}


def read_until(terminal: int, words: bytes) -> bytes:
    said = b""
    while words not in said:
        said += os.read(terminal, 4096)
    return said
