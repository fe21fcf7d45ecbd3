"""Whether a restaurant is open at an instant, until when, and when it opens next."""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from appliance.domain.hours import closed_whole_day, shifts_on
from appliance.domain.restaurant import RestaurantCard

_AHEAD_DAYS = 60
"""How far ahead the next opening is looked for: longer than any winter break that a caller should hear of."""


class Service(Struct, frozen=True, kw_only=True):
    """One span in which the restaurant is open, in Unix ms; guests may sit down until `seats_until`."""

    opens_at: int
    closes_at: int
    seats_until: int


class Opening(Struct, frozen=True, kw_only=True):
    """How it stands at an instant, in Unix ms: open until when, or closed, and when it opens the next time.

    `today`: there is service on this date, be it over or still to come. `seats_at`: from when on guests may sit down,
    that very instant while they may.
    """

    until: int | None
    opens_next: int | None
    seats_at: int | None
    today: bool

    @property
    def is_open(self) -> bool:
        return self.until is not None


def opening_at(card: RestaurantCard, now_ms: int) -> Opening:
    today = card.date_at(now_ms)
    until, opens_next, seats_at = None, None, None
    for service in _services_from(card, today - timedelta(days=1)):
        if service.seats_until >= now_ms:
            seats_at = min(seats_at or service.opens_at, service.opens_at)
        if service.opens_at > now_ms and (until is None or service.opens_at > until):
            opens_next = service.opens_at
            break
        # Services that join up, or overlap, are one.
        if service.closes_at > now_ms:
            until = max(until or 0, service.closes_at)
    return Opening(
        until=until,
        opens_next=opens_next,
        seats_at=max(seats_at, now_ms) if seats_at else None,
        today=bool(shifts_on(card, today)),
    )


def attended_at(card: RestaurantCard, at_ms: int, *, early_minutes: int) -> bool:
    """Whether somebody is there to take a call: while it is open, and so many minutes before."""
    opening = opening_at(card, at_ms)
    soon = at_ms + early_minutes * 60_000
    return opening.is_open or (opening.opens_next is not None and opening.opens_next <= soon)


def _services_from(card: RestaurantCard, first: date) -> Iterator[Service]:
    """The services of that date and those that follow, by when they open."""
    for days in range(_AHEAD_DAYS):
        day = first + timedelta(days=days)
        for shift in shifts_on(card, day):
            closes = max(shift.closes, shift.last_seating)
            if closes > 1440 and closed_whole_day(card, day + timedelta(days=1)):
                closes = 1440  # a closed date takes last night's small hours with it
            if closes > shift.opens:
                last = min(max(shift.start_minutes()), closes)
                yield Service(
                    opens_at=card.at(day, shift.opens),
                    closes_at=card.at(day, closes),
                    seats_until=card.at(day, last),
                )
