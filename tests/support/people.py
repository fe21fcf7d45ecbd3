"""People who sign in, for tests of access."""

from base64 import b64encode

from msgspec import Struct

from appliance.contract import NewUser
from appliance.domain.access import AT_THE_MACHINE, Principal, Role
from appliance.guard.limits import Limiter
from appliance.guard.passwords import Passwords
from appliance.guard.sealing import Sealer
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.access.factors import Factors
from appliance.services.access.keys import Keys
from appliance.services.access.sessions import Sessions, SignedIn
from appliance.services.access.tries import Tries, Visitor
from appliance.services.access.users import Users
from appliance.store.engine import Database
from support.fake_clock import FakeClock

ANA, EVA = "ana@maitre.example", "eva@maitre.example"
PASSWORD = "tres tristes tigres"
FACTOR_KEY = b64encode(bytes(32)).decode()
HOME = Visitor(address="203.0.113.7", agent="tests")


class Porch(Struct, kw_only=True):
    """All that signing in takes, on one database and one clock."""

    clock: FakeClock
    keys: Keys
    sessions: Sessions
    factors: Factors
    users: Users
    tokens: ApiTokens

    async def add(self, email: str, role: Role = Role.STAFF, *, restaurant_id: str = "") -> str:
        """The id of a new user."""
        new = NewUser(email=email, name=email.partition("@")[0], role=role.value, password=PASSWORD)
        return (await self.users.add(AT_THE_MACHINE, new, restaurant_id=restaurant_id)).id

    async def log_in(
        self, email: str, password: str = PASSWORD, *, code: str = "", address: str = HOME.address
    ) -> SignedIn:
        return await self.sessions.log_in(email, password, Visitor(address=address, agent="tests"), code=code)

    async def signed_in(self, email: str) -> Principal:
        return await self.sessions.principal((await self.log_in(email)).access_token)


def cheap_passwords() -> Passwords:
    """Here nobody guesses them; what that costs is looked at in tests/guard."""
    return Passwords(passes=1, memory_kib=8)


def porch(
    database: Database, clock: FakeClock, *, factor_key: str = FACTOR_KEY, required: frozenset[Role] = frozenset()
) -> Porch:
    passwords = cheap_passwords()
    keys, limiter = Keys(database, clock), Limiter(clock)
    tries = Tries(database, passwords, limiter)
    factors = Factors(database, clock, tries, Sealer(factor_key), required=required)
    return Porch(
        clock=clock,
        keys=keys,
        sessions=Sessions(database, clock, keys, passwords, limiter, tries=tries, factors=factors),
        factors=factors,
        users=Users(database, clock, passwords),
        tokens=ApiTokens(database, clock),
    )
