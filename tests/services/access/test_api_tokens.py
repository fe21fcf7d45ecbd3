from itertools import pairwise

import pytest
from msgspec.structs import replace

from appliance.contract import NewToken
from appliance.domain.access import PERMISSIONS, Permission, Principal, Role
from appliance.errors import Forbidden, NotFound, Unauthenticated
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.audit import COMMAND_LINE, acting
from appliance.store import audit
from appliance.store.engine import Database
from support.desk import Desk, gaviota
from support.fake_clock import FakeClock
from support.people import porch

ANA = "ana@maitre.example"
DAY_MS = 86_400_000


@pytest.fixture
def tokens(database: Database, clock: FakeClock) -> ApiTokens:
    return ApiTokens(database, clock)


async def ana(tokens: ApiTokens) -> Principal:
    """As she is when she signed in."""
    return replace(await tokens.principal(await tokens.operator(email=ANA, name="Ana")), token_id="", session_id="s")


async def test_a_token_says_whose_it_is(tokens: ApiTokens) -> None:
    owner = await ana(tokens)
    assert (owner.email, owner.role, owner.permissions) == (ANA, Role.OPERATOR, frozenset(Permission))


async def test_an_operator_may_have_several_tokens(tokens: ApiTokens) -> None:
    first, second = [await tokens.operator(email=email, name="Ana") for email in (ANA, ANA.upper())]
    assert first != second
    assert (await tokens.principal(first)).user_id == (await tokens.principal(second)).user_id


@pytest.mark.parametrize("token", ["nonsense", "\0", "maitre_" + "x" * 10_000])
async def test_any_other_token_is_nobodys(tokens: ApiTokens, token: str) -> None:
    await ana(tokens)
    with pytest.raises(Unauthenticated):
        await tokens.principal(token)


async def test_a_token_may_carry_less_than_its_user(tokens: ApiTokens) -> None:
    made = await tokens.make(await ana(tokens), NewToken(name="till", scopes=["book:read"]))
    assert (await tokens.principal(made.token)).permissions == {Permission.BOOK_READ}


async def test_nobody_gives_a_token_more_than_they_have(tokens: ApiTokens) -> None:
    less = replace(await ana(tokens), permissions=frozenset({Permission.ACCOUNT, Permission.BOOK_READ}))
    with pytest.raises(Forbidden, match="platform:write"):
        await tokens.make(less, NewToken(name="more", scopes=["platform:write"]))
    like_it = await tokens.make(less, NewToken(name="whatever I have"))
    assert (await tokens.principal(like_it.token)).permissions == less.permissions


async def test_a_token_makes_no_token_that_could_outlive_it(tokens: ApiTokens) -> None:
    made = await tokens.make(await ana(tokens), NewToken(name="short", days=1))
    with pytest.raises(Forbidden, match="signed in with a password"):
        await tokens.make(await tokens.principal(made.token), NewToken(name="for ever"))


async def test_a_token_ends_when_its_days_are_over(tokens: ApiTokens, clock: FakeClock) -> None:
    made = await tokens.make(await ana(tokens), NewToken(name="short", days=2))
    clock.advance(2 * DAY_MS - 1)
    assert await tokens.principal(made.token)
    clock.advance(1)
    with pytest.raises(Unauthenticated):
        await tokens.principal(made.token)


async def test_a_token_that_was_removed_opens_nothing(tokens: ApiTokens) -> None:
    owner = await ana(tokens)
    made = await tokens.make(owner, NewToken(name="lost"))
    await tokens.remove(owner, made.row.id)
    with pytest.raises(Unauthenticated):
        await tokens.principal(made.token)


@pytest.mark.parametrize(("role", "restaurant_id"), [(Role.OWNER, "rest_gaviota"), (Role.OPERATOR, "")])
async def test_what_is_noted_of_a_token_is_noted_with_the_restaurant_of_its_user(
    database: Database, clock: FakeClock, role: Role, restaurant_id: str
) -> None:
    await Desk(database, clock).open(gaviota())
    door = porch(database, clock)
    await door.add(ANA, role, restaurant_id=restaurant_id)
    owner = await door.signed_in(ANA)
    with acting(COMMAND_LINE):
        own = await door.tokens.make(owner, NewToken(name="till"))
        await door.tokens.remove(owner, own.row.id)
        given = await door.tokens.make_for(await door.users.one(ANA), NewToken(name="till"))
        await door.tokens.revoke(given.row.id)
    async with database.read() as tx:
        noted, _ = await audit.page(tx, restaurant_id=restaurant_id, limit=10, offset=0)
    assert [one.action for one in noted] == ["token.removed", "token.made"] * 2


async def test_nobody_removes_the_token_of_another(tokens: ApiTokens) -> None:
    owner = await ana(tokens)
    eva = await tokens.principal(await tokens.operator(email="eva@maitre.example", name="Eva"))
    with pytest.raises(NotFound):
        await tokens.remove(eva, (await tokens.of(owner.user_id))[0].id)


async def test_when_a_token_was_used_last_is_written_down_in_time(tokens: ApiTokens, clock: FakeClock) -> None:
    owner = await ana(tokens)
    assert (await tokens.of(owner.user_id))[0].last_used_at is None
    await tokens.note_uses()
    assert (await tokens.of(owner.user_id))[0].last_used_at == clock.now_ms()


def test_a_role_above_has_all_that_one_below_has() -> None:
    ranks = [PERMISSIONS[role] for role in (Role.STAFF, Role.MANAGER, Role.OWNER, Role.OPERATOR)]
    assert all(lower < higher for lower, higher in pairwise(ranks))
