from msgspec.structs import replace

from appliance.domain.calls import Authority, CallFacts, merge
from appliance.domain.reservation import Source
from appliance.store import calls, reservations, results
from appliance.store.engine import Database
from appliance.store.results import Results
from support.books import add_restaurant, booking, small_restaurant

HOUR_MS = 3_600_000


async def called(database: Database, call_id: str, at: int, restaurant_id: str = "rest_a", **facts: object) -> None:
    told = CallFacts(restaurant_id=restaurant_id, **facts)  # type: ignore[arg-type]
    async with database.write() as tx:
        await calls.save(tx, {("retell", call_id): merge({}, told, Authority.ANALYZED)}, now_ms=at)


async def counted(
    database: Database, restaurant_id: str = "rest_a", *, to_ms: int = 10 * HOUR_MS
) -> dict[int, Results]:
    async with database.read() as tx:
        return await results.by_span(tx, restaurant_id, 0, to_ms, span_ms=HOUR_MS)


async def test_calls_are_counted_by_the_span_they_began_in(database: Database) -> None:
    await called(database, "call_1", 1, successful=True, sentiment="Positive", cost_cents=12.5)
    await called(database, "call_2", HOUR_MS - 1, successful=False, sentiment="Negative", cost_cents=0.5)
    await called(database, "call_3", HOUR_MS, sentiment="negative")
    await called(database, "call_4", 3 * HOUR_MS)
    assert await counted(database) == {
        0: Results(calls=2, calls_analyzed=2, calls_judged=2, calls_successful=1, calls_negative=1, cost_cents=13.0),
        HOUR_MS: Results(calls=1, calls_analyzed=1, calls_negative=1),
        3 * HOUR_MS: Results(calls=1),
    }


async def test_an_analysis_that_comes_late_counts_where_its_call_began(database: Database) -> None:
    await called(database, "call_1", 1)
    await called(database, "call_1", 5 * HOUR_MS, successful=True)
    assert await counted(database) == {0: Results(calls=1, calls_analyzed=1, calls_judged=1, calls_successful=1)}


async def test_the_end_of_a_span_is_not_in_it(database: Database) -> None:
    await called(database, "call_1", 2 * HOUR_MS)
    assert await counted(database, to_ms=2 * HOUR_MS) == {}


async def test_bookings_are_those_the_agent_made(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    first = booking(created_at=HOUR_MS, source=Source.PHONE_AGENT)
    hand = replace(first, id="res_2", source=Source.STAFF, table_ids=("rest_a_t2",))
    async with database.write() as tx:
        await reservations.insert(tx, first)
        await reservations.insert(tx, hand)
    assert await counted(database) == {HOUR_MS: Results(bookings=1)}


async def test_each_restaurant_has_its_own_and_all_have_theirs_together(database: Database) -> None:
    await called(database, "call_1", 1)
    await called(database, "call_2", 1, "rest_b", sentiment="Negative")
    await called(database, "call_3", 1, "rest_b")
    assert (await counted(database))[0].calls == 1
    assert (await counted(database, ""))[0] == Results(calls=3, calls_analyzed=1, calls_negative=1)
    async with database.read() as tx:
        found = await results.by_restaurant(tx, 1)
        assert await results.by_restaurant(tx, 2) == {}
    assert found == {"rest_a": Results(calls=1), "rest_b": Results(calls=2, calls_analyzed=1, calls_negative=1)}
