"""What the phone platforms' events make of a call: kept on arrival, applied later, once each, in any order."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.calls import Authority, CallFacts, CallState, Claim, is_erased, merge
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import TooManyRequests, Unavailable, Unprocessable
from appliance.services import aftercall, transfers
from appliance.services.directory import Directory
from appliance.services.phone_use import PhoneMeter
from appliance.store import calls, inbox, tasks
from appliance.store.calls import CallKey
from appliance.store.engine import Database, Tx
from appliance.store.gate import Lane
from appliance.store.inbox import NewEvent, StoredEvent
from appliance.store.tasks import Task
from appliance.voice.events import CallEvent, EventHead, Origin
from appliance.watch.log_context import about
from appliance.work.inbox import Inbox
from appliance.work.queue import Finish, Held

Parser = Callable[[bytes], CallEvent]


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of an event on arrival: `accepted`, `duplicate`, `quarantined` or `unreadable`; all are kept."""

    outcome: str
    restaurant_id: str


class _Arrival(Struct, frozen=True, kw_only=True):
    """A stored event, read: what it says of which call, and whose that is, as sure as `claim`."""

    stored: StoredEvent
    event: CallEvent
    owner: str
    claim: Claim

    @property
    def call(self) -> CallKey:
        return self.stored.provider, self.stored.call_id

    def merged_into(self, known: CallState) -> CallState:
        said = merge(known, self.event.facts, self.event.authority)
        return merge(said, CallFacts(restaurant_id=self.owner), self.claim)

    def applied(self, now_ms: int) -> calls.CallEvent:
        provider, call_id = self.call
        return calls.CallEvent(
            inbox_id=self.stored.id,
            provider=provider,
            call_id=call_id,
            event=self.event.event,
            received_at=self.stored.received_at,
            applied_at=now_ms,
        )


class Calls:
    """`parsers` read a provider's stored body.

    `hung_up` hears of each call, by restaurant and id, that is over.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        directory: Directory,
        inbox_: Inbox,
        *,
        parsers: Mapping[str, Parser],
        wake: Callable[[], None],
        hung_up: Callable[[str, str], None],
        meter: PhoneMeter,
    ) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._inbox = inbox_
        self._parsers = parsers
        self._wake = wake
        self._hung_up = hung_up
        self._meter = meter

    async def receive(self, head: EventHead, *, key: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Return once the authentic event is on the disk. Raises Unavailable when it could not be stored.

        TooManyRequests for one too many of a restaurant whose operator wants it so.
        """
        card = self._directory.whose(head.origin)
        about(call_id=head.origin.call_id, restaurant_id=card.id if card else "")
        if card:
            await self._admit(card, head.origin.call_id, key)
        state, error, outcome = _first_state(head, known=card is not None)
        row = NewEvent(
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
        if fresh and card:
            self._meter.webhook(card)
        return Receipt(outcome=outcome if fresh else "duplicate", restaurant_id=row.restaurant_id)

    async def _admit(self, card: RestaurantCard, call_id: str, key: str) -> None:
        """Raises TooManyRequests for one too many; what is stored already is none."""
        try:
            self._meter.admit(card)
        except TooManyRequests:
            if not await self._inbox.has(call_id, key):
                raise

    async def _release_if_known(self, event_id: str, origin: Origin) -> None:
        """Another process may have added the restaurant while its first event was being set aside."""
        with suppress(Unavailable):  # the event itself is safe
            await self._directory.refresh()
            if self._directory.whose(origin):
                async with self._database.write(Lane.WORK) as tx:
                    await tasks.revive(tx, ids=[event_id], states=("held",), now_ms=self._clock.now_ms())

    async def apply(self, batch: Sequence[Task], finish: Finish) -> None:
        """Merge stored events into their calls; the handler of tasks of kind `inbox.APPLY`."""
        try:
            await self._apply(batch, finish)
        except Held:
            # Another process may have added the restaurant since we last looked.
            await self._directory.refresh()
            await self._apply(batch, finish)

    async def _apply(self, batch: Sequence[Task], finish: Finish) -> None:
        # Read before the write: a body may have megabytes, and somebody is on the line meanwhile.
        async with self._database.read() as tx:
            events = inbox.each_stored(tx, [task.id for task in batch])
            arrivals = [self._arrival(event) async for event in events]
        async with self._database.write(Lane.WORK) as tx:
            await self._merge(tx, arrivals)
            await finish(tx)
        for arrival in arrivals:
            if arrival.event.authority >= Authority.ENDED:
                self._hung_up(arrival.owner, arrival.stored.call_id)

    def _arrival(self, stored: StoredEvent | None) -> _Arrival:
        """The event, read. Raises Unprocessable when it cannot be, Held when nobody knows whose it is."""
        if stored is None:
            raise Unprocessable("its event is no longer in the inbox")
        parser = self._parsers.get(stored.provider)
        if parser is None:
            raise Unprocessable(f"nobody reads events of {stored.provider!r}")
        event = parser(stored.body)
        owner = self._owner(stored, event.origin)
        claim = self._directory.claim(event.origin, owner)
        return _Arrival(stored=replace(stored, body=b""), event=event, owner=owner, claim=claim)

    def _owner(self, stored: StoredEvent, origin: Origin) -> str:
        """The restaurant it was for on arrival, or has become known since. Raises Held: an operator must say whose."""
        if stored.restaurant_id:
            return stored.restaurant_id
        card = self._directory.whose(origin)
        if card is None:
            raise Held(_stranger(origin))
        return card.id

    async def _merge(self, tx: Tx, arrivals: Sequence[_Arrival]) -> None:
        now = self._clock.now_ms()
        known = await calls.states(tx, {arrival.call for arrival in arrivals})
        for arrival in arrivals:
            known[arrival.call] = arrival.merged_into(known.get(arrival.call, {}))
        await calls.save(tx, known, now_ms=now)
        await calls.log_events(tx, [arrival.applied(now) for arrival in arrivals])
        await inbox.mark_applied(tx, {arrival.stored.id: arrival.owner for arrival in arrivals}, now_ms=now)
        await inbox.blank(tx, [arrival.stored.id for arrival in arrivals if is_erased(known[arrival.call])])
        for arrival in arrivals:
            await self._learn_of_transfer(tx, arrival)
            if arrival.event.authority is Authority.ANALYZED and aftercall.has_wish(arrival.event.facts):
                id_ = self._clock.new_id("wish")
                await aftercall.look_at(tx, arrival.call, arrival.owner, id_=id_, now_ms=now)

    async def _learn_of_transfer(self, tx: Tx, arrival: _Arrival) -> None:
        """A restaurant that is gone has no transfers any more."""
        told = arrival.event.transfer
        if told and self._directory.card(arrival.owner):
            at_ms = arrival.stored.received_at
            await transfers.learn(tx, self._clock, arrival.owner, arrival.stored.call_id, told, at_ms=at_ms)


def _first_state(head: EventHead, *, known: bool) -> tuple[str, str | None, str]:
    """(state of its task, why, outcome) of an event that arrives."""
    if head.flaw:
        return "dead", head.flaw, "unreadable"
    if not known:
        return "held", _stranger(head.origin), "quarantined"
    return "ready", None, "accepted"


def _stranger(origin: Origin) -> str:
    return f"no restaurant has the agent {origin.agent_id!r} or the number {origin.called!r}"
