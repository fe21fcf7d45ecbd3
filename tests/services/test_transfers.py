from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appliance.contract import CallDetail
from appliance.services.queue import QueueService
from appliance.services.views import Views
from support.desk import Desk, gaviota
from support.switchboard import Switchboard, call_event

COLLEAGUE = "+34600700800"
RESTAURANT = "rest_colleague"


@pytest.fixture
async def board(desk: Desk) -> Switchboard:
    await desk.open(gaviota(RESTAURANT, phone="+34910000009", transfer_number=COLLEAGUE))
    return Switchboard(desk.database, desk.clock, desk.directory)


def event(name: str, *, attempt: int = 1, call: str = "call_1", **fields: Any) -> dict[str, Any]:
    """An event of the call in which the platform has begun to pass it on so many times; 0 leaves that open."""
    invocation = {"role": "tool_call_invocation", "name": "to_team", "arguments": "{}", "type": "transfer_call"}
    ours = {"role": "tool_call_invocation", "name": "transfer_call", "arguments": "{}", "type": "custom"}
    said = [item for n in range(attempt) for item in (ours, invocation | {"tool_call_id": f"tool_{n}"})]
    about = {"agent": f"agent_{RESTAURANT}", "call": call, "transcript_with_tool_calls": said} | fields
    return call_event(name, **about) | {"transfer_destination": {"number": COLLEAGUE}}


def ended(reason: str, **more: Any) -> dict[str, Any]:
    times = {"start_timestamp": 1_764_000_000_000, "end_timestamp": 1_764_000_090_000}
    return event("call_ended", call_status="ended", disconnection_reason=reason, **times, **more)


async def told(board: Switchboard, *events: dict[str, Any]) -> None:
    for one in events:
        await board.deliver(one)
        await board.work_off()


async def ask_for_somebody(desk: Desk, **context: Any) -> None:
    answer = await desk.use("transfer_call", {"reason": "queja"}, restaurant=RESTAURANT, **context)
    assert answer.code == "transfer"


async def shown(desk: Desk, call: str = "call_1") -> CallDetail:
    card = desk.directory.card(RESTAURANT)
    assert card
    return await Views(desk.database, desk.clock, desk.directory).call(card, call)


async def outcomes(desk: Desk, call: str = "call_1") -> list[tuple[str, str]]:
    return [(one.reason, one.outcome) for one in (await shown(desk, call)).transfers]


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        (["transfer_started"], "requested"),
        (["transfer_started", "transfer_bridged"], "answered"),
        (["transfer_started", "transfer_cancelled"], "unanswered"),
        (["transfer_started", "transfer_ended"], "unanswered"),
        (["transfer_started", "transfer_bridged", "transfer_ended"], "answered"),
        (["transfer_ended", "transfer_bridged", "transfer_started"], "answered"),
    ],
)
async def test_a_request_is_joined_with_whether_it_was_answered(
    desk: Desk, board: Switchboard, names: list[str], outcome: str
) -> None:
    await ask_for_somebody(desk)
    await told(board, *map(event, names))
    assert await outcomes(desk) == [("complaint", outcome)]


@pytest.mark.parametrize(
    ("reason", "before", "outcome"),
    [
        ("call_transfer", [], "answered"),
        ("transfer_bridged", [], "answered"),
        ("user_hangup", [], "unanswered"),
        ("call_transfer", ["transfer_cancelled"], "unanswered"),
        ("call_transfer", ["transfer_bridged"], "answered"),
    ],
)
async def test_the_end_of_the_call_tells_unless_events_say_otherwise(
    desk: Desk, board: Switchboard, reason: str, before: list[str], outcome: str
) -> None:
    await ask_for_somebody(desk)
    await told(board, *map(event, before), ended(reason))
    assert await outcomes(desk) == [("complaint", outcome)]


async def test_a_transfer_that_nobody_asked_us_for_is_noted_too(desk: Desk, board: Switchboard) -> None:
    await told(board, event("transfer_bridged"), event("transfer_started"))
    (one,) = (await shown(desk)).transfers
    assert (one.number, one.reason, one.outcome) == (COLLEAGUE, "other", "answered")


async def test_after_nobody_answered_the_caller_may_be_put_through_again(desk: Desk, board: Switchboard) -> None:
    await ask_for_somebody(desk, invocation="tool_1")
    await told(board, event("transfer_cancelled"))
    await ask_for_somebody(desk, invocation="tool_1")  # a retry of the first
    assert len(await outcomes(desk)) == 1
    await ask_for_somebody(desk, invocation="tool_2")
    await told(board, event("transfer_bridged", attempt=2), event("transfer_cancelled", mark="once more"))
    assert await outcomes(desk) == [("complaint", "unanswered"), ("complaint", "answered")]


async def test_an_event_that_does_not_count_speaks_of_the_newest_attempt(desk: Desk, board: Switchboard) -> None:
    await ask_for_somebody(desk)
    await told(board, event("transfer_cancelled", attempt=0))
    await ask_for_somebody(desk)
    await told(board, event("transfer_bridged", attempt=0))
    assert await outcomes(desk) == [("complaint", "unanswered"), ("complaint", "answered")]


async def test_a_replay_of_all_events_changes_nothing(desk: Desk, board: Switchboard) -> None:
    await ask_for_somebody(desk)
    await told(board, event("transfer_started"), event("transfer_cancelled"), ended("user_hangup"))
    before = (await shown(desk)).transfers
    await QueueService(desk.database, desk.clock).replay(call_id="call_1")
    await board.work_off()
    assert (await shown(desk)).transfers == before


NAMES = ("transfer_started", "transfer_bridged", "transfer_cancelled", "transfer_ended", "call_ended")
told_events = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(1, 3)), min_size=1, max_size=6)


@given(said=told_events, asked=st.integers(0, 1), shuffled=st.data())
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_order_and_repetition_of_the_events_do_not_matter(
    desk: Desk, board: Switchboard, said: list[tuple[str, int]], asked: int, shuffled: st.DataObject
) -> None:
    orders = [said, shuffled.draw(st.permutations([*said, *said]))]
    ends = []
    for order in orders:
        call = desk.clock.new_id("call")
        for _ in range(asked):
            await ask_for_somebody(desk, call=call)
        for position, (name, attempt) in enumerate(order):
            more = {"disconnection_reason": "call_transfer"} if name == "call_ended" else {}
            await told(board, event(name, attempt=attempt, call=call, position=position, **more))
        card = desk.directory.card(RESTAURANT)
        assert card
        ends.append(await outcomes(desk, call))
    assert ends[0] == ends[1]


async def test_a_call_shows_the_messages_that_were_left_in_it(desk: Desk, board: Switchboard) -> None:
    await desk.use("take_message", {"message": "Se dejó el paraguas"}, restaurant=RESTAURANT)
    await told(board, event("call_started"))
    (one,) = (await shown(desk)).messages
    assert (one.text, one.about) == ("Se dejó el paraguas", "message")


async def test_an_event_of_a_restaurant_that_knows_no_transfers_leaves_none(desk: Desk, board: Switchboard) -> None:
    await told(board, event("call_started"), ended("user_hangup"))
    assert (await shown(desk)).transfers == []
