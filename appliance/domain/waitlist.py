"""Somebody who would like a table that was not free."""

from collections.abc import Iterator
from datetime import date as Date  # noqa: N812 — a field is called `date`
from enum import StrEnum

from msgspec import Struct

from appliance.domain.availability import Offer, Wish, decide
from appliance.domain.hours import minute_of
from appliance.domain.nights import NIGHT_ENDS, wall_clock
from appliance.domain.reservation import MEAL_MS, Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook
from appliance.domain.spoken.names import same_person


class EntryState(StrEnum):
    """Offered: a table is kept for them for a while. Missed: they let that pass, or the day came without one."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    MISSED = "missed"
    LEFT = "left"


OPEN = frozenset({EntryState.WAITING, EntryState.OFFERED})
"""The states in which it is not settled yet."""


class Entry(Struct, frozen=True, kw_only=True):
    """`minutes` are the starts that would do, counted from midnight of `date`; `reservation_id` is what was offered."""

    id: str
    restaurant_id: str
    customer_id: str
    date: Date
    minutes: tuple[int, ...]
    party_size: int
    area_id: str
    accessible: bool
    high_chairs: int
    name: str
    phone: str
    notes: str = ""
    needs: tuple[str, ...] = ()
    state: EntryState
    reservation_id: str
    call_id: str
    created_at: int
    updated_at: int

    def wishes(self) -> Iterator[Wish]:
        """One for each start that would do, for any of them will."""
        for minute in self.minutes:
            yield Wish(
                day=self.date,
                minutes=(minute,),
                party=self.party_size,
                area_id=self.area_id,
                accessible=self.accessible,
                high_chairs=self.high_chairs,
            )

    def is_for(self, wish: Wish, name: str) -> bool:
        """Whether it is this guest's and waits for the same meal."""
        later = (wish.day - self.date).days * 1440
        gap = min(abs(later + one - own) for own in self.minutes for one in wish.minutes)
        return gap * 60_000 < MEAL_MS and same_person(self.name, name)

    @property
    def start(self) -> tuple[Date, int]:
        """The first of the starts that would do, as calendar and clock show it."""
        return wall_clock(self.date, self.minutes[0])

    def is_met_by(self, booked: Reservation) -> bool:
        """Whether that booking is this guest's, and what they wait for."""
        on, at = Date.fromisoformat(booked.date), minute_of(booked.time)
        is_then = any(wall_clock(self.date, minute) == (on, at) for minute in self.minutes)
        there = self.area_id in ("", booked.area_id) and self.party_size == booked.party_size
        return is_then and there and same_person(self.name, booked.name)


def fitting(book: DayBook, wish: Wish, *, now_ms: int) -> Offer | None:
    """The table that can be offered to somebody who waits: one of the wished area, in time for an answer."""
    offer = decide(book, wish, now_ms=now_ms)
    if not isinstance(offer, Offer) or not offer.in_area or answer_by(book.card, offer, now_ms=now_ms) <= now_ms:
        return None
    return offer


def answer_by(card: RestaurantCard, offer: Offer, *, now_ms: int) -> int:
    """Until when it is kept for them (Unix ms): never so long that nobody else could book it any more."""
    too_late = offer.start.starts_at - card.min_notice_minutes * 60_000
    return min(now_ms + card.waitlist_minutes * 60_000, too_late)


def is_over(card: RestaurantCard, day: Date, *, now_ms: int) -> bool:
    """Whether the day and its night have passed there."""
    return card.date_at(now_ms - NIGHT_ENDS * 60_000) > day
