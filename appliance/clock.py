"""Time, ids and chance, handed in so that every rule can be tested at any instant."""

import os
import random
import time
from typing import Protocol

_TAIL_BYTES = 6


class Clock(Protocol):
    """Where the program gets the time, new ids and chance from."""

    def now_ms(self) -> int:
        """Unix time in milliseconds."""
        ...

    def stopwatch_us(self) -> int:
        """Microseconds since an arbitrary moment, never set back: for telling how long something took."""
        ...

    def new_id(self, prefix: str) -> str:
        """A new id `<prefix>_<26 hex>` that sorts after every id this process gave before."""
        ...

    def chance(self) -> float:
        """A number in [0, 1)."""
        ...


class SystemClock:
    """The machine's own time."""

    def __init__(self) -> None:
        self._last_stamp = 0
        self._tails = b""
        self._random = random.SystemRandom()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def stopwatch_us(self) -> int:
        return time.monotonic_ns() // 1_000

    def new_id(self, prefix: str) -> str:
        # Microseconds, pushed on when two ids fall in one: the order of ids is the order of events.
        self._last_stamp = max(time.time_ns() // 1_000, self._last_stamp + 1)
        return f"{prefix}_{self._last_stamp:014x}{self._tail()}"

    def _tail(self) -> str:
        # Asking the kernel each time would be a good part of what an id costs.
        if not self._tails:
            self._tails = os.urandom(_TAIL_BYTES * 512)
        tail, self._tails = self._tails[:_TAIL_BYTES], self._tails[_TAIL_BYTES:]
        return tail.hex()

    def chance(self) -> float:
        return self._random.random()
