import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from appliance.errors import Unavailable
from appliance.services.monitoring.watchdog import Watchdog
from appliance.store.engine import Database
from support.serving import until

PERIOD_S = 1.0


class Bowl:
    def __init__(self) -> None:
        self.fed = 0

    def feed(self) -> None:
        self.fed += 1

    async def fills(self, times: int = 1) -> None:
        at_least = self.fed + times

        async def filled() -> bool:
            return self.fed >= at_least

        await until(filled)

    async def stays_as_it_is(self, dog: Watchdog, *, looks: int = 6) -> None:
        """The first look may still be of before."""
        begun = dog.turns
        await until(lambda: turned(dog, begun + 1))
        fed = self.fed
        await until(lambda: turned(dog, begun + 1 + looks))
        assert self.fed == fed


async def turned(dog: Watchdog, times: int) -> bool:
    return dog.turns >= times


@asynccontextmanager
async def watching(database: Database) -> AsyncIterator[tuple[Watchdog, Bowl]]:
    bowl = Bowl()
    dog = Watchdog(database, bowl.feed, period_s=PERIOD_S)
    running = asyncio.create_task(dog.run())
    try:
        yield dog, bowl
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_it_is_fed_while_the_database_reads_and_writes(database: Database) -> None:
    async with watching(database) as (_, bowl):
        await bowl.fills(times=3)


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_writing_thread_that_hangs_starves_it_though_who_waits_is_refused_in_time(
    database: Database, backend: str
) -> None:
    hangs = threading.Event()
    database._batches._thread.submit(hangs.wait)
    try:
        async with watching(database) as (dog, bowl):
            stuck = asyncio.create_task(database.insert_many("restaurants", ["id"], [["rest_x"]]))
            await bowl.stays_as_it_is(dog)
            with pytest.raises(Unavailable):
                async with database.write():
                    pass
    finally:
        hangs.set()
    with suppress(Exception):
        await stuck


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_readers_whose_connections_never_come_back_starve_it(database: Database, backend: str) -> None:
    async with watching(database) as (dog, bowl):
        gone = asyncio.Event()

        async def keep_one() -> None:
            async with database.read():
                await gone.wait()

        kept = [asyncio.create_task(keep_one()) for _ in range(database.pool_use().most)]
        await bowl.stays_as_it_is(dog)
        gone.set()
        await asyncio.gather(*kept)
        await bowl.fills()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_file_that_another_program_locks_does_not_starve_it(database_url: str, backend: str) -> None:
    other, ours = Database(database_url), Database(database_url, wait_s=0.1)
    async with other.write(), watching(ours) as (_, bowl):
        await bowl.fills(times=3)
    await ours.close()
    await other.close()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_file_that_is_gone_does_not_starve_it(database: Database, backend: str) -> None:
    async with watching(database) as (_, bowl):
        await bowl.fills()
        os.unlink(database.url.database or "")  # noqa: PTH108 — a Path's own would be for another thread
        await bowl.fills(times=3)


async def test_a_server_of_databases_that_is_away_does_not_starve_it() -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/none", wait_s=0.2)
    async with watching(away) as (_, bowl):
        await bowl.fills(times=3)
    await away.close()


async def test_a_server_of_databases_that_says_nothing_does_not_starve_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # whoever connects waits in it, unheard
        mute = Database(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none", wait_s=0.2)
        async with watching(mute) as (_, bowl):
            await bowl.fills(times=3)
        await mute.close()
