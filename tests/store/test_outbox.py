from msgspec.structs import replace
from sqlalchemy import text

from appliance.store import outbox, tasks
from appliance.store.engine import Database

MESSAGE = outbox.Message(
    id="msg_1",
    restaurant_id="rest_a",
    topic="reservation.created",
    destination="https://example.com/hook",
    payload='{"name": "Ana"}',
    created_at=5,
)


async def test_a_message_comes_with_the_task_that_delivers_it(database: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, MESSAGE, lock="res_1")
    async with database.read() as tx:
        assert await outbox.one(tx, "msg_1") == MESSAGE
        assert await outbox.one(tx, "msg_2") is None
        task = await tasks.one(tx, "msg_1")
    assert task is not None
    assert (task.kind, task.lock, task.restaurant_id, task.state) == (outbox.DELIVER, "res_1", "rest_a", "ready")


async def test_messages_that_are_not_delivered_are_counted_by_where_they_go_and_how_they_stand(
    database: Database,
) -> None:
    async with database.write() as tx:
        for n, kind, where in ((1, "alert", "channel:a"), (2, "alert", "channel:a"), (3, "alert", "channel:b")):
            await outbox.add(tx, replace(MESSAGE, id=f"m{n}", destination=where), lock=f"m{n}", kind=kind)
        for n in (4, 5):
            message = replace(MESSAGE, id=f"m{n}", destination=f"https://example.com/{n}")
            await outbox.add(tx, message, lock=f"m{n}")
        for task in await tasks.claim(tx, "alert", limit=1, after="", lease="l", lease_until=9, now_ms=9):
            await tasks.bury(tx, task, state="dead", error="")
        (done,) = await tasks.claim(tx, outbox.DELIVER, limit=1, after="", lease="l", lease_until=9, now_ms=9)
        await tasks.finish(tx, [done])
    async with database.read() as tx:
        found = {(one.kind, one.destination, one.state): one.count for one in await outbox.waiting(tx)}
        assert await tasks.dead(tx, "alert") == 1
    assert found == {
        ("alert", "channel:a", "dead"): 1,
        ("alert", "channel:a", "ready"): 1,
        ("alert", "channel:b", "ready"): 1,
        (outbox.DELIVER, "", "ready"): 1,
    }


async def test_a_delivered_message_says_when(database: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, MESSAGE, lock="res_1")
        await outbox.mark_delivered(tx, "msg_1", now_ms=9)
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT delivered_at FROM outbox"))).scalar_one() == 9
