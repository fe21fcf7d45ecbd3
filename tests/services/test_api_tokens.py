from itertools import pairwise

import pytest
from msgspec.structs import replace

from appliance.contract import NewToken
from appliance.domain.access import PERMISSIONS, Permission, Principal, Role
from appliance.errors import Forbidden, NotFound, Unauthenticated
from appliance.services.api_tokens import ApiTokens
from appliance.store.engine import Database
from support.fake_clock import FakeClock

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
