"""The durable task queue: claims under a lease, runs a handler, retries, buries — and loses nothing on the way.

A handler does its work for a batch of tasks and calls `finish` inside its own transaction, so that the effects and the
end of the tasks are one commit. If a lease was lost meanwhile, `finish` raises and the transaction is undone. A batch
that fails is tried again task by task, so that one bad task does not take its neighbours with it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog
from msgspec import Struct
from structlog.contextvars import bind_contextvars

from appliance.clock import Clock
from appliance.errors import MaitreError, Unavailable, Unprocessable
from appliance.store import tasks
from appliance.store.engine import Database, Lane, Tx
from appliance.store.tasks import Task
from appliance.work.backoff import CAP_MS, delay_ms

log = structlog.get_logger()

_REST = 9
"""How much longer than it worked a worker rests while it gives way: a tenth of the time is left for work."""
_LONGEST_REST_S = 1.0
_MOST_LEASES = 10
"""A lease is prolonged as long as its work goes on; what needs more than so many hangs, and is tried again."""
_PATIENCE_MS = 10_000
"""Work that has waited for so long gives way to nobody any more: a backlog must not grow old."""

Finish = Callable[[Tx], Awaitable[None]]
Handler = Callable[[Sequence[Task], Finish], Awaitable[None]]


class LeaseLost(Unavailable):
    """Another worker holds this task now."""


class Held(Unprocessable):
    """The task waits for a person; the message says for what."""


def singly(handle: Callable[[Task, Finish], Awaitable[None]]) -> Handler:
    """A handler for queues whose batch is one task."""

    async def handler(tasks: Sequence[Task], finish: Finish) -> None:
        (task,) = tasks
        await handle(task, finish)

    return handler


class QueueSettings(Struct, frozen=True, kw_only=True):
    """`concurrency` batches of at most `batch` tasks are worked on at once."""

    concurrency: int = 4
    batch: int = 1
    lease_ms: int = 30_000
    max_attempts: int = 8
    poll_ms: int = 1_000


class Queue:
    """Works on the tasks of one kind, so that slow work of another cannot keep it waiting.

    While `gives_way()` is true somebody is on the line, and a worker works for a part of the time only.
    `failed` hears of every task that failed, each time; `outcomes` counts what was done, retried, held and buried.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        kind: str,
        handler: Handler,
        settings: QueueSettings,
        *,
        gives_way: Callable[[], bool] = lambda: False,
        failed: Callable[[Task, Exception], object] = lambda *_: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._kind = kind
        self._handler = handler
        self._settings = settings
        self._gives_way = gives_way
        self._failed = failed
        self._work_waits = asyncio.Event()
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._stopping = False
        self._running: dict[asyncio.Task[None], Sequence[Task]] = {}
        self._last_served = ""
        self._recover_us: int | None = None
        self.outcomes: Counter[str] = Counter()
        self.turns = 0
        self.last_turn_us = 0
        """When the loop last looked for work, on the stopwatch: its heartbeat."""

    def wake(self) -> None:
        """Say that there is new work, so that it need not wait for the next poll."""
        self._work_waits.set()

    async def run(self) -> None:
        """Work until `drain` is called."""
        self._at_rest.clear()
        tending = asyncio.create_task(self._tend_leases(), name="queue-leases")
        try:
            while not self._stopping:
                self._work_waits.clear()
                self.turns += 1
                self.last_turn_us = self._clock.stopwatch_us()
                if not await self._turn():
                    await self._pause()
            self._at_rest.set()
            while self._running:  # their leases are tended to the end
                self.turns += 1
                await asyncio.wait(self._running, timeout=self._settings.poll_ms / 1000)
        finally:
            self._at_rest.set()
            for job in (tending, *self._running):
                job.cancel()
            await asyncio.wait((tending, *self._running))

    async def drain(self, *, within_s: float) -> None:
        """Take no more work, let what runs finish, give back what does not finish within `within_s` seconds."""
        self._stopping = True
        self.wake()
        await self._at_rest.wait()  # a claim under way may still start tasks
        if self._running:
            await asyncio.wait(self._running, timeout=within_s)
        for worker in list(self._running):
            worker.cancel()
        if self._running:
            await asyncio.wait(self._running)

    async def _turn(self) -> bool:
        """Claim what there is room for and start it; false when there was nothing to do."""
        free = self._settings.concurrency - len(self._running)
        if free <= 0:
            return False
        began_us = self._clock.stopwatch_us()
        try:
            claimed = await self._claim(free * self._settings.batch)
        except Unavailable as error:
            log.warning("queue_claim_failed", kind=self._kind, code=error.code)
            return False
        except Exception:
            log.exception("queue_claim_failed", kind=self._kind)  # a bug in one turn must not end all turns
            return False
        for batch in (claimed[n : n + self._settings.batch] for n in range(0, len(claimed), self._settings.batch)):
            worker = asyncio.create_task(self._run(batch, began_us), name=f"task-{batch[0].id}")
            self._running[worker] = batch
            worker.add_done_callback(self._ended)
        if claimed:
            self._last_served = claimed[-1].restaurant_id
        return bool(claimed)

    def _ended(self, worker: asyncio.Task[None]) -> None:
        del self._running[worker]
        self.wake()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.poll_ms / 1000):
                await self._work_waits.wait()

    async def _claim(self, limit: int) -> list[Task]:
        now, now_us = self._clock.now_ms(), self._clock.stopwatch_us()
        due = self._recover_us is None or now_us >= self._recover_us
        async with self._database.write(Lane.WORK) as tx:
            if due:
                await self._recover(tx, now)
            claimed = await tasks.claim(
                tx,
                self._kind,
                limit=limit,
                after=self._last_served,
                lease=self._clock.new_id("lease"),
                lease_until=now + self._settings.lease_ms,
                now_ms=now,
            )
        if due:
            self._recover_us = now_us + self._settings.lease_ms * 1000 // 3
        return claimed

    async def _recover(self, tx: Tx, now: int) -> None:
        """Free what died with its process: on SQLite, which one process uses, all that is found at the start.

        On Postgres other nodes are at work; there, and later, only leases that ran out count.
        """
        starting = self._recover_us is None
        expired = None if starting and self._database.is_sqlite else now
        await tasks.recover(tx, self._kind, expired_before=expired, max_attempts=self._settings.max_attempts)
        # No try is put off for longer: what is due later was written before the clock was set back.
        await tasks.bring_forward(tx, self._kind, due_after=now + CAP_MS, now_ms=now)

    async def _tend_leases(self) -> None:
        """Prolong the leases of what runs here, three times before they would run out."""
        while True:
            await asyncio.sleep(self._settings.lease_ms / 3000)
            leases = {task.lease for batch in self._running.values() for task in batch}
            if not leases:
                continue
            try:
                async with self._database.write(Lane.LIVE) as tx:
                    until = self._clock.now_ms() + self._settings.lease_ms
                    await tasks.heartbeat(tx, list(leases), lease_until=until)
            except Unavailable as error:
                log.warning("queue_heartbeat_failed", code=error.code)
            except Exception:
                log.exception("queue_heartbeat_failed")  # a bug in one beat must not end all beats

    async def _run(self, batch: Sequence[Task], began_us: int) -> None:
        """Work on a batch; `began_us` is when its claim did, which is work as well: it writes."""
        try:
            await self._work(batch)
        except asyncio.CancelledError:
            await self._hand_back(batch)
            raise
        young = self._clock.now_ms() - batch[0].created_at < _PATIENCE_MS
        if young and self._gives_way() and not self._stopping:
            worked_s = (self._clock.stopwatch_us() - began_us) / 1_000_000
            await self._rest(min(worked_s * _REST, _LONGEST_REST_S))

    async def _rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _work(self, batch: Sequence[Task]) -> None:
        async def finish(tx: Tx) -> None:
            if not await tasks.finish(tx, batch):
                raise LeaseLost

        if len(batch) == 1:
            bind_contextvars(task=batch[0].id, restaurant_id=batch[0].restaurant_id)
        try:
            async with asyncio.timeout(_MOST_LEASES * self._settings.lease_ms / 1000):
                await self._handler(batch, finish)
            self.outcomes["done"] += len(batch)
        except Exception as error:  # noqa: BLE001 — the boundary of a task: every failure is logged and settled
            if len(batch) == 1:
                await self._settle(batch[0], error)
                return
            log.warning("batch_failed", kind=self._kind, tasks=len(batch), reason=_reason(error))
            for task in batch:
                await self._work([task])

    async def _hand_back(self, batch: Sequence[Task]) -> None:
        """Those of the batch that are not done yet, to whoever claims next."""
        try:
            async with self._database.write(Lane.WORK) as tx:
                for task in batch:
                    await tasks.hand_back(tx, task)
        except Unavailable as failure:
            log.warning("tasks_not_handed_back", kind=self._kind, code=failure.code)  # their leases will run out

    async def _settle(self, task: Task, error: Exception) -> None:
        """Decide what becomes of a task that failed. If even that cannot be written, the lease will run out."""
        if isinstance(error, LeaseLost):
            log.warning("task_lease_lost", task=task.id, kind=task.kind)
            return
        self._failed(task, error)
        reason = _reason(error)
        trace = None if isinstance(error, MaitreError) else error
        log.warning("task_failed", task=task.id, kind=task.kind, attempt=task.attempts, reason=reason, exc_info=trace)
        try:
            async with self._database.write(Lane.WORK) as tx:
                verdict = await self._write_verdict(tx, task, error, reason)
        except Unavailable as failure:
            log.warning("task_verdict_not_written", task=task.id, code=failure.code)
        else:
            self.outcomes[verdict] += 1

    async def _write_verdict(self, tx: Tx, task: Task, error: Exception, reason: str) -> str:
        """What becomes of it."""
        if isinstance(error, Held):
            await tasks.bury(tx, task, state="held", error=reason)
            return "held"
        if isinstance(error, Unprocessable) or task.attempts >= self._settings.max_attempts:
            await tasks.bury(tx, task, state="dead", error=reason)
            return "dead"
        wait = delay_ms(task.attempts, chance=self._clock.chance())
        await tasks.put_back(tx, task, run_at=self._clock.now_ms() + wait, error=reason)
        return "retried"


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, MaitreError) else f"{type(error).__name__}: {error}"
