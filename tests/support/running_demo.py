"""`maitre demo --no-calls` as a process of its own: a whole server with restaurants in it."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.serve_process import command, environment


def maitre(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
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
    words = command("demo", "--no-calls", "--json", "--port", "0", *arguments)
    with subprocess.Popen(words, env=environment(**settings), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(30)
