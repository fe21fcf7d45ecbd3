"""Signing in and out, one's own account, and tokens for one's machines."""

from typing import Any

from litestar import Controller, Request, Response, delete, get, post
from litestar.params import JSONBody
from msgspec import UNSET

from appliance import contract
from appliance.domain.access import Permission
from appliance.errors import Invalid
from appliance.services.access.sessions import SignedIn
from appliance.services.views import page
from appliance.web.addresses import visitor
from appliance.web.created import created
from appliance.web.factors import FACTOR_PATH
from appliance.web.guards import ANYBODY
from appliance.web.parameters import Id, Limit, Offset, TheApiTokens, ThePrincipal, TheSessions

_PATH = "/api/auth"
PASSWORD_PATHS = frozenset({f"{_PATH}/login", f"{_PATH}/password", FACTOR_PATH})
"""Where a password is looked at, which takes a core some twenty milliseconds."""


class Auth(Controller):
    path = _PATH
    tags = ("Access",)

    @post("/login", status_code=200, permission=ANYBODY, summary="Sign in with e-mail and password, and a code")
    async def log_in(
        self, request: Request[Any, Any, Any], sessions: TheSessions, data: JSONBody[contract.Login]
    ) -> contract.Tokens:
        code = "" if data.code is UNSET else data.code
        return _tokens(await sessions.log_in(data.email, data.password, visitor(request), code=code))

    @post("/refresh", status_code=200, permission=ANYBODY, summary="Get the next pair of tokens; each works once")
    async def refresh(
        self, request: Request[Any, Any, Any], sessions: TheSessions, data: JSONBody[contract.Refresh]
    ) -> contract.Tokens:
        return _tokens(await sessions.refresh(data.refresh_token, visitor(request)))

    @post(
        "/logout",
        status_code=204,
        permission=Permission.ACCOUNT,
        summary="Sign out: the session ends, and its tokens with it",
    )
    async def log_out(self, sessions: TheSessions, principal: ThePrincipal) -> None:
        if not principal.session_id:
            raise Invalid("Only who signed in with a password can sign out; a token is removed instead.")
        await sessions.log_out(principal)

    @get("/me", permission=Permission.ACCOUNT, summary="Who the credential belongs to, and what it opens")
    async def me(self, principal: ThePrincipal) -> contract.Me:
        return contract.Me(
            id=principal.user_id,
            email=principal.email,
            name=principal.name,
            role=principal.role,
            restaurant_id=principal.restaurant_id or None,
            permissions=sorted(principal.permissions),
        )

    @post(
        "/password", status_code=204, permission=Permission.ACCOUNT, summary="Change one's password; other sessions end"
    )
    async def change_password(
        self,
        request: Request[Any, Any, Any],
        sessions: TheSessions,
        principal: ThePrincipal,
        data: JSONBody[contract.NewPassword],
    ) -> None:
        if not principal.session_id:
            raise Invalid("Only who signed in with a password can change it.")
        how = {"old": data.old_password, "new": data.new_password}
        await sessions.change_password(principal, **how, visitor=visitor(request))

    @get("/sessions", permission=Permission.ACCOUNT, summary="List where one is signed in, used last first")
    async def sessions(
        self, sessions: TheSessions, principal: ThePrincipal, limit: Limit = 100, offset: Offset = 0
    ) -> contract.Page[contract.SessionRow]:
        return await sessions.of(principal, limit=limit, offset=offset)

    @delete("/sessions", permission=Permission.ACCOUNT, summary="Sign out everywhere else; their tokens end at once")
    async def end_other_sessions(self, sessions: TheSessions, principal: ThePrincipal) -> None:
        await sessions.end_others(principal)

    @delete(
        "/sessions/{session_id:str}",
        permission=Permission.ACCOUNT,
        summary="Sign out one of one's sessions; its tokens end at once",
    )
    async def end_session(self, sessions: TheSessions, principal: ThePrincipal, session_id: Id) -> None:
        await sessions.end(principal, session_id)

    @get("/tokens", permission=Permission.ACCOUNT, summary="List one's tokens for machines")
    async def tokens(self, api_tokens: TheApiTokens, principal: ThePrincipal) -> contract.Page[contract.TokenRow]:
        rows = await api_tokens.of(principal.user_id)
        return page(rows, total=len(rows), offset=0)

    @post("/tokens", permission=Permission.ACCOUNT, summary="Make a token for a machine; it is shown this once")
    async def make_token(
        self, api_tokens: TheApiTokens, principal: ThePrincipal, data: JSONBody[contract.NewToken]
    ) -> Response[contract.TokenMade]:
        made = await api_tokens.make(principal, data)
        return created(made, at=f"{_PATH}/tokens/{made.row.id}")

    @delete(
        "/tokens/{token_id:str}", permission=Permission.ACCOUNT, summary="Remove a token; it opens nothing any more"
    )
    async def remove_token(self, api_tokens: TheApiTokens, principal: ThePrincipal, token_id: Id) -> None:
        await api_tokens.remove(principal, token_id)


def _tokens(signed_in: SignedIn) -> contract.Tokens:
    return contract.Tokens(
        access_token=signed_in.access_token,
        refresh_token=signed_in.refresh_token,
        expires_in=signed_in.expires_in,
    )
