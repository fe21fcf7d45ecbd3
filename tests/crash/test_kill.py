import asyncio
import random

from support.crash.load import Load
from support.crash.story import BOOK, CANCEL
from support.crash.trial import broken_promises, killed_under_load, killed_while_it_starts
from support.crash.verdict import told_done
from support.crash.victim import Victim


async def test_nothing_that_was_promised_is_lost_when_the_server_is_killed_again_and_again(
    server: Victim, crash_rounds: int, crash_seed: int
) -> None:
    rng = random.Random(crash_seed)
    load = Load(rng)
    async with asyncio.timeout(60 + 8 * crash_rounds):
        for _ in range(crash_rounds):
            if rng.random() < 0.15:
                await killed_while_it_starts(server, rng)
            await killed_under_load(server, load, rng)
        broken = await broken_promises(server, load)
        assert await server.stop() == 0
    assert not broken, "\n".join([*broken[:50], f"again with --crash-rounds={crash_rounds} --crash-seed={crash_seed}"])
    done = told_done(load)
    assert min(done["event"], len(load.broken)) >= crash_rounds, done
    assert done[BOOK], done
    assert done[CANCEL], done
