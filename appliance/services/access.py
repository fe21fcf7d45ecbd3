"""Users and their tokens."""

from appliance.clock import Clock
from appliance.errors import Unauthenticated
from appliance.guard.tokens import digest, new_token
from appliance.store import access
from appliance.store.access import TokenOwner
from appliance.store.engine import Database

OPERATOR = "operator"


class AccessService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create_admin(self, *, email: str, name: str) -> str:
        """Make sure that this operator exists and give out a new token for them; it cannot be shown again."""
        token, now = new_token(), self._clock.now_ms()
        async with self._database.write() as tx:
            user_id = await access.save_user(
                tx, id_=self._clock.new_id("user"), email=email, name=name, role=OPERATOR, now_ms=now
            )
            await access.save_token(
                tx, id_=self._clock.new_id("token"), user_id=user_id, token_sha256=digest(token), now_ms=now
            )
        return token

    async def owner(self, token: str) -> TokenOwner:
        """Whose token this is. Raises Unauthenticated."""
        async with self._database.read() as tx:
            owner = await access.token_owner(tx, digest(token)) if token else None
        if owner is None:
            raise Unauthenticated
        return owner
