"""One's own second factor; and somebody else's, taken away by an operator."""

from typing import Any

import structlog
from litestar import Controller, Request, delete, get, post
from litestar.params import JSONBody

from appliance import contract
from appliance.domain.access import Permission, Principal
from appliance.errors import Invalid
from appliance.web.addresses import visitor
from appliance.web.parameters import Id, TheFactors, ThePrincipal, TheUsers

log = structlog.get_logger()

FACTOR_PATH = "/api/auth/factor"


class FactorRoutes(Controller):
    path = FACTOR_PATH
    tags = ("Access",)

    @get(permission=Permission.ACCOUNT, summary="Whether one's second factor is on")
    async def state(self, factors: TheFactors, principal: ThePrincipal) -> contract.FactorState:
        return await factors.state(principal)

    @post(
        status_code=200,
        permission=Permission.ACCOUNT,
        summary="Begin a second factor: a secret for an authenticator app, shown this once",
    )
    async def begin(
        self,
        request: Request[Any, Any, Any],
        factors: TheFactors,
        principal: ThePrincipal,
        data: JSONBody[contract.FactorBegin],
    ) -> contract.FactorBegun:
        _only_signed_in(principal)
        return await factors.begin(principal, data.password, visitor(request))

    @post(
        "/confirm",
        status_code=200,
        permission=Permission.ACCOUNT,
        summary="Turn the second factor on; other sessions end. Recovery codes are shown this once",
    )
    async def confirm(
        self, factors: TheFactors, principal: ThePrincipal, data: JSONBody[contract.FactorConfirm]
    ) -> contract.RecoveryCodes:
        _only_signed_in(principal)
        return await factors.confirm(principal, data.code)

    @delete(permission=Permission.ACCOUNT, summary="Turn the second factor off; other sessions end")
    async def remove(
        self,
        request: Request[Any, Any, Any],
        factors: TheFactors,
        principal: ThePrincipal,
        data: JSONBody[contract.FactorEnd],
    ) -> None:
        _only_signed_in(principal)
        await factors.remove(principal, password=data.password, code=data.code, visitor=visitor(request))


@delete(
    "/api/admin/users/{user_id:str}/factor",
    permission=Permission.PLATFORM_WRITE,
    tags=["Access"],
    summary="Take away a second factor that its user has lost; their sessions end",
)
async def reset_factor(users: TheUsers, principal: ThePrincipal, user_id: Id) -> None:
    await users.reset_factor(principal, user_id)
    log.warning("factor_cleared", user_id=user_id)


def _only_signed_in(principal: Principal) -> None:
    if not principal.session_id:
        raise Invalid("Only who signed in with a password has a second factor.")
