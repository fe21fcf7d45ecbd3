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


async def test_a_delivered_message_says_when(database: Database) -> None:
    async with database.write() as tx:
        await outbox.add(tx, MESSAGE, lock="res_1")
        await outbox.mark_delivered(tx, "msg_1", now_ms=9)
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT delivered_at FROM outbox"))).scalar_one() == 9
