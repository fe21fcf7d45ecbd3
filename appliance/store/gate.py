"""Who writes next: SQLite takes one writer at a time, so writers queue here in fairness and not in its busy loop."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

from appliance.errors import DatabaseBusy


class Lane(IntEnum):
    """Live writers have somebody waiting on the line; work can wait a moment."""

    LIVE = 0
    WORK = 1


class WriteGate:
    """One writer at a time: live before work, first come first served within each.

    Every `work_every`-th turn goes to waiting work, so that a flood of live writes cannot stop the queue.
    """

    def __init__(self, *, work_every: int = 4) -> None:
        self._waiting: tuple[deque[asyncio.Future[None]], deque[asyncio.Future[None]]] = (deque(), deque())
        self._held = False
        self._turns = 0
        self._work_every = work_every

    @asynccontextmanager
    async def turn(self, lane: Lane, *, wait_s: float) -> AsyncIterator[None]:
        """Wait for the turn and hold it. Raises DatabaseBusy after `wait_s` seconds of waiting."""
        try:
            async with asyncio.timeout(wait_s):
                await self._acquire(lane)
        except TimeoutError as error:
            raise DatabaseBusy from error
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, lane: Lane) -> None:
        if not self._held:
            self._held = True
            return
        ticket = asyncio.get_running_loop().create_future()
        self._waiting[lane].append(ticket)
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():
                self._release()  # the turn came in the instant we left
            raise

    def _release(self) -> None:
        # Not at once: a live writer that has just been served may have more, and should not have to let work pass
        # each time only because it asks again a moment later.
        asyncio.get_running_loop().call_soon(self._pass_on)

    def _pass_on(self) -> None:
        self._turns += 1
        lanes = (Lane.WORK, Lane.LIVE) if self._turns % self._work_every == 0 else (Lane.LIVE, Lane.WORK)
        for lane in lanes:
            queue = self._waiting[lane]
            while queue:
                ticket = queue.popleft()
                if not ticket.done():
                    ticket.set_result(None)
                    return
        self._held = False
