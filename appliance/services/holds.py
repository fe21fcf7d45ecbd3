"""Tables kept for a caller who has been offered them and is making up their mind.

They are kept in memory and for a short while, one offer a call: what is kept is lost with the process, and unknown to
another one, so that nothing depends on it. Two callers who are offered the same table all the same are told apart by
the book when they confirm.
"""

from typing import NamedTuple

from appliance.clock import Clock
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook, Held

_MOST = 500
"""Of one restaurant; the oldest gives way."""


class _Kept(NamedTuple):
    held: Held
    until_ms: int


class Holds:
    def __init__(self, clock: Clock, *, hold_s: int) -> None:
        self._clock = clock
        self._hold_ms = hold_s * 1000
        self._kept: dict[str, dict[str, _Kept]] = {}

    def keep(self, card: RestaurantCard, call_id: str, held: Held) -> None:
        """Keep these tables for the call, in place of what was kept for it before."""
        if not call_id or not self._hold_ms:
            return
        mine = self._kept.setdefault(card.id, {})
        mine.pop(call_id, None)  # the newest stands last
        mine[call_id] = _Kept(held, self._clock.now_ms() + self._hold_ms)
        if len(mine) > _MOST:
            del mine[next(iter(mine))]

    def drop(self, restaurant_id: str, call_id: str) -> None:
        """The caller has decided, or has gone."""
        kept = self._kept.get(restaurant_id, {})
        kept.pop(call_id, None)
        if not kept:
            self._kept.pop(restaurant_id, None)

    def seen_by(self, call_id: str, book: DayBook) -> DayBook:
        """The book as it is for that call: without the tables that are kept for others."""
        if book.card.id not in self._kept:
            return book
        others = [kept.held for owner, kept in self._still_kept(book.card.id).items() if owner != call_id]
        return book.keeping(others) if others else book

    def _still_kept(self, restaurant_id: str) -> dict[str, _Kept]:
        now_ms = self._clock.now_ms()
        for call_id, kept in list(self._kept[restaurant_id].items()):
            if kept.until_ms > now_ms:
                break  # all were kept for as long, so that the rest ends later
            self.drop(restaurant_id, call_id)
        return self._kept.get(restaurant_id, {})
