"""How much is worked on at a time. Whoever finds a lane full hears so at once; no lane takes another's room."""

import asyncio
from types import TracebackType

from appliance.errors import Unavailable


class LaneFull(Unavailable):
    """There is too much to do just now; try again shortly."""


class Lane:
    """Room for `most` at once; `with` it to be one of them, which raises LaneFull."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.inside = 0

    def __enter__(self) -> None:
        if self.inside >= self.most:
            raise LaneFull
        self.inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.inside -= 1


class Turn:
    """A place that is given back once, however often `end` is called."""

    def __init__(self, lane: "WaitingLane") -> None:
        self._lane: WaitingLane | None = lane

    def end(self) -> None:
        if self._lane:
            self._lane.leave()
            self._lane = None


class WaitingLane:
    """Works on `at_once`; up to `most` may be there, the others waiting for their turn in the order they came."""

    def __init__(self, *, at_once: int, most: int) -> None:
        self.most = most
        self.inside = 0
        self._turns = asyncio.Semaphore(at_once)

    async def turn(self) -> Turn:
        """Wait for a turn, which the caller ends. Raises LaneFull."""
        if self.inside >= self.most:
            raise LaneFull
        self.inside += 1
        try:
            await self._turns.acquire()
        except BaseException:
            self.inside -= 1
            raise
        return Turn(self)

    def leave(self) -> None:
        self.inside -= 1
        self._turns.release()


class Lanes:
    """The lanes of one process. Of the phone's, more than it could answer in time; of the API, what leaves it room.

    Of passwords, enough for the threads that look at them, and no more waiting than have their turn within a second.
    """

    def __init__(self) -> None:
        self.webhooks = Lane(2_048)
        self.tools = Lane(1_024)
        self.inbound = Lane(512)
        self.api = WaitingLane(at_once=16, most=128)
        self.passwords = WaitingLane(at_once=4, most=32)


class Room:
    """Bytes of bodies that are still arriving, all together: what strangers can make us keep."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    def take(self, size: int) -> bool:
        """Whether there was as much."""
        if self.taken + size > self.most:
            return False
        self.taken += size
        return True

    def give_back(self, size: int) -> None:
        self.taken -= size
