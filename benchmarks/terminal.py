"""A terminal with the console in it, as an operator starts it, and a stopwatch on what comes out of it."""

import os
import select
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import psutil
import pyte

from benchmarks.measure import BenchmarkError

COLUMNS, LINES = 120, 40
_PATIENCE_S = 20
_GATHERED_S = 0.12
"""Output is only taken down for so long after a key, and looked at afterwards: looking takes time, too."""


class Terminal:
    def __init__(self, child: pexpect.spawn, began_s: float) -> None:
        self._child = child
        self._began_s = began_s
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self.process = psutil.Process(child.pid)

    @property
    def lines(self) -> list[str]:
        return self._screen.display

    def painted_s(self, text: str) -> float:
        """How long after its start the text was first seen. Raises BenchmarkError when it is not, as the next does."""
        return self._until(lambda: any(text in line for line in self.lines)) - self._began_s

    def answered_s(self, key: str, is_answer: Callable[[list[str], list[str]], bool]) -> float:
        """How long after the key the screen had become another, as told by what it was and what it is."""
        before = list(self.lines)
        began_s = time.perf_counter()
        self._child.send(key)
        return self._until(lambda: is_answer(before, self.lines)) - began_s

    def watch(self, seconds: float) -> None:
        """Take in what comes, and look at it only at the end."""
        for chunk, _ in self._chunks(seconds):
            self._stream.feed(chunk)

    def cpu_s(self) -> float:
        return sum(self.process.cpu_times()[:2])

    def _until(self, holds: Callable[[], bool]) -> float:
        """When the output came that made it hold."""
        deadline = time.perf_counter() + _PATIENCE_S
        while time.perf_counter() < deadline:
            at_s = None
            for chunk, came_s in self._chunks(_GATHERED_S):
                self._stream.feed(chunk)
                at_s = at_s or (came_s if holds() else None)
            if at_s:
                return at_s
        raise BenchmarkError("\n".join(["the console did not show what was looked for:", *self.lines]))

    def _chunks(self, seconds: float) -> list[tuple[bytes, float]]:
        taken, until_s = [], time.perf_counter() + seconds
        while (left_s := until_s - time.perf_counter()) > 0:
            if select.select([self._child.child_fd], [], [], left_s)[0]:
                try:
                    taken.append((os.read(self._child.child_fd, 1 << 20), time.perf_counter()))
                except OSError as gone:
                    raise BenchmarkError("\n".join(["the console has ended:", *self.lines])) from gone
        return taken


@contextmanager
def console(url: str, token: str, *options: str) -> Iterator[Terminal]:
    with tempfile.TemporaryDirectory(prefix="maitre-benchmark-") as home:
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        env = kept | {"TERM": "xterm-256color", "LANG": "en_GB.UTF-8", "HOME": home, "MAITRE_TOKEN": token}
        command = ["-m", "appliance", "console", "--url", url, "--read-only", *options]
        began_s = time.perf_counter()
        child = pexpect.spawn(sys.executable, command, env=env, cwd=Path.cwd(), dimensions=(LINES, COLUMNS))
        child.delaybeforesend = None
        try:
            yield Terminal(child, began_s)
        finally:
            child.close(force=True)
