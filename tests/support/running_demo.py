"""`maitre demo --no-calls` as a process of its own: a whole server with restaurants in it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def environment(**settings: object) -> dict[str, str]:
    """This one's, with these settings of Maitre and no others."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MAITRE_")}
    return plain | {f"MAITRE_{name.upper()}": str(value) for name, value in settings.items()}


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
def running_demo(*arguments: str, **settings: object) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process and what it said when ready; ended politely at the end."""
    command = [sys.executable, "-m", "appliance", "demo", "--no-calls", "--json", "--port", "0", *arguments]
    with subprocess.Popen(command, env=environment(**settings), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(30)
