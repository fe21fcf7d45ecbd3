"""A restaurant's book as a calendar to subscribe to. A secret in its address lets in whoever has it, and only there."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from icalendar import STATUS, TRANSP, Calendar, Event
from msgspec import Struct

from appliance.clock import Clock
from appliance.domain.needs import staff_notes
from appliance.domain.phrases import language
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Unauthenticated
from appliance.guard.tokens import digest, new_token
from appliance.services import audit
from appliance.services.directory import Directory
from appliance.services.views import reservation_row
from appliance.store import feed_tokens, reservations
from appliance.store.engine import Database

_BACK_DAYS = 30
_AHEAD_DAYS = 366
"""At least: the staff book further ahead than callers may."""
_REFRESH = timedelta(minutes=15)
_STATUS = {
    ReservationStatus.PENDING: STATUS.TENTATIVE,
    ReservationStatus.CANCELLED: STATUS.CANCELLED,
    ReservationStatus.NO_SHOW: STATUS.CANCELLED,
}


class Feed(Struct, frozen=True, kw_only=True):
    """What a calendar is sent; the etag says whether it is what it was sent before."""

    text: bytes
    etag: str


class CalendarFeed:
    """`public_url` is where calendars find this server; empty where nobody has said."""

    def __init__(self, database: Database, clock: Clock, directory: Directory, *, public_url: str = "") -> None:
        self._database = database
        self._clock = clock
        self._directory = directory
        self._public_url = public_url

    async def renew(self, card: RestaurantCard, *, asked_at: str) -> str:
        """A new address of the calendar; the one before leads nowhere any more."""
        token = new_token()
        async with self._database.write() as tx:
            await feed_tokens.save(tx, card.id, digest(token), now_ms=self._clock.now_ms())
            await audit.note(tx, self._clock, "calendar.renewed", subject=card.id, restaurant_id=card.id)
        base = self._public_url or asked_at.rstrip("/")
        return f"{base}/api/restaurants/{card.id}/calendar.ics?token={token}"

    async def revoke(self, card: RestaurantCard) -> None:
        """Nobody reads the calendar any more."""
        async with self._database.write() as tx:
            await feed_tokens.drop(tx, card.id)
            await audit.note(tx, self._clock, "calendar.revoked", subject=card.id, restaurant_id=card.id)

    async def feed(self, restaurant_id: str, token: str) -> Feed:
        """Raises Unauthenticated, also where there is no such restaurant: who has no secret learns nothing."""
        card = self._directory.card(restaurant_id)
        async with self._database.read() as tx:
            if card is None or not await feed_tokens.valid(tx, card.id, digest(token)):
                raise Unauthenticated
            found = await reservations.between(tx, card.id, *_span(card, self._clock.now_ms()))
        # A long book takes a while to write down, and callers are waiting on this loop.
        text = await asyncio.to_thread(_calendar, card, found)
        return Feed(text=text, etag=f'"{hashlib.sha256(text).hexdigest()[:32]}"')


def _span(card: RestaurantCard, now_ms: int) -> tuple[int, int]:
    today, ahead = card.date_at(now_ms), max(_AHEAD_DAYS, card.horizon_days + 1)
    return card.at(today - timedelta(days=_BACK_DAYS), 0), card.at(today + timedelta(days=ahead), 0)


def _calendar(card: RestaurantCard, found: Sequence[Reservation]) -> bytes:
    """The same book always gives the same bytes."""
    calendar = Calendar.new(name=card.name, uid=f"{card.id}@maitre", prodid="-//Maitre//Reservations//EN")
    # RFC 7986 wants the kind of value named here; the library's own `refresh_interval` leaves it out.
    calendar.add("REFRESH-INTERVAL", _REFRESH, parameters={"VALUE": "DURATION"})
    for one in found:
        calendar.add_component(_event(one, card))
    text: bytes = calendar.to_ical()
    return text


def _event(one: Reservation, card: RestaurantCard) -> Event:
    row, changed = reservation_row(one, card), _moment(one.updated_at)
    return Event.new(
        uid=f"{one.id}@maitre",
        summary=f"{one.party_size} · {one.name}" if one.name else str(one.party_size),
        start=_moment(one.starts_at),
        end=_moment(one.ends_at),
        status=_STATUS.get(one.status, STATUS.CONFIRMED),
        location=", ".join(filter(None, (row.area, *row.tables))),
        description=_description(one, card),
        transparency=TRANSP.TRANSPARENT,  # whoever subscribes is not busy when guests come
        created=_moment(one.created_at),
        last_modified=changed,
        stamp=changed,
        # Calendars take the event with the greater number for the newer one.
        sequence=max(one.updated_at - one.created_at, 0) // 1000,
    )


def _description(one: Reservation, card: RestaurantCard) -> str:
    return "\n".join(filter(None, (one.phone, *staff_notes(one.needs, language(card.locale)), one.notes)))


def _moment(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC)
