"""Starting what is measured, and ending it: nothing outlives its block, nor its time limit if the block is cut off."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_READY_S = 60
_LIFE_S = 300
"""`timeout` ends a server after this long, should this program be killed before it can."""


class Server:
    """A running server; `ready` is the JSON object that it printed first."""

    def __init__(self, process: subprocess.Popen[bytes], ready: dict) -> None:
        self._process = process
        self.ready = ready
        self.port = int(ready["url"].rsplit(":", 1)[1].rstrip("/"))
        self.group = process.pid

    def processes(self) -> list[psutil.Process]:
        """The server and whatever it started, without the `timeout` around them."""
        return psutil.Process(self.group).children(recursive=True)

    def cpu_s(self) -> float:
        """The processor time taken so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes())

    def kill(self) -> None:
        """SIGKILL, as hard as a server can end."""
        if self._process.poll() is None:
            os.killpg(self.group, signal.SIGKILL)
        self._process.wait()


@contextmanager
def running(command: list[str], *, home: Path, env: dict[str, str] | None = None) -> Iterator[Server]:
    """Start the command and wait until it says, in a line of JSON with its `url`, that it is ready."""
    out, log = home / "stdout", home / "stderr"
    with out.open("wb") as stdout, log.open("wb") as stderr:
        process = subprocess.Popen(
            ["timeout", str(_LIFE_S), *command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=os.environ | (env or {}),
            start_new_session=True,  # its own group, so that `timeout` and what it started end together
        )
    try:
        yield Server(process, _first_line(process, out, log))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def demo(program: str, home: Path, url: str, **env: str):
    """The server with made-up restaurants that nobody calls, on this database; `program` is a module that has it."""
    command = [sys.executable, "-m", program, "demo", "--json", "--no-calls", "--port", "0", "--data-dir", str(home)]
    return running(command, home=home, env={"MAITRE_DATABASE_URL": url} | env)


def _first_line(process: subprocess.Popen[bytes], out: Path, log: Path) -> dict:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        line, end, _ = out.read_text().partition("\n")
        if end:
            return json.loads(line)
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"{process.args} did not get ready:\n{log.read_text()[-2000:]}")
