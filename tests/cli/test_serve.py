import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.serve_process import KEY, ServeProcess, command, environment, serve
from support.warm import ran


def test_what_is_printed_first_is_where_it_listens(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        assert httpx.get(f"{server.url}/livez", trust_env=False).status_code == 200


def test_flags_win_over_the_environment(tmp_path: Path) -> None:
    flags = ("--json", "--data-dir", str(tmp_path / "flag"), "--host", "::1", "--port", "0")
    settings = environment(retell_webhook_keys=KEY, data_dir=tmp_path / "env", host="127.0.0.1", port="1")
    with subprocess.Popen(command("serve", *flags), env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert url.startswith("http://[::1]:")
    assert (tmp_path / "flag" / "maitre.db").exists()
    assert not (tmp_path / "env").exists()


def test_without_json_stdout_stays_empty_and_the_log_tells_where_it_listens(tmp_path: Path) -> None:
    settings = environment(retell_webhook_keys=KEY, data_dir=tmp_path, port=0)
    with subprocess.Popen(
        command("serve"), env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["event"] == "server_started"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, "")
    assert json.loads(err)["event"] == "server_stopped"
    assert KEY not in err


class Operator:
    """Somebody with a token of the server's machine."""

    def __init__(self, server: ServeProcess, data_dir: Path) -> None:
        where = ("--data-dir", str(data_dir), "--json")
        self._ran("user", "add", "ana@example.com", "--name", "Ana", "--role", "operator", *where)
        token = json.loads(self._ran("token", "create", "ana@example.com", "--name", "till", *where))["token"]
        self._url = server.url
        self._how: Any = {"trust_env": False, "headers": {"authorization": f"Bearer {token}"}}

    def _ran(self, *arguments: str) -> str:
        done = ran(*arguments, env=environment())
        assert done.returncode == 0, done.stderr
        return done.stdout

    def post(self, path: str) -> httpx.Response:
        return httpx.post(f"{self._url}{path}", **self._how)

    def backups(self) -> dict[str, Any]:
        told: dict[str, Any] = httpx.get(f"{self._url}/api/admin/backups", **self._how).json()
        return told


def test_a_backup_that_is_asked_for_over_http_is_a_sound_one_of_this_server_s_data(tmp_path: Path) -> None:
    with serve(tmp_path) as server:
        operator = Operator(server, tmp_path)
        assert operator.post("/api/admin/backups").status_code == 202
        until = time.monotonic() + 60
        while (told := operator.backups())["work"]["state"] == "running":
            assert time.monotonic() < until
            time.sleep(0.05)
    assert (told["work"]["state"], told["work"]["error"]) == ("done", "")
    assert [row["name"] for row in told["items"]] == [told["work"]["name"]]
    verified = ran("backup", "verify", "--data-dir", str(tmp_path), env=environment())
    assert "is sound" in verified.stdout, verified.stderr


@pytest.mark.parametrize(("kept", "status"), [(True, 202), (False, 409)])
def test_a_restart_ends_a_service_well_and_leaves_any_other_server_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, kept: bool, status: int
) -> None:
    monkeypatch.delenv("SYSTEMD_EXEC_PID", raising=False)
    monkeypatch.setenv("INVOCATION_ID", "4f" if kept else "")
    with serve(tmp_path) as server:
        assert Operator(server, tmp_path).post("/api/admin/restart").status_code == status
        if not kept:
            assert httpx.get(f"{server.url}/livez", trust_env=False).status_code == 200
            server.signal(signal.SIGTERM)
        assert server.exit_code(within_s=20) == 0
