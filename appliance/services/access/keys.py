"""The keys that access tokens are signed with: made when first needed, rotated with an overlap."""

import secrets

from appliance.clock import Clock
from appliance.errors import Unauthenticated
from appliance.guard import access_tokens
from appliance.guard.access_tokens import Claims
from appliance.services import audit
from appliance.store import signing_keys
from appliance.store.engine import Database
from appliance.store.signing_keys import SigningKey

ACCESS_S = access_tokens.LIFETIME_S
"""How long an access token is good for."""
_AFRESH_US = 60_000_000
_OVERLAP_S = ACCESS_S + 2 * access_tokens.SKEW_S
_LOOK_AGAIN_US = 1_000_000


class Keys:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._keys: list[SigningKey] = []
        self._looked_us = clock.stopwatch_us() - _LOOK_AGAIN_US

    async def newest(self) -> SigningKey:
        """The key to sign with, which another node may have made; to be had before there is something to sign."""
        await self._load()
        if not self._keys or self._keys[0].expires_at is not None:
            await self.rotate()
        return self._keys[0]

    def issue(self, key: SigningKey, user_id: str, session_id: str) -> str:
        """An access token."""
        now_s = self._clock.now_ms() // 1000
        claims = Claims(sub=user_id, sid=session_id, iat=now_s, exp=now_s + ACCESS_S)
        return access_tokens.issue(claims, key_id=key.id, secret=key.secret)

    async def read(self, token: str) -> Claims:
        """What an access token says. Raises Unauthenticated."""
        key_id = access_tokens.key_id(token)
        if key_id is None:
            raise Unauthenticated
        # Another node may have made one since, or rotated one away.
        due_us = _AFRESH_US if key_id in self._valid() else _LOOK_AGAIN_US
        if self._clock.stopwatch_us() - self._looked_us >= due_us:
            await self._load()
        return access_tokens.read(token, self._valid(), now_ms=self._clock.now_ms())

    async def rotate(self) -> str:
        """Sign with a new key from now on; its id. Tokens of the one before stay good for as long as they live."""
        now = self._clock.now_ms()
        key = SigningKey(id=self._clock.new_id("key"), secret=secrets.token_bytes(32), created_at=now)
        async with self._database.write() as tx:
            await signing_keys.add(tx, key, old_until=now + _OVERLAP_S * 1000)
            await audit.note(tx, self._clock, "key.rotated", subject=key.id)
            valid = await signing_keys.valid(tx, now_ms=now)
        self._keys, self._looked_us = valid, self._clock.stopwatch_us()
        return key.id

    async def _load(self) -> None:
        now = self._clock.now_ms()
        async with self._database.read() as tx:
            self._keys = await signing_keys.valid(tx, now_ms=now)
        self._looked_us = self._clock.stopwatch_us()

    def _valid(self) -> dict[str, bytes]:
        now = self._clock.now_ms()
        return {key.id: key.secret for key in self._keys if key.expires_at is None or key.expires_at > now}
