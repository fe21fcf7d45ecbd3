"""The operator's view of the whole platform."""

from typing import Annotated, Literal

from litestar import Controller, get
from litestar.params import QueryParameter

from appliance import contract
from appliance.services.views import Views
from appliance.web.guards import operators_only
from appliance.web.restaurants import Limit, Offset

State = Literal["ready", "running", "dead", "held"]


class Admin(Controller):
    path = "/api/admin"
    tags = ("Operator",)
    guards = (operators_only,)

    @get("/overview", summary="The platform at a glance")
    async def overview(self, views: Views) -> contract.Overview:
        return await views.overview()

    @get("/inbox", summary="What the phone platforms sent, newest first")
    async def inbox(self, views: Views, limit: Limit = 100, offset: Offset = 0) -> contract.Page[contract.InboxRow]:
        return await views.inbox(limit=limit, offset=offset)

    @get("/tasks", summary="Queued work, oldest first; dead and held tasks say why")
    async def tasks(
        self,
        views: Views,
        in_state: Annotated[State | None, QueryParameter(name="state", description="Only tasks in this state.")] = None,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.TaskRow]:
        return await views.tasks(state=in_state, limit=limit, offset=offset)
