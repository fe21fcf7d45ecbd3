import asyncio
import sqlite3

import pytest

from appliance.errors import DatabaseBusy
from appliance.store import inbox as rows
from appliance.store import tasks
from appliance.store.engine import Database
from appliance.store.inbox import InboxRow
from appliance.work.inbox import Inbox


def event(id_: str, key: str = "") -> InboxRow:
    return InboxRow(
        id=id_,
        idempotency_key=key or id_,
        provider="retell",
        event="call_ended",
        call_id="call_1",
        restaurant_id="rest_a",
        headers="{}",
        body=b"{}",
        received_at=1,
    )


async def test_each_sender_hears_whether_its_own_event_was_new(database: Database) -> None:
    inbox = Inbox(database)
    events = [event(f"e{n}", f"key {n % 10}") for n in range(30)]
    fresh = await asyncio.gather(*map(inbox.accept, events))
    assert sum(fresh) == 10
    async with database.read() as tx:
        for one, was_new in zip(events, fresh, strict=True):
            assert (one.id in await rows.stored(tx, [one.id])) == was_new
        assert (await tasks.depth(tx)).ready == 10
    assert not await inbox.accept(event("late", "key 3"))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_sender_whose_event_could_not_be_stored_hears_so_and_may_try_again(database_url: str) -> None:
    database = Database(database_url, wait_s=0.1)
    inbox = Inbox(database)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        await inbox.accept(event("e1"))
    other.close()
    assert await inbox.accept(event("e2", "e1"))
    await database.close()
