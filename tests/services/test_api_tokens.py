import pytest

from appliance.errors import Unauthenticated
from appliance.services.access import AccessService
from appliance.store.engine import Database
from support.fake_clock import FakeClock


@pytest.fixture
def access(database: Database, clock: FakeClock) -> AccessService:
    return AccessService(database, clock)


async def test_a_token_says_whose_it_is(access: AccessService) -> None:
    token = await access.create_admin(email="ana@maitre.example", name="Ana")
    owner = await access.owner(token)
    assert (owner.email, owner.role) == ("ana@maitre.example", "operator")


async def test_an_operator_may_have_several_tokens(access: AccessService) -> None:
    first, second = [await access.create_admin(email="ana@maitre.example", name="Ana") for _ in range(2)]
    assert first != second
    assert (await access.owner(first)).user_id == (await access.owner(second)).user_id


@pytest.mark.parametrize("token", ["", "nonsense", "\0", "mt_" + "x" * 10_000])
async def test_any_other_token_is_nobodys(access: AccessService, token: str) -> None:
    await access.create_admin(email="ana@maitre.example", name="Ana")
    with pytest.raises(Unauthenticated):
        await access.owner(token)
