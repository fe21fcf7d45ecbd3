"""How often: quotas counted over a sliding window, by the `limits` library. A refused hit does not count."""

from math import ceil, floor
from typing import Any

from limits import RateLimitItemPerSecond
from limits.aio.storage import SlidingWindowCounterSupport
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.storage import storage_from_string
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.quotas import Quota
from appliance.guard.counters import BoundedMemory

IN_MEMORY = "memory://"
_HAIR_S = 0.001
"""There is room again just after the time that is told, not yet at it."""


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
        seen = _Seen(before=before, now=now, left_s=left_s)
        remaining = max(0, quota.requests - seen.counted(quota.window_s))
        wait_s = seen.wait_s(quota.requests - remaining, quota.window_s)
        return Verdict(quota=quota, allowed=remaining > 0, remaining=remaining, reset_s=ceil(wait_s + _HAIR_S))

    async def clear(self, quota: Quota, *key: str) -> None:
        await self._strategy.clear(_item(quota), quota.name, *key)


class _Seen(Struct, frozen=True, kw_only=True):
    """Hits in the window before and in this one, which goes on for `left_s`.

    What counts is this window, and of the one before the part that the last `window_s` seconds still touch.
    """

    before: int
    now: int
    left_s: float

    def counted(self, window_s: int) -> int:
        return floor(self.before * self.left_s / window_s + self.now)

    def wait_s(self, below: int, window_s: int) -> float:
        """How long until fewer than `below` count, if nothing more comes; the library tells it too short."""
        if below <= 0:
            return 0
        if self.now < below:
            return max(0.0, self.left_s - (below - self.now) * window_s / self.before) if self.before else 0
        return self.left_s + window_s - below * window_s / self.now


def _item(quota: Quota) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(quota.requests, quota.window_s, namespace="maitre")


def _storage(url: str) -> Any:
    found = storage_from_string(f"async+{url}")
    assert isinstance(found, SlidingWindowCounterSupport)
    return found
