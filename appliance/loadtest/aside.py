"""The demo as a process of its own, beside whoever looks at it, and ended with them."""

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import Thread
from typing import IO

import msgspec

from appliance.errors import StartError
from appliance.loadtest.ready import DemoReady

_PATIENCE_S = 30


@contextmanager
def demo_aside(program: Sequence[str]) -> Iterator[DemoReady]:
    """On this machine alone, and on data that goes away: no setting of a real server is its. Raises StartError.

    Its stdin is how it knows that who opened it is still there: the kernel closes it for who is killed, too.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAITRE_")}
    command = [*program, "demo", "--json", "--port", "0", "--while-open"]
    before = signal.signal(signal.SIGTERM, _leave)
    with (
        TemporaryFile("w+") as complaints,
        subprocess.Popen(  # noqa: S603 — this program itself
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        try:
            yield _ready(process, complaints)
        finally:
            process.terminate()
            process.wait(_PATIENCE_S)
            signal.signal(signal.SIGTERM, before)


def _ready(process: subprocess.Popen[str], complaints: IO[str]) -> DemoReady:
    """What it says first; of the calls that it tells then, nothing is kept."""
    assert process.stdout
    try:
        ready = msgspec.json.decode(process.stdout.readline(), type=DemoReady)
    except msgspec.DecodeError as error:
        process.wait(_PATIENCE_S)
        complaints.seek(0)
        raise StartError(complaints.read().strip() or "the demo did not start") from error
    Thread(target=deque, args=(process.stdout, 0), daemon=True).start()
    return ready


def _leave(number: int, _: object) -> None:
    """Not at once: the demo is to be ended first."""
    sys.exit(128 + number)
