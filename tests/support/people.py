"""People who sign in, for tests of access."""

from msgspec import Struct

from appliance.contract import NewUser
from appliance.domain.access import AT_THE_MACHINE, Principal, Role
from appliance.guard.limits import Limiter
from appliance.guard.passwords import Passwords
from appliance.services.api_tokens import ApiTokens
from appliance.services.keys import Keys
from appliance.services.sessions import Sessions, SignedIn, Visitor
from appliance.services.users import Users
from appliance.store.engine import Database
from support.fake_clock import FakeClock

PASSWORD = "tres tristes tigres"
HOME = Visitor(address="203.0.113.7", agent="tests")


class Porch(Struct, kw_only=True):
    """All that signing in takes, on one database and one clock."""

    clock: FakeClock
    keys: Keys
    sessions: Sessions
    users: Users
    tokens: ApiTokens

    async def add(self, email: str, role: Role = Role.STAFF, *, restaurant_id: str = "") -> str:
        """The id of a new user."""
        new = NewUser(email=email, name=email.partition("@")[0], role=role.value, password=PASSWORD)
        return (await self.users.add(AT_THE_MACHINE, new, restaurant_id=restaurant_id)).id

    async def log_in(self, email: str, password: str = PASSWORD, *, address: str = HOME.address) -> SignedIn:
        return await self.sessions.log_in(email, password, Visitor(address=address, agent="tests"))

    async def signed_in(self, email: str) -> Principal:
        return await self.sessions.principal((await self.log_in(email)).access_token)


def porch(database: Database, clock: FakeClock) -> Porch:
    passwords, keys = Passwords(), Keys(database, clock)
    return Porch(
        clock=clock,
        keys=keys,
        sessions=Sessions(database, clock, keys, passwords, Limiter(clock)),
        users=Users(database, clock, passwords),
        tokens=ApiTokens(database, clock),
    )
