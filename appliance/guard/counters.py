"""Where rate limits count when nobody else does: in this process, bounded, and able to outlive it.

A storage for the `limits` library, beside its own for Valkey and others. Its in-memory one has no bound.
"""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from math import ceil, floor
from pathlib import Path

import msgspec
import structlog
from limits.aio.storage import SlidingWindowCounterSupport, Storage
from msgspec import Struct

from appliance.clock import Clock

log = structlog.get_logger()

HAIR_S = 0.001
"""There is room again just after the time that is told, not yet at it."""


class Window(Struct):
    """Hits in the window that began at `index` × `seconds`, and in the one before."""

    seconds: int
    index: int
    current: int = 0
    previous: int = 0


class Seen(Struct, frozen=True, kw_only=True):
    """Hits in the window before and in this one, which goes on for `left_s`.

    What counts is this window, and of the one before the part that the last `window_s` seconds still touch.
    """

    before: int
    now: int
    left_s: float

    def counted(self, window_s: int) -> int:
        return floor(_weight(self.before, self.now, self.left_s, window_s))

    def wait_s(self, below: int, window_s: int) -> float:
        """How long until fewer than `below` count, if nothing more comes; the library tells it too short."""
        if below <= 0:
            return 0
        if self.now < below:
            return max(0.0, self.left_s - (below - self.now) * window_s / self.before) if self.before else 0
        return self.left_s + window_s - below * window_s / self.now


def _weight(before: int, now: int, left_s: float, window_s: int) -> float:
    return before * left_s / window_s + now


class BoundedMemory(Storage, SlidingWindowCounterSupport):
    """Holds at most `most_keys`; the one not asked for longest goes first."""

    STORAGE_SCHEME = None  # made by us only, not by a URL

    def __init__(self, clock: Clock, *, most_keys: int) -> None:
        super().__init__()
        self._clock = clock
        self._most_keys = most_keys
        self._windows: OrderedDict[str, Window] = OrderedDict()

    async def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        window, seen = self._look(key, expiry)
        if seen.counted(expiry) + amount > limit:
            return False
        window.current += amount
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        _, seen = self._look(key, expiry)
        return seen.before, seen.left_s, seen.now, seen.left_s + expiry

    async def clear_sliding_window(self, key: str, expiry: int) -> None:  # noqa: ARG002 — upstream's signature
        self.drop(key)

    def count(self, key: str, seconds: int) -> float:
        """Count one, whatever there is already; how much the last `seconds` hold now."""
        now = self._now_s()
        window = self._window(key, seconds, now)
        window.current += 1
        return _weight(window.previous, window.current, seconds - now % seconds, seconds)

    def weight(self, key: str, seconds: int) -> float:
        """How much the last `seconds` hold."""
        now = self._now_s()
        window = self._window(key, seconds, now)
        return _weight(window.previous, window.current, seconds - now % seconds, seconds)

    def reset_s(self, key: str, seconds: int, *, below: int) -> int:
        """In how many whole seconds the last `seconds` hold fewer than `below`, if nothing more comes."""
        _, seen = self._look(key, seconds)
        return ceil(seen.wait_s(below, seconds) + HAIR_S)

    def drop(self, key: str) -> None:
        """As if nothing had been counted."""
        self._windows.pop(key, None)

    def snapshot(self) -> dict[str, Window]:
        """What is counted, to be `restore`d by the next process."""
        return {key: copy(window) for key, window in self._windows.items()}

    def restore(self, windows: Mapping[str, Window]) -> None:
        self._windows.update(windows)
        self._trim()

    @property
    def size(self) -> int:
        return len(self._windows)

    def _now_s(self) -> float:
        return self._clock.now_ms() / 1000

    def _look(self, key: str, seconds: int) -> tuple[Window, Seen]:
        """The window that runs now, and what counts of it and of the one before."""
        now = self._now_s()
        window = self._window(key, seconds, now)
        return window, Seen(before=window.previous, now=window.current, left_s=seconds - now % seconds)

    def _window(self, key: str, seconds: int, now: float) -> Window:
        index = int(now // seconds)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = Window(seconds=seconds, index=index)
            self._trim()
        elif window.index != index:
            window.previous = window.current if window.index == index - 1 else 0
            window.current, window.index = 0, index
        self._windows.move_to_end(key)
        return window

    def _trim(self) -> None:
        while len(self._windows) > self._most_keys:
            self._windows.popitem(last=False)

    # --- what the library asks of every storage, and a sliding window never uses ---

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        window = self._window(key, expiry, self._now_s())
        window.current += amount
        return window.current

    async def get(self, key: str) -> int:
        window = self._windows.get(key)
        return window.current if window else 0

    async def get_expiry(self, key: str) -> float:
        window = self._windows.get(key)
        return float((window.index + 1) * window.seconds) if window else self._now_s()

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        count = len(self._windows)
        self._windows.clear()
        return count

    async def clear(self, key: str) -> None:
        self.drop(key)


class CountersFile:
    """Where this process writes down what its counters hold, so that a restart gives nobody a fresh quota.

    A file in the data directory: what it holds is this process's own.
    """

    def __init__(self, path: Path, **counters: BoundedMemory) -> None:
        self._path = path
        self._counters = counters

    async def save(self) -> None:
        held = {name: one.snapshot() for name, one in self._counters.items()}
        try:
            await asyncio.to_thread(self._write, msgspec.msgpack.encode(held))
        except OSError as error:
            log.warning("counters_not_saved", path=str(self._path), reason=error.strerror)

    async def load(self) -> None:
        """Go on where the last process stopped; from nothing where that is not there, or cannot be read."""
        try:
            content = await asyncio.to_thread(self._path.read_bytes)
            held = msgspec.msgpack.decode(content, type=dict[str, dict[str, Window]])
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("counters_not_loaded", path=str(self._path), reason=str(error))
            return
        for name, counters in self._counters.items():
            counters.restore(held.get(name, {}))

    def _write(self, content: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # nothing else is kept here on Postgres
        fresh = self._path.with_suffix(".new")
        with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            target.write(content)
        fresh.replace(self._path)
