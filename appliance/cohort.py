"""Requests that are under way at once go through their stages side by side, as a cohort, and not one after the other.

An answer runs through more code than a processor keeps at hand. Where each request goes through all of it by itself,
much of its time is spent on fetching that code again; where all of them do one stage before any does the next, each
but the first finds it there. Source: Larus and Parkes, "Using Cohort Scheduling to Enhance Server Performance",
USENIX 2002.
"""

from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


@coroutine
def next_stage() -> Generator[None, None, None]:
    """Await it where a stage ends: whoever has come as far in this turn of the loop comes first, and others act.

    What must hold together lies within one stage. Who is alone waits for nobody. Like `asyncio.sleep(0)`, at half the
    price.
    """
    yield


class Cohort:
    """At most `most` go through their stages at once, the others after them in the order they came.

    What many more have at hand does not fit into the processor's memory either, and all of them would be late instead
    of the last. Who waits for anything but a stage, such as the database, has given up their place.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._line: deque[Future[None]] = deque()

    @coroutine
    def within(self, work: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
        """What the work returns, once it has had its turn.

        Goes through it as `await` would, and sees what it waits for.
        """
        if self._free:
            self._free -= 1
        else:
            yield from self._stand_in_line(work)
        has_place = True
        step, told = work.send, None
        try:
            while True:
                waits_for = step(told)
                if has_place and waits_for is not None:
                    has_place = False
                    self._leave()
                try:
                    step, told = work.send, (yield waits_for)
                except BaseException as error:  # noqa: BLE001 — it is the work's, as in PEP 380
                    step, told = work.throw, error
        except StopIteration as end:
            result: T = end.value
            return result
        finally:
            if has_place:
                self._leave()

    def _stand_in_line(self, work: Coroutine[Any, Any, Any]) -> Generator[Any, Any, None]:
        place = get_running_loop().create_future()
        self._line.append(place)
        try:
            yield from place
        except BaseException:
            work.close()
            if place.done() and not place.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        while self._line:
            place = self._line.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
