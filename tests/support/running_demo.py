"""`maitre demo --no-calls` as a process of its own: a whole server with restaurants in it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def environment() -> dict[str, str]:
    """This one's, without settings of Maitre."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MAITRE_")}


def maitre(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@contextmanager
def running_demo(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process and what it said when ready; ended politely at the end."""
    command = [sys.executable, "-m", "appliance", "demo", "--no-calls", "--json", "--port", "0", *arguments]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(30)
