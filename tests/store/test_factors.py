import asyncio

import pytest

from appliance.domain.access import Role
from appliance.store import factors, users
from appliance.store.engine import Database
from appliance.store.factors import Factor
from appliance.store.users import User

ANA, EVA = "user_ana", "user_eva"
CODES = ["first", "second"]


@pytest.fixture
async def kept(database: Database) -> Database:
    """Two who have a second factor, with the same recovery codes."""
    async with database.write() as tx:
        for id_ in (ANA, EVA):
            await users.add(tx, User(id=id_, email=id_, name=id_, role=Role.OPERATOR, created_at=1))
            await factors.begin(tx, Factor(user_id=id_, sealed=b"sealed", begun_at=1))
            await factors.enable(tx, id_, now_ms=2, recovery_sha256=CODES)
    return database


async def left(database: Database, user_id: str) -> int:
    async with database.read() as tx:
        return await factors.recovery_codes_left(tx, user_id)


async def test_it_is_read_as_it_was_kept(kept: Database) -> None:
    async with kept.read() as tx:
        assert await factors.of(tx, ANA) == Factor(user_id=ANA, sealed=b"sealed", begun_at=1, enabled_at=2)
        assert await factors.of(tx, "user_nobody") is None


async def test_a_step_is_used_once_and_none_before_it_any_more(kept: Database) -> None:
    async with kept.write() as tx:
        used = [await factors.use_step(tx, ANA, step) for step in (7, 7, 6, 8)]
    assert used == [True, False, False, True]


async def test_of_many_who_use_a_step_at_once_one_does(kept: Database) -> None:
    async def use() -> bool:
        async with kept.write() as tx:
            return await factors.use_step(tx, ANA, 7)

    assert sum(await asyncio.gather(*[use() for _ in range(8)])) == 1


async def test_a_recovery_code_is_used_once_and_by_its_owner(kept: Database) -> None:
    async with kept.write() as tx:
        used = [await factors.use_recovery_code(tx, ANA, code) for code in ("first", "first", "third")]
    assert used == [True, False, False]
    assert (await left(kept, ANA), await left(kept, EVA)) == (1, 2)


async def test_who_begins_anew_has_nothing_of_the_one_before(kept: Database) -> None:
    again = Factor(user_id=ANA, sealed=b"other", begun_at=3)
    async with kept.write() as tx:
        await factors.begin(tx, again)
        assert await factors.of(tx, ANA) == again
    assert (await left(kept, ANA), await left(kept, EVA)) == (0, 2)


async def test_it_goes_with_its_user(kept: Database) -> None:
    async with kept.write() as tx:
        await users.remove(tx, ANA)
        assert await factors.of(tx, ANA) is None
    assert await left(kept, ANA) == 0


async def test_what_is_not_there_is_not_removed(kept: Database) -> None:
    async with kept.write() as tx:
        assert [await factors.remove(tx, ANA) for _ in range(2)] == [True, False]
