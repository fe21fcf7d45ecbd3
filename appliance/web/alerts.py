"""Alerts for operators: what is not well, and what they do about it."""

from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.params import QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.domain.episodes import State
from appliance.errors import Invalid
from appliance.web.admin import OfRestaurant
from appliance.web.languages import say_to
from appliance.web.parameters import Id, Limit, Offset, TheAlerts, ThePrincipal

_CURRENT = "current"
_STATES = {_CURRENT: (State.OPEN, State.ACKNOWLEDGED), "all": tuple(State)} | {one.value: (one,) for one in State}
# Not a Literal: `state` is a name that Litestar keeps for itself, and its complaint would name our own parameter.
InState = Annotated[
    str,
    QueryParameter(
        name="state",
        description=f"Only those in this state: {', '.join(_STATES)}; current is open or acknowledged.",
        schema_extra={"enum": list(_STATES)},
    ),
]
OfRule = Annotated[str | None, QueryParameter(name="rule", description="Only of this rule.")]

_Request = Request[Any, Any, Any]


class AlertRoutes(Controller):
    path = "/api/admin/alerts"
    tags = ("Operator",)

    @get(permission=Permission.PLATFORM_READ, summary="What is not well, newest first; and what was not")
    async def every(
        self,
        *,
        request: _Request,
        alerts: TheAlerts,
        in_state: InState = _CURRENT,
        rule: OfRule = None,
        restaurant_id: OfRestaurant = None,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> contract.Page[contract.AlertRow]:
        if in_state not in _STATES:
            raise Invalid("state: must be one of {choices}", choices=", ".join(_STATES))
        return await alerts.list(
            say_to(request.headers),
            states=_STATES[in_state],
            rule=rule,
            restaurant_id=restaurant_id,
            limit=limit,
            offset=offset,
        )

    @post(
        "/{alert_id:str}/acknowledge",
        status_code=200,
        permission=Permission.PLATFORM_WRITE,
        summary="Say that somebody looks after it: no more reminders",
    )
    async def acknowledge(
        self, request: _Request, alerts: TheAlerts, principal: ThePrincipal, alert_id: Id
    ) -> contract.AlertRow:
        return await alerts.acknowledge(alert_id, say_to(request.headers), by=principal.email)

    @post(
        "/{alert_id:str}/resolve",
        status_code=200,
        permission=Permission.PLATFORM_WRITE,
        summary="Say that it is over; if it is not, it opens anew after a while",
    )
    async def resolve(
        self, request: _Request, alerts: TheAlerts, principal: ThePrincipal, alert_id: Id
    ) -> contract.AlertRow:
        return await alerts.resolve(alert_id, say_to(request.headers), by=principal.email)

    @post("/test", status_code=200, permission=Permission.PLATFORM_WRITE, summary="Send a message to every channel")
    async def test(self, alerts: TheAlerts) -> contract.AlertTest:
        return await alerts.test()

    @get("/test/{test_id:str}", permission=Permission.PLATFORM_READ, summary="What became of a test")
    async def tested(self, alerts: TheAlerts, test_id: Id) -> contract.AlertTest:
        return await alerts.tested(test_id)
