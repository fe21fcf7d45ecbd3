from typing import Any

import pytest

from appliance.errors import Conflict
from appliance.store import messages, transfers
from appliance.store.engine import Database
from appliance.store.messages import LeftMessage
from appliance.store.transfers import Transfer
from support.books import NOON, add_restaurant, small_restaurant


def left(id_: str, **changes: Any) -> LeftMessage:
    said: dict[str, Any] = {"about": "message", "name": "Ana", "phone": "", "text": f"says {id_}", "call_id": "call_1"}
    return LeftMessage(**{"id": id_, "restaurant_id": "rest_a", "created_at": NOON} | said | changes)


def transfer(attempt: int, **changes: Any) -> Transfer:
    row: dict[str, Any] = {"id": f"transfer_{attempt}", "restaurant_id": "rest_a", "call_id": "call_1"}
    row |= {"attempt": attempt, "number": "+34600700800", "reason": "other", "requested_at": NOON, "updated_at": NOON}
    return Transfer(**row | changes)


@pytest.fixture
async def kept(database: Database) -> Database:
    """Three messages of one restaurant, the second handled, and one of another."""
    await add_restaurant(database, small_restaurant("rest_a"))
    await add_restaurant(database, small_restaurant("rest_b"))
    async with database.write() as tx:
        for n in (1, 2, 3):
            await messages.add(tx, left(f"left_{n}", created_at=NOON + n, call_id=f"call_{n % 2}"))
        await messages.add(tx, left("left_b", restaurant_id="rest_b"))
        assert await messages.mark_handled(tx, "rest_a", "left_2", now_ms=NOON + 9)
    return database


@pytest.mark.parametrize(("open_only", "ids"), [(False, ["left_3", "left_2", "left_1"]), (True, ["left_3", "left_1"])])
async def test_messages_come_newest_first_all_or_those_nobody_has_seen_to(
    kept: Database,
    open_only: bool,  # noqa: FBT001
    ids: list[str],
) -> None:
    async with kept.read() as tx:
        found, total = await messages.page(tx, "rest_a", open_only=open_only, limit=10, offset=0)
        first, of = await messages.page(tx, "rest_a", open_only=open_only, limit=1, offset=1)
    assert ([one.id for one in found], total) == (ids, len(ids))
    assert ([one.id for one in first], of) == (ids[1:2], len(ids))


async def test_messages_are_found_by_their_call_first_to_last(kept: Database) -> None:
    async with kept.read() as tx:
        assert [one.id for one in await messages.of_call(tx, "rest_a", "call_1")] == ["left_1", "left_3"]
        assert [one.id for one in await messages.of_call(tx, "rest_b", "call_1")] == ["left_b"]


async def test_another_restaurant_neither_finds_nor_handles_a_message(kept: Database) -> None:
    async with kept.write() as tx:
        assert await messages.one(tx, "rest_b", "left_1") is None
        assert not await messages.mark_handled(tx, "rest_b", "left_1", now_ms=NOON)
        found = await messages.one(tx, "rest_a", "left_1")
    assert found == left("left_1", created_at=NOON + 1)


async def test_the_first_time_that_a_message_was_handled_stands(kept: Database) -> None:
    async with kept.write() as tx:
        assert await messages.mark_handled(tx, "rest_a", "left_2", now_ms=NOON + 99)
        found = await messages.one(tx, "rest_a", "left_2")
    assert found
    assert found.handled_at == NOON + 9


async def test_a_call_has_each_attempt_to_hand_it_over_once(kept: Database) -> None:
    async with kept.write() as tx:
        await transfers.add(tx, transfer(2))
        await transfers.add(tx, transfer(1))
    with pytest.raises(Conflict):
        async with kept.write() as tx:
            await transfers.add(tx, transfer(1, id="transfer_again"))
    async with kept.read() as tx:
        found = await transfers.of_call(tx, "rest_a", "call_1")
        assert await transfers.of_call(tx, "rest_b", "call_1") == []
    assert found == [transfer(1), transfer(2)]
    assert transfers.next_attempt(found) == 3
