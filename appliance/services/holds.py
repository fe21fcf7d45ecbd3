"""Tables kept for a caller who has been offered them and is making up their mind.

They are kept in memory and for a short while, one offer a call: what is kept is lost with the process, and unknown to
another one, so that nothing depends on it. Two callers who are offered the same table all the same are told apart by
the book when they confirm.

A table is kept for a call while that goes on, for two may be on the line from one number; afterwards for its number,
so that who was cut off and rings again finds their table.
"""

from datetime import date

from msgspec import Struct

from appliance.clock import Clock
from appliance.domain.seating import DayBook, Held
from appliance.services.arguments import Ask

_MOST = 500
"""Of one restaurant; the oldest gives way."""


class _Kept(Struct):
    """`day` is that of the wish."""

    held: Held
    day: date
    call_id: str
    caller: str
    until_ms: int
    is_over: bool = False

    def is_for(self, ask: Ask) -> bool:
        return self.call_id == ask.call_id or (self.is_over and self.caller == ask.caller)

    def is_near(self, day: date) -> bool:
        """Whether it can touch that day's tables: a night is booked from either of its two dates."""
        return abs((self.day - day).days) <= 1


class Holds:
    def __init__(self, clock: Clock, *, hold_s: int) -> None:
        self._clock = clock
        self._hold_ms = hold_s * 1000
        # Restaurant → call → what is kept for it, the oldest first.
        self._desks: dict[str, dict[str, _Kept]] = {}

    def keep(self, ask: Ask, day: date, held: Held) -> None:
        """Keep these tables for the caller, in place of what was kept for them before."""
        if not ask.call_id or not self._hold_ms:
            return
        self.decided(ask)
        desk = self._desks.setdefault(ask.card.id, {})
        until_ms = self._clock.now_ms() + self._hold_ms
        desk[ask.call_id] = _Kept(held=held, day=day, call_id=ask.call_id, caller=ask.caller, until_ms=until_ms)
        if len(desk) > _MOST:
            del desk[next(iter(desk))]

    def decided(self, ask: Ask) -> None:
        """The caller has made up their mind."""
        desk = self._desks.get(ask.card.id, {})
        for kept in [kept for kept in desk.values() if kept.is_for(ask)]:
            self._drop(ask.card.id, kept)

    def hung_up(self, restaurant_id: str, call_id: str) -> None:
        """That call is over; its caller may ring again, if they can be known by their number."""
        kept = self._desks.get(restaurant_id, {}).get(call_id)
        if kept and kept.caller:
            kept.is_over = True
        elif kept:
            self._drop(restaurant_id, kept)

    def seen_by(self, ask: Ask | None, book: DayBook) -> DayBook:
        """The book as it is for that caller, or for who is none: without the tables that are kept for others."""
        self._let_go(book.card.id)
        desk = self._desks.get(book.card.id, {}).values()
        others = [one.held for one in desk if one.is_near(book.day) and not (ask and one.is_for(ask))]
        return book.keeping(others) if others else book

    def _let_go(self, restaurant_id: str) -> None:
        """Drop what has been kept for long enough. All is kept for as long, so that the oldest ends first."""
        now_ms = self._clock.now_ms()
        while desk := self._desks.get(restaurant_id):
            oldest = next(iter(desk.values()))
            if oldest.until_ms > now_ms:
                return
            self._drop(restaurant_id, oldest)

    def _drop(self, restaurant_id: str, kept: _Kept) -> None:
        desk = self._desks[restaurant_id]
        del desk[kept.call_id]
        if not desk:
            del self._desks[restaurant_id]
