"""The waiting list: whoever found no table is offered the first that comes free and suits them.

An offer is a pending reservation, so that its table is held like any other. It is theirs for a while; then, or when
they do not want it, the next in line is asked. The restaurant's own system is told, and tells the guest.
"""

from collections.abc import Callable
from datetime import date
from functools import partial

from babel.units import format_unit
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.availability import Offer, Wish
from appliance.domain.hours import minute_of
from appliance.domain.phrases import language, phrase
from appliance.domain.reservation import EXPECTED, HOLDING, Reservation, ReservationStatus, Source
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook
from appliance.domain.spoken.names import same_person
from appliance.domain.spoken.say import moment_words, party_words
from appliance.domain.waitlist import OPEN, Entry, EntryState, answer_by, fitting, is_over
from appliance.errors import NotFound
from appliance.services import audit, daybooks
from appliance.services.agent.arguments import Ask
from appliance.services.agent.own import is_wished
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import notify, tell
from appliance.services.directory import Directory
from appliance.services.holds import Holds
from appliance.services.reserving import Party, reserve, suiting
from appliance.services.wishes import Guest
from appliance.store import answers, reservations, waitlist
from appliance.store.engine import Database, Lane, Tx

_AT_ONCE = 100
"""Entries that are looked at when a table comes free; offers, and days of restaurants, in one turn of a job."""

_MANY_MINUTES = 120
"""From here on a time is said in hours."""


async def offer_to(tx: Tx, ask: Ask, wish: Wish, guest: Guest) -> Reservation | None:
    """The table that is kept for this guest and is what they ask for, if there is one.

    It goes by their name; only who gave none may take it for theirs because they call from its number.
    """
    pending = (ReservationStatus.PENDING,)
    kept = await reservations.upcoming_of_phone(tx, ask.card.id, guest.phone, since_ms=ask.now_ms, states=pending)
    unnamed = not guest.name and guest.phone == ask.caller
    theirs = (one for one in kept if unnamed or same_person(one.name, guest.name))
    return next((one for one in theirs if one.is_offer and is_wished(one, wish)), None)


class Waitlist:
    def __init__(
        self, database: Database, clock: Clock, books: DayBooks, holds: Holds, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._holds = holds
        self._wake = wake
        self._looked_up_to = ("", "")

    # --- offers ---

    async def offer_on_the_line(self, ask: Ask, wish: Wish) -> Reservation | None:
        """What is kept for whoever calls and is what they ask for."""
        async with self._database.read() as tx:
            return await offer_to(tx, ask, wish, Guest(name="", phone=ask.caller))

    async def take(self, tx: Tx, card: RestaurantCard, offer: Reservation, wanted: Reservation) -> Reservation:
        """The guest takes what was offered, as they want it."""
        status = ReservationStatus.CONFIRMED
        taken = replace(wanted, status=status, pending_until=None, updated_at=self._clock.now_ms())
        await reservations.replace(tx, taken)
        await notify(tx, self._clock, card, "reservation.created", taken, before=offer)
        await self.changed(tx, card, offer, taken)
        return taken

    async def let_go(self, tx: Tx, card: RestaurantCard, known: Reservation, status: ReservationStatus) -> Reservation:
        """Lead a booking to a state in which it has no tables; the next in line is asked."""
        gone = replace(known, status=status, pending_until=None, updated_at=self._clock.now_ms())
        await reservations.release(tx, gone.id, status, now_ms=gone.updated_at)
        # What was answered about the booking as it was says nothing of it as it is.
        await answers.undo_for_reservation(tx, gone.id)
        await notify(tx, self._clock, card, f"reservation.{status}", gone, before=known)
        await self.changed(tx, card, known, gone)
        return gone

    async def changed(self, tx: Tx, card: RestaurantCard, before: Reservation, after: Reservation) -> None:
        """To be called in every transaction that changes a booking: an offer may be decided, a table come free."""
        if before.status is ReservationStatus.PENDING and after.status is not ReservationStatus.PENDING:
            entry = await waitlist.offered(tx, after.id)
            if entry:
                await self._move(tx, entry, EntryState.BOOKED if after.status in HOLDING else EntryState.LEFT)
        if after.status in EXPECTED:
            await self.settle(tx, after)
        if _frees(before, after):
            await self.table_freed(tx, card, date.fromisoformat(before.date))

    async def settle(self, tx: Tx, booked: Reservation) -> None:
        """Who has the table they waited for waits no more."""
        entries = await waitlist.of_phone(tx, booked.restaurant_id, booked.phone) if booked.phone else []
        for entry in entries:
            if entry.state is EntryState.WAITING and entry.is_met_by(booked):
                await self._move(tx, replace(entry, reservation_id=booked.id), EntryState.BOOKED)

    async def table_freed(self, tx: Tx, card: RestaurantCard, day: date) -> None:
        """Something came free on that date of the calendar: offer it to whoever waited longest and fits."""
        # The small hours belong to the night before, and who sits long into them keeps the next date's tables.
        days = [date.fromordinal(n) for n in range(day.toordinal() - 1, day.toordinal() + 2)]
        books: dict[date, DayBook] = {}
        for entry in await waitlist.waiting(tx, card.id, days, limit=_AT_ONCE):
            if entry.date not in books:
                books[entry.date] = self._holds.seen_by(None, await daybooks.read(tx, card, entry.date))
            wish = self._fitting(books[entry.date], entry)
            if wish:
                look = partial(fitting, books[entry.date], now_ms=self._clock.now_ms())
                offer = await suiting(tx, card, Guest(name=entry.name, phone=entry.phone), wish, look)
                assert offer
                await self._offer(tx, card, entry, wish, offer)
                books.clear()

    def _fitting(self, book: DayBook, entry: Entry) -> Wish | None:
        """The first of what they wait for that can be had."""
        now_ms = self._clock.now_ms()
        return next((wish for wish in entry.wishes() if fitting(book, wish, now_ms=now_ms)), None)

    async def _offer(self, tx: Tx, card: RestaurantCard, entry: Entry, wish: Wish, offer: Offer) -> None:
        kept = await reserve(
            tx,
            self._clock,
            card,
            wish=wish,
            offer=offer,
            party=Party(
                guest=Guest(name=entry.name, phone=entry.phone),
                own_number=False,
                notes=entry.notes,
                needs=entry.needs,
                call_id=entry.call_id,
            ),
            status=ReservationStatus.PENDING,
            source=Source.WAITLIST,
            pending_until=answer_by(card, offer, now_ms=self._clock.now_ms()),
        )
        offered = await self._move(tx, replace(entry, reservation_id=kept.id), EntryState.OFFERED)
        say = _offer_words(card, kept, now_ms=self._clock.now_ms())
        about = {"entry": offered, "reservation": kept, "phone": entry.phone, "say": say}
        await tell(tx, self._clock, card, "waitlist.offered", about=kept.id, **about)

    async def _move(self, tx: Tx, entry: Entry, state: EntryState) -> Entry:
        moved = replace(entry, state=state, updated_at=self._clock.now_ms())
        await waitlist.save(tx, moved)
        # That they wait has been answered; it is true no more.
        await answers.undo_for_reservation(tx, entry.id)
        return moved

    # --- as time goes by ---

    async def lapse(self, directory: Directory) -> None:
        """Give up the offers nobody took in time; their tables go to the next in line."""
        async with self._database.read() as tx:
            late = await reservations.lapsed(tx, now_ms=self._clock.now_ms(), limit=_AT_ONCE)
        for restaurant_id, id_ in late:
            card = directory.card(restaurant_id)
            if card:
                await self._lapse(card, id_)
        if late:
            self._wake()

    async def _lapse(self, card: RestaurantCard, id_: str) -> None:
        async with self._books.writing(card.id, Lane.WORK) as tx:
            known = await reservations.one(tx, id_)
            # They may have taken it in the last moment, or another server may have seen to it.
            if not known or not known.is_lapsed(self._clock.now_ms()):
                return
            entry = await waitlist.offered(tx, id_)
            if entry:
                missed = await self._move(tx, entry, EntryState.MISSED)
                await tell(tx, self._clock, card, "waitlist.missed", about=id_, entry=missed)
            await self.let_go(tx, card, known, ReservationStatus.CANCELLED)

    async def look_again(self, directory: Directory) -> None:
        """Offer what came free unnoticed: a caller did not take the table that was held for them, one was added.

        Whoever waits for a day that has passed waits in vain.
        """
        async with self._database.read() as tx:
            places = await waitlist.waited_for(tx, after=self._looked_up_to, limit=_AT_ONCE)
        for restaurant_id, day in places:
            card = directory.card(restaurant_id)
            if card:
                await self._look_at(card, day)
        is_whole = len(places) < _AT_ONCE
        self._looked_up_to = ("", "") if is_whole else (places[-1][0], places[-1][1].isoformat())

    async def _look_at(self, card: RestaurantCard, day: date) -> None:
        now_ms = self._clock.now_ms()
        if is_over(card, day, now_ms=now_ms):
            async with self._database.write(Lane.WORK) as tx:
                await waitlist.give_up(tx, card.id, day, now_ms=now_ms)
        elif await self._somebody_fits(card, day):
            async with self._books.writing(card.id, Lane.WORK) as tx:
                await self.table_freed(tx, card, day)
            self._wake()

    async def _somebody_fits(self, card: RestaurantCard, day: date) -> bool:
        """As far as is known without taking the turn to write."""
        async with self._database.read() as tx:
            entries = await waitlist.waiting(tx, card.id, [day], limit=_AT_ONCE)
        book = self._holds.seen_by(None, await self._books.get(card, day))
        return any(self._fitting(book, entry) for entry in entries)

    # --- for the staff ---

    async def leave(self, card: RestaurantCard, id_: str) -> None:
        """Take somebody off the list, and give up what was offered to them. Raises NotFound.

        What is settled stays as it is: a booking that came of it is cancelled as any other.
        """
        async with self._books.writing(card.id) as tx:
            entry = await waitlist.one(tx, card.id, id_)
            if entry is None:
                raise NotFound("There is no such entry in the waiting list.")
            if entry.state in OPEN:
                await self.take_off(tx, card, entry)
        self._wake()

    async def take_off(self, tx: Tx, card: RestaurantCard, entry: Entry) -> Entry:
        """Whoever waits does so no more; what was offered to them is given up."""
        left = await self._move(tx, entry, EntryState.LEFT)
        await audit.note(
            tx,
            self._clock,
            "waitlist.left",
            subject=entry.id,
            restaurant_id=card.id,
            before=entry,
            after=left,
            personal=True,
        )
        await tell(tx, self._clock, card, "waitlist.left", about=entry.reservation_id or entry.id, entry=left)
        offer = await reservations.one(tx, entry.reservation_id) if entry.reservation_id else None
        if offer and offer.is_offer:
            await self.let_go(tx, card, offer, ReservationStatus.CANCELLED)
        return left


def _frees(before: Reservation, after: Reservation) -> bool:
    """Whether somebody may find room who found none: at a table, in the kitchen, among the high chairs."""
    if before.status not in HOLDING or after.status not in HOLDING:
        return before.status in HOLDING
    is_kept = set(before.table_ids) <= set(after.table_ids) and set(before.quarters) <= set(after.quarters)
    is_smaller = after.party_size < before.party_size or after.high_chairs < before.high_chairs
    return not is_kept or is_smaller


def _offer_words(card: RestaurantCard, one: Reservation, *, now_ms: int) -> str:
    """What the restaurant's own system may send to the guest."""
    lang = language(card.locale)
    day, time = moment_words(date.fromisoformat(one.date), minute_of(one.time), lang)
    return phrase(
        "waitlist_offered",
        lang,
        day=day,
        time=time,
        party=party_words(one.party_size, lang),
        name=one.name,
        restaurant=card.name,
        span=_span_words(((one.pending_until or now_ms) - now_ms) // 60_000, lang),
    )


def _span_words(minutes: int, lang: str) -> str:
    """For how long: "30 minutos", "2 horas". Rather too short than too long."""
    count, unit = (minutes // 60, "hour") if minutes >= _MANY_MINUTES else (max(minutes, 1), "minute")
    return format_unit(count, f"duration-{unit}", locale=lang)
