"""How late the event loop comes back to what is due: everybody who is on the line waits so much longer."""

import asyncio
from collections.abc import Callable

from appliance.watch.timings import Timing

_EVERY_S = 0.1


class LoopLag:
    """`told` hears of each look: how late it was, and how long it took in all."""

    def __init__(self, told: Callable[[float, float], object] = lambda *_: None) -> None:
        self._told = told
        self.timing = Timing()
        self.last_s = 0.0

    async def run(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self.last_s = max(0.0, loop.time() - due)
            self.timing.note(self.last_s)
            self._told(self.last_s, _EVERY_S + self.last_s)
