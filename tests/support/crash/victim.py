"""`maitre demo --no-calls` as a process to be killed, and begun again on what it left."""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from appliance.loadtest.ready import DemoReady
from support.running_demo import environment

LEASE_S = 5
"""The shortest there may be: on Postgres a killed server's tasks are taken over after so long."""
_START_S = 60


class Victim:
    """One server on one database, again and again. What it had to complain about is in `log`."""

    def __init__(self, database_url: str, data_dir: Path) -> None:
        self.database_url = database_url
        self.log = data_dir.with_suffix(".log")
        self._command = [sys.executable, "-m", "appliance", "demo", "--no-calls", "--json", "--port", "0"]
        self._environment = environment() | {
            "MAITRE_DATABASE_URL": database_url,
            "MAITRE_DATA_DIR": str(data_dir),
            "MAITRE_LEASE_S": str(LEASE_S),
        }
        self._process: Process | None = None

    @property
    def process(self) -> Process:
        assert self._process
        return self._process

    async def spawn(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, stdin=DEVNULL, stdout=PIPE, stderr=log
            )

    async def ready(self) -> DemoReady:
        """What it says when it can be used."""
        assert self.process.stdout
        async with asyncio.timeout(_START_S):
            line = await self.process.stdout.readline()
        assert line, f"the server did not start: {self.log.read_text()}"
        return msgspec.json.decode(line, type=DemoReady)

    async def start(self) -> DemoReady:
        await self.spawn()
        return await self.ready()

    async def kill(self) -> None:
        """SIGKILL: no warning, no time to tidy up."""
        assert self.process.returncode is None, f"the server ended by itself: {self.log.read_text()}"
        self.process.kill()
        await self.process.communicate()

    async def freeze(self, *, for_s: float) -> None:
        """SIGSTOP, and SIGCONT when the time is over."""
        self.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(for_s)
        self.process.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def victim(database_url: str, data_dir: Path) -> AsyncIterator[Victim]:
    """Whatever happens in the block, no process is left after it."""
    one = Victim(database_url, data_dir)
    try:
        yield one
    finally:
        if one._process is not None and one.process.returncode is None:
            await one.kill()
