"""How late the event loop comes back to what is due: everybody who is on the line waits so much longer."""

import asyncio

from appliance.watch.timings import Timing

_EVERY_S = 0.1


class LoopLag:
    def __init__(self) -> None:
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
