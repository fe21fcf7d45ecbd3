import asyncio

import pytest
from structlog.testing import capture_logs

from appliance.guard.lanes import Lane, LaneFull, Overload, Room, WaitingLane


def test_a_lane_takes_so_many_and_the_next_hears_at_once_that_it_is_full() -> None:
    lane = Lane(2)
    with lane, lane, pytest.raises(LaneFull), lane:
        pass
    assert lane.inside == 0


def test_a_place_is_free_again_also_after_something_broke() -> None:
    lane = Lane(1)
    with pytest.raises(ValueError, match="broke"), lane:
        raise ValueError("broke")
    with lane:
        assert lane.inside == 1


async def test_those_who_wait_have_their_turn_in_the_order_they_came() -> None:
    lane = WaitingLane(at_once=1, most=4)
    first = await lane.turn()
    came: list[int] = []

    async def come(number: int) -> None:
        turn = await lane.turn()
        came.append(number)
        turn.end()

    waiting = [asyncio.create_task(come(number)) for number in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(LaneFull):
        await lane.turn()
    assert came == []
    first.end()
    await asyncio.gather(*waiting)
    assert (came, lane.inside) == ([0, 1, 2], 0)


async def test_a_turn_is_given_back_once_however_often_it_ends() -> None:
    lane = WaitingLane(at_once=1, most=9)
    turn = await lane.turn()
    turn.end()
    turn.end()
    await lane.turn()
    assert lane.inside == 1
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await lane.turn()


async def test_who_gives_up_waiting_leaves_no_gap() -> None:
    lane = WaitingLane(at_once=1, most=2)
    turn = await lane.turn()
    waiting = asyncio.create_task(lane.turn())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert lane.inside == 1
    turn.end()
    await lane.turn()


def test_a_room_counts_bytes() -> None:
    room = Room(10)
    assert room.take(10)
    assert not room.take(1)
    room.give_back(4)
    assert room.take(4)
    assert room.taken == 10


# --- overload ---


def note(overload: Overload, lag_s: float, *, for_s: float) -> None:
    """As the loop's own look at itself does, ten times a second and as much later as it is late."""
    for _ in range(round(for_s / (0.1 + lag_s))):
        overload.note(lag_s, 0.1 + lag_s)


def test_a_process_that_keeps_up_is_not_overloaded() -> None:
    overload = Overload()
    note(overload, 0.4, for_s=60)
    assert not overload.on


def test_one_long_pause_is_no_overload() -> None:
    overload = Overload()
    for _ in range(100):
        note(overload, 9.0, for_s=9.1)
        note(overload, 0.0, for_s=0.1)
    assert not overload.on


def test_what_is_late_for_seconds_on_end_is_overloaded() -> None:
    overload = Overload()
    with capture_logs() as logs:
        note(overload, 0.6, for_s=2.8)
        assert not overload.on
        note(overload, 0.6, for_s=0.7)
    assert overload.on
    assert [(log["event"], log["log_level"]) for log in logs] == [("overload_begun", "warning")]


def test_it_is_over_when_all_has_been_in_time_for_long_and_not_before() -> None:
    overload = Overload()
    note(overload, 0.6, for_s=4.2)
    note(overload, 0.15, for_s=60)
    assert overload.on, "better, and not yet well"
    for _ in range(5):
        note(overload, 0.01, for_s=9)
        note(overload, 0.3, for_s=0.4)
    assert overload.on, "it comes and goes"
    with capture_logs() as logs:
        note(overload, 0.01, for_s=10.2)
    assert not overload.on
    assert [log["event"] for log in logs] == ["overload_ended"]
