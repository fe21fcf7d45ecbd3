"""Whether the machine's clock was set while we looked: bookings, signatures and sessions go by it.

How right it is cannot be known from within; that it jumped against the time that nobody sets, can.
"""

from appliance.clock import Clock
from appliance.watch.probes import Found

_JUMP_MS = 2_000
_TOLD_FOR_MS = 3_600_000


class ClockJumps:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead_ms = self._ahead()
        self._jump_ms = 0.0
        self._jumped_at_ms = 0.0

    async def ask(self) -> Found:
        """The last jump, for an hour."""
        jump_ms = self._ahead() - self._ahead_ms
        self._ahead_ms += jump_ms
        passed_ms = self._clock.stopwatch_us() / 1000
        if abs(jump_ms) >= _JUMP_MS:
            self._jump_ms, self._jumped_at_ms = jump_ms, passed_ms
        if not self._jump_ms or passed_ms - self._jumped_at_ms > _TOLD_FOR_MS:
            return Found(value=0, unit="s")
        jump_s = self._jump_ms / 1000
        way = "forward, or the machine slept" if jump_s > 0 else "back"
        return Found(
            status="warn", value=jump_s, unit="s", output=f"the clock was set {abs(jump_s):.0f} s {way}; is NTP on?"
        )

    def _ahead(self) -> float:
        """Of the time that nobody sets."""
        return self._clock.now_ms() - self._clock.stopwatch_us() / 1000
