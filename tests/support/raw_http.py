"""HTTP by hand, for what a proper client would not send."""

import asyncio
from pathlib import Path
from typing import NamedTuple


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> Answer:
        """The next answer, of at most ten seconds. Raises EOFError when the server has hung up."""
        async with asyncio.timeout(10):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            status, *lines = head.rstrip().split("\r\n")
            headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
            body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(status.split()[1]), headers, body)

    async def ended(self) -> bool:
        """Whether the server hangs up, in whatever way, within ten seconds and without another word."""
        async with asyncio.timeout(10):
            try:
                return await self._reader.read() == b""
            except ConnectionError:  # it had not even accepted us
                return True

    async def close(self) -> None:
        self._writer.close()


async def connect(port: int, host: str = "127.0.0.1") -> Connection:
    return Connection(*await asyncio.open_connection(host, port))


async def connect_at(path: Path) -> Connection:
    """Through a unix socket."""
    return Connection(*await asyncio.open_unix_connection(path))
