import asyncio
import random
import time

from sqlalchemy import select

from appliance.store.engine import Database
from appliance.store.schema import tasks
from support.crash.load import Load
from support.crash.trial import broken_promises, under_load
from support.crash.victim import Victim

_STOPS = 3


async def _at_work(database_url: str) -> int:
    """How many tasks are somebody's."""
    database = Database(database_url)
    async with database.read() as tx:
        running = (await tx.execute(select(tasks.c.id).where(tasks.c.state == "running"))).all()
    await database.close()
    return len(running)


async def test_a_stop_under_load_answers_what_had_arrived_gives_tasks_back_and_ends_in_time(
    server: Victim, crash_seed: int
) -> None:
    rng = random.Random(crash_seed)
    load = Load(rng)
    async with asyncio.timeout(90):
        for _ in range(_STOPS):
            async with under_load(server, load):
                await load.answers(rng.randint(50, 150))
                await asyncio.sleep(rng.uniform(0, 0.01))
                signalled_at = time.monotonic()
                async with asyncio.timeout(10):
                    assert await server.stop() == 0
            arrived = [lost for lost in load.broken if lost.sent_at and lost.sent_at < signalled_at and not lost.first]
            assert not arrived, f"{len(arrived)} requests; --crash-seed={crash_seed}"
            load.broken.clear()
            assert await _at_work(server.database_url) == 0
        broken = await broken_promises(server, load)
        assert await server.stop() == 0
    assert not broken, "\n".join([*broken[:50], f"--crash-seed={crash_seed}"])
