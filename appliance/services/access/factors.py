"""One's own second factor: begun, confirmed with a code, asked for at each sign-in, turned off."""

from enum import StrEnum

import structlog

from appliance.clock import Clock
from appliance.contract import FactorBegun, FactorState, RecoveryCodes
from appliance.domain.access import Principal, Role
from appliance.errors import Conflict, Invalid
from appliance.guard import one_time_codes
from appliance.guard.sealing import Sealer
from appliance.services import audit
from appliance.services.access.tries import Tries, Visitor
from appliance.store import factors, sessions, users
from appliance.store.engine import Database, Tx
from appliance.store.factors import Factor
from appliance.store.users import User

log = structlog.get_logger()

_CONFIRM_MS = 15 * 60_000
"""How long a secret that was handed out waits for its first code."""
_WRONG = "password: is wrong"


class Shown(StrEnum):
    """What somebody showed beside the password."""

    NOTHING = "nothing"
    """None is on."""
    CODE = "code"
    RECOVERY_CODE = "recovery_code"


class Factors:
    def __init__(
        self, database: Database, clock: Clock, tries: Tries, sealer: Sealer, *, required: frozenset[Role]
    ) -> None:
        self._database = database
        self._clock = clock
        self._tries = tries
        self._sealer = sealer
        self._required = required

    async def state(self, principal: Principal) -> FactorState:
        async with self._database.read() as tx:
            factor = await factors.of(tx, principal.user_id)
            left = await factors.recovery_codes_left(tx, principal.user_id)
        return FactorState(enabled_at=factor.enabled_at if factor else None, recovery_codes_left=left)

    async def begin(self, principal: Principal, password: str, visitor: Visitor) -> FactorBegun:
        """A secret for their app, asked for once it is confirmed. Raises Invalid, Conflict, TooManyRequests."""
        user = await self._proven(principal, password, visitor)
        secret = one_time_codes.new_secret()
        sealed = self._sealer.seal(secret, of=user.id)
        async with self._database.write() as tx:
            await _hold(tx, user)
            if await self._on(tx, user.id):
                raise Conflict("The second factor is on already; turn it off first.")
            await factors.begin(tx, Factor(user_id=user.id, sealed=sealed, begun_at=self._clock.now_ms()))
            await self._note(tx, "user.factor_begun", principal)
        await self._tries.forget(user.email, visitor)
        return FactorBegun(secret=secret, uri=one_time_codes.address(secret, user.email))

    async def confirm(self, principal: Principal, code: str) -> RecoveryCodes:
        """Ask for it from now on; every other session of theirs ends. Raises Invalid for a wrong code, Conflict."""
        codes = one_time_codes.new_recovery_codes()
        now, user_id = self._clock.now_ms(), principal.user_id
        async with self._database.write() as tx:
            await users.held(tx, user_id)
            factor = await factors.of(tx, user_id)
            if factor is None or factor.enabled_at is not None or now - factor.begun_at > _CONFIRM_MS:
                raise Conflict("No second factor waits to be confirmed; begin it first.")
            if not await self._use_code(tx, factor, one_time_codes.plain(code)):
                raise Invalid("code: is wrong")
            await factors.enable(tx, user_id, now_ms=now, recovery_sha256=map(one_time_codes.recovery_digest, codes))
            await self._note(tx, "user.factor_added", principal)
            await sessions.revoke_all(tx, user_id, but=principal.session_id, now_ms=now)
        log.info("factor_added", user_id=user_id)
        return RecoveryCodes(recovery_codes=codes)

    async def remove(self, principal: Principal, *, password: str, code: str, visitor: Visitor) -> None:
        """Ask for it no more; every other session ends. Raises Invalid, Conflict, TooManyRequests."""
        user = await self._proven(principal, password, visitor)
        await self.count(user.id, code)
        async with self._database.write() as tx:
            await _hold(tx, user)
            if not await self._on(tx, user.id):
                raise Conflict("There is no second factor.")
            if await self.show(tx, user.id, code) is None:
                raise Invalid("code: is wrong, or was used already")
            await factors.remove(tx, user.id)
            await self._note(tx, "user.factor_removed", principal)
            await sessions.revoke_all(tx, user.id, but=principal.session_id, now_ms=self._clock.now_ms())
        await self._tries.forget(user.email, visitor)
        log.warning("factor_removed", user_id=user.id)

    async def count(self, user_id: str, code: str) -> None:
        """To be done before a code is shown; recovery codes cannot be guessed. Raises TooManyRequests."""
        if one_time_codes.is_of_app(one_time_codes.plain(code)):
            await self._tries.count_code(user_id)

    async def show(self, tx: Tx, user_id: str, code: str) -> Shown | None:
        """What they come in by, used up with this transaction; None where that is not enough. The user is held."""
        factor = await factors.of(tx, user_id)
        if factor is None or factor.enabled_at is None:
            return Shown.NOTHING
        plain = one_time_codes.plain(code)
        if one_time_codes.is_of_app(plain):
            return Shown.CODE if await self._use_code(tx, factor, plain) else None
        recovery = one_time_codes.recovery_digest(plain)
        return Shown.RECOVERY_CODE if await factors.use_recovery_code(tx, user_id, recovery) else None

    async def is_lacking(self, tx: Tx, user: User) -> bool:
        """Whether they must have one and have none."""
        return user.role in self._required and not await self._on(tx, user.id)

    async def _use_code(self, tx: Tx, factor: Factor, code: str) -> bool:
        secret = self._sealer.open(factor.sealed, of=factor.user_id)
        if secret is None:
            log.error("factor_not_opened", user_id=factor.user_id)
            return False
        step = one_time_codes.step_of(code, secret, now_ms=self._clock.now_ms())
        return step is not None and await factors.use_step(tx, factor.user_id, step)

    async def _proven(self, principal: Principal, password: str, visitor: Visitor) -> User:
        user = await self._tries.again(principal, password, visitor)
        if user is None:
            log.warning("factor_change_failed", user_id=principal.user_id, address=visitor.address)
            raise Invalid(_WRONG)
        return user

    async def _on(self, tx: Tx, user_id: str) -> bool:
        factor = await factors.of(tx, user_id)
        return factor is not None and factor.enabled_at is not None

    async def _note(self, tx: Tx, action: str, principal: Principal) -> None:
        home = principal.restaurant_id
        await audit.note(tx, self._clock, action, subject=principal.user_id, restaurant_id=home)


async def _hold(tx: Tx, user: User) -> None:
    """The user, whose password is still the one that was looked at. Raises Invalid."""
    if await users.held(tx, user.id) != user:
        raise Invalid(_WRONG)  # by now
