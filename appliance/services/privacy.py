"""What a guest may ask of whoever keeps their data: to have a copy of it, and to have it erased."""

from collections.abc import Callable, Sequence

from appliance.clock import Clock
from appliance.contract import CustomerExport
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import RestaurantCard
from appliance.errors import Conflict
from appliance.services import audit
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import tell
from appliance.services.guests import guest
from appliance.services.waitlist import Waitlist
from appliance.store import personal, reservations
from appliance.store.engine import Database, Lane, Tx
from appliance.store.personal import Person

_COMING = frozenset({ReservationStatus.PENDING, ReservationStatus.CONFIRMED})


class Privacy:
    def __init__(
        self, database: Database, clock: Clock, books: DayBooks, waitlist: Waitlist, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._books = books
        self._waitlist = waitlist
        self._wake = wake

    async def export(self, card: RestaurantCard, customer_id: str) -> CustomerExport:
        """All that is stored of the guest, and of the calls they made."""
        async with self._database.read() as tx:
            person = await _person(tx, card, customer_id)
            mentioned = await personal.mentions(tx, person)
            found = await personal.rows(tx, person, await personal.traces(tx, person, mentioned))
        (customer,) = found.pop("customers")
        return CustomerExport(
            exported_at=self._clock.now_ms(),
            restaurant_id=card.id,
            restaurant=card.name,
            customer=customer,
            **found,
        )

    async def erase(self, card: RestaurantCard, customer_id: str, *, cancel: bool = False) -> None:
        """Forget the guest. Raises Conflict while they have bookings to come, unless those are to be cancelled."""
        async with self._database.read() as tx:
            # Apart from the write, which nobody on the line should have to wait for: this reads much.
            mentioned = await personal.mentions(tx, await _person(tx, card, customer_id))
        async with self._books.writing(card.id, Lane.WORK) as tx:
            person = await _person(tx, card, customer_id)
            found = await personal.traces(tx, person, mentioned)
            to_come = await self._to_come(tx, found.reservations, cancel=cancel)
            await personal.erase(tx, person, found, now_ms=self._clock.now_ms())
            await self._cancel_nameless(tx, card, to_come)
            # Without a name, so that the restaurant's own system knows whom to forget.
            gone = {"customer_id": customer_id, "reservation_ids": list(found.reservations)}
            await audit.note(tx, self._clock, "customer.erased", subject=customer_id, restaurant_id=card.id)
            await tell(tx, self._clock, card, "customer.erased", about=customer_id, **gone)
        self._wake()

    async def _to_come(self, tx: Tx, ids: Sequence[str], *, cancel: bool) -> list[Reservation]:
        """Whoever sits at the table already is not to come any more; their table stays theirs without their name."""
        standing = await reservations.to_come_among(tx, ids, since_ms=self._clock.now_ms())
        to_come = [one for one in standing if one.status in _COMING]
        if to_come and not cancel:
            when = ", ".join(f"{one.date} {one.time}" for one in to_come)
            raise Conflict(
                "The guest has bookings to come ({when}): cancel them first, or ask with cancel=true.", when=when
            )
        return to_come

    async def _cancel_nameless(self, tx: Tx, card: RestaurantCard, to_come: Sequence[Reservation]) -> None:
        for one in to_come:
            nameless = await reservations.one(tx, one.id)
            if nameless:
                await self._waitlist.let_go(tx, card, nameless, ReservationStatus.CANCELLED)


async def _person(tx: Tx, card: RestaurantCard, customer_id: str) -> Person:
    known = await guest(tx, card, customer_id)
    return Person(restaurant_id=card.id, customer_id=known.id, phone=known.phone)
