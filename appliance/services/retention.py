"""Forgetting in time: what a restaurant has kept for as long as it says it does is let go of, a little each turn."""

from collections import Counter
from collections.abc import Sequence

import structlog

from appliance.clock import Clock
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict, NotFound
from appliance.services.directory import Directory
from appliance.services.privacy import Privacy
from appliance.store import expiry
from appliance.store.engine import Database, Lane
from appliance.store.expiry import Kept, OldEvent

log = structlog.get_logger()

_DAY_MS = 86_400_000
_NOBODYS_DAYS = 180
"""For events whose restaurant was never found out, or is gone."""
_ROUNDS = 20
_EVENTS_AT_ONCE = 10
"""How many times as many events as other rows are looked at: looking is all that happens to most."""


class Retention:
    """A restaurant's `guest_days` count from a guest's last visit, its `call_days` from the call."""

    def __init__(self, database: Database, clock: Clock, directory: Directory, privacy: Privacy) -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._privacy = privacy

    async def sweep(self, limit: int = 50) -> Counter[str]:
        """Let go of what is due, at most `limit` rows in a transaction and so many transactions; what went, by kind."""
        gone: Counter[str] = Counter()
        gone["inbox"] = await self._sweep_events(limit * _EVENTS_AT_ONCE)
        for card in self._directory.cards():
            gone["customers"] += await self._sweep_guests(card, limit)
            for kind in expiry.OF_CALLS:
                gone[kind.name] += await self._sweep(kind, card, self._before(card.call_days), limit)
            for kind in expiry.OF_GUESTS:
                gone[kind.name] += await self._sweep(kind, card, self._before(card.guest_days), limit)
        gone = +gone
        if gone:
            log.info("kept_long_enough", **gone)
        return gone

    async def _sweep(self, kind: Kept, card: RestaurantCard, before: int, limit: int) -> int:
        removed = 0
        for _ in range(_ROUNDS):
            async with self._database.read() as tx:
                due = await kind.due(tx, card.id, before, limit)
            if due:
                async with self._database.write(Lane.WORK) as tx:
                    await kind.remove(tx, due, self._clock.now_ms())
            removed += len(due)
            if len(due) < limit:
                break
        return removed

    async def _sweep_guests(self, card: RestaurantCard, limit: int) -> int:
        async with self._database.read() as tx:
            due = await expiry.guests(tx, card.id, self._before(card.guest_days), limit)
        return sum([await self._forget(card, id_) for id_ in due])

    async def _forget(self, card: RestaurantCard, customer_id: str) -> bool:
        try:
            await self._privacy.erase(card, customer_id)
        except (Conflict, NotFound):  # back again, or erased already, while we looked
            return False
        return True

    async def _sweep_events(self, limit: int) -> int:
        """Events lie in the inbox by age, whosever they are; those to be kept for longer are passed over."""
        kept_ms = {card.id: card.call_days * _DAY_MS for card in self._directory.cards()}
        nobodys, now = _NOBODYS_DAYS * _DAY_MS, self._clock.now_ms()
        youngest = now - min((nobodys, *kept_ms.values()))
        after, removed = "", 0
        for _ in range(_ROUNDS):
            async with self._database.read() as tx:
                events = await expiry.events(tx, after=after, limit=limit)
            old = [one for one in events if one.received_at < now - kept_ms.get(one.restaurant_id, nobodys)]
            await self._remove_events(old)
            removed += len(old)
            if len(events) < limit or events[-1].received_at >= youngest:
                break
            after = events[-1].id
        return removed

    async def _remove_events(self, old: Sequence[OldEvent]) -> None:
        if old:
            async with self._database.write(Lane.WORK) as tx:
                await expiry.remove_events(tx, [one.id for one in old])

    def _before(self, days: int) -> int:
        return self._clock.now_ms() - days * _DAY_MS
