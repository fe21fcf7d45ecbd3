import asyncio

import pytest

from appliance.cohort import Cohort, next_stage
from appliance.errors import Conflict


async def test_all_go_through_one_stage_before_any_goes_through_the_next() -> None:
    seen: list[int] = []

    async def work() -> None:
        for stage in range(3):
            seen.append(stage)
            await next_stage()

    await asyncio.gather(work(), work(), work())
    assert seen == [0, 0, 0, 1, 1, 1, 2, 2, 2]


async def test_no_more_than_so_many_go_through_their_stages_at_once_and_the_first_come_first() -> None:
    cohort, inside, most, done = Cohort(2), 0, 0, list[int]()

    async def work(number: int) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await next_stage()
        inside -= 1
        done.append(number)

    await asyncio.gather(*(cohort.within(work(number)) for number in range(7)))
    assert (most, done) == (2, list(range(7)))


async def test_who_waits_for_anything_but_a_stage_keeps_nobody_from_theirs() -> None:
    cohort, database = Cohort(1), asyncio.get_running_loop().create_future()

    async def ask_it() -> str:
        await next_stage()
        found: str = await database
        await next_stage()
        return found

    async def know() -> str:
        await next_stage()
        return "known"

    waiting = asyncio.create_task(cohort.within(ask_it()))
    assert [await cohort.within(know()) for _ in range(3)] == ["known"] * 3
    database.set_result("found")
    assert await waiting == "found"
    assert await cohort.within(know()) == "known"


async def _is_free(cohort: Cohort) -> bool:
    async with asyncio.timeout(1):
        return await cohort.within(asyncio.sleep(0, True))


async def test_whoever_fails_gives_their_place_back() -> None:
    cohort = Cohort(1)

    async def fail() -> None:
        await next_stage()
        raise Conflict("so it is")

    for _ in range(2):
        with pytest.raises(Conflict, match="so it is"):
            await cohort.within(fail())
    assert await _is_free(cohort)


async def test_whoever_is_called_off_gives_their_place_back_wherever_they_were() -> None:
    cohort, turns = Cohort(1), asyncio.Event()

    async def go_on() -> None:
        while not turns.is_set():
            await next_stage()

    async def wait() -> None:
        await turns.wait()

    inside, in_line = (asyncio.create_task(cohort.within(go_on())) for _ in range(2))
    await next_stage()
    for task in (in_line, inside):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await cohort.within(wait())
    assert await _is_free(cohort)


async def test_work_that_sees_to_its_own_deadline_is_gone_on_with() -> None:
    async def answer() -> str:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            await next_stage()
        return "a sentence all the same"

    cohort = Cohort(1)
    assert await cohort.within(answer()) == "a sentence all the same"
    assert await _is_free(cohort)
