"""What the phone platforms' events make of a call: kept on arrival, applied later, once each, in any order."""

from collections.abc import Callable, Mapping
from contextlib import suppress

import msgspec
from msgspec import Struct

from appliance.clock import Clock
from appliance.domain.calls import merge
from appliance.errors import Unavailable, Unprocessable
from appliance.services.directory import Directory
from appliance.store import calls, inbox, tasks
from appliance.store.engine import Database, Tx
from appliance.store.gate import Lane
from appliance.store.inbox import InboxRow, StoredEvent
from appliance.store.tasks import Task
from appliance.voice.events import CallEvent, EventHead, Origin
from appliance.work.inbox import Inbox
from appliance.work.queue import Finish, Held

Parser = Callable[[bytes], CallEvent]


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of an event on arrival: `accepted`, `duplicate`, `quarantined` or `unreadable`; all are kept."""

    outcome: str
    restaurant_id: str


class Calls:
    """`parsers` read a provider's stored body."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        directory: Directory,
        inbox_: Inbox,
        *,
        parsers: Mapping[str, Parser],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._inbox = inbox_
        self._parsers = parsers
        self._wake = wake

    async def receive(self, head: EventHead, *, key: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Return once the authentic event is on the disk. Raises Unavailable when it could not be stored."""
        card = self._directory.whose(head.origin)
        state, error, outcome = _first_state(head, known=card is not None)
        row = InboxRow(
            id=self._clock.new_id("event"),
            idempotency_key=key,
            provider=head.origin.provider,
            event=head.event,
            call_id=head.origin.call_id,
            restaurant_id=card.id if card else "",
            headers=msgspec.json.encode(headers).decode(),
            body=body,
            received_at=self._clock.now_ms(),
            state=state,
            error=error,
        )
        fresh = await self._inbox.accept(row)
        if fresh and state == "held":
            await self._release_if_known(row.id, head.origin)
        if fresh:
            self._wake()
        return Receipt(outcome=outcome if fresh else "duplicate", restaurant_id=row.restaurant_id)

    async def _release_if_known(self, event_id: str, origin: Origin) -> None:
        """Another process may have added the restaurant while its first event was being set aside."""
        with suppress(Unavailable):  # the event itself is safe
            await self._directory.refresh()
            if self._directory.whose(origin):
                async with self._database.write(Lane.WORK) as tx:
                    await tasks.revive(tx, ids=[event_id], states=("held",), now_ms=self._clock.now_ms())

    async def apply(self, task: Task, finish: Finish) -> None:
        """Merge one stored event into its call; the handler of tasks of kind `inbox.APPLY`."""
        try:
            await self._apply(task, finish)
        except Held:
            # Another process may have added the restaurant since we last looked.
            await self._directory.refresh()
            await self._apply(task, finish)

    async def _apply(self, task: Task, finish: Finish) -> None:
        async with self._database.write(Lane.WORK) as tx:
            stored = await inbox.stored(tx, task.id)
            if stored is None:
                raise Unprocessable("its event is no longer in the inbox")
            event = self._parse(stored)
            await self._merge(tx, stored, event, self._owner(stored, event.origin))
            await finish(tx)

    def _parse(self, stored: StoredEvent) -> CallEvent:
        parser = self._parsers.get(stored.provider)
        if parser is None:
            raise Unprocessable(f"nobody reads events of {stored.provider!r}")
        return parser(stored.body)

    def _owner(self, stored: StoredEvent, origin: Origin) -> str:
        """The restaurant it was for on arrival, or has become known since. Raises Held: an operator must say whose."""
        if stored.restaurant_id:
            return stored.restaurant_id
        card = self._directory.whose(origin)
        if card is None:
            raise Held(_stranger(origin))
        return card.id

    async def _merge(self, tx: Tx, stored: StoredEvent, event: CallEvent, restaurant_id: str) -> None:
        now = self._clock.now_ms()
        provider, call_id = stored.provider, event.origin.call_id
        known = await calls.state(tx, provider, call_id)
        state = merge(known, event.facts, event.authority)
        await calls.save(tx, provider=provider, call_id=call_id, restaurant_id=restaurant_id, state=state, now_ms=now)
        applied = calls.CallEvent(inbox_id=stored.id, event=event.event, received_at=stored.received_at, applied_at=now)
        await calls.log_event(tx, provider=provider, call_id=call_id, event=applied)
        await inbox.mark_applied(tx, stored.id, restaurant_id=restaurant_id, now_ms=now)


def _first_state(head: EventHead, *, known: bool) -> tuple[str, str | None, str]:
    """(state of its task, why, outcome) of an event that arrives."""
    if head.flaw:
        return "dead", head.flaw, "unreadable"
    if not known:
        return "held", _stranger(head.origin), "quarantined"
    return "ready", None, "accepted"


def _stranger(origin: Origin) -> str:
    return f"no restaurant has the agent {origin.agent_id!r} or the number {origin.called!r}"
