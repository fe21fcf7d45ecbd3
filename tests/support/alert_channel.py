"""A channel of the operator's: a web server that notes what it is sent and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from support.serving import EVENTS, House, serving

ALWAYS_SO = ("cpu_high", "memory_high", "disk_full", "loop_lag_high", "occupancy_low")
"""How busy the machine is on which tests run is nothing to them, nor that nobody has booked."""
ALERTS = "/api/admin/alerts"
STRANGER = {"event": "call_started", "call": {"call_id": "call_x", "agent_id": "agent_nobody"}}


class Receiver:
    def __init__(self) -> None:
        self.bodies: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.status = 200
        self.silent = False
        self.port = 0
        self.hang_up = asyncio.Event()
        self.talking: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.talking.add(asyncio.current_task())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        self.bodies.append(msgspec.json.decode(await reader.readexactly(int(lines["content-length"]))))
        self.paths.append(head.split()[1])
        if self.silent:
            await self.hang_up.wait()
        else:
            writer.write(f"HTTP/1.1 {self.status} So\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}".encode())
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver
        receiver.hang_up.set()
        await asyncio.gather(*filter(None, receiver.talking))


@asynccontextmanager
async def watched(database_url: str, data_dir: Path, **settings: Any) -> AsyncIterator[House]:
    """A server that tells of alerts in Spanish, though not of what may always be so in a test."""
    off = tuple(f"{rule}=off" for rule in ALWAYS_SO)
    async with serving(database_url, data_dir, alert_rules=off, alert_language="es", **settings) as house:
        yield house


async def fire(house: House) -> str:
    """An event of an agent that no restaurant has; the alert's id."""
    assert (await house.post(EVENTS, STRANGER)).status_code == 204
    await house.server.parts.alerts.look()
    (row,) = (await house.read(ALERTS, rule="unknown_agent"))["items"]
    return str(row["id"])
