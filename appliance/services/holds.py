"""Tables kept for a caller who has been offered them and is making up their mind.

They are kept in memory and for a short while, one offer a call: what is kept is lost with the process, and unknown to
another one, so that nothing depends on it. Two callers who are offered the same table all the same are told apart by
the book when they confirm.

A table is kept for one call, for two may be on the line from one number; but from nobody who calls from that number, so
that who is cut off and rings again finds their table, also while the end of their first call has not been told.
"""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from appliance.clock import Clock
from appliance.domain.seating import DayBook, Held, days_met
from appliance.services.agent.arguments import Ask

_MOST = 500
"""Of one restaurant; the oldest gives way."""


class _Kept(NamedTuple):
    """`days` are those in whose books it is met. `caller` is empty for who withholds their number."""

    held: Held
    days: tuple[date, ...]
    call_id: str
    caller: str
    until_ms: int


class Holds:
    def __init__(self, clock: Clock, *, hold_s: int) -> None:
        self._clock = clock
        self._hold_ms = hold_s * 1000
        # Restaurant → call → what is kept for it, the oldest first.
        self._desks: dict[str, dict[str, _Kept]] = {}
        # The same by restaurant and day.
        self._on: defaultdict[tuple[str, date], dict[str, _Kept]] = defaultdict(dict)

    def keep(self, ask: Ask, held: Held) -> None:
        """Keep these tables for the caller, in place of what was kept for them before."""
        if not ask.call_id or not self._hold_ms:
            return
        self.drop(ask.card.id, ask.call_id)  # the newest stands last
        days = days_met(ask.card, held.stay)
        kept = _Kept(held, days, ask.call_id, ask.caller, self._clock.now_ms() + self._hold_ms)
        desk = self._desks.setdefault(ask.card.id, {})
        desk[ask.call_id] = kept
        for one in days:
            self._on[ask.card.id, one][ask.call_id] = kept
        if len(desk) > _MOST:
            self.drop(ask.card.id, next(iter(desk)))

    def decided(self, ask: Ask) -> None:
        """The caller has made up their mind."""
        self.drop(ask.card.id, ask.call_id)

    def drop(self, restaurant_id: str, call_id: str) -> None:
        """That call is over."""
        desk = self._desks.get(restaurant_id)
        kept = desk.pop(call_id, None) if desk else None
        if not kept:
            return
        if not desk:
            del self._desks[restaurant_id]
        for day in kept.days:
            there = self._on[restaurant_id, day]
            del there[call_id]
            if not there:
                del self._on[restaurant_id, day]

    def seen_by(self, ask: Ask | None, book: DayBook) -> DayBook:
        """The book as it is for that caller, or for who is none: without the tables that are kept for others."""
        self._let_go(book.card.id)
        near = self._on.get((book.card.id, book.day))
        if not near:
            return book
        call_id, caller = (ask.call_id, ask.caller) if ask else ("", "")
        others = [
            one.held for one in near.values() if one.call_id != call_id and (not one.caller or one.caller != caller)
        ]
        return book.keeping(others) if others else book

    def _let_go(self, restaurant_id: str) -> None:
        """Drop what has been kept for long enough. All is kept for as long, so that the oldest ends first."""
        now_ms = self._clock.now_ms()
        while desk := self._desks.get(restaurant_id):
            oldest = next(iter(desk.values()))
            if oldest.until_ms > now_ms:
                return
            self.drop(restaurant_id, oldest.call_id)
