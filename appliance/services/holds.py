"""Tables kept for a caller who has been offered them and is making up their mind.

They are kept in memory and for a short while, one offer a caller: what is kept is lost with the process, and unknown to
another one, so that nothing depends on it. Two callers who are offered the same table all the same are told apart by
the book when they confirm.

A caller is known by their number, so that who rings again finds their table; by the call when they withhold it.
"""

from datetime import date
from typing import NamedTuple

from appliance.clock import Clock
from appliance.domain.seating import DayBook, Held
from appliance.services.arguments import Ask

_MOST = 500
"""Of one restaurant; the oldest gives way."""


class _Kept(NamedTuple):
    """`day` is that of the wish."""

    held: Held
    day: date
    call_id: str
    until_ms: int


class Holds:
    def __init__(self, clock: Clock, *, hold_s: int) -> None:
        self._clock = clock
        self._hold_ms = hold_s * 1000
        # Restaurant → caller → what is kept for them, the oldest first.
        self._desks: dict[str, dict[str, _Kept]] = {}

    def keep(self, ask: Ask, day: date, held: Held) -> None:
        """Keep these tables for the caller, in place of what was kept for them before."""
        if not ask.call_id or not self._hold_ms:
            return
        desk = self._desks.setdefault(ask.card.id, {})
        desk.pop(_caller(ask), None)  # the newest stands last
        desk[_caller(ask)] = _Kept(held, day, ask.call_id, self._clock.now_ms() + self._hold_ms)
        if len(desk) > _MOST:
            del desk[next(iter(desk))]

    def decided(self, ask: Ask) -> None:
        """The caller has made up their mind."""
        self._drop(ask.card.id, _caller(ask))

    def drop(self, restaurant_id: str, call_id: str) -> None:
        """That call is over. If its caller has rung again since, what was offered to them then is still kept."""
        desk = self._desks.get(restaurant_id, {})
        for caller in [caller for caller, kept in desk.items() if kept.call_id == call_id]:
            self._drop(restaurant_id, caller)

    def seen_by(self, ask: Ask | None, book: DayBook) -> DayBook:
        """The book as it is for that caller, or for who is none: without the tables that are kept for others."""
        self._let_go(book.card.id)
        own = _caller(ask) if ask else ""
        desk = self._desks.get(book.card.id, {})
        others = [kept.held for caller, kept in desk.items() if caller != own and _is_near(kept.day, book.day)]
        return book.keeping(others) if others else book

    def _let_go(self, restaurant_id: str) -> None:
        """Drop what has been kept for long enough. All is kept for as long, so that the oldest ends first."""
        now_ms = self._clock.now_ms()
        while desk := self._desks.get(restaurant_id):
            oldest, kept = next(iter(desk.items()))
            if kept.until_ms > now_ms:
                return
            self._drop(restaurant_id, oldest)

    def _drop(self, restaurant_id: str, caller: str) -> None:
        desk = self._desks.get(restaurant_id, {})
        desk.pop(caller, None)
        if not desk:
            self._desks.pop(restaurant_id, None)


def _caller(ask: Ask) -> str:
    return ask.caller or ask.call_id


def _is_near(one: date, other: date) -> bool:
    """Whether they can touch each other's tables: a night is booked from either of its two dates."""
    return abs((one - other).days) <= 1
