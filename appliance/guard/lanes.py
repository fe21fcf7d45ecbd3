"""How much is worked on at a time. Whoever finds a lane full hears so at once; no lane takes another's room."""

import asyncio
from types import TracebackType

import structlog

from appliance.errors import Unavailable

log = structlog.get_logger()

_LATE_S, _IN_TIME_S = 0.5, 0.1
_OVERLOADED_AFTER_S, _OVER_AFTER_S = 3.0, 10.0
_MOST_OF_A_LOOK_S = 1.0
"""One long pause is not several."""


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


class Overload:
    """Whether this process does not keep up: its event loop was late for seconds on end, and not well for long since.

    Then who can come again is sent away, so that whoever is on the line is answered.
    """

    def __init__(self) -> None:
        self.on = False
        self._for_s = 0.0

    def note(self, lag_s: float, span_s: float) -> None:
        """The loop was so late, which was found out over so long a time."""
        speaks_against = lag_s < _IN_TIME_S if self.on else lag_s >= _LATE_S
        self._for_s = self._for_s + min(span_s, _MOST_OF_A_LOOK_S) if speaks_against else 0.0
        if self._for_s >= (_OVER_AFTER_S if self.on else _OVERLOADED_AFTER_S):
            self.on, self._for_s = not self.on, 0.0
            if self.on:
                log.warning("overload_begun", lag_s=round(lag_s, 3))
            else:
                log.warning("overload_ended")


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
        self.overload = Overload()


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
