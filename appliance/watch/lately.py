"""How much of a count that only grows is new."""

from collections import deque

_MOST_LOOKS = 1_000


class Lately:
    """Of a count that began at 0 with this process: what was added within the last `window_s` seconds.

    It knows as much as whoever looks: nothing is forgotten before the window is over, and all of it with the next look.
    """

    def __init__(self, window_s: int) -> None:
        self._window_us = window_s * 1_000_000
        self._looks: deque[tuple[int, int]] = deque([(0, 0)], maxlen=_MOST_LOOKS)

    def added(self, total: int, now_us: int) -> int:
        """`now_us` by a clock that nobody sets."""
        self._looks.append((now_us, total))
        while self._looks[1][0] <= now_us - self._window_us:
            self._looks.popleft()
        return total - self._looks[0][1]
