"""A circuit breaker: who does not answer again and again is left alone for a while, then tried once."""

from appliance.clock import Clock

_US = 1_000_000


class Breaker:
    """Opens after `failures` in a row, for `rest_s`. Who is let through must tell `succeeded` or `failed`."""

    def __init__(self, clock: Clock, *, failures: int = 5, rest_s: float = 60) -> None:
        self._clock = clock
        self._most = failures
        self._rest_us = int(rest_s * _US)
        self._failures = 0
        self._opened_at = 0

    @property
    def rest_s(self) -> float:
        """Seconds until somebody may try again; 0 when they may."""
        if self._failures < self._most:
            return 0
        return max(0, self._opened_at + self._rest_us - self._clock.stopwatch_us()) / _US

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        self._opened_at = self._clock.stopwatch_us()
