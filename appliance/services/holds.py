"""Tables kept for a caller who has been offered them and is making up their mind.

They are kept in memory and for a short while, one offer a call: what is kept is lost with the process, and unknown to
another one, so that nothing depends on it. Two callers who are offered the same table all the same are told apart by
the book when they confirm.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from appliance.clock import Clock
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook, Held

_MOST = 500
"""Of one restaurant; the oldest gives way."""


class _Kept(NamedTuple):
    held: Held
    day: date
    until_ms: int


class _Desk(NamedTuple):
    """What is kept at one restaurant, by the call and by the day of the wish."""

    by_call: dict[str, _Kept]
    by_day: dict[date, dict[str, Held]]


class Holds:
    def __init__(self, clock: Clock, *, hold_s: int) -> None:
        self._clock = clock
        self._hold_ms = hold_s * 1000
        self._desks: dict[str, _Desk] = {}

    def keep(self, card: RestaurantCard, call_id: str, day: date, held: Held) -> None:
        """Keep these tables for the call, in place of what was kept for it before."""
        if not call_id or not self._hold_ms:
            return
        self.drop(card.id, call_id)  # the newest stands last
        desk = self._desks.setdefault(card.id, _Desk({}, {}))
        desk.by_call[call_id] = _Kept(held, day, self._clock.now_ms() + self._hold_ms)
        desk.by_day.setdefault(day, {})[call_id] = held
        if len(desk.by_call) > _MOST:
            self.drop(card.id, next(iter(desk.by_call)))

    def drop(self, restaurant_id: str, call_id: str) -> None:
        """The caller has decided, or hung up."""
        desk = self._desks.get(restaurant_id)
        kept = desk.by_call.pop(call_id, None) if desk else None
        if not (desk and kept):
            return
        that_day = desk.by_day[kept.day]
        del that_day[call_id]
        if not that_day:
            del desk.by_day[kept.day]
        if not desk.by_call:
            del self._desks[restaurant_id]

    def seen_by(self, call_id: str, book: DayBook) -> DayBook:
        """The book as it is for that call: without the tables that are kept for others."""
        self._let_go(book.card.id)
        desk = self._desks.get(book.card.id)
        others = [held for owner, held in _near(desk, book.day) if owner != call_id] if desk else []
        return book.keeping(others) if others else book

    def _let_go(self, restaurant_id: str) -> None:
        """Drop what has been kept for long enough. All is kept for as long, so that the oldest ends first."""
        now_ms = self._clock.now_ms()
        while (desk := self._desks.get(restaurant_id)) is not None:
            oldest, kept = next(iter(desk.by_call.items()))
            if kept.until_ms > now_ms:
                return
            self.drop(restaurant_id, oldest)


def _near(desk: _Desk, day: date) -> Iterator[tuple[str, Held]]:
    """What can touch the tables of a day: a night is booked from either of its two dates."""
    for kept_day, held in desk.by_day.items():
        if abs((kept_day - day).days) <= 1:
            yield from held.items()
