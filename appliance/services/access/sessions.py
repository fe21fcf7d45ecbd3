"""Signing in with a password, staying signed in, and being signed out."""

import structlog
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import Page, SessionRow
from appliance.domain.access import Principal, email_key
from appliance.domain.quotas import Quota
from appliance.errors import Invalid, NotFound, SecondFactorNeeded, TooManyRequests, Unauthenticated
from appliance.guard import passwords
from appliance.guard.addresses import party_of
from appliance.guard.limits import Limiter
from appliance.guard.passwords import Passwords
from appliance.guard.tokens import digest, new_token
from appliance.services import audit
from appliance.services.access.factors import Factors
from appliance.services.access.keys import ACCESS_S, Keys
from appliance.services.access.tries import Tries, Visitor
from appliance.services.access.users import end_sessions, principal_of
from appliance.services.views import page
from appliance.store import sessions, users
from appliance.store.engine import Database, Lane
from appliance.store.sessions import Session
from appliance.store.signing_keys import SigningKey
from appliance.store.users import User

log = structlog.get_logger()

_IDLE_MS = 14 * 86_400_000
_LONGEST_MS = 90 * 86_400_000
"""A session ends when it was not refreshed for so long, and after this in any case."""
KEPT_MS = 30 * 86_400_000
_WRONG = "The e-mail or the password is wrong."
_AGENT_CHARS = 200

REFRESHES = Quota(name="refresh", requests=300, window_s=15 * 60)
"""From one address: an access token lives as long, so that it is good for as many who are signed in there."""


class SignedIn(Struct, frozen=True, kw_only=True):
    """What somebody holds who signed in; the access token is good for `expires_in` seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class Sessions:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        keys: Keys,
        passwords_: Passwords,
        limiter: Limiter,
        *,
        tries: Tries,
        factors: Factors,
    ) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys
        self._passwords = passwords_
        self._limiter = limiter
        self._tries = tries
        self._factors = factors

    async def log_in(self, email: str, password: str, visitor: Visitor, *, code: str = "") -> SignedIn:
        """Raises Unauthenticated, in the same words and time whatever is wrong; TooManyRequests after some tries.

        SecondFactorNeeded only to who has the right password.
        """
        account = email_key(email)
        await self._tries.count(account, visitor)
        async with self._database.read() as tx:
            user = await users.by_email(tx, account)
        known = user.password_hash if user and user.active else ""
        if not await self._passwords.matches(password, known) or user is None:
            log.warning("login_failed", user_id=user.id if user else "", address=visitor.address)
            raise Unauthenticated(_WRONG)
        await self._factors.count(user.id, code)
        outdated = self._passwords.is_outdated(user.password_hash)
        fresh_hash = await self._passwords.hashed(password) if outdated else user.password_hash
        signed_in = await self._open(user, fresh_hash, visitor, code)
        await self._tries.forget(account, visitor)
        return signed_in

    async def refresh(self, refresh_token: str, visitor: Visitor) -> SignedIn:
        """The next pair. Raises Unauthenticated; a token that comes a second time ends its session as well.

        TooManyRequests after many from one address.
        """
        verdict = await self._limiter.hit(REFRESHES, party_of(visitor.address))
        if not verdict.allowed:
            raise TooManyRequests(retry_after_s=verdict.reset_s, quota=verdict.quota)
        now, next_token = self._clock.now_ms(), new_token()
        async with self._database.read() as tx:
            if await sessions.of_token(tx, digest(refresh_token)) is None:
                raise Unauthenticated  # anybody can send nonsense, and only one can write at a time
        key = await self._keys.newest()
        async with self._database.write() as tx:
            found = await sessions.of_token(tx, digest(refresh_token))
            session, used = found or (None, False)
            if session is None or not session.is_open(now):
                raise Unauthenticated
            later = replace(session, refreshed_at=now, expires_at=min(now + _IDLE_MS, session.ends_at))
            hashes = {"old_sha256": digest(refresh_token), "new_sha256": digest(next_token)}
            reused = used or not await sessions.refresh(tx, later, **hashes)
            if reused:
                await sessions.revoke(tx, session.id, now_ms=now)
            user = await sessions.user_of_open(tx, session.id, now_ms=now)
        if reused:
            log.warning("refresh_token_reused", user_id=session.user_id, session_id=session.id)
        if user is None:
            raise Unauthenticated
        return self._signed_in(key, user, session.id, next_token)

    async def log_out(self, principal: Principal) -> None:
        async with self._database.write() as tx:
            await sessions.revoke(tx, principal.session_id, now_ms=self._clock.now_ms())
        log.info("signed_out", user_id=principal.user_id, session_id=principal.session_id)

    async def of(self, principal: Principal, *, limit: int, offset: int) -> Page[SessionRow]:
        """Their open sessions, those used last first."""
        async with self._database.read() as tx:
            now = self._clock.now_ms()
            found, total = await sessions.page(tx, principal.user_id, now_ms=now, limit=limit, offset=offset)
        return page([_row(one, principal) for one in found], total=total, offset=offset)

    async def end(self, principal: Principal, session_id: str) -> None:
        """Sign out one of their sessions. Raises NotFound for one that is not theirs, or is over."""
        now = self._clock.now_ms()
        async with self._database.write() as tx:
            session = await sessions.open_one(tx, principal.user_id, session_id, now_ms=now)
            if session is None:
                raise NotFound("There is no such session.")
            await sessions.revoke(tx, session_id, now_ms=now)
            await audit.note(
                tx,
                self._clock,
                "session.ended",
                subject=session_id,
                restaurant_id=principal.restaurant_id,
                before={"address": session.address, "user_agent": session.agent},
            )
        log.info("session_ended", user_id=principal.user_id, session_id=session_id)

    async def end_others(self, principal: Principal) -> None:
        """Sign out all of their sessions but the one that asks."""
        async with self._database.write() as tx:
            whose = {"user_id": principal.user_id, "restaurant_id": principal.restaurant_id}
            ended = await end_sessions(tx, self._clock, **whose, but=principal.session_id)
        log.info("sessions_ended", user_id=principal.user_id, sessions=ended)

    async def change_password(self, principal: Principal, *, old: str, new: str, visitor: Visitor) -> None:
        """Every other session of theirs ends. Raises Invalid, and what `log_in` raises for a wrong old one."""
        passwords.check(new, principal.email, principal.name, principal.restaurant_id)
        if new == old:
            raise Invalid("password: is the one you have already")
        user = await self._tries.again(principal, old, visitor)
        if user is None:
            log.warning("password_change_failed", user_id=principal.user_id, address=visitor.address)
            raise Invalid("old_password: is wrong")
        await self._tries.forget(principal.email, visitor)
        fresh_hash = await self._passwords.hashed(new)
        async with self._database.write() as tx:
            if await users.held(tx, user.id) != user:
                raise Invalid("old_password: is wrong")  # by now
            await users.set_password(tx, user.id, fresh_hash)
            await audit.note(
                tx, self._clock, "user.password_changed", subject=user.id, restaurant_id=user.restaurant_id
            )
            await sessions.revoke_all(tx, user.id, but=principal.session_id, now_ms=self._clock.now_ms())

    async def sweep(self) -> None:
        """Forget sessions that ended a month ago."""
        async with self._database.write(Lane.WORK) as tx:
            await sessions.sweep(tx, before_ms=self._clock.now_ms() - KEPT_MS)

    async def principal(self, access_token: str) -> Principal:
        """Who holds it, as long as their session is open. Raises Unauthenticated."""
        claims = await self._keys.read(access_token)
        async with self._database.read() as tx:
            user = await sessions.user_of_open(tx, claims.sid, now_ms=self._clock.now_ms())
            if user is None or user.id != claims.sub:
                raise Unauthenticated
            lacks_factor = await self._factors.is_lacking(tx, user)
        return principal_of(user, session_id=claims.sid, lacks_factor=lacks_factor)

    async def _open(self, user: User, fresh_hash: str, visitor: Visitor, code: str) -> SignedIn:
        key, now, token = await self._keys.newest(), self._clock.now_ms(), new_token()
        session = Session(
            id=self._clock.new_id("session"),
            user_id=user.id,
            address=visitor.address,
            agent=visitor.agent[:_AGENT_CHARS],
            created_at=now,
            refreshed_at=now,
            expires_at=now + _IDLE_MS,
            ends_at=now + _LONGEST_MS,
        )
        async with self._database.write() as tx:
            # While the password was being looked at, somebody may have changed it, or closed the account.
            if await users.held(tx, user.id) != user:
                raise Unauthenticated(_WRONG)
            shown = await self._factors.show(tx, user.id, code)
            if shown is None:
                raise _not_enough(user, visitor, code)
            await users.set_password(tx, user.id, fresh_hash)
            await sessions.open_(tx, session, token_sha256=digest(token))
        log.info("signed_in", user_id=user.id, session_id=session.id, address=visitor.address, shown=shown)
        return self._signed_in(key, user, session.id, token)

    def _signed_in(self, key: SigningKey, user: User, session_id: str, refresh_token: str) -> SignedIn:
        access_token = self._keys.issue(key, user.id, session_id)
        return SignedIn(access_token=access_token, refresh_token=refresh_token, expires_in=ACCESS_S)


def _not_enough(user: User, visitor: Visitor, code: str) -> SecondFactorNeeded:
    if not code:
        return SecondFactorNeeded()
    log.warning("second_factor_failed", user_id=user.id, address=visitor.address)
    return SecondFactorNeeded("That code is wrong, or was used already.")


def _row(session: Session, principal: Principal) -> SessionRow:
    return SessionRow(
        id=session.id,
        created_at=session.created_at,
        last_used_at=session.refreshed_at,
        expires_at=session.expires_at,
        address=session.address,
        user_agent=session.agent,
        current=session.id == principal.session_id,
    )
