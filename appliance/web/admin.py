"""The operator's view of the whole platform."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from appliance import contract
from appliance.errors import Invalid
from appliance.services.views import Views
from appliance.web.guards import operators_only
from appliance.web.restaurants import Limit, Offset

_STATES = ("ready", "running", "dead", "held")
InState = Annotated[
    str | None,
    # `state` is a name that Litestar keeps for itself, and its complaints name the function's own parameter.
    QueryParameter(name="state", description=f"Only tasks in this state: {', '.join(_STATES)}."),
]


class Admin(Controller):
    path = "/api/admin"
    tags = ("Operator",)
    guards = (operators_only,)

    @get("/overview", summary="The platform at a glance")
    async def overview(self, views: NamedDependency[Views]) -> contract.Overview:
        return await views.overview()

    @get("/inbox", summary="What the phone platforms sent, newest first")
    async def inbox(
        self, views: NamedDependency[Views], limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.InboxRow]:
        return await views.inbox(limit=limit, offset=offset)

    @get("/tasks", summary="Queued work, oldest first; dead and held tasks say why")
    async def tasks(
        self,
        views: NamedDependency[Views],
        in_state: InState = None,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.TaskRow]:
        if in_state not in (None, *_STATES):
            raise Invalid(f"state: must be one of {', '.join(_STATES)}")
        return await views.tasks(state=in_state, limit=limit, offset=offset)
