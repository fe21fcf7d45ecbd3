import asyncio
import sqlite3

import pytest

from appliance.errors import DatabaseBusy
from appliance.store import inbox as rows
from appliance.store import tasks
from appliance.store.engine import Database
from appliance.work.inbox import Inbox
from support.books import event


async def test_each_sender_hears_whether_its_own_event_was_new(database: Database) -> None:
    inbox = Inbox(database)
    events = [event(f"e{n}", idempotency_key=f"key {n % 10}") for n in range(30)]
    fresh = await asyncio.gather(*map(inbox.accept, events))
    assert sum(fresh) == 10
    async with database.read() as tx:
        for one, was_new in zip(events, fresh, strict=True):
            assert (await rows.stored(tx, one.id) is not None) == was_new
        assert (await tasks.depth(tx)).ready == 10
    assert not await inbox.accept(event("late", idempotency_key="key 3"))


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_sender_whose_event_could_not_be_stored_hears_so_and_may_try_again(database_url: str) -> None:
    database = Database(database_url, wait_s=0.1)
    inbox = Inbox(database)
    other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        await inbox.accept(event("e1"))
    other.close()
    assert await inbox.accept(event("e2", idempotency_key="key of e1"))
    await database.close()
