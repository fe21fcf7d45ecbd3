import asyncio

import pytest

from appliance.contract import TaskRow
from appliance.store import inbox, tasks
from appliance.store.engine import Database
from appliance.store.inbox import NewEvent
from support.books import event
from support.fake_clock import START_MS


async def accept(database: Database, *rows: NewEvent) -> set[str]:
    return await inbox.accept(database, rows)


async def queued(database: Database) -> dict[str, TaskRow]:
    async with database.read() as tx:
        found, _ = await tasks.page(tx, state=None, limit=1000, offset=0)
    return {task.id: task for task in found}


async def test_an_event_is_kept_byte_for_byte_with_the_task_to_apply_it(database: Database) -> None:
    assert await accept(database, event("e1")) == {"e1"}
    async with database.read() as tx:
        stored = await inbox.stored(tx, "e1")
        assert await inbox.stored(tx, "e2") is None
    assert stored == inbox.StoredEvent(
        id="e1",
        provider="retell",
        event="call_ended",
        call_id="call_1",
        restaurant_id="rest_a",
        body=b'{"a": 1}\n\x00\xff',
        received_at=START_MS,
        applied_at=None,
    )
    task = (await queued(database))["e1"]
    assert (task.kind, task.lock, task.restaurant_id, task.state, task.attempts, task.run_at, task.error) == (
        inbox.APPLY,
        "call_1",
        "rest_a",
        "ready",
        0,
        START_MS,
        None,
    )


async def test_several_events_are_read_in_the_order_asked_for_however_large(database: Database) -> None:
    large = b"x" * 1_000_000
    await accept(database, event("e1"), event("e2", body=large), event("e3"))
    async with database.read() as tx:
        read = [one async for one in inbox.each_stored(tx, ["e3", "e0", "e2", "e1"])]
        assert read == [await inbox.stored(tx, id_) for id_ in ("e3", "e0", "e2", "e1")]
    assert [one and len(one.body) for one in read] == [len(event("e3").body), None, len(large), len(event("e1").body)]


async def test_the_second_under_a_key_changes_nothing_in_a_later_batch(database: Database) -> None:
    await accept(database, event("e1"))
    again = event("e2", idempotency_key="key of e1", body=b"other")
    assert await accept(database, again, event("e3")) == {"e3"}
    assert set(await queued(database)) == {"e1", "e3"}


async def test_of_two_under_one_key_in_one_batch_one_is_kept(database: Database) -> None:
    twin = event("e2", idempotency_key="key of e1")
    fresh = await accept(database, event("e1"), twin, event("e3"))
    assert len(fresh) == 2
    assert "e3" in fresh
    assert set(await queued(database)) == fresh


async def test_batches_that_share_keys_in_other_orders_do_not_stop_each_other(database: Database) -> None:
    def batch(name: str, keys: range) -> list[NewEvent]:
        return [event(f"{name}{key}", idempotency_key=f"k{key}") for key in keys]

    taken = await asyncio.gather(
        *(accept(database, *batch(f"e{n}_", range(50) if n % 2 else range(49, -1, -1))) for n in range(6))
    )
    assert sum(map(len, taken)) == 50
    assert len(await queued(database)) == 50


@pytest.mark.parametrize("state", ["held", "dead"])
async def test_an_event_that_cannot_be_applied_waits_with_its_reason(database: Database, state: str) -> None:
    await accept(database, event("e1", state=state, error="nobody knows whose", restaurant_id=""), event("e2"))
    task = (await queued(database))["e1"]
    assert (task.state, task.error, task.restaurant_id) == (state, "nobody knows whose", "")
    async with database.read() as tx:
        assert await inbox.stored(tx, "e1") is not None


async def test_events_without_a_call_do_not_wait_for_one_another(database: Database) -> None:
    await accept(database, event("e1", call_id=""), event("e2", call_id=""))
    assert [task.lock for task in (await queued(database)).values()] == ["e1", "e2"]


async def test_text_that_a_database_would_refuse_is_kept_with_a_mark_in_its_place(database: Database) -> None:
    odd = event("e1", call_id="call\0 \ud83d one", event="ñ 🦐 \0", error="half \udc00", state="dead")
    assert await accept(database, odd, event("e2")) == {"e1", "e2"}
    async with database.read() as tx:
        stored = await inbox.stored(tx, "e1")
    assert stored is not None
    assert (stored.call_id, stored.event) == ("call\ufffd \ufffd one", "ñ 🦐 \ufffd")
    assert (await queued(database))["e1"].error == "half \ufffd"


async def test_an_applied_event_says_when_and_for_whom(database: Database) -> None:
    await accept(database, event("e1", restaurant_id=""))
    async with database.write() as tx:
        await inbox.mark_applied(tx, {"e1": "rest_b"}, now_ms=7)
    async with database.read() as tx:
        stored = await inbox.stored(tx, "e1")
    assert stored is not None
    assert (stored.applied_at, stored.restaurant_id) == (7, "rest_b")


async def test_the_list_shows_the_newest_first_with_the_state_of_each(database: Database) -> None:
    await accept(database, event("e1"), event("e2", state="dead", error="why"), event("e3"))
    async with database.write() as tx:
        await tasks.claim(tx, inbox.APPLY, limit=1, after="", lease="l", lease_until=START_MS, now_ms=START_MS)
        await inbox.mark_applied(tx, {"e1": "rest_a"}, now_ms=START_MS)
        await tasks.finish(
            tx,
            [tasks.Task(id="e1", kind="", lock="", restaurant_id="", payload="", attempts=1, lease="l", created_at=0)],
        )
    async with database.read() as tx:
        shown, total = await inbox.page(tx, limit=2, offset=0)
        last, _ = await inbox.page(tx, limit=2, offset=2)
    assert total == 3
    assert [(row.id, row.state, row.error, row.body_bytes) for row in [*shown, *last]] == [
        ("e3", "ready", None, 11),
        ("e2", "dead", "why", 11),
        ("e1", "applied", None, 11),
    ]


async def test_an_event_whose_task_was_given_up_is_listed_as_discarded(database: Database) -> None:
    await accept(database, event("e1", state="dead", error="why"))
    async with database.write() as tx:
        assert await tasks.discard(tx, ["e1"]) == 1
    async with database.read() as tx:
        [shown], _ = await inbox.page(tx, limit=2, offset=0)
    assert (shown.state, shown.applied_at, shown.error) == ("discarded", None, None)


async def test_events_are_queued_again_unless_their_task_waits(database: Database) -> None:
    await accept(database, event("e1"), event("e2", call_id=""))
    async with database.write() as tx:
        await tasks.finish(
            tx, await tasks.claim(tx, inbox.APPLY, limit=9, after="", lease="l", lease_until=0, now_ms=START_MS)
        )
        assert await inbox.queue_again(tx, ids=["e1", "e2"], call_id="", now_ms=5) == 2
        assert await inbox.queue_again(tx, ids=[], call_id="call_1", now_ms=5) == 0
    assert [(task.id, task.lock) for task in (await queued(database)).values()] == [("e1", "call_1"), ("e2", "e2")]
