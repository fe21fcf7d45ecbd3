"""The staff's bookings: written down, changed, moved. What a booking was stands until what it is to be has a place."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import TypeVar

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import NewReservation, ReservationEdit
from appliance.domain.availability import Offer, Refusal, Wish
from appliance.domain.hours import minute_of
from appliance.domain.needs import Needs
from appliance.domain.nights import evening_of
from appliance.domain.placing import Order, place, rearrange, unbound
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus, Source
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook
from appliance.errors import Conflict
from appliance.services import daybooks, staff_words
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import notify, twice
from appliance.services.holds import Holds
from appliance.services.reserving import Party, customer_of, placement, reserve, suiting
from appliance.services.views import mine
from appliance.services.waitlist import Waitlist
from appliance.services.wishes import Guest
from appliance.store import answers, reservations
from appliance.store.engine import Tx

_Value = TypeVar("_Value")


class StaffBooking:
    def __init__(
        self, clock: Clock, books: DayBooks, holds: Holds, waitlist: Waitlist, wake: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._waitlist = waitlist
        self._books = books
        self._holds = holds
        self._wake = wake

    async def create(self, card: RestaurantCard, asked: NewReservation) -> Reservation:
        """Raises Invalid for what does not exist, Conflict with the alternatives where there is no room."""
        needs = staff_words.wants(asked.needs, asked.notes, asked.high_chairs)
        order = _order(card, asked, needs)
        guest = Guest(name=staff_words.name(asked.name), phone=staff_words.phone(card, asked.phone))
        party = Party(guest=guest, own_number=True, notes=asked.notes.strip(), needs=needs.as_stored())

        async def attempt() -> Reservation | Refusal:
            async with self._books.writing(card.id) as tx:
                book = self._seen(await daybooks.read(tx, unbound(card), order.wish.day), order)
                look = partial(_placed, book, order, now_ms=self._clock.now_ms())
                offer = await suiting(tx, card, guest, order.wish, look)
                if isinstance(offer, Refusal):
                    return offer
                return await reserve(
                    tx,
                    self._clock,
                    card,
                    wish=order.wish,
                    offer=offer,
                    party=party,
                    status=ReservationStatus(asked.status),
                    source=Source.STAFF,
                )

        return await self._done(attempt)

    async def edit(self, card: RestaurantCard, id_: str, asked: ReservationEdit) -> Reservation:
        """Raises NotFound, Invalid, and Conflict where it does not fit; then it stays what it was."""

        async def attempt() -> Reservation | Refusal:
            async with self._books.writing(card.id) as tx:
                return await self._edit(tx, card, await mine(tx, card, id_), asked)

        return await self._done(attempt)

    async def _done(self, attempt: Callable[[], Awaitable[Reservation | Refusal]]) -> Reservation:
        done = await twice(attempt)
        if isinstance(done, Refusal):
            raise staff_words.refused(done)
        self._wake()
        return done

    async def _edit(
        self, tx: Tx, card: RestaurantCard, known: Reservation, asked: ReservationEdit
    ) -> Reservation | Refusal:
        told = _told(card, known, asked)
        if _asks_for_a_place(asked) or (known.status in HOLDING and told.needs != known.needs):
            _check_movable(known, asked)
            order = _new_order(card, told, asked)
            book = self._seen(await daybooks.read(tx, unbound(card), order.wish.day, but=known.id), order)
            offer = rearrange(book, order, known, now_ms=self._clock.now_ms())
            if isinstance(offer, Refusal):
                return offer
            told = replace(told, **placement(card, order.wish, offer))
        return known if told == known else await self._write(tx, card, known, told)

    async def _write(self, tx: Tx, card: RestaurantCard, known: Reservation, told: Reservation) -> Reservation:
        if (told.name, told.phone) != (known.name, known.phone):
            told = await self._for_another(tx, card, told)
        told = replace(told, updated_at=self._clock.now_ms())
        await reservations.replace(tx, told)
        # What was answered about the booking as it was says nothing of it as it is.
        part = told.customer_id != known.customer_id
        await (answers.part_with_reservation if part else answers.undo_for_reservation)(tx, told.id)
        await notify(tx, self._clock, card, "reservation.updated", told, before=known)
        await self._waitlist.changed(tx, card, known, told)
        return told

    async def _for_another(self, tx: Tx, card: RestaurantCard, told: Reservation) -> Reservation:
        """As the booking of whoever it names now. The call that made it was not theirs, if they are somebody else."""
        party = Party(guest=Guest(name=told.name, phone=told.phone), own_number=True)
        customer_id = await customer_of(tx, self._clock, card, party)
        return replace(told, customer_id=customer_id, call_id=told.call_id if customer_id == told.customer_id else "")

    def _seen(self, book: DayBook, order: Order) -> DayBook:
        """Tables that callers have been offered are for nobody else; unless the staff name them."""
        return book if order.table_ids else self._holds.seen_by(None, book)


def _order(card: RestaurantCard, asked: NewReservation, needs: Needs) -> Order:
    wish = Wish(
        day=asked.date,
        minutes=(minute_of(asked.time),),
        party=asked.party_size,
        area_id=staff_words.area_id(card, asked.area),
        accessible=needs.accessible,
        high_chairs=needs.high_chairs,
    )
    return Order(wish=wish, table_ids=staff_words.table_ids(card, asked.tables), force=asked.force)


def _placed(book: DayBook, order: Order, wish: Wish, *, now_ms: int) -> Offer | Refusal:
    return place(book, replace(order, wish=wish), now_ms=now_ms)


def _asks_for_a_place(asked: ReservationEdit) -> bool:
    return any(value is not UNSET for value in (asked.date, asked.time, asked.party_size, asked.area, asked.tables))


def _check_movable(known: Reservation, asked: ReservationEdit) -> None:
    if known.status not in HOLDING:
        raise Conflict("The reservation is {status}: reopen it first.", status=known.status)
    date_and_time = (_given(asked.date, date.fromisoformat(known.date)).isoformat(), _given(asked.time, known.time))
    if known.status is ReservationStatus.SEATED and date_and_time != (known.date, known.time):
        raise Conflict("The party sits already: only its tables and its size can change.")


def _given(value: _Value | UnsetType, otherwise: _Value) -> _Value:
    return otherwise if isinstance(value, UnsetType) else value


def _told(card: RestaurantCard, known: Reservation, asked: ReservationEdit) -> Reservation:
    """The reservation with what is said of the guest and the party, whatever its place."""
    notes = _given(asked.notes, known.notes).strip()
    name = known.name if isinstance(asked.name, UnsetType) else staff_words.name(asked.name)
    told = replace(known, name=name, notes=notes)
    if not isinstance(asked.phone, UnsetType):
        told = replace(told, phone=staff_words.phone(card, asked.phone))
    if not isinstance(asked.needs, UnsetType):
        needs = staff_words.wants(asked.needs, "" if notes == known.notes else notes, asked.high_chairs)
        return replace(told, needs=needs.as_stored(), high_chairs=needs.high_chairs)
    # What stood among the notes before is nothing new: it need not be among the needs, or not any more.
    before, now = (staff_words.wants((), text, UNSET).ids for text in (known.notes, notes))
    noted = [need for need in now if need not in before]
    needs_now = tuple(dict.fromkeys((*known.needs, *noted)))
    return replace(told, needs=needs_now, high_chairs=_given(asked.high_chairs, known.high_chairs))


def _new_order(card: RestaurantCard, told: Reservation, asked: ReservationEdit) -> Order:
    """The place it should have: what was not said stays as it is."""
    area_id = told.area_id if told.area_wished else ""
    day, minute = date.fromisoformat(told.date), minute_of(_given(asked.time, told.time))
    if minute >= 1440:  # "24:20" counts from the evening that the booking's night began on
        day = evening_of(day, minute_of(told.time)) or day
    wish = Wish(
        day=_given(asked.date, day),
        minutes=(minute,),
        party=_given(asked.party_size, told.party_size),
        area_id=area_id if isinstance(asked.area, UnsetType) else staff_words.area_id(card, asked.area),
        accessible="wheelchair" in told.needs,
        high_chairs=told.high_chairs,
    )
    return Order(wish=wish, table_ids=staff_words.table_ids(card, asked.tables), force=asked.force)
