"""Who has signed in. The password goes to the server and is kept nowhere; a console asks with a token of its own."""

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from appliance.contract import Login, NewToken, Problem, TokenMade, Tokens, harmless
from tui.words import Words

_DEADLINE_S = 10.0
SESSION_S = 12 * 3600
_MOST = 32
"""Who have signed in at a time."""


class TurnedAway(Exception):
    """Somebody cannot come in; what it says is for them to read. `needs_code`: the password was right."""

    def __init__(self, told: str, *, needs_code: bool = False) -> None:
        super().__init__(told)
        self.needs_code = needs_code


class Visitor(Struct, frozen=True, kw_only=True):
    """Somebody signed in, until `until_s` of the event loop's clock."""

    email: str
    language: str
    token: str
    token_id: str
    until_s: float


class Visitors:
    """By the secret in their cookie. `now_s` tells the time; `server` is asked on their behalf."""

    def __init__(self, server: httpx.AsyncClient, now_s: Callable[[], float]) -> None:
        self._server = server
        self._now_s = now_s
        self._known: dict[str, Visitor] = {}

    def of(self, secret: str | None) -> Visitor | None:
        visitor = self._known.get(secret or "")
        return visitor if visitor and visitor.until_s > self._now_s() else None

    async def sign_in(self, login: Login, *, language: str, address: str) -> str:
        """The secret for their cookie. Raises TurnedAway."""
        await self._let_go_of_the_old()
        if len(self._known) >= _MOST:
            raise TurnedAway(Words(language)("web.crowded", most=_MOST))
        headers = {"Accept-Language": language, "X-Forwarded-For": address}
        session = await self._ask("POST", "/api/auth/login", Tokens, headers, login)
        bearer = headers | {"Authorization": f"Bearer {session.access_token}"}
        try:
            await self._ask("GET", "/api/admin/overview", Any, bearer)  # whoever may not see that has no use for it
            made = await self._ask("POST", "/api/auth/tokens", TokenMade, bearer, NewToken(name="console", days=1))
        finally:
            await self._ask("POST", "/api/auth/logout", None, bearer)
        secret = token_urlsafe(32)
        self._known[secret] = Visitor(
            email=login.email,
            language=language,
            token=made.token,
            token_id=made.row.id,
            until_s=self._now_s() + SESSION_S,
        )
        return secret

    async def sign_out(self, secret: str) -> None:
        """Their token opens nothing any more. Raises TurnedAway when the server does not hear it; it ends in a day."""
        visitor = self._known.pop(secret, None)
        if visitor:
            headers = {"Authorization": f"Bearer {visitor.token}"}
            await self._ask("DELETE", f"/api/auth/tokens/{visitor.token_id}", None, headers)

    async def sign_all_out(self) -> None:
        await self._each(list(self._known))

    async def _let_go_of_the_old(self) -> None:
        await self._each([secret for secret, visitor in self._known.items() if visitor.until_s <= self._now_s()])

    async def _each(self, secrets: list[str]) -> None:
        for secret in secrets:
            try:
                await self.sign_out(secret)
            except TurnedAway:
                continue  # it ends by itself

    async def _ask(
        self, method: str, path: str, shape: Any, headers: dict[str, str], body: Struct | None = None
    ) -> Any:
        words = Words(headers.get("Accept-Language", "en"))
        try:
            answer = await self._server.request(
                method,
                path,
                headers=headers | ({"Content-Type": "application/json"} if body else {}),
                content=msgspec.json.encode(body) if body else None,
                timeout=_DEADLINE_S,
            )
            if answer.is_success:
                return msgspec.json.decode(harmless(answer.content), type=shape) if shape else None
            problem = msgspec.json.decode(harmless(answer.content), type=Problem)
        except httpx.HTTPError as error:
            raise TurnedAway(words("link.no_server")) from error
        except msgspec.MsgspecError as error:
            raise TurnedAway(words("link.not_maitre")) from error
        raise TurnedAway(problem.detail or problem.title, needs_code=problem.type.endswith("second_factor_needed"))
