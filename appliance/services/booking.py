"""The live tools about tables to come: is there one, and book it."""

from collections.abc import Callable

from msgspec import UNSET, Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import ToolAnswer
from appliance.domain.availability import (
    Offer,
    Refusal,
    Wish,
    decide,
    out_of_reach,
    refuse_day,
    refuse_party,
    start_asked,
)
from appliance.domain.intent import intent_key
from appliance.domain.nights import wall_clock
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.seating import DayBook, area_named
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.text import fold
from appliance.errors import Conflict
from appliance.services import daybooks, wording
from appliance.services.arguments import Ask, Heard, hear
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import CANCEL, CREATE, Reply, begin, keep, notify, standing
from appliance.store import answers, customers, reservations
from appliance.store.engine import Tx


class _Guest(Struct, frozen=True, kw_only=True):
    name: str
    phone: str


class Booking:
    def __init__(self, clock: Clock, books: DayBooks, wake: Callable[[], None]) -> None:
        self._clock = clock
        self._books = books
        self._wake = wake

    async def check_availability(self, ask: Ask) -> Reply:
        heard = hear(ask)
        wish = _wish(ask, heard)
        if isinstance(wish, ToolAnswer):
            return Reply(answer=wish)
        decision = decide(await self._books.get(ask.card, wish.day), wish, now_ms=ask.now_ms)
        if isinstance(decision, Refusal):
            return Reply(answer=wording.refused(ask, wish, decision, done=decision.code == "full"))
        return Reply(answer=wording.offered(ask, wish, decision, unknown_area=_unknown_area(ask, wish)))

    async def create_reservation(self, ask: Ask) -> Reply:
        """Book the table, once per wish of the call. "Booked" is said of what has been committed, never before."""
        heard = hear(ask)
        wish = _wish(ask, heard)
        if isinstance(wish, ToolAnswer):
            return Reply(answer=wish)
        guest = _guest(ask)
        if isinstance(guest, str):
            return Reply(answer=wording.question(ask, guest, heard))
        try:
            reply = await self._book(ask, wish, guest)
        except Conflict:
            # Somebody who does not share our lock was quicker by a moment; now the book shows it.
            reply = await self._book(ask, wish, guest, lost=True)
        finally:
            # However it ended: a commit whose answer was lost on the way may stand all the same.
            self._books.forget(ask.card.id, wish.day)
        self._wake()
        return reply

    async def _book(self, ask: Ask, wish: Wish, guest: _Guest, *, lost: bool = False) -> Reply:
        """One try, in one transaction. `lost`: the table of the try before was taken from under it."""
        async with self._books.writing(ask.card.id) as tx:
            book = await daybooks.read(tx, ask.card, wish.day)
            intent = _intent(ask, book, wish, guest)
            unknown_area = _unknown_area(ask, wish)
            given = await standing(tx, ask, intent)
            if given is not None:
                await self._add_wishes(tx, ask, given.id)
                return Reply(answer=wording.booked(ask, given, unknown_area=unknown_area), replayed=True)
            decision = decide(book, wish, now_ms=ask.now_ms)
            if isinstance(decision, Refusal):
                code = "race_lost" if lost and decision.code == "full" else decision.code
                return Reply(answer=wording.refused(ask, wish, replace(decision, code=code)))
            if not decision.in_area:
                return Reply(answer=wording.area_full(ask, wish, decision))
            begin(self._clock, ask)
            reservation = await self._write(tx, ask, wish, decision, guest)
            booking = wording.booking(reservation, ask.card)
            answer = wording.booked(ask, booking, unknown_area=unknown_area)
            await keep(tx, self._clock, ask, tool=CREATE, intent=intent, reservation=reservation, answer=answer)
            return Reply(answer=answer)

    async def _add_wishes(self, tx: Tx, ask: Ask, reservation_id: str) -> None:
        """The guest said something more of the booking that was just made: an allergy must not be lost to a replay."""
        known = await reservations.one(tx, reservation_id)
        if known is None:
            return
        more = ask.text("notes")
        notes = known.notes if more in known.notes else f"{known.notes}; {more}".removeprefix("; ")
        needs = tuple(dict.fromkeys((*known.needs, *ask.needs())))
        if (notes, needs) == (known.notes, known.needs):
            return
        told = replace(known, notes=notes, needs=needs, updated_at=ask.now_ms)
        await reservations.save_wishes(tx, told)
        await notify(tx, self._clock, ask.card, "reservation.updated", told)

    async def _write(self, tx: Tx, ask: Ask, wish: Wish, offer: Offer, guest: _Guest) -> Reservation:
        customer_id = await customers.remember(
            tx,
            id_=self._clock.new_id("customer"),
            restaurant_id=ask.card.id,
            phone=guest.phone,
            name=guest.name,
            by_owner=guest.phone == ask.caller,
            now_ms=ask.now_ms,
        )
        reservation = Reservation(
            id=self._clock.new_id("resv"),
            restaurant_id=ask.card.id,
            date=offer.start.day.isoformat(),
            time=offer.start.time,
            starts_at=offer.start.starts_at,
            ends_at=offer.start.ends_at,
            party_size=wish.party,
            status=ReservationStatus.CONFIRMED,
            name=guest.name,
            phone=guest.phone,
            shift=offer.start.shift.name,
            area_id=offer.seating.area_id,
            table_ids=offer.seating.table_ids,
            notes=ask.text("notes"),
            needs=ask.needs(),
            call_id=ask.call_id,
            customer_id=customer_id,
            created_at=ask.now_ms,
            updated_at=ask.now_ms,
        )
        await reservations.insert(tx, reservation)
        await notify(tx, self._clock, ask.card, "reservation.created", reservation)
        # The guest did something new: what was cancelled before in this call says nothing of the next "cancel it".
        await answers.undo_for_tool(tx, ask.card.id, ask.call_id, CANCEL)
        return reservation


def _wish(ask: Ask, heard: Heard) -> Wish | ToolAnswer:
    """What is wanted, or the question or explanation that comes first."""
    refusal = None
    if heard.party is not None:
        refusal = refuse_party(ask.card, heard.party)
    if heard.day and not refusal:
        # With all understood, the book will tell whether the day is a closed one.
        refuse = refuse_day if heard.question else out_of_reach
        refusal = refuse(ask.card, heard.day, now_ms=ask.now_ms)
    wish = Wish(
        day=heard.day or ask.today,
        minutes=heard.minutes,
        party=heard.party or 0,
        area_id=area_named(ask.card, ask.text("area")),
    )
    if refusal:
        answer = wording.refused(ask, wish, refusal)
        return answer if heard.day else replace(answer, date=UNSET)
    if heard.question or heard.day is None or heard.party is None:
        return wording.question(ask, heard.question, heard)
    return wish


def _unknown_area(ask: Ask, wish: Wish) -> bool:
    return bool(ask.text("area")) and not wish.area_id


def _guest(ask: Ask) -> _Guest | str:
    """Who books, or the code of the question to ask."""
    name, phone = ask.name(), ask.phone()
    if isinstance(name, Unclear):
        return f"{name.why}_name"
    if isinstance(phone, Unclear):
        return f"{phone.why}_phone"
    return _Guest(name=name, phone=phone)


def _intent(ask: Ask, book: DayBook, wish: Wish, guest: _Guest) -> str:
    start = start_asked(book, wish, now_ms=ask.now_ms)
    moments = [(start.day, start.minute)] if start else [wall_clock(wish.day, minute) for minute in wish.minutes]
    meaning = (moments, wish.party, wish.area_id, fold(guest.name), guest.phone)
    return intent_key(ask.call_id, CREATE, ask.card.id, *meaning)
