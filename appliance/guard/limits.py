"""How often: quotas counted over a sliding window, by the `limits` library. A refused hit does not count."""

from math import ceil
from typing import Any

from limits import RateLimitItemPerSecond
from limits.aio.storage import SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.quotas import Quota
from appliance.guard.counters import HAIR_S, BoundedMemory, Seen

IN_MEMORY = "memory://"


class Verdict(Struct, frozen=True, kw_only=True):
    """Whether a request may pass, how many more could, and in how many seconds there will be one more."""

    quota: Quota
    allowed: bool
    remaining: int
    reset_s: int


class Limiter:
    """Counts at `url`: in this process, or wherever the `limits` library can (`valkey://…`, `redis://…`)."""

    def __init__(self, clock: Clock, url: str = IN_MEMORY, *, most_keys: int = 100_000) -> None:
        self.memory = BoundedMemory(clock, most_keys=most_keys) if url == IN_MEMORY else None
        self._storage = _storage(url) if self.memory is None else self.memory
        self._strategy = SlidingWindowCounterRateLimiter(self._storage)

    async def hit(self, quota: Quota, *key: str) -> Verdict:
        """Count one, if there is room for it."""
        allowed = await self._strategy.hit(_item(quota), quota.name, *key)
        return replace(await self.look(quota, *key), allowed=allowed)

    async def look(self, quota: Quota, *key: str) -> Verdict:
        """Whether there is room, counting nothing."""
        item = _item(quota)
        before, left_s, now, _ = await self._storage.get_sliding_window(item.key_for(quota.name, *key), quota.window_s)
        seen = Seen(before=before, now=now, left_s=left_s)
        remaining = max(0, quota.requests - seen.counted(quota.window_s))
        wait_s = seen.wait_s(quota.requests - remaining, quota.window_s)
        return Verdict(quota=quota, allowed=remaining > 0, remaining=remaining, reset_s=ceil(wait_s + HAIR_S))

    async def clear(self, quota: Quota, *key: str) -> None:
        await self._strategy.clear(_item(quota), quota.name, *key)


def _item(quota: Quota) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(quota.requests, quota.window_s, namespace="maitre")


def _storage(url: str) -> Any:
    found = storage_from_string(f"async+{url}")
    assert isinstance(found, SlidingWindowCounterSupport)
    return found
