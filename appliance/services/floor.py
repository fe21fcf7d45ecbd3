"""The floor at this moment: who sits where, and a table for those who come in from the street."""

from collections.abc import Callable
from datetime import date

from msgspec import UNSET
from msgspec.structs import replace

from appliance import contract
from appliance.clock import Clock
from appliance.contract import NewWalkIn
from appliance.domain.availability import Offer, Wish
from appliance.domain.board import TableState, TableStatus, board
from appliance.domain.hours import Start, shift_running
from appliance.domain.placing import lasting
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus, Source
from appliance.domain.restaurant import USUAL_MINUTES, RestaurantCard
from appliance.domain.walk_ins import seat_now
from appliance.errors import Conflict
from appliance.services import daybooks, staff_words
from appliance.services.agent.wording import area_name
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import twice
from appliance.services.holds import Holds
from appliance.services.reserving import Party, reserve
from appliance.services.staff import seated_now
from appliance.services.views import reservation_row
from appliance.services.wishes import Guest
from appliance.store import reservations
from appliance.store.engine import Database, Tx

_HOUR_MS = 3_600_000
_LONGEST_MS = 26 * _HOUR_MS
_FORESIGHT_MS = 12 * _HOUR_MS


class Floor:
    def __init__(
        self, database: Database, clock: Clock, books: DayBooks, holds: Holds, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._holds = holds
        self._wake = wake

    async def tables(self, card: RestaurantCard, at_ms: int | None) -> contract.Page[contract.BoardRow]:
        """Every table as it is now, or will be."""
        now_ms = self._clock.now_ms()
        at_ms = now_ms if at_ms is None else at_ms
        span = (at_ms - _LONGEST_MS, at_ms + _FORESIGHT_MS)
        async with self._database.read() as tx:
            parties = await reservations.between(tx, card.id, *span, states=tuple(HOLDING))
        states = board(card, parties, at_ms=at_ms, now_ms=now_ms)
        rows = [_board_row(card, state, at_ms) for state in states]
        return contract.Page(items=rows, total=len(rows))

    async def walk_in(self, card: RestaurantCard, asked: NewWalkIn) -> contract.WalkIn:
        """Raises Invalid for what does not exist, Conflict when no table is free for long enough."""
        seated, is_full = await twice(lambda: self._walk_in(card, asked))
        self._wake()
        until = card.local(seated.ends_at).strftime("%H:%M")
        return contract.WalkIn(reservation=reservation_row(seated, card), until=until, full_turn=is_full)

    async def _walk_in(self, card: RestaurantCard, asked: NewWalkIn) -> tuple[Reservation, bool]:
        now_ms = self._clock.now_ms()
        day, minute = card.wall(now_ms)
        shift = shift_running(card, day, minute) or lasting(USUAL_MINUTES)
        start = Start(day=day, minute=minute, shift=shift, starts_at=now_ms)
        wish, party = _wish(card, asked, day, minute), _party(card, asked)
        named = staff_words.table_ids(card, asked.tables)
        async with self._books.writing(card.id) as tx:
            book = await daybooks.read(tx, card, start.night)
            book = book if named else self._holds.seen_by(None, book)
            busy = await self._busy(tx, card)
            seat = seat_now(book, wish, start=start, busy=busy, table_ids=named)
            if seat is None:
                raise Conflict("That table is not free." if named else "No table is free for such a party now.")
            as_long = replace(start, shift=lasting(seat.minutes, name=shift.name))
            seated = await reserve(
                tx,
                self._clock,
                card,
                wish=wish,
                offer=Offer(start=as_long, seating=seat.seating),
                party=party,
                status=ReservationStatus.SEATED,
                source=Source.WALK_IN,
                seated_at=now_ms,
            )
        return seated, seat.minutes >= shift.stays(wish.party)

    async def _busy(self, tx: Tx, card: RestaurantCard) -> frozenset[str]:
        """The tables at which somebody sits, also those whose time is over."""
        there = await seated_now(tx, card.id, now_ms=self._clock.now_ms())
        return frozenset(table_id for one in there for table_id in one.table_ids)


def _wish(card: RestaurantCard, asked: NewWalkIn, day: date, minute: int) -> Wish:
    needs = staff_words.wants(asked.needs, asked.notes, UNSET)
    return Wish(
        day=day,
        minutes=(minute,),
        party=asked.party_size,
        area_id=staff_words.area_id(card, asked.area),
        accessible=needs.accessible,
        high_chairs=needs.high_chairs,
    )


def _party(card: RestaurantCard, asked: NewWalkIn) -> Party:
    needs = staff_words.wants(asked.needs, asked.notes, UNSET)
    guest = Guest(name=asked.name.strip(), phone=staff_words.phone(card, asked.phone))
    return Party(guest=guest, own_number=True, notes=asked.notes.strip(), needs=needs.as_stored())


def _board_row(card: RestaurantCard, state: TableState, at_ms: int) -> contract.BoardRow:
    sits = state.status in (TableStatus.SEATED, TableStatus.OVERDUE)
    return contract.BoardRow(
        id=state.table.id,
        name=state.table.name,
        area=area_name(card, state.table.area_id),
        capacity=state.table.capacity,
        status=state.status.value,
        party=_board_party(state.party, at_ms, sits=sits) if state.party else None,
        following=_board_party(state.following, at_ms, sits=False) if state.following else None,
    )


def _board_party(one: Reservation, at_ms: int, *, sits: bool) -> contract.BoardParty:
    since = one.seated_at if sits and one.seated_at else one.starts_at
    return contract.BoardParty(
        id=one.id,
        name=one.name,
        party_size=one.party_size,
        status=one.status.value,
        since=since,
        until=one.ends_at,
        minutes=((one.ends_at if sits else one.starts_at) - at_ms) // 60_000,
    )
