import asyncio

import pytest

from appliance.deadline import Deadline


async def test_what_comes_in_time_is_handed_on() -> None:
    deadline = Deadline(5, precision_s=0.01)
    assert await deadline.within(asyncio.sleep(0.03, "here")) == "here"


async def test_what_does_not_come_is_given_up_and_ended() -> None:
    ended = asyncio.Event()

    async def dawdle() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(TimeoutError):
        await Deadline(0.02, precision_s=0.01).within(dawdle())
    assert ended.is_set()


async def test_each_wait_has_its_own_time() -> None:
    deadline = Deadline(0.1, precision_s=0.01)

    async def wait(seconds: float) -> bool:
        try:
            await deadline.within(asyncio.sleep(seconds))
        except TimeoutError:
            return False
        return True

    assert await asyncio.gather(*map(wait, (0.0, 60, 0.01, 60))) == [True, False, True, False]
    assert await wait(0.0)


async def test_a_cancellation_from_elsewhere_is_no_timeout() -> None:
    deadline = Deadline(60, precision_s=0.01)
    waiting = asyncio.create_task(deadline.within(asyncio.sleep(60)))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_an_error_of_what_is_waited_for_stays_itself() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Deadline(60, precision_s=0.01).within(fail())


async def test_a_task_can_wait_again_after_a_timeout() -> None:
    deadline = Deadline(0.02, precision_s=0.01)
    with pytest.raises(TimeoutError):
        await deadline.within(asyncio.sleep(60))
    assert await deadline.within(asyncio.sleep(0, "again")) == "again"


def test_one_loop_after_another_can_wait_within_it() -> None:
    deadline = Deadline(0.02, precision_s=0.01)
    asyncio.run(deadline.within(asyncio.sleep(0)))  # its timer is still set as the loop ends
    with pytest.raises(TimeoutError):
        asyncio.run(deadline.within(asyncio.sleep(2)))
