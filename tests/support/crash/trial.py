"""What is done to a server, and what it is held to afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from support.crash.evidence import Operator
from support.crash.load import Load
from support.crash.verdict import problems, retry_all
from support.crash.victim import LEASE_S, Victim
from support.serving import until

_FREEZE_S = 2.5
_SLOWNESS = {
    ("tool_deadline_missed", ""),
    ("tool_failed", "database_busy"),
    ("tool_failed", "unavailable"),
    ("queue_claim_failed", "database_busy"),
    ("queue_heartbeat_failed", "database_busy"),
}


@asynccontextmanager
async def under_load(server: Victim, load: Load) -> AsyncIterator[None]:
    """A server started, and calls pouring in: the block is to end it. The load has ended, too, when the block has."""
    ready = await server.start()
    pouring = asyncio.create_task(load.pour(ready))
    try:
        yield
        await pouring
    finally:
        pouring.cancel()


async def killed_under_load(server: Victim, load: Load, rng: random.Random) -> None:
    """After a random number of answers, and then at any moment."""
    async with under_load(server, load):
        await load.answers(rng.randint(0, 80))
        await asyncio.sleep(rng.uniform(0, 0.01))
        await server.kill()


async def frozen_under_load(server: Victim, load: Load, rng: random.Random) -> None:
    """As by a disk that hangs or a machine that is taken away: longer than any deadline, then it goes on."""
    async with under_load(server, load):
        await load.answers(rng.randint(10, 80))
        await server.freeze(for_s=_FREEZE_S)
        await load.answers(rng.randint(10, 40))
        await server.kill()


async def killed_while_it_starts(server: Victim, rng: random.Random) -> None:
    await server.spawn()
    await asyncio.sleep(rng.uniform(0.2, 1.2))
    await server.kill()


async def broken_promises(server: Victim, load: Load) -> list[str]:
    """Of the server begun once more, when it has done all that was left to do."""
    ready = await server.start()
    async with Operator(ready) as operator:
        await until(operator.at_rest, within_s=4 * LEASE_S)
        found = await operator.gather(server.database_url, load.calls)
        broken = problems(load, found) + await retry_all(load, ready)
        again = await operator.gather(server.database_url, load.calls)
    if again.books != found.books:
        broken.append("retries changed the book")
    return broken + [f"logged: {line}" for line in server.log.read_text().splitlines() if not _is_of_slowness(line)]


def _is_of_slowness(line: str) -> bool:
    """Whether a line of the log only says that somebody was told to try again: this machine may stall at any time."""
    try:
        said = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return False
    return (said["event"], said.get("code", "")) in _SLOWNESS
