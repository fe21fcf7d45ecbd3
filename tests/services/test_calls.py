from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.contract import CallDetail, TaskRow
from appliance.errors import NotFound
from appliance.services.queue import QueueService
from appliance.services.views import Views
from appliance.store import calls
from appliance.store.engine import Database
from support.desk import Desk, gaviota, one_table
from support.fake_clock import FakeClock
from support.switchboard import Switchboard, call_event, life_of_a_call


@pytest.fixture
def board(desk: Desk) -> Switchboard:
    return Switchboard(desk.database, desk.clock, desk.directory)


async def _call(desk: Desk, call: str = "call_1", restaurant: str = "rest_gaviota") -> CallDetail:
    card = desk.directory.card(restaurant)
    assert card
    return await Views(desk.database, desk.clock, desk.directory).call(card, call)


async def _tasks(desk: Desk, state: str | None = None) -> list[TaskRow]:
    return (await QueueService(desk.database, desk.clock).list(state=state, limit=100)).items


async def test_who_hangs_up_is_told_of_once_the_call_is_over(board: Switchboard) -> None:
    for event in life_of_a_call()[:3]:
        await board.deliver(event)
    await board.work_off()
    assert board.hung_up == []
    await board.deliver(life_of_a_call()[3])
    await board.work_off()
    assert board.hung_up == [("rest_gaviota", "call_1")]


# --- on arrival ---


async def test_an_event_is_accepted_and_its_repetition_is_a_duplicate(desk: Desk, board: Switchboard) -> None:
    event = call_event("call_started")
    outcomes = [(await board.deliver(event)).outcome for _ in range(3)]
    assert outcomes == ["accepted", "duplicate", "duplicate"]
    assert [task.state for task in await _tasks(desk)] == ["ready"]


async def test_an_event_of_nobody_we_know_is_set_aside_with_the_reason(desk: Desk, board: Switchboard) -> None:
    receipt = await board.deliver(call_event("call_started", agent="agent_stranger", to_number="+34999"))
    assert (receipt.outcome, receipt.restaurant_id) == ("quarantined", "")
    [held] = await _tasks(desk)
    assert (held.state, held.error) == ("held", "no restaurant has the agent 'agent_stranger' or the number '+34999'")


@pytest.mark.parametrize("body", [b"{not json", b"[]", b'{"event": "call_started"}', b"\xff\xfe", b""])
async def test_an_event_that_cannot_be_read_is_kept_as_a_dead_letter(
    desk: Desk, board: Switchboard, body: bytes
) -> None:
    assert (await board.deliver(body)).outcome == "unreadable"
    [dead] = await _tasks(desk)
    assert (dead.state, bool(dead.error)) == ("dead", True)
    shown = await QueueService(desk.database, desk.clock).show(dead.id)
    assert shown.content == body.decode("utf-8", "replace")


# --- applied ---


async def test_the_life_of_a_call_becomes_the_call(desk: Desk, board: Switchboard) -> None:
    for event in life_of_a_call():
        await board.deliver(event)
    await board.work_off()
    call = await _call(desk)
    assert (call.phase, call.duration_ms, call.ended_because) == ("ended", 90_000, "user_hangup")
    assert (call.summary, call.sentiment, call.successful) == ("Booked a table.", "Positive", True)
    assert [turn.content for turn in call.transcript] == ["La Gaviota, dígame.", "Quería una mesa."]
    assert await _tasks(desk) == []


async def test_events_of_unknown_types_are_kept_with_their_call(desk: Desk, board: Switchboard) -> None:
    await board.deliver(call_event("call_mood_ring", mood="green"))
    await board.work_off()
    assert [event.event for event in (await _call(desk)).events] == ["call_mood_ring"]


_ORDERS = st.permutations([*range(5), *range(5)]).map(lambda order: order[:8])


def _bare(call: CallDetail) -> CallDetail:
    """Without what tells one delivery from another."""
    return replace(call, call_id="", events=[], first_seen_at=0)


@given(order=_ORDERS, batches=st.integers(1, 4))
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_any_order_and_number_of_deliveries_ends_in_the_same_call(
    desk: Desk, board: Switchboard, order: list[int], batches: int
) -> None:
    straight, shuffled = desk.clock.new_id("call"), desk.clock.new_id("call")
    events = [life_of_a_call(straight)[number] for number in sorted(set(order))]
    for event in events:
        await board.deliver(event)
    await board.work_off()
    mixed = life_of_a_call(shuffled)
    for position, number in enumerate(order):
        await board.deliver(mixed[number])
        if position % batches == 0:
            await board.work_off()
    await board.work_off()
    assert _bare(await _call(desk, shuffled)) == _bare(await _call(desk, straight))
    assert len((await _call(desk, shuffled)).events) == len(events)


async def test_a_replayed_event_changes_nothing(desk: Desk, board: Switchboard) -> None:
    for event in life_of_a_call():
        await board.deliver(event)
    await board.work_off()
    before = await _call(desk)
    desk.clock.advance(1000)
    assert await QueueService(desk.database, desk.clock).replay(call_id="call_1") == 5
    await board.work_off()
    after = await _call(desk)
    assert replace(after, events=[]) == replace(before, events=[])
    assert len(after.events) == 5


# --- whose ---


async def test_a_call_is_its_restaurants_alone(desk: Desk, board: Switchboard) -> None:
    await desk.open(one_table(phone="+34910000009"))
    await board.deliver(call_event("call_started"))
    await board.work_off()
    assert (await _call(desk)).call_id == "call_1"
    with pytest.raises(NotFound):
        await _call(desk, restaurant="rest_one")


async def test_what_was_set_aside_is_applied_once_the_restaurant_is_there(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    board = Switchboard(database, clock, desk.directory)
    for event in life_of_a_call():
        assert (await board.deliver(event)).outcome == "quarantined"
    await board.work_off()
    await desk.open(gaviota())
    await board.work_off()
    assert (await _call(desk)).summary == "Booked a table."
    assert await _tasks(desk) == []


async def test_a_restaurant_that_another_process_adds_gets_its_events_too(database: Database, clock: FakeClock) -> None:
    here, elsewhere = Desk(database, clock), Desk(database, clock)
    board = Switchboard(database, clock, here.directory)
    await board.deliver(call_event("call_started"))
    await elsewhere.open(gaviota())  # here nobody has looked yet
    await board.deliver(call_event("call_ended"))
    await board.work_off()
    assert len((await _call(here)).events) == 2
    assert await _tasks(here) == []


async def test_what_is_nobodys_stays_set_aside(desk: Desk, board: Switchboard) -> None:
    stranger: dict[str, Any] = {"agent": "agent_stranger", "to_number": ""}
    await board.deliver(call_event("call_started", **stranger))
    await desk.open(one_table(phone="+34910000009"))
    await board.work_off()
    assert [task.state for task in await _tasks(desk)] == ["held"]


@pytest.mark.parametrize("order", [1, -1])
async def test_whose_call_it_is_does_not_depend_on_the_order_of_its_events(
    desk: Desk, board: Switchboard, order: int
) -> None:
    await desk.open(one_table())
    by_agent = call_event("call_started", agent="agent_rest_gaviota")
    by_metadata = call_event("call_ended", agent="agent_rest_gaviota", metadata={"restaurant_id": "rest_one"})
    for event in (by_agent, by_metadata)[::order]:
        await board.deliver(event)
        await board.work_off()
    async with desk.database.read() as tx:
        assert await calls.one(tx, "rest_one", "call_1") is not None
        assert await calls.one(tx, "rest_gaviota", "call_1") is None
