"""Processes of the program that are forked from one which has imported it.

What tests start and end again and again would spend most of its life on imports, which are the same each time. What it
does from there on, to its end by a signal, is that of any other process.
"""

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Timer

import appliance
from appliance.cli import main

_MODULES = [
    "appliance.app",
    "appliance.cli.demo",
    "appliance.cli.serve",
    "appliance.cli.simulate",
    "appliance.loadtest.demo",
    "appliance.loadtest.house",
]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(_MODULES)


class WarmProcess:
    """`maitre` with these arguments, in this environment and no other; it may write its errors to the end of a file."""

    def __init__(self, *arguments: str, env: Mapping[str, str], errors: Path | None = None) -> None:
        reader, writer = _context.Pipe(duplex=False)
        self._process = _context.Process(target=_run, args=(arguments, dict(env), writer, errors), daemon=True)
        self._process.start()
        writer.close()
        self.stdout = os.fdopen(os.dup(reader.fileno()))
        reader.close()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Nothing to one that has ended: the fork server knows so before we do."""
        assert self._process.pid
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        self.stdout.close()
        assert self._process.exitcode is not None, "it has not ended"
        return self._process.exitcode


def ran(*arguments: str, env: Mapping[str, str], within_s: float = 60.0) -> subprocess.CompletedProcess[str]:
    """What `maitre` with these arguments said until it ended. Raises TimeoutExpired when it had to be killed."""
    with NamedTemporaryFile() as errors:
        process = WarmProcess(*arguments, env=env, errors=Path(errors.name))
        overdue = Timer(within_s, process.send_signal, (signal.SIGKILL,))
        overdue.daemon = True
        overdue.start()
        try:
            out = process.stdout.read()
        finally:
            overdue.cancel()
        code = process.wait(within_s)
        if code == -signal.SIGKILL:
            raise subprocess.TimeoutExpired(arguments, within_s, out)
        return subprocess.CompletedProcess(arguments, code, out, Path(errors.name).read_text())


def _run(arguments: Sequence[str], env: Mapping[str, str], out: Connection, errors: Path | None) -> None:
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.dup2(out.fileno(), 1)
    if errors:
        os.dup2(os.open(errors, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), 2)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb"))
    sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb"), errors="backslashreplace", line_buffering=True)
    sys.argv = [str(Path(appliance.__file__).with_name("__main__.py")), *arguments]
    main()
