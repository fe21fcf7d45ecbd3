"""A time limit for many short waits: one timer looks at them all, where a timer each would cost more than the wait."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


class Deadline:
    """Ends a wait after `seconds`, and `precision_s` later at most. A task waits within one at a time.

    It serves the tasks of one event loop, or of one after another.
    """

    def __init__(self, seconds: float, *, precision_s: float) -> None:
        self._seconds = seconds
        self._precision_s = precision_s
        self._due: dict[asyncio.Task[Any], float] = {}
        self._expired: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looks = False

    async def within(self, waiting: Awaitable[T]) -> T:
        """What it waits for. Raises TimeoutError when that does not come in time."""
        # Python asks the kernel, lest it had forked, before it tells the running loop; but not for the loop's task.
        loop = self._loop
        task = asyncio.current_task(loop) if loop else None
        if not loop or not task:
            loop, task = self._begin()
        self._due[task] = loop.time() + self._seconds
        if not self._looks:
            self._looks = True
            loop.call_later(self._precision_s, self._look, loop)
        try:
            return await waiting
        except asyncio.CancelledError as error:
            # Somebody else may have cancelled it as well, and then it is theirs.
            if task in self._expired and task.uncancel() == 0:
                raise TimeoutError from error
            raise
        finally:
            del self._due[task]
            self._expired.discard(task)

    def _begin(self) -> tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]:
        """In the loop that runs now, if it is not that of the last wait."""
        self._loop = asyncio.get_running_loop()
        self._looks = False
        task = asyncio.current_task(self._loop)
        assert task
        return self._loop, task

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        late = [task for task, due in self._due.items() if due <= now and task not in self._expired]
        for task in late:
            self._expired.add(task)
            task.cancel()
        self._looks = bool(self._due)
        if self._looks:
            loop.call_later(self._precision_s, self._look, loop)
