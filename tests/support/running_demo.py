"""`maitre demo --no-calls` as a process of its own: a whole server with restaurants in it."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.serve_process import environment
from support.warm import WarmProcess, ran


def maitre(*arguments: str) -> subprocess.CompletedProcess[str]:
    return ran(*arguments, env=environment(), within_s=120)


@contextmanager
def running_demo(*arguments: str, **settings: object) -> Iterator[tuple[WarmProcess, dict[str, Any]]]:
    """The process and what it said when ready; ended politely at the end."""
    words = ("demo", "--no-calls", "--json", "--port", "0", *arguments)
    process = WarmProcess(*words, env=environment(**settings))
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
