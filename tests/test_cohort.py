import asyncio

from appliance.cohort import next_stage


async def test_all_go_through_one_stage_before_any_goes_through_the_next() -> None:
    seen: list[int] = []

    async def work() -> None:
        for stage in range(3):
            seen.append(stage)
            await next_stage()

    await asyncio.gather(work(), work(), work())
    assert seen == [0, 0, 0, 1, 1, 1, 2, 2, 2]
