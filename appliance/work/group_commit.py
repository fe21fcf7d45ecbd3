"""Many callers, one commit: whatever arrives while a commit is under way goes together into the next one.

No timer is involved where somebody waits: a lone item is committed at once, a crowd shares the disk's one flush.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeAlias, TypeVar

import structlog

from appliance.errors import Unavailable

log = structlog.get_logger()

Item = TypeVar("Item")
Result = TypeVar("Result")

_Waiting: TypeAlias = "tuple[Item, asyncio.Future[Result] | int]"
"""An item, and who waits to hear of it; where nobody does, how often it may still be tried."""

_TRIES = 3


class GroupCommit(Generic[Item, Result]):
    """Commits items in batches with `commit`, in order of arrival; `name` is for the log.

    `max_batch` bounds one transaction, `max_waiting` the items held in memory: beyond it `add` raises Unavailable.
    `gather_s` is how long items are left to gather for a transaction, for those that nobody waits for.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Result]],
        *,
        name: str,
        max_batch: int = 256,
        max_waiting: int = 4096,
        gather_s: float = 0.0,
    ) -> None:
        self._commit = commit
        self._name = name
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._gather_s = gather_s
        self._waiting: list[_Waiting[Item, Result]] = []
        self._runner: asyncio.Task[None] | None = None
        self._losses = 0
        self._told_at = -1.0

    async def add(self, item: Item) -> Result:
        """Return what `commit` returned once the item is on the disk; raise what it raised."""
        # Python asks the kernel, lest it had forked, before it tells the running loop.
        loop = self._runner.get_loop() if self._runner else asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        self._enqueue((item, done))
        return await done

    def add_soon(self, item: Item) -> None:
        """Commit the item some time soon, without waiting; if it cannot be in some tries, only the log will tell."""
        try:
            self._enqueue((item, _TRIES))
        except Unavailable as error:
            self._lost(error)

    async def flush(self) -> None:
        """Wait until everything added so far has been tried."""
        while self._runner is not None:
            await asyncio.wait([self._runner])

    def _enqueue(self, waiting: "_Waiting[Item, Result]") -> None:
        if len(self._waiting) >= self._max_waiting:
            raise Unavailable("Too much is arriving at once; try again shortly.")
        self._waiting.append(waiting)
        if self._runner is None:
            # Not in the context of who happens to come first: what is logged of a batch is not of that request.
            self._runner = asyncio.create_task(self._run(), name=f"commit-{self._name}", context=Context())

    async def _run(self) -> None:
        try:
            while self._waiting:
                if self._gather_s and len(self._waiting) < self._max_batch:
                    await asyncio.sleep(self._gather_s)
                batch, self._waiting = self._waiting[: self._max_batch], self._waiting[self._max_batch :]
                await self._settle(batch)
        finally:
            self._runner = None

    async def _settle(self, batch: "list[_Waiting[Item, Result]]") -> None:
        try:
            result = await self._commit([item for item, _ in batch])
        except Unavailable as error:
            self._tell(batch, error)
        except Exception as error:  # noqa: BLE001 — one bad item must not take its neighbours with it
            if len(batch) == 1:
                self._tell(batch, error)
            else:
                for alone in batch:
                    await self._settle([alone])
        else:
            for _, done in batch:
                if isinstance(done, asyncio.Future) and not done.done():
                    done.set_result(result)

    def _tell(self, batch: "list[_Waiting[Item, Result]]", error: Exception) -> None:
        for item, done in batch:
            if not isinstance(done, asyncio.Future):
                self._try_again(item, done - 1, error)
            elif not done.done():
                done.set_exception(error)

    def _try_again(self, item: Item, tries: int, error: Exception) -> None:
        """Nobody waits, so that the item can: a database that is busy or away may be back in a moment."""
        if tries and isinstance(error, Unavailable) and len(self._waiting) < self._max_waiting:
            self._waiting.append((item, tries))
        else:
            self._lost(error)

    def _lost(self, error: BaseException) -> None:
        """Tell of it, without the item itself, which may speak of a guest; what was foreseen once a second at most."""
        self._losses += 1
        now = asyncio.get_running_loop().time()
        foreseen = isinstance(error, Unavailable)
        if not foreseen or now >= self._told_at + 1:
            about = {"commit": self._name, "reason": type(error).__name__, "lost_so_far": self._losses}
            log.error("item_lost", exc_info=None if foreseen else error, **about)
            self._told_at = now
