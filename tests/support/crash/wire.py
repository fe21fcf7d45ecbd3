"""HTTP as the phone platform speaks it: one signed request after the other on a connection kept open.

It knows what a client library hides: whether a request had left when its answer failed to come.
"""

import asyncio
import time
from contextlib import suppress
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from appliance.voice.retell.signature import sign

_PATIENCE_S = 20


class Answer(NamedTuple):
    status: int
    body: bytes


class Unanswered(Exception):
    """The connection ended before the answer; `sent_at` is when the request had left (monotonic), if it had.

    `first`: it was the first on its connection, which the server may not even have accepted yet.
    """

    def __init__(self, sent_at: float | None, *, first: bool) -> None:
        super().__init__(sent_at)
        self.sent_at = sent_at
        self.first = first


class Wire:
    """Opens its connection when there is none: at first, and after the server said that it would close it."""

    def __init__(self, url: str, key: str) -> None:
        self._address = urlsplit(url)
        self._key = key
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def post(self, path: str, body: bytes) -> Answer:
        """Raises Unanswered, and TimeoutError for a server that is there and says nothing."""
        sent_at, first = None, self._streams is None
        try:
            async with asyncio.timeout(_PATIENCE_S):
                reader, writer = self._streams = self._streams or await self._open()
                writer.write(self._request(path, body))
                await writer.drain()
                sent_at = time.monotonic()
                answer, stays_open = await _read(reader)
        except TimeoutError:
            raise
        except (OSError, EOFError) as error:
            raise Unanswered(sent_at, first=first) from error
        if not stays_open:
            await self._close()
        return answer

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self._address.hostname, self._address.port)

    def _request(self, path: str, body: bytes) -> bytes:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._address.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Retell-Signature: {sign(body, self._key, time.time_ns() // 1_000_000)}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def _close(self) -> None:
        if self._streams:
            _, writer = self._streams
            self._streams = None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    """The answer, and whether the connection stays open after it."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status_line, *lines = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines if line)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(int(status_line.split()[1]), body), headers.get("connection") != "close"
