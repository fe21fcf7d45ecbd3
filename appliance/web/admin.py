"""The operator's view of the whole platform."""

from typing import Annotated

from litestar import Controller, delete, get, put
from litestar.params import JSONBody, QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.errors import Category, Invalid, Severity
from appliance.web.parameters import Id, Limit, Offset, TheApiLimits, TheErrors, TheLogLevels, TheViews

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


class Admin(Controller):
    path = "/api/admin"
    tags = ("Operator",)

    @get("/overview", permission=Permission.PLATFORM_READ, summary="The platform at a glance")
    async def overview(self, views: TheViews) -> contract.Overview:
        return await views.overview()

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

    @get("/errors", permission=Permission.PLATFORM_READ, summary="What failed since the start, counted and grouped")
    async def errors(
        self, errors: TheErrors, category: OfCategory = None, severity: OfSeverity = None, limit: Limit = 100
    ) -> contract.ErrorReport:
        return errors.report(category=category, severity=severity, limit=limit)

    @get("/log-level", permission=Permission.PLATFORM_READ, summary="How much is logged")
    async def log_level(self, log_levels: TheLogLevels) -> contract.LogLevelView:
        return log_levels.view()

    @put("/log-level", permission=Permission.PLATFORM_WRITE, summary="Log more or less, for a while or from now on")
    async def change_log_level(
        self, log_levels: TheLogLevels, data: JSONBody[contract.LogLevelChange]
    ) -> contract.LogLevelView:
        return await log_levels.change(data)
