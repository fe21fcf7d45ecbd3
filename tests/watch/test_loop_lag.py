import asyncio
import time

import pytest

from appliance.watch.loop_lag import LoopLag


async def test_it_tells_how_late_the_loop_comes_back_to_what_is_due() -> None:
    told: list[tuple[float, float]] = []
    looked = asyncio.Event()

    def hear(lag_s: float, span_s: float) -> None:
        told.append((lag_s, span_s))
        looked.set()

    lag = LoopLag(hear)
    running = asyncio.create_task(lag.run())
    await asyncio.sleep(0)
    time.sleep(0.4)  # noqa: ASYNC251 — what keeps the loop busy
    async with asyncio.timeout(5):
        await looked.wait()
    running.cancel()
    ((late_s, span_s),) = told
    assert late_s == pytest.approx(0.3, abs=0.1)
    assert span_s == pytest.approx(late_s + 0.1)
    assert (lag.last_s, lag.timing.count) == (late_s, 1)
