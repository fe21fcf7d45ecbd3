"""The demo beside a console: it ends with whoever opened it, however they end."""

import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from support.serve_process import environment

_OPEN = """
from appliance.cli.program import program
from appliance.loadtest.aside import demo_aside

with demo_aside(program()) as ready:
    print(ready.url, flush=True)
    input()
"""


def test_a_demo_ends_when_its_stdin_is_closed_and_clears_away(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "appliance", "demo", "--no-calls", "--json", "--port", "0", "--while-open"]
    env = environment() | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(30) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_demo_ends_with_who_opened_it_and_was_killed(tmp_path: Path) -> None:
    env = environment() | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", _OPEN], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as opener:
        assert opener.stdout
        url = opener.stdout.readline().strip()
        assert httpx.get(f"{url}/livez", trust_env=False).is_success
        opener.kill()
    until = time.monotonic() + 30
    while list(tmp_path.iterdir()):  # its data is the last thing that it clears away
        assert time.monotonic() < until
        time.sleep(0.1)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/livez", trust_env=False)
