"""`maitre demo --no-calls` as a process to be killed, and begun again on what it left."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from appliance.loadtest.ready import DemoReady
from support.serve_process import environment
from support.warm import WarmProcess

LEASE_S = 5
"""The shortest there may be: on Postgres a killed server's tasks are taken over after so long."""
_START_S = 60
_END_S = 60
_COMMAND = ("demo", "--no-calls", "--json", "--port", "0")


class Victim:
    """One server on one database, again and again. What it had to complain about is in `log`."""

    def __init__(self, database_url: str, data_dir: Path) -> None:
        self.database_url = database_url
        self.log = data_dir.with_suffix(".log")
        self._environment = environment() | {
            "MAITRE_DATABASE_URL": database_url,
            "MAITRE_DATA_DIR": str(data_dir),
            "MAITRE_LEASE_S": str(LEASE_S),
        }
        self._process: WarmProcess | None = None

    @property
    def process(self) -> WarmProcess:
        assert self._process
        return self._process

    async def spawn(self) -> None:
        self._process = await asyncio.to_thread(WarmProcess, *_COMMAND, env=self._environment, errors=self.log)

    async def ready(self) -> DemoReady:
        """What it says when it can be used."""
        async with asyncio.timeout(_START_S):
            line = await asyncio.to_thread(self.process.stdout.readline)
        assert line, f"the server did not start: {self.log.read_text()}"
        return msgspec.json.decode(line, type=DemoReady)

    async def start(self) -> DemoReady:
        await self.spawn()
        return await self.ready()

    async def kill(self) -> None:
        """SIGKILL: no warning, no time to tidy up."""
        assert self.process.returncode is None, f"the server ended by itself: {self.log.read_text()}"
        self.process.send_signal(signal.SIGKILL)
        await self._end()

    async def freeze(self, *, for_s: float) -> None:
        """SIGSTOP, and SIGCONT when the time is over."""
        self.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(for_s)
        self.process.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return await self._end()

    async def _end(self) -> int:
        return await asyncio.to_thread(self.process.wait, _END_S)


@asynccontextmanager
async def victim(database_url: str, data_dir: Path) -> AsyncIterator[Victim]:
    """Whatever happens in the block, no process is left after it."""
    one = Victim(database_url, data_dir)
    try:
        yield one
    finally:
        if one._process is not None and one.process.returncode is None:
            await one.kill()
