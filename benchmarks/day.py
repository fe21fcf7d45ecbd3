"""A day of the console, as fast as it goes: a process of its own that tells how its memory was each hour.

Reads a `Day` as JSON on stdin and writes `Hours`. The console is the real one, before a terminal that is not drawn. The
wire tells a recording of a real server, whose seconds come again and again with their clock turned: 86,400 messages, a
new line of the log in each, all restaurants every half minute. The stream ends every hour, and the console returns; the
screen has its turn after every half minute. Meanwhile somebody goes from screen to screen.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from itertools import count

import httpx
import msgspec
import psutil
from msgspec import Struct
from msgspec.structs import replace

from appliance.contract import LiveView, LogLine
from tui.app import Console
from tui.link import Link, events
from tui.screens import PLACES
from tui.words import Words

_HOURS, _HOUR_S = 24, 3_600
_RECORDED_S = 10
_ROWS_EVERY_S, _SCREEN_EVERY_S = 30, 600
_LINE = LogLine(
    id=0, at=0, level="warning", event="tool_was_slow", request_id="", call_id="", restaurant_id="",
    fields={"tool": "check_availability", "took_ms": "812"},
)  # fmt: skip


class Day(Struct, frozen=True, kw_only=True):
    url: str
    token: str


class Hours(Struct, frozen=True, kw_only=True):
    """Resident memory after each hour, and how many messages were told and pictures painted in all."""

    mb: list[float]
    told: int
    painted: int


class _Painting(Console):
    painted = 0

    def show(self) -> None:
        self.painted += 1
        super().show()


class _Recording(httpx.AsyncBaseTransport):
    """Passes what is asked on to the server the first time, and tells the same ever after."""

    def __init__(self, seconds: list[LiveView]) -> None:
        self._server = httpx.AsyncHTTPTransport()
        self._answers: dict[str, bytes] = {}
        self._seconds = seconds
        self._ids = count(1)
        self.second = 0
        self.mb: list[float] = []
        self.over = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/admin/stream":
            return httpx.Response(200, stream=_Stream(self))
        key = f"{request.url.path}?{request.url.params.get('state')}"
        if key not in self._answers:
            self._answers[key] = await (await self._server.handle_async_request(request)).aread()
        return httpx.Response(200, content=self._answers[key])

    async def tell(self) -> AsyncIterator[bytes]:
        """The next hour."""
        yield self._message("snapshot", self._seconds[0])
        for _ in range(_HOUR_S):
            if self.second == _HOURS * _HOUR_S:
                self.over.set()
                await asyncio.Event().wait()
            self.second += 1
            whole = self.second % _ROWS_EVERY_S == 0
            view = self._seconds[1 + self.second % (len(self._seconds) - 1)]
            view = replace(view, restaurants=self._seconds[0].restaurants) if whole else view
            yield self._message("delta", view)
            if whole:
                await asyncio.sleep(0)  # the screen has its turn
            if self.second % _HOUR_S == 0:
                gc.collect()
                self.mb.append(psutil.Process().memory_info().rss / 1e6)

    def _message(self, event: str, view: LiveView) -> bytes:
        at = self._seconds[0].at + self.second * 1_000
        assert view.overview
        assert view.second
        told = replace(
            view,
            at=at,
            second=replace(view.second, at=at),
            overview=replace(view.overview, now=at),
            lines=[replace(_LINE, id=next(self._ids), at=at)],
        )
        return b"event: %b\r\ndata: %b\r\n\r\n" % (event.encode(), msgspec.json.encode(told))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, recording: _Recording) -> None:
        self._recording = recording

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._recording.tell()


async def spend(day: Day) -> Hours:
    recording = _Recording(await _recorded(day))
    link = Link(day.url, day.token, language="en", transport=recording)
    console = _Painting(link, words=Words("en"), theme="dark", now_s=lambda: float(recording.second), read_only=True)
    async with console.run_test(size=(120, 40)) as pilot:
        looked_s = 0
        while not recording.over.is_set():
            await asyncio.sleep(0.01)
            if recording.second - looked_s >= _SCREEN_EVERY_S:
                looked_s = recording.second
                await pilot.press(PLACES[looked_s // _SCREEN_EVERY_S % len(PLACES)].key)
    return Hours(mb=recording.mb, told=recording.second, painted=console.painted)


async def _recorded(day: Day) -> list[LiveView]:
    """What a server's stream tells: all of it, then seconds with all that moves."""
    headers = {"Authorization": f"Bearer {day.token}"}
    seconds: list[LiveView] = []
    async with (
        httpx.AsyncClient(base_url=day.url, headers=headers, trust_env=False) as http,
        http.stream("GET", "/api/admin/stream") as response,
    ):
        async for _, data in events(response.aiter_lines()):
            view = msgspec.json.decode(data, type=LiveView)
            if view.second and view.overview:
                seconds.append(view)
            if len(seconds) > _RECORDED_S:
                return seconds
    raise RuntimeError("the stream ended")


if __name__ == "__main__":
    wanted = msgspec.json.decode(sys.stdin.buffer.read(), type=Day)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(spend(wanted))))
