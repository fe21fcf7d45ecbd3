import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import DatabaseBusy
from appliance.store.gate import Lane, WriteGate


async def queued(gate: WriteGate, lanes: list[Lane], served: list[int]) -> list[asyncio.Task[None]]:
    """Writers that wait for the gate in this order and note their number when they get it."""

    async def write(number: int, lane: Lane) -> None:
        async with gate.turn(lane, wait_s=10):
            served.append(number)

    writers = []
    for number, lane in enumerate(lanes):
        writers.append(asyncio.create_task(write(number, lane)))
        await asyncio.sleep(0)
    return writers


async def test_one_at_a_time_holds_the_gate() -> None:
    gate = WriteGate()
    inside = 0

    async def write() -> None:
        nonlocal inside
        async with gate.turn(Lane.LIVE, wait_s=10):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(write() for _ in range(20)))


async def test_first_come_is_first_served() -> None:
    gate, served = WriteGate(), []
    async with gate.turn(Lane.LIVE, wait_s=10):
        writers = await queued(gate, [Lane.LIVE] * 10, served)
    await asyncio.gather(*writers)
    assert served == list(range(10))


async def test_live_goes_before_work_but_work_gets_every_fourth_turn() -> None:
    gate, served = WriteGate(), []
    async with gate.turn(Lane.LIVE, wait_s=10):
        writers = await queued(gate, [Lane.WORK] * 3 + [Lane.LIVE] * 9, served)
    await asyncio.gather(*writers)
    assert served == [3, 4, 5, 0, 6, 7, 8, 1, 9, 10, 11, 2]


async def test_waiting_too_long_is_busy() -> None:
    gate = WriteGate()
    async with gate.turn(Lane.LIVE, wait_s=1):
        with pytest.raises(DatabaseBusy):
            async with gate.turn(Lane.LIVE, wait_s=0.01):
                pass
    async with gate.turn(Lane.LIVE, wait_s=0.01):
        pass


async def test_an_error_inside_passes_the_turn_on() -> None:
    gate = WriteGate()
    with pytest.raises(RuntimeError, match="inside"):
        async with gate.turn(Lane.LIVE, wait_s=1):
            raise RuntimeError("inside")
    async with gate.turn(Lane.LIVE, wait_s=0.01):
        pass


Steps = st.lists(st.tuples(st.sampled_from(Lane), st.integers(0, 6), st.booleans()), min_size=1, max_size=12)


@given(Steps)
def test_whoever_leaves_while_waiting_no_turn_is_lost(steps: list[tuple[Lane, int, bool]]) -> None:
    async def scene() -> None:
        gate, served = WriteGate(), []
        async with gate.turn(Lane.LIVE, wait_s=10):
            writers = await queued(gate, [lane for lane, _, _ in steps], served)
        for writer, (_, ticks, leaves) in zip(writers, steps, strict=True):
            for _ in range(ticks):
                await asyncio.sleep(0)
            if leaves:
                writer.cancel()
        for writer, (_, _, leaves) in zip(writers, steps, strict=True):
            with suppress(asyncio.CancelledError):
                await writer
            assert leaves or not writer.cancelled()
        async with gate.turn(Lane.WORK, wait_s=0.01):
            pass

    asyncio.run(scene())
