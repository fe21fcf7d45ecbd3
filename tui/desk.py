"""Everything that screens show and all that they can do, with the server behind it. Knows of no screen."""

import random
from collections.abc import Callable
from functools import partial
from urllib.parse import quote

from appliance.contract import (
    AlertRow,
    BackupWork,
    CallDetail,
    LimitRow,
    LogLevelChange,
    LogLevelName,
    LogLevelView,
    Page,
    PlatformCallRow,
    RestartAsked,
    RestaurantChange,
    RulesEdit,
    SystemView,
    TaskIds,
    TaskRow,
    TasksChanged,
)
from tui.daybook import DayBook
from tui.feeds import Feed
from tui.link import Link
from tui.picture import Picture
from tui.search import CallSearch
from tui.watch import Connection, Watch

_MOST_ROWS = 500
TASK_STATES = ("ready", "running", "dead", "held")
_ALERTS, _TASKS, _CALLS, _LIMITS = (f"/api/admin/{what}" for what in ("alerts", "tasks", "calls", "limits"))


class Desk:
    """`tell` is called after each change; `now_s` is a stopwatch. Who only looks on (`read_only`) changes nothing."""

    def __init__(
        self,
        link: Link,
        *,
        now_s: Callable[[], float],
        rng: random.Random,
        tell: Callable[[], None],
        read_only: bool = False,
    ) -> None:
        self.link = link
        self.tell = tell
        self.now_s = now_s
        self.read_only = read_only
        self.picture = Picture()
        self.watch = Watch(link, self.picture, now_s=now_s, rng=rng, tell=tell)
        self.alerts = Feed(lambda: self._alerts("current"), now_s)
        self.past_alerts = Feed(lambda: self._alerts("all"), now_s)
        self.calls = Feed(lambda: self.link.get(_CALLS, Page[PlatformCallRow], limit=_MOST_ROWS), now_s)
        self.search = CallSearch(link, now_s)
        self.limits = Feed(lambda: self.link.get(_LIMITS, Page[LimitRow], limit=_MOST_ROWS), now_s)
        self.system = Feed(lambda: self.link.get("/api/admin/system", SystemView), now_s)
        self.tasks = {state: Feed(partial(self._tasks, state), now_s) for state in (None, *TASK_STATES)}
        """Of every state, or of one: where the queue is long, what is stuck may not be among its first rows."""
        self.book: DayBook | None = None
        """The one that was last looked at."""
        self._held: Picture | None = None
        self.held_s: float | None = None
        """Since when the picture is held; None while it is live."""

    @property
    def shown(self) -> Picture:
        """The picture as it is to be shown: that of now, or of when it was held."""
        return self._held or self.picture

    def hold(self) -> None:
        """Keep the picture as it is now, or go on live."""
        self._held = None if self._held else self.picture.copy()
        self.held_s = self.now_s() if self._held else None

    @property
    def connection(self) -> Connection:
        return self.watch.connection

    def now_ms(self) -> int:
        """The server's time, as it last told it: ours may be another."""
        overview, received_s = self.shown.overview, self.shown.received_s
        if overview is None or received_s is None:
            return 0
        until_s = self.held_s or self.now_s()
        return overview.now + int((until_s - received_s) * 1000)

    def open_book(self, restaurant_id: str) -> None:
        """At tonight, unless it is open already."""
        if self.book is None or self.book.restaurant_id != restaurant_id:
            self.book = DayBook(self.link, restaurant_id, now_ms=self.now_ms, now_s=self.now_s)

    async def pause(self, restaurant_id: str) -> None:
        """Its agent takes no bookings from now on. Raises LinkError, like all that follow."""
        await self._set(restaurant_id, RulesEdit(status="paused"))

    async def resume(self, restaurant_id: str) -> None:
        await self._set(restaurant_id, RulesEdit(status="active"))

    async def acknowledge(self, alert_id: str) -> None:
        await self._change_alert(alert_id, "acknowledge")

    async def resolve(self, alert_id: str) -> None:
        await self._change_alert(alert_id, "resolve")

    async def retry(self, task_ids: list[str]) -> int:
        """How many of them were dead or held, and are ready again."""
        return await self._change_tasks("retry", task_ids)

    async def discard(self, task_ids: list[str]) -> int:
        return await self._change_tasks("discard", task_ids)

    async def replay(self, call_id: str) -> int:
        """How many of the call's stored events are applied once more."""
        count = (await self.link.post(f"{_CALLS}/{quote(call_id, safe='')}/replay", TasksChanged)).count
        self.calls.hasten()
        return count

    def call(self, row: PlatformCallRow) -> Feed[CallDetail]:
        """All that is known of a call. It is the restaurant's to be asked, so it is not asked without need."""
        path = f"/api/restaurants/{row.restaurant_id}/calls/{quote(row.call_id, safe='')}"
        return Feed(lambda: self.link.get(path, CallDetail), self.now_s, again=False)

    def known_call(self, call_id: str) -> PlatformCallRow | None:
        """As the list of calls last had it."""
        rows = self.calls.value.items if self.calls.value else []
        return next((row for row in rows if row.call_id == call_id), None)

    async def clear_limits(self, restaurant_id: str) -> None:
        """The restaurant has its whole quota again."""
        await self.link.delete(f"{_LIMITS}/{quote(restaurant_id, safe='')}", LimitRow)
        self.limits.hasten()

    async def back_up(self) -> None:
        """The server has a backup made; the system says what became of it."""
        await self.link.post("/api/admin/backups", BackupWork)
        self.system.hasten()

    async def restart(self) -> RestartAsked:
        """The server ends, and is begun anew. Raises Refused where nothing would begin it."""
        return await self.link.post("/api/admin/restart", RestartAsked)

    async def log_at(self, level: LogLevelName, *, minutes: int | None) -> LogLevelView:
        """For so many minutes, or until the next change."""
        change = LogLevelChange(level=level, minutes=minutes)
        now = await self.link.put("/api/admin/log-level", LogLevelView, change)
        self.system.hasten()
        return now

    async def _set(self, restaurant_id: str, edit: RulesEdit) -> None:
        change = await self.link.patch(f"/api/restaurants/{restaurant_id}", RestaurantChange, edit)
        for picture in {self.picture, self.shown}:
            picture.note_status(restaurant_id, change.restaurant.status)

    async def _change_alert(self, alert_id: str, deed: str) -> None:
        await self.link.post(f"{_ALERTS}/{alert_id}/{deed}", AlertRow)
        self.alerts.hasten()
        self.past_alerts.hasten()

    async def _change_tasks(self, deed: str, task_ids: list[str]) -> int:
        changed = await self.link.post(f"{_TASKS}/{deed}", TasksChanged, TaskIds(ids=task_ids))
        for feed in self.tasks.values():
            feed.hasten()
        return changed.count

    async def _alerts(self, state: str) -> Page[AlertRow]:
        return await self.link.get(_ALERTS, Page[AlertRow], state=state, limit=_MOST_ROWS)

    async def _tasks(self, state: str | None) -> Page[TaskRow]:
        which = {} if state is None else {"state": state}
        return await self.link.get(_TASKS, Page[TaskRow], limit=_MOST_ROWS, **which)
