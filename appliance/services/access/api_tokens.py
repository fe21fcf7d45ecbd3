"""Tokens of machines: made once, shown once; they carry what their user may, or less."""

from msgspec import UNSET, UnsetType

from appliance.clock import Clock
from appliance.contract import NewToken, TokenMade, TokenRow
from appliance.domain.access import PERMISSIONS, Permission, Principal, Role, email_key
from appliance.errors import Forbidden, Invalid, NotFound, Unauthenticated
from appliance.guard.tokens import digest, new_token
from appliance.services import audit
from appliance.services.access.users import principal_of
from appliance.store import api_tokens, users
from appliance.store.api_tokens import ApiToken
from appliance.store.engine import Database, Lane, Tx
from appliance.store.users import User

_MOST = 50
_USED_EVERY_MS = 60_000
_DAY_MS = 86_400_000


class ApiTokens:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._used: dict[str, int] = {}

    async def principal(self, token: str) -> Principal:
        """Whose token it is. Raises Unauthenticated."""
        now = self._clock.now_ms()
        async with self._database.read() as tx:
            found = await api_tokens.owner(tx, digest(token), now_ms=now)
        if found is None:
            raise Unauthenticated
        user, own = found
        if now - (own.last_used_at or 0) >= _USED_EVERY_MS:
            self._used[own.id] = now
        return principal_of(user, scopes=_scopes(own), token_id=own.id)

    async def note_uses(self) -> None:
        """Write down when tokens were used last; now and then, for a request must not wait for that."""
        used, self._used = self._used, {}
        if used:
            async with self._database.write(Lane.WORK) as tx:
                await api_tokens.mark_used(tx, used)

    async def of(self, user_id: str) -> list[TokenRow]:
        async with self._database.read() as tx:
            return [_row(token) for token in await api_tokens.of_user(tx, user_id)]

    async def make(self, principal: Principal, new: NewToken) -> TokenMade:
        """A token for oneself. Raises Forbidden for scopes that one does not have, Invalid when there are too many."""
        if not principal.session_id:
            raise Forbidden("Only who signed in with a password can make a token.")
        wanted = [Permission(scope) for scope in new.scopes] or sorted(principal.permissions)
        if over := [scope for scope in wanted if not principal.may(scope)]:
            raise Forbidden("scopes: you do not have {scopes}", scopes=", ".join(over))
        async with self._database.write() as tx:
            if len(await api_tokens.of_user(tx, principal.user_id)) >= _MOST:
                raise Invalid("There are {most} tokens already; remove one first.", most=_MOST)
            # Scopes are always written out where the maker has fewer than their role: no token outgrows its maker.
            every = not new.scopes and principal.permissions == PERMISSIONS[principal.role]
            return await self._add(tx, principal.user_id, new, scopes="" if every else " ".join(wanted))

    async def remove(self, principal: Principal, token_id: str) -> None:
        """Raises NotFound for one that is not theirs."""
        async with self._database.write() as tx:
            token = await api_tokens.by_id(tx, token_id)
            if token is None or token.user_id != principal.user_id:
                raise NotFound("There is no such token.")
            await self._remove(tx, token)

    async def make_for(self, user: User, new: NewToken) -> TokenMade:
        """For whoever sits at the machine itself."""
        async with self._database.write() as tx:
            return await self._add(tx, user.id, new, scopes=" ".join(new.scopes))

    async def revoke(self, token_id: str) -> None:
        """For whoever sits at the machine itself. Raises NotFound."""
        async with self._database.write() as tx:
            token = await api_tokens.by_id(tx, token_id)
            if token is None:
                raise NotFound("There is no token {token_id}.", token_id=token_id)
            await self._remove(tx, token)

    async def operator(self, *, email: str, name: str) -> str:
        """Make sure that this operator exists and give out a new token for them."""
        now, key = self._clock.now_ms(), email_key(email)
        async with self._database.write() as tx:
            user = await users.by_email(tx, key)
            if user is None:
                id_ = self._clock.new_id("user")
                user = User(id=id_, email=key, name=name, role=Role.OPERATOR, created_at=now)
                await users.add(tx, user)
                await audit.note(tx, self._clock, "user.added", subject=user.id, after=user)
            made = await self._add(tx, user.id, NewToken(name="setup"), scopes="")
        return made.token

    async def _remove(self, tx: Tx, token: ApiToken) -> None:
        await api_tokens.remove(tx, token.id)
        await self._note(tx, "token.removed", token, before=token)

    async def _add(self, tx: Tx, user_id: str, new: NewToken, *, scopes: str) -> TokenMade:
        now, secret = self._clock.now_ms(), new_token()
        token = ApiToken(
            id=self._clock.new_id("token"),
            user_id=user_id,
            name=new.name,
            scopes=scopes,
            created_at=now,
            expires_at=_expiry(new.days, now),
        )
        await api_tokens.add(tx, token, token_sha256=digest(secret))
        await self._note(tx, "token.made", token, after=token)
        return TokenMade(token=secret, row=_row(token))

    async def _note(
        self, tx: Tx, action: str, token: ApiToken, *, before: ApiToken | None = None, after: ApiToken | None = None
    ) -> None:
        user = await users.by_id(tx, token.user_id)
        theirs = user.restaurant_id if user else ""
        await audit.note(tx, self._clock, action, subject=token.id, restaurant_id=theirs, before=before, after=after)


def _expiry(days: int | UnsetType, now_ms: int) -> int | None:
    return None if days is UNSET else now_ms + days * _DAY_MS


def _scopes(token: ApiToken) -> frozenset[Permission] | None:
    return frozenset(map(Permission, token.scopes.split())) if token.scopes else None


def _row(token: ApiToken) -> TokenRow:
    return TokenRow(
        id=token.id,
        name=token.name,
        scopes=token.scopes.split(),
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
    )
