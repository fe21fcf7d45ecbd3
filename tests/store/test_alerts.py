import asyncio

from msgspec.structs import replace
from sqlalchemy import text

from appliance.domain.episodes import Episode, Level, State
from appliance.store import alerts, outbox, removal, tasks
from appliance.store.engine import Database
from support.fake_clock import FakeClock

HOT = Episode(id="alert_1", rule="hot", restaurant_id="", level=Level.WARNING, value=0.85, opened_at=10, seen_at=10)


async def added(database: Database, episode: Episode) -> bool:
    async with database.write() as tx:
        return await alerts.add(tx, episode)


async def saved(database: Database, before: Episode, after: Episode) -> bool:
    async with database.write() as tx:
        return await alerts.save(tx, before, after)


async def current(database: Database, ended_since: int = 0) -> list[Episode]:
    async with database.read() as tx:
        return await alerts.current(tx, ended_since=ended_since)


async def test_an_episode_is_read_as_it_was_written(database: Database) -> None:
    assert await added(database, HOT)
    assert await current(database) == [HOT]


async def test_there_is_one_going_on_at_a_time_of_a_rule_and_a_restaurant(database: Database) -> None:
    assert await added(database, HOT)
    assert not await added(database, replace(HOT, id="alert_2"))
    assert await added(database, replace(HOT, id="alert_3", restaurant_id="rest_a"))
    assert await saved(database, HOT, replace(HOT, resolved_at=20))
    assert await added(database, replace(HOT, id="alert_4"))


async def test_of_several_nodes_that_open_one_at_once_one_does(database_url: str) -> None:
    nodes = [Database(database_url) for _ in range(4)]
    try:
        opened = await asyncio.gather(*(added(node, replace(HOT, id=f"alert_{n}")) for n, node in enumerate(nodes)))
        assert sum(opened) == 1
    finally:
        for node in nodes:
            await node.close()


async def test_of_two_who_change_what_they_read_one_does(database: Database) -> None:
    await added(database, HOT)
    assert await saved(database, HOT, replace(HOT, acknowledged_at=20, acknowledged_by="ana@example.com"))
    assert not await saved(database, HOT, replace(HOT, resolved_at=20))
    (known,) = await current(database)
    assert (known.acknowledged_at, known.resolved_at, known.revision) == (20, 0, 1)


async def test_what_ended_is_current_for_as_long_as_it_is_asked_for(database: Database) -> None:
    await added(database, HOT)
    await saved(database, HOT, replace(HOT, resolved_at=20))
    assert [one.id for one in await current(database, ended_since=20)] == ["alert_1"]
    assert await current(database, ended_since=21) == []


async def test_a_page_is_of_the_states_the_rule_and_the_restaurant_asked_for(database: Database) -> None:
    known = replace(HOT, id="alert_2", rule="cold", restaurant_id="rest_a", opened_at=30, acknowledged_at=40)
    over = replace(HOT, id="alert_3", rule="cold", restaurant_id="rest_b", opened_at=20, resolved_at=40)
    for one in (HOT, known, over):
        await added(database, one)

    async def ids(*states: State, rule: str | None = None, restaurant_id: str | None = None) -> list[str]:
        async with database.read() as tx:
            which = {"states": states or tuple(State), "rule": rule, "restaurant_id": restaurant_id}
            found, total = await alerts.page(tx, **which, limit=10, offset=0)  # type: ignore[arg-type]
        assert total == len(found)
        return [one.id for one in found]

    assert await ids() == ["alert_2", "alert_3", "alert_1"]
    assert await ids(State.OPEN) == ["alert_1"]
    assert await ids(State.OPEN, State.ACKNOWLEDGED) == ["alert_2", "alert_1"]
    assert await ids(State.RESOLVED) == ["alert_3"]
    assert await ids(rule="cold") == ["alert_2", "alert_3"]
    assert await ids(restaurant_id="") == ["alert_1"]
    assert await ids(restaurant_id="rest_b") == ["alert_3"]


async def message_about(database: Database, clock: FakeClock, alert_id: str) -> None:
    message = outbox.Message(
        id=f"message_{alert_id}",
        restaurant_id="",
        topic="alert.opened",
        destination="channel:1234",
        payload="{}",
        created_at=clock.now_ms(),
    )
    async with database.write() as tx:
        await outbox.add(tx, message, lock=f"{alert_id}/1234", about=alert_id, kind="alert.deliver")


async def test_the_messages_about_an_episode_are_known_with_the_state_of_their_delivery(
    database: Database, clock: FakeClock
) -> None:
    for id_ in ("alert_1", "alert_2"):
        await message_about(database, clock, id_)
    async with database.write() as tx:
        await outbox.mark_delivered(tx, "message_alert_2", now_ms=99)
        await tx.execute(text("DELETE FROM tasks WHERE id = 'message_alert_2'"))
    async with database.read() as tx:
        waiting, done = await alerts.deliveries(tx, ["alert_1", "alert_2"])
        assert await alerts.deliveries(tx, ["alert_3"]) == []
    assert (waiting.alert_id, waiting.task, waiting.delivered_at) == ("alert_1", "ready", None)
    assert (done.task, done.delivered_at, done.topic) == ("", 99, "alert.opened")


async def test_what_ended_long_ago_goes_with_its_messages_and_nothing_else_does(
    database: Database, clock: FakeClock
) -> None:
    over = replace(HOT, id="alert_2", rule="cold", resolved_at=50)
    for one in (HOT, over):
        await added(database, one)
        await message_about(database, clock, one.id)
    async with database.write() as tx:
        assert await alerts.delete_ended(tx, before=50, limit=10) == 0
        assert await alerts.delete_ended(tx, before=51, limit=10) == 1
    async with database.read() as tx:
        assert await alerts.one(tx, "alert_2") is None
        assert await alerts.one(tx, "alert_1") == HOT
        assert (await tasks.depth(tx)).ready == 1
        assert (await tx.execute(text("SELECT id FROM outbox"))).scalars().all() == ["message_alert_1"]


async def test_a_restaurant_that_is_taken_off_takes_its_episodes_along(database: Database) -> None:
    await added(database, replace(HOT, restaurant_id="rest_a"))
    await added(database, replace(HOT, id="alert_2"))
    async with database.write() as tx:
        while await removal.delete_some(tx, "rest_a", limit=10):
            pass
    assert [one.id for one in await current(database)] == ["alert_2"]
