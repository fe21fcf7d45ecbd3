"""The server's end of the wire, for a console: tells what a test gives it, goes away and comes back when told to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import msgspec
from msgspec.structs import replace

from appliance.contract import (
    AlertRow,
    BackupWork,
    CallDetail,
    DayBookView,
    LimitRow,
    LiveView,
    LogLevelView,
    LogLine,
    LogLines,
    MetricSeries,
    Page,
    PlatformCallRow,
    Problem,
    RestartAsked,
    RestaurantChange,
    RestaurantDetail,
    SystemView,
    TaskRow,
    TasksChanged,
)
from appliance.loadtest.restaurants import demo_restaurants
from appliance.services.views import restaurant_detail
from tui.app import Console
from tui.desk import TASK_STATES
from tui.link import Link
from tui.watch import Phase
from tui.words import Words

URL = "http://maitre.test"
_WHICH = ("state", "date", "search")
_OF_THE_SERVICE: dict[str, object] = {
    "/api/admin/backups": BackupWork(state="running", began_at=0),
    "/api/admin/restart": RestartAsked(drain_s=5),
    "/api/admin/log-level": LogLevelView(level="debug", usual="info", until=None),
}


class Stage(httpx.AsyncBaseTransport):
    """`asked` are the requests that changed something: method, path, body."""

    def __init__(
        self,
        view: LiveView,
        *,
        series: MetricSeries,
        alerts: Sequence[AlertRow],
        past: Sequence[AlertRow] = (),
        tasks: Sequence[TaskRow],
        calls: Sequence[PlatformCallRow] = (),
        opened: Sequence[CallDetail] = (),
        limits: Sequence[LimitRow] = (),
        house: RestaurantDetail | None = None,
        days: Sequence[DayBookView] = (),
        system: SystemView,
        logged: Sequence[LogLine] = (),
    ) -> None:
        self.view = view
        self.answers: dict[str, object] = {
            "/api/admin/metrics": series,
            "/api/admin/alerts?current": Page(items=list(alerts), total=len(alerts)),
            "/api/admin/alerts?all": Page(items=[*alerts, *past], total=len(alerts) + len(past)),
            "/api/admin/calls": Page(items=list(calls), total=len(calls)),
            "/api/admin/limits": Page(items=list(limits), total=len(limits)),
            "/api/admin/system": system,
            "/api/admin/logs": LogLines(items=list(logged), last=logged[-1].id if logged else 0),
            "/api/admin/tasks": Page(items=list(tasks), total=len(tasks)),
        }
        for call in opened:
            (row,) = (row for row in calls if row.call_id == call.call_id)
            self.answers[f"/api/restaurants/{row.restaurant_id}/calls/{call.call_id}"] = call
        if house:
            self.answers[f"/api/restaurants/{house.id}"] = house
            self.answers |= {f"/api/restaurants/{house.id}/book?{day.date}": day for day in days}
        for state in TASK_STATES:
            rows = [row for row in tasks if row.state == state]
            self.answers[f"/api/admin/tasks?{state}"] = Page(items=rows, total=len(rows))
        self.asked: list[tuple[str, str, Any]] = []
        self.reads: list[str] = []
        self.wanted: list[tuple[str, dict[str, str]]] = []
        """What was read, each with its parameters."""
        self.refuses: dict[str, str] = {}
        """What is not done, and why."""
        self._here = True
        self._left = asyncio.Event()

    def leave(self) -> None:
        self._here = False
        self._left.set()

    def return_(self) -> None:
        self._here, self._left = True, asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self._here:
            raise httpx.ConnectError("nobody is here")
        path = request.url.path
        if path == "/api/admin/stream":
            return httpx.Response(200, stream=_Stream(self._left, self.view))
        if request.method != "GET":
            return self._change(request)
        self.reads.append(path)
        self.wanted.append((path, dict(request.url.params)))
        which = next((request.url.params[name] for name in _WHICH if name in request.url.params), None)
        return _json(self.answers[f"{path}?{which}" if which else path])

    def _change(self, request: httpx.Request) -> httpx.Response:
        body = msgspec.json.decode(request.content) if request.content else None
        path = request.url.path
        if path in self.refuses:
            return _refusal(self.refuses[path])
        self.asked.append((request.method, path, body))
        return _json(self._changed(path, body))

    def _changed(self, path: str, body: Any) -> object:
        if path in _OF_THE_SERVICE:
            return _OF_THE_SERVICE[path]
        if path.startswith("/api/admin/tasks"):
            return TasksChanged(count=len(body["ids"]))
        if path.startswith("/api/admin/calls"):
            return TasksChanged(count=4)
        if path.startswith("/api/admin/limits"):
            limits: Page[LimitRow] = self.answers["/api/admin/limits"]  # type: ignore[assignment]
            return limits.items[0]
        if path.startswith("/api/restaurants"):
            return _changed(path.rpartition("/")[2], body["status"])
        alerts: Page[AlertRow] = self.answers["/api/admin/alerts?all"]  # type: ignore[assignment]
        return alerts.items[0]


class _Stream(httpx.AsyncByteStream):
    def __init__(self, left: asyncio.Event, view: LiveView) -> None:
        self._left, self._view = left, view

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"event: snapshot\r\ndata: " + msgspec.json.encode(self._view) + b"\r\n\r\n"
        await self._left.wait()
        raise httpx.ReadError("it went away")


def _changed(restaurant_id: str, status: str) -> RestaurantChange:
    detail = restaurant_detail(demo_restaurants(1)[0].card, now_ms=0)
    return RestaurantChange(restaurant=replace(detail, id=restaurant_id, status=status), affected=[], etag='"1"')


def _refusal(reason: str) -> httpx.Response:
    told = Problem(type="about:blank", title="Conflict", status=409, detail=reason, instance="r", retryable=False)
    return httpx.Response(409, content=msgspec.json.encode(told))


def _json(value: object) -> httpx.Response:
    return httpx.Response(200, content=msgspec.json.encode(value))


class Stopwatch:
    """Stands still unless it is turned."""

    def __init__(self) -> None:
        self.s = 1_000.0

    def __call__(self) -> float:
        return self.s


def console_on(stage: Stage, *, language: str = "es", now_s: Stopwatch | None = None, **more: Any) -> Console:
    words = Words(language)
    link = Link(URL, "token", language=language, transport=stage)
    return Console(link, words=words, **({"theme": "dark", "now_s": now_s or Stopwatch()} | more))


async def painted(pilot: Any, console: Console) -> None:
    """Wait until what the stage tells has been taken in and is on the screen."""
    async with asyncio.timeout(20):
        while not _is_told(console):
            await pilot.pause(0.02)
    console.show()
    await pilot.pause()
    await pilot.pause()


def _is_told(console: Console) -> bool:
    screen = console._seen()
    live = console.desk.connection.phase is Phase.LIVE
    return live and screen is not None and all(feed.received_s is not None for feed in screen.feeds)
