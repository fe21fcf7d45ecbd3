import asyncio
import random

from support.crash.load import Load
from support.crash.story import BOOK
from support.crash.trial import broken_promises, frozen_under_load
from support.crash.verdict import told_done
from support.crash.victim import Victim


async def test_nothing_that_was_promised_is_lost_when_the_server_stands_still_for_longer_than_any_deadline(
    server: Victim, crash_seed: int
) -> None:
    rng = random.Random(crash_seed)
    load = Load(rng)
    async with asyncio.timeout(90):
        for _ in range(3):
            await frozen_under_load(server, load, rng)
        broken = await broken_promises(server, load)
        assert await server.stop() == 0
    assert "tool_deadline_missed" in server.log.read_text()
    assert not broken, "\n".join([*broken[:50], f"--crash-seed={crash_seed}"])
    assert told_done(load)[BOOK]
