"""Where a second factor is required, who has none reaches no more than it takes to turn it on."""

import pytest

from appliance.contract import NewToken
from appliance.domain.access import OF_FACTOR, PERMISSIONS, Permission, Principal, Role
from appliance.errors import Forbidden
from appliance.services.access.permission import permit
from appliance.store.engine import Database
from support.authenticator import turned_on
from support.books import add_restaurant, small_restaurant
from support.fake_clock import FakeClock
from support.people import ANA, HOME, PASSWORD, porch

PEOPLE = {"ana@maitre.example": Role.OPERATOR, "eva@maitre.example": Role.OWNER}
ACCOUNT = frozenset({Permission.ACCOUNT})


async def signed_in(database: Database, clock: FakeClock, required: str) -> dict[Role, Principal]:
    """One of each role, with a second factor of nobody's."""
    await add_restaurant(database, small_restaurant("rest_a"))
    door = porch(database, clock, required=OF_FACTOR[required])
    for email, role in PEOPLE.items():
        await door.add(email, role, restaurant_id="" if role is Role.OPERATOR else "rest_a")
    return {role: await door.signed_in(email) for email, role in PEOPLE.items()}


@pytest.mark.parametrize(
    ("required", "short"), [("none", set()), ("operators", {Role.OPERATOR}), ("all", {Role.OPERATOR, Role.OWNER})]
)
async def test_who_must_have_one_and_has_none_reaches_their_own_account(
    database: Database, clock: FakeClock, required: str, short: set[Role]
) -> None:
    for role, principal in (await signed_in(database, clock, required)).items():
        assert principal.permissions == (ACCOUNT if role in short else PERMISSIONS[role])


async def test_they_are_told_what_to_do(database: Database, clock: FakeClock) -> None:
    ana = (await signed_in(database, clock, "operators"))[Role.OPERATOR]
    permit(ana, Permission.ACCOUNT, None)
    with pytest.raises(Forbidden, match="Turn your second factor on first"):
        permit(ana, Permission.PLATFORM_READ, None)


async def test_once_it_is_on_they_reach_all_that_is_theirs_and_no_more_once_it_is_off(
    database: Database, clock: FakeClock
) -> None:
    door = porch(database, clock, required=OF_FACTOR["all"])
    await door.add(ANA, Role.OPERATOR)
    token = (await door.log_in(ANA)).access_token
    app = await turned_on(door, await door.sessions.principal(token))
    with_it = await door.sessions.principal(token)
    assert with_it.permissions == PERMISSIONS[Role.OPERATOR]
    await door.factors.remove(with_it, password=PASSWORD, code=app.recovery_codes[0], visitor=HOME)
    assert (await door.sessions.principal(token)).permissions == ACCOUNT


async def test_no_token_made_without_it_opens_more(database: Database, clock: FakeClock) -> None:
    ana = (await signed_in(database, clock, "all"))[Role.OPERATOR]
    door = porch(database, clock, required=OF_FACTOR["all"])
    made = await door.tokens.make(ana, NewToken(name="till"))
    assert (await door.tokens.principal(made.token)).permissions == ACCOUNT
