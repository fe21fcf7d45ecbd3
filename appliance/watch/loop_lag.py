"""How late the event loop comes back to what is due: everybody who is on the line waits so much longer."""

import asyncio
from collections.abc import Callable

from appliance.watch.timings import Timing


class LoopLag:
    every_s = 0.1

    def __init__(self) -> None:
        self.timing = Timing()
        self.last_s = 0.0

    async def run(self, beat: Callable[[], object] = lambda: None) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            beat()
            due = loop.time() + self.every_s
            await asyncio.sleep(self.every_s)
            self.last_s = max(0.0, loop.time() - due)
            self.timing.note(self.last_s)
