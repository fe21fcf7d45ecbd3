"""The operator's view of the whole platform."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from litestar import Controller, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import ServerSentEvent

from appliance import contract
from appliance.domain.access import Permission
from appliance.errors import Category, Invalid, Severity
from appliance.services.monitoring.live import Message
from appliance.services.views import page
from appliance.web.parameters import (
    Id,
    Limit,
    Offset,
    TheApiLimits,
    TheErrors,
    TheLive,
    TheLogRing,
    ThePlatform,
    ThePrincipal,
    TheQueue,
    TheScores,
    TheSeries,
    TheSystem,
    TheViews,
)

OfRestaurant = Annotated[str | None, QueryParameter(name="restaurant", description="Only of this restaurant.")]

_STATES = ("ready", "running", "dead", "held")
# Not a Literal: `state` is a name that Litestar keeps for itself, and its complaint would name our own parameter.
InState = Annotated[
    str | None,
    QueryParameter(
        name="state",
        description=f"Only tasks in this state: {', '.join(_STATES)}.",
        schema_extra={"enum": list(_STATES)},
    ),
]
OfCategory = Annotated[Category | None, QueryParameter(name="category", description="Only groups of this category.")]
OfSeverity = Annotated[Severity | None, QueryParameter(name="severity", description="Only groups of this severity.")]


Search = Annotated[
    str | None,
    QueryParameter(
        name="search",
        min_length=3,
        max_length=100,
        description="Only calls with this in their id or in the restaurant's name; for who may read guests also in the "
        "guest's name or number. A whole id is found however old its call is.",
    ),
]
TaskDeed = FromPath[Literal["retry", "discard"]]

_TIME = {"ge": 0, "le": 10**14}
From = Annotated[int | None, QueryParameter(name="from", description="Unix milliseconds; else an hour ago.", **_TIME)]
To = Annotated[int | None, QueryParameter(name="to", description="Unix milliseconds; else now.", **_TIME)]
Step = Annotated[
    int | None,
    QueryParameter(
        name="step",
        ge=1,
        le=7 * 86_400,
        description="Seconds from point to point: whole minutes for what is older than an hour.",
    ),
]


After = Annotated[
    int, QueryParameter(ge=0, le=10**17, description="Only lines after the one with this id: the `last` of before.")
]
AtLeast = Annotated[
    contract.LogLevelName, QueryParameter(name="level", description="Only lines that are at least so severe.")
]


class Admin(Controller):
    path = "/api/admin"
    tags = ("Operator",)

    @get("/overview", permission=Permission.PLATFORM_READ, summary="The platform at a glance")
    async def overview(self, platform: ThePlatform) -> contract.Overview:
        return await platform.overview()

    @get("/system", permission=Permission.PLATFORM_READ, summary="What the server runs on, and what runs in it")
    async def system(self, system: TheSystem) -> contract.SystemView:
        return await system.view()

    @get("/scores", permission=Permission.PLATFORM_READ, summary="Restaurants by their health, the worst first")
    async def scores(
        self, scores: TheScores, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.HealthRow]:
        rows = await scores.worst_first()
        return page(rows[offset : offset + limit], total=len(rows), offset=offset)

    @get(
        "/metrics",
        permission=Permission.PLATFORM_READ,
        summary="Figures over time: the last hour by the second, ninety days by the minute",
    )
    async def metrics(
        self,
        *,
        series: TheSeries,
        restaurant_id: OfRestaurant = None,
        begin: From = None,
        end: To = None,
        step_s: Step = None,
    ) -> contract.MetricSeries:
        return await series.read(restaurant_id, begin, end, step_s)

    @get(
        "/stream",
        permission=Permission.PLATFORM_READ,
        media_type="text/event-stream",
        summary="What changes, each second, as server-sent events: a `snapshot` first, then a `delta` each second",
    )
    async def stream(self, live: TheLive) -> ServerSentEvent:
        return ServerSentEvent(_events(await live.listen()))

    @get(
        "/calls",
        permission=Permission.PLATFORM_READ,
        summary="The calls of the last day in all restaurants, newest first, and what happened last in each",
    )
    async def calls(
        self,
        *,
        views: TheViews,
        principal: ThePrincipal,
        search: Search = None,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.PlatformCallRow]:
        return await views.calls_everywhere(principal, search=search, limit=limit, offset=offset)

    @post(
        "/calls/{call_id:str}/replay",
        status_code=200,
        permission=Permission.PLATFORM_WRITE,
        summary="Apply the stored events of a call once more; what they did already is not done twice",
    )
    async def replay_call(self, queue: TheQueue, call_id: Id) -> contract.TasksChanged:
        return contract.TasksChanged(count=await queue.replay(call_id=call_id))

    @get("/audit", permission=Permission.PLATFORM_READ, summary="Who changed what, newest first")
    async def audit(
        self, views: TheViews, restaurant_id: OfRestaurant = None, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.AuditRow]:
        return await views.audit(restaurant_id=restaurant_id, limit=limit, offset=offset)

    @get("/limits", permission=Permission.PLATFORM_READ, summary="What each restaurant has used of its limits")
    async def limits(
        self, api_limits: TheApiLimits, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.LimitRow]:
        return await api_limits.stats(limit=limit, offset=offset)

    @delete(
        "/limits/{restaurant_id:str}",
        status_code=200,
        permission=Permission.PLATFORM_WRITE,
        summary="Give a restaurant its whole quota at once",
    )
    async def clear_limits(self, api_limits: TheApiLimits, restaurant_id: Id) -> contract.LimitRow:
        return await api_limits.clear(restaurant_id)

    @get("/inbox", permission=Permission.PLATFORM_READ, summary="What the phone platforms sent, newest first")
    async def inbox(self, views: TheViews, limit: Limit = 100, offset: Offset = 0) -> contract.Page[contract.InboxRow]:
        return await views.inbox(limit=limit, offset=offset)

    @get(
        "/tasks", permission=Permission.PLATFORM_READ, summary="Queued work, oldest first; dead and held tasks say why"
    )
    async def tasks(
        self, views: TheViews, in_state: InState = None, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.TaskRow]:
        if in_state not in (None, *_STATES):
            raise Invalid("state: must be one of {choices}", choices=", ".join(_STATES))
        return await views.tasks(state=in_state, limit=limit, offset=offset)

    @post(
        "/tasks/{deed:str}",
        status_code=200,
        permission=Permission.PLATFORM_WRITE,
        summary="Try dead and held tasks again, or discard them; their events stay stored",
    )
    async def settle_tasks(
        self, queue: TheQueue, deed: TaskDeed, data: JSONBody[contract.TaskIds]
    ) -> contract.TasksChanged:
        settle = queue.retry if deed == "retry" else queue.discard
        return contract.TasksChanged(count=await settle(data.ids))

    @get("/errors", permission=Permission.PLATFORM_READ, summary="What failed since the start, counted and grouped")
    async def errors(
        self, errors: TheErrors, category: OfCategory = None, severity: OfSeverity = None, limit: Limit = 100
    ) -> contract.ErrorReport:
        return errors.report(category=category, severity=severity, limit=limit)

    @get(
        "/logs",
        permission=Permission.PLATFORM_READ,
        summary="The last lines of the log, the oldest first, with people hidden in them",
    )
    async def logs(
        self, log_ring: TheLogRing, after: After = 0, at_least: AtLeast = "debug", limit: Limit = 100
    ) -> contract.LogLines:
        return log_ring.after(after, level=at_least, limit=limit)


async def _events(messages: AsyncIterator[Message]) -> AsyncIterator[dict[str, Any]]:
    async for event, data in messages:
        yield {"event": event, "data": data}
