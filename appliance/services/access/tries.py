"""Passwords and codes are tried so often and no more: counted before each try, by address, account or both."""

from collections.abc import Sequence

from msgspec import Struct

from appliance.domain.access import Principal
from appliance.domain.quotas import Quota
from appliance.errors import TooManyRequests
from appliance.guard.addresses import party_of
from appliance.guard.limits import Limiter
from appliance.guard.passwords import Passwords
from appliance.store import sessions, users
from appliance.store.engine import Database
from appliance.store.users import User

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
BY_BOTH = (
    Quota(name="login", requests=5, window_s=15 * _MINUTE),
    Quota(name="login-6h", requests=10, window_s=6 * _HOUR),
    Quota(name="login-day", requests=15, window_s=_DAY),
)
"""Tries from one address for one account; getting in clears them. Each five more, the wait grows."""
BY_ADDRESS = Quota(name="login-address", requests=50, window_s=15 * _MINUTE)
BY_ACCOUNT = Quota(name="login-account", requests=100, window_s=_HOUR)
"""Tries from everywhere. It stops nobody where they signed in before: strangers must not lock the owner out."""
CODES = Quota(name="login-code", requests=30, window_s=_DAY)
"""An app's codes for one account, right ones too: who knows its password must not guess on from everywhere."""


class Visitor(Struct, frozen=True, kw_only=True):
    """From where somebody asks, and with what program."""

    address: str
    agent: str


class Tries:
    def __init__(self, database: Database, passwords: Passwords, limiter: Limiter) -> None:
        self._database = database
        self._passwords = passwords
        self._limiter = limiter

    async def count(self, account: str, visitor: Visitor) -> None:
        """Count a try before it is made: many at once must not slip through together. Raises TooManyRequests."""
        tries = _tries(account, visitor)
        # All are looked at before one is counted: what one quota refuses must not use up another.
        for ask in (self._limiter.look, self._limiter.hit):
            for quota, key in tries:
                verdict = await ask(quota, *key)
                if not verdict.allowed and not (quota is BY_ACCOUNT and await self._was_here(account, visitor)):
                    raise TooManyRequests(retry_after_s=verdict.reset_s, quota=verdict.quota)

    async def count_code(self, account: str) -> None:
        """The same for an app's code. Raises TooManyRequests."""
        verdict = await self._limiter.hit(CODES, account)
        if not verdict.allowed:
            raise TooManyRequests(retry_after_s=verdict.reset_s, quota=verdict.quota)

    async def forget(self, account: str, visitor: Visitor) -> None:
        """Somebody got in."""
        for quota in BY_BOTH:
            await self._limiter.clear(quota, party_of(visitor.address), account)

    async def again(self, principal: Principal, password: str, visitor: Visitor) -> User | None:
        """Who is signed in, if that is their password; a counted try, too. Raises TooManyRequests."""
        await self.count(principal.email, visitor)
        async with self._database.read() as tx:
            user = await users.by_id(tx, principal.user_id)
        if user is None or not await self._passwords.matches(password, user.password_hash):
            return None
        return user

    async def _was_here(self, account: str, visitor: Visitor) -> bool:
        """Whether somebody has signed in to that account from there."""
        async with self._database.read() as tx:
            known = await sessions.addresses(tx, account)
        return party_of(visitor.address) in map(party_of, known)


def _tries(account: str, visitor: Visitor) -> Sequence[tuple[Quota, tuple[str, ...]]]:
    return [
        *((quota, (party_of(visitor.address), account)) for quota in BY_BOTH),
        (BY_ADDRESS, (party_of(visitor.address),)),
        (BY_ACCOUNT, (account,)),
    ]
