"""How often: quotas counted over a sliding window, by the `limits` library. A refused hit does not count."""

from collections import Counter
from collections.abc import Awaitable, Callable
from math import ceil
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.quotas import Quota
from appliance.guard.counters import HAIR_S, BoundedMemory, Seen

if TYPE_CHECKING:
    from valkey.asyncio import ConnectionPool

log = structlog.get_logger()

T = TypeVar("T")

IN_MEMORY = "memory://"

_Storage: TypeAlias = BoundedMemory | RedisStorage
_WAIT_S = 0.25
_ALONE_US = 1_000_000
"""How long a shared storage that failed is left in peace."""


class Verdict(Struct, frozen=True, kw_only=True):
    """Whether a request may pass, how many more could, and in how many seconds there will be one more."""

    quota: Quota
    allowed: bool
    remaining: int
    reset_s: int


class Limiter:
    """Counts at `url`: in this process, or in the Valkey that several share; a Redis does as well.

    While that does not answer, each counts for itself: nobody is let in without a limit, and nobody kept out.
    `decisions` counts how often each quota let somebody pass or did not.
    """

    def __init__(self, clock: Clock, url: str = IN_MEMORY, *, most_keys: int = 100_000) -> None:
        self.memory = BoundedMemory(clock, most_keys=most_keys)
        self._clock = clock
        self._pool = None if url == IN_MEMORY else _pool(url)
        self._shared = self._pool and _shared(url, self._pool)
        self._alone_until_us = 0
        self.decisions: Counter[tuple[str, bool]] = Counter()

    async def hit(self, quota: Quota, *key: str) -> Verdict:
        """Count one, if there is room for it."""

        async def count(storage: _Storage) -> Verdict:
            allowed = await SlidingWindowCounterRateLimiter(storage).hit(_item(quota), quota.name, *key)
            return replace(await _look(storage, quota, *key), allowed=allowed)

        verdict = await self._ask(count)
        self.decisions[quota.name, verdict.allowed] += 1
        return verdict

    async def look(self, quota: Quota, *key: str) -> Verdict:
        """Whether there is room, counting nothing."""
        return await self._ask(lambda storage: _look(storage, quota, *key))

    async def clear(self, quota: Quota, *key: str) -> None:
        await self._ask(lambda storage: SlidingWindowCounterRateLimiter(storage).clear(_item(quota), quota.name, *key))

    async def close(self) -> None:
        if self._pool:
            await self._pool.aclose()

    async def _ask(self, question: Callable[[_Storage], Awaitable[T]]) -> T:
        if self._shared and self._clock.stopwatch_us() >= self._alone_until_us:
            try:
                return await question(self._shared)
            except self._shared.base_exceptions as error:
                log.warning("limits_counted_alone", reason=type(error).__name__)
                self._alone_until_us = self._clock.stopwatch_us() + _ALONE_US
        return await question(self.memory)


async def _look(storage: _Storage, quota: Quota, *key: str) -> Verdict:
    item = _item(quota)
    before, left_s, now, _ = await storage.get_sliding_window(item.key_for(quota.name, *key), quota.window_s)
    seen = Seen(before=before, now=now, left_s=left_s)
    remaining = max(0, quota.requests - seen.counted(quota.window_s))
    wait_s = seen.wait_s(quota.requests - remaining, quota.window_s)
    return Verdict(quota=quota, allowed=remaining > 0, remaining=remaining, reset_s=ceil(wait_s + HAIR_S))


def _item(quota: Quota) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(quota.requests, quota.window_s, namespace="maitre")


def _pool(url: str) -> "ConnectionPool":
    """Valkey's client speaks to a Redis, too. Who asks waits for neither of them long."""
    from valkey.asyncio import ConnectionPool  # noqa: PLC0415 — 50 ms and 3 MB that few need

    return ConnectionPool.from_url(url, socket_timeout=_WAIT_S, socket_connect_timeout=_WAIT_S)


def _shared(url: str, pool: "ConnectionPool") -> RedisStorage:
    options: dict[str, Any] = {"implementation": "valkey", "connection_pool": pool}
    found = storage_from_string(f"async+{url}", **options)
    assert isinstance(found, RedisStorage)
    return found
