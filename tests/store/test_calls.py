import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import text

from appliance.domain.calls import Authority, CallFacts, CallState, facts_of, merge
from appliance.store import answers, calls, customers
from appliance.store.engine import Database, Tx
from support.books import add_restaurant, small_restaurant


async def tell(database: Database, facts: CallFacts, call_id: str = "call_1", now_ms: int = 1) -> None:
    async with database.write() as tx:
        known = await state_of(tx, call_id)
        state = merge(known, replace(facts, restaurant_id="rest_a"), Authority.ENDED)
        await calls.save(tx, {("retell", call_id): state}, now_ms=now_ms)


async def state_of(tx: Tx, call_id: str) -> CallState:
    return (await calls.states(tx, [("retell", call_id)])).get(("retell", call_id), {})


FACTS = (
    CallFacts(summary="Reserva para cuatro"),
    CallFacts(sentiment="Positive", cost_cents=12.5),
    CallFacts(phase="ended", duration_ms=61_000),
    CallFacts(from_number="+34600000001", successful=True),
)


async def test_a_call_that_nobody_knows_is_empty(database: Database) -> None:
    async with database.write() as tx:
        assert await state_of(tx, "call_1") == {}
    async with database.read() as tx:
        assert await calls.one(tx, "rest_a", "call_1") is None


async def test_what_is_told_of_a_call_comes_back_together(database: Database) -> None:
    for n, facts in enumerate(FACTS):
        await tell(database, facts, now_ms=10 + n)
    async with database.read() as tx:
        call = await calls.one(tx, "rest_a", "call_1")
        assert await calls.one(tx, "rest_b", "call_1") is None
    assert call is not None
    assert call.row.first_seen_at == 10
    assert call.facts == CallFacts(
        restaurant_id="rest_a",
        summary="Reserva para cuatro",
        sentiment="Positive",
        cost_cents=12.5,
        phase="ended",
        duration_ms=61_000,
        from_number="+34600000001",
        successful=True,
    )


async def test_what_is_told_at_once_of_a_new_call_is_all_kept(database: Database) -> None:
    await asyncio.gather(*(tell(database, facts) for facts in FACTS))
    async with database.write() as tx:
        facts = facts_of(await state_of(tx, "call_1"))
    assert (facts.summary, facts.sentiment, facts.phase, facts.successful) == (
        "Reserva para cuatro",
        "Positive",
        "ended",
        True,
    )


async def test_a_summary_with_a_nul_is_kept(database: Database) -> None:
    await tell(database, CallFacts(summary="se cortó\0"))
    async with database.read() as tx:
        assert await calls.one(tx, "rest_a", "call_1") is not None


SAID = st.builds(
    CallFacts,
    channel=st.sampled_from([None, "phone", "web"]),
    phase=st.sampled_from([None, "ongoing", "ended"]),
    summary=st.none() | st.text(),
    duration_ms=st.none() | st.integers(0, 2**53),
    successful=st.none() | st.booleans(),
    cost_cents=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)


@given(facts=SAID)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_call_is_listed_as_it_is_shown(database: Database, facts: CallFacts) -> None:
    async with database.write() as tx:
        state = merge({}, replace(facts, restaurant_id="rest_a"), Authority.ENDED)
        await calls.save(tx, {("retell", "call_1"): state}, now_ms=1)
    async with database.read() as tx:
        [listed], _ = await calls.page(tx, "rest_a", limit=2, offset=0)
        shown = await calls.one(tx, "rest_a", "call_1")
    assert shown is not None
    assert listed == shown.row
    assert listed.cost_cents == facts.cost_cents


async def test_a_call_is_listed_without_a_look_at_its_transcript(database: Database) -> None:
    await tell(database, CallFacts(summary="Reserva para cuatro", cost_cents=12.5))
    async with database.write() as tx:
        await tx.execute(text("UPDATE calls SET state = 'cannot be read'"))
    async with database.read() as tx:
        [call], _ = await calls.page(tx, "rest_a", limit=2, offset=0)
    assert (call.channel, call.phase, call.summary, call.cost_cents) == (
        "phone",
        "ongoing",
        "Reserva para cuatro",
        12.5,
    )


async def test_an_event_that_is_replayed_is_listed_once(database: Database) -> None:
    first = calls.CallEvent(
        inbox_id="e1", provider="retell", call_id="call_1", event="call_started", received_at=2, applied_at=9
    )
    second = calls.CallEvent(
        inbox_id="e2", provider="retell", call_id="call_1", event="call_ended", received_at=1, applied_at=9
    )

    async def log(event: calls.CallEvent) -> None:
        async with database.write() as tx:
            await calls.log_events(tx, [event])

    replayed = replace(first, applied_at=10)
    for event in (first, second, replayed, replace(second, inbox_id="e3", provider="vapi")):
        await log(event)
    async with database.read() as tx:
        assert await calls.events(tx, "retell", "call_1") == [second, replayed]


async def test_calls_are_listed_newest_first_and_counted(database: Database) -> None:
    for n in range(3):
        await tell(database, CallFacts(phase="ended" if n else "ongoing"), call_id=f"call_{n}", now_ms=n)
    async with database.read() as tx:
        found, total = await calls.page(tx, "rest_a", limit=2, offset=0)
        assert ([call.call_id for call in found], total) == (["call_2", "call_1"], 3)
        assert await calls.page(tx, "rest_b", limit=2, offset=0) == ([], 0)
        assert await calls.count_since(tx, 0) == (3, 1)
        assert await calls.count_since(tx, 1) == (2, 0)


async def test_the_calls_of_all_restaurants_are_listed_newest_first_from_a_moment_on(database: Database) -> None:
    for n in range(4):
        await tell(database, CallFacts(phase="ended"), call_id=f"call_{n}", now_ms=n)
    async with database.read() as tx:
        found, total = await calls.everywhere(tx, since_ms=1, limit=2, offset=0)
    assert ([(row.restaurant_id, row.call_id) for row in found], total) == (
        [("rest_a", "call_3"), ("rest_a", "call_2")],
        3,
    )
    assert (found[0].number, found[0].guest, found[0].last_event, found[0].last_tool) == ("", "", None, None)


async def test_of_each_call_is_told_what_happened_last_and_who_is_on_the_line(database: Database) -> None:
    await add_restaurant(database, small_restaurant())
    for n in (1, 2):
        await tell(database, CallFacts(direction="inbound", from_number=f"+3460000000{n}"), call_id=f"call_{n}")
    one, two = (("call_1", "+34600000001"), ("call_2", "+34600000002"))
    async with database.write() as tx:
        await customers.remember(
            tx, id_="cust_1", restaurant_id="rest_a", phone=one[1], name="Ana", by_owner=True, now_ms=1
        )
        await calls.log_events(tx, [_event(one[0], "call_ended", at=9), _event(one[0], "call_started", at=2)])
        await calls.log_events(tx, [_event(two[0], "call_started", at=5, provider="vapi")])
    used = [
        ("a", one, "get_hours", 3, True),
        ("b", one, "create_reservation", 7, False),
        ("c", two, "get_hours", 8, True),
    ]
    await answers.record(database, [_use(id_, call, tool, at=at, ok=ok) for id_, (call, _), tool, at, ok in used])
    async with database.read() as tx:
        found, _ = await calls.everywhere(tx, since_ms=0, limit=9, offset=0)
    told = [
        (row.number, row.guest, row.last_event, row.last_event_at, row.last_tool, row.last_tool_ok, row.last_tool_at)
        for row in found
    ]
    assert told == [
        (one[1], "Ana", "call_ended", 9, "create_reservation", False, 7),
        (two[1], "", None, None, "get_hours", True, 8),
    ]


def _event(call_id: str, event: str, *, at: int, provider: str = "retell") -> calls.CallEvent:
    id_ = f"{call_id}:{event}"
    return calls.CallEvent(inbox_id=id_, provider=provider, call_id=call_id, event=event, received_at=at, applied_at=at)


def _use(id_: str, call_id: str, tool: str, *, at: int, ok: bool) -> answers.ToolCall:
    return answers.ToolCall(
        id=id_, restaurant_id="rest_a", call_id=call_id, tool=tool, arguments="{}", answer="{}", ok=ok, code="",
        replayed=False, duration_us=1, at=at,
    )  # fmt: skip


async def test_several_calls_are_told_of_in_one_go_and_do_not_mix(database: Database) -> None:
    await tell(database, CallFacts(summary="old"), call_id="call_1")
    keys = [("retell", f"call_{n}") for n in range(1, 4)]
    async with database.write() as tx:
        before = await calls.states(tx, keys)
        assert list(before) == [("retell", "call_1")]
        facts = {key: CallFacts(restaurant_id="rest_a", sentiment=key[1]) for key in keys}
        known = {key: merge(before.get(key, {}), facts[key], Authority.ENDED) for key in keys}
        await calls.save(tx, known, now_ms=5)
    async with database.read() as tx:
        found, total = await calls.page(tx, "rest_a", limit=9, offset=0)
    assert total == 3
    assert {call.call_id: (call.summary, call.sentiment) for call in found} == {
        "call_1": ("old", "call_1"),
        "call_2": (None, "call_2"),
        "call_3": (None, "call_3"),
    }
