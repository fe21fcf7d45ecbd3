import json
import signal
import subprocess
from pathlib import Path

import httpx

from support.running_server import KEY
from support.serve_process import command, environment, serve


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
