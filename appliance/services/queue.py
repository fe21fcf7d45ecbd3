"""What an operator does with work that got stuck: look, try again, give up, apply an event once more."""

from collections.abc import Sequence

from msgspec import Struct

from appliance.clock import Clock
from appliance.contract import Page, TaskRow
from appliance.errors import NotFound
from appliance.services import audit
from appliance.services.views import page
from appliance.store import inbox, outbox, tasks
from appliance.store.engine import Database, Tx

BURIED = ("dead", "held")


class TaskDetail(Struct, frozen=True, kw_only=True):
    """A task with what it is about: the stored event's body or the message's payload, as text."""

    task: TaskRow
    content: str


class QueueService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, *, state: str | None, limit: int, offset: int = 0) -> Page[TaskRow]:
        async with self._database.read() as tx:
            found, total = await tasks.page(tx, state=state, limit=limit, offset=offset)
        return page(found, total=total, offset=offset)

    async def show(self, task_id: str) -> TaskDetail:
        """Raises NotFound."""
        async with self._database.read() as tx:
            task = await tasks.one(tx, task_id)
            stored = await inbox.stored(tx, task_id)
            message = await outbox.one(tx, task_id)
        if task is None:
            raise NotFound("There is no task {task_id}; done tasks leave the queue.", task_id=task_id)
        content = stored.body.decode("utf-8", "replace") if stored else message.payload if message else ""
        return TaskDetail(task=task, content=content)

    async def retry(self, ids: Sequence[str] | None) -> int:
        """Make dead and held tasks ready again, all of them when `ids` is None; how many there were.

        Like the two below, raises NotFound when none of those named is there.
        """
        async with self._database.write() as tx:
            count = await tasks.revive(tx, ids=ids, states=BURIED, now_ms=self._clock.now_ms())
            await self._note(tx, "queue.retried", ids)
        return count if ids is None else _some(count, NotFound("None of these is a dead or held task."))

    async def discard(self, ids: Sequence[str]) -> int:
        """Give dead and held tasks up; their events stay in the inbox and can be replayed."""
        async with self._database.write() as tx:
            await self._note(tx, "queue.discarded", ids)
            return _some(await tasks.discard(tx, ids), NotFound("None of these is a dead or held task."))

    async def replay(self, *, event_ids: Sequence[str] = (), call_id: str = "") -> int:
        """Queue stored events to be applied once more — those named, or all of a call; how many."""
        async with self._database.write() as tx:
            count = await inbox.queue_again(tx, ids=event_ids, call_id=call_id, now_ms=self._clock.now_ms())
            await self._note(tx, "queue.replayed", [call_id] if call_id else event_ids)
        return _some(count, NotFound("No such event is stored, or all of them are queued already."))

    async def _note(self, tx: Tx, action: str, ids: Sequence[str] | None) -> None:
        await audit.note(tx, self._clock, action, subject="all" if ids is None else " ".join(ids)[:1000])


def _some(count: int, otherwise: NotFound) -> int:
    if not count:
        raise otherwise
    return count
