"""The crowd: a process of its own that keeps many connections to a server open and lets none of them come to anything.

Half of them say nothing; the others send their head a line at a time. Those that the server hangs up on are made anew.
Reads a `Crowd` as a line of JSON on stdin; says in a line that all are there; at the end of stdin, writes `Held`.
"""

import asyncio
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
import uvloop
from msgspec import Struct

_LINE_EVERY_S = 5.0
_LONGEST_S = 240
_AT_ONCE = 50
"""Connections being made, for a crowd grows and does not explode."""
READY = b"ready\n"


class Crowd(Struct, frozen=True, kw_only=True):
    port: int
    connections: int


class Held(Struct, frozen=True, kw_only=True):
    """How many were open at the end, and how often the server had hung up."""

    open: int
    hung_up: int


class _Counts:
    def __init__(self, wanted: int) -> None:
        self.open = self.hung_up = 0
        self.all_there = asyncio.Event()
        self._wanted = wanted

    def opened(self) -> None:
        self.open += 1
        if self.open == self._wanted:
            self.all_there.set()


async def hold(crowd: Crowd) -> Held:
    counts, making = _Counts(crowd.connections), asyncio.Semaphore(_AT_ONCE)
    clients = [
        asyncio.create_task(_client(crowd.port, making, counts, slow=n % 2 == 1)) for n in range(crowd.connections)
    ]
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST_S):
            await counts.all_there.wait()
            sys.stdout.buffer.write(READY)
            sys.stdout.buffer.flush()
            async for _ in _lines():
                pass
    held = Held(open=counts.open, hung_up=counts.hung_up)
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    return held


async def _client(port: int, making: asyncio.Semaphore, counts: _Counts, *, slow: bool) -> None:
    while True:
        async with making:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        counts.opened()
        try:
            await (_trickle(reader, writer) if slow else reader.read())
        except ConnectionError:
            pass
        finally:
            counts.open -= 1
            writer.close()
        counts.hung_up += 1


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"POST /tools/retell HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    ended = asyncio.ensure_future(reader.read())
    try:
        while not (await asyncio.wait((ended,), timeout=_LINE_EVERY_S))[0]:
            writer.write(b"X-Slow: 1\r\n")
    finally:
        ended.cancel()


async def _lines() -> AsyncIterator[bytes]:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield line


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    wanted = msgspec.json.decode(sys.stdin.buffer.readline(), type=Crowd)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(hold(wanted))))
