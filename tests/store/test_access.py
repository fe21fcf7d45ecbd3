import pytest

from appliance.errors import Conflict
from appliance.store import access
from appliance.store.engine import Database


async def save_ana(database: Database, **changes: str) -> str:
    user = {"id_": "user_1", "email": "ana@example.com", "name": "Ana", "role": "admin"} | changes
    async with database.write() as tx:
        return await access.save_user(tx, **user, now_ms=1)


async def save_token(database: Database, id_: str, sha256: str) -> None:
    async with database.write() as tx:
        await access.save_token(tx, id_=id_, user_id="user_1", token_sha256=sha256, now_ms=1)


async def test_a_token_leads_to_its_owner(database: Database) -> None:
    await save_ana(database)
    await save_token(database, "token_1", "aa")
    async with database.read() as tx:
        assert await access.token_owner(tx, "aa") == access.TokenOwner(
            user_id="user_1", email="ana@example.com", role="admin"
        )
        assert await access.token_owner(tx, "bb") is None


async def test_a_user_saved_again_is_the_same_user_with_a_new_role(database: Database) -> None:
    await save_ana(database)
    assert await save_ana(database, id_="user_2", role="viewer") == "user_1"
    await save_token(database, "token_1", "aa")
    async with database.read() as tx:
        owner = await access.token_owner(tx, "aa")
    assert owner is not None
    assert owner.role == "viewer"


async def test_two_tokens_never_share_a_hash(database: Database) -> None:
    await save_ana(database)
    await save_token(database, "token_1", "aa")
    with pytest.raises(Conflict):
        await save_token(database, "token_2", "aa")
