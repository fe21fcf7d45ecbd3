from msgspec.structs import replace

from appliance.store import rollups
from appliance.store.engine import Database
from appliance.store.rollups import Rollup

MINUTE = 60_000
ONE = Rollup(
    restaurant_id="rest_one",
    minute=3 * MINUTE,
    node="node_a",
    requests=4,
    errors=1,
    request_times=[5_000, 3, 10_000, 1],
    tools=2,
    tool_failures=0,
    tool_times=[5_000, 2],
)


async def keep(database: Database, *minutes: Rollup) -> None:
    async with database.write() as tx:
        await rollups.keep(tx, minutes)


async def all_of(database: Database, restaurant_id: str = "rest_one") -> list[Rollup]:
    async with database.read() as tx:
        return await rollups.between(tx, restaurant_id, 0, 100 * MINUTE)


async def test_a_minute_is_read_as_it_was_written(database: Database) -> None:
    whole = replace(ONE, restaurant_id="", cpu=0.5, memory=0.25, loop_lag_ms=1.5)
    await keep(database, ONE, whole)
    assert await all_of(database) == [ONE]
    assert await all_of(database, "") == [whole]


async def test_a_minute_written_twice_is_there_once(database: Database) -> None:
    await keep(database, ONE)
    await keep(database, replace(ONE, requests=5))
    assert [one.requests for one in await all_of(database)] == [5]


async def test_two_nodes_do_not_overwrite_each_other(database: Database) -> None:
    await keep(database, replace(ONE, node="node_b"), ONE)
    assert [one.node for one in await all_of(database)] == ["node_a", "node_b"]


async def test_a_span_begins_with_its_first_minute_and_ends_before_its_last(database: Database) -> None:
    await keep(database, *(replace(ONE, minute=n * MINUTE) for n in range(6)))
    async with database.read() as tx:
        found = await rollups.between(tx, "rest_one", 2 * MINUTE, 4 * MINUTE)
    assert [one.minute // MINUTE for one in found] == [2, 3]


async def test_the_oldest_go_first_and_none_that_is_to_be_kept(database: Database) -> None:
    await keep(database, *(replace(ONE, minute=n * MINUTE, restaurant_id=id_) for n in range(6) for id_ in ("", "r")))
    async with database.write() as tx:
        assert await rollups.drop_before(tx, 4 * MINUTE, limit=6) == 6
    assert [one.minute // MINUTE for one in await all_of(database, "r")] == [3, 4, 5]
    async with database.write() as tx:
        assert await rollups.drop_before(tx, 4 * MINUTE, limit=6) == 2
        assert await rollups.drop_before(tx, 4 * MINUTE, limit=6) == 0
