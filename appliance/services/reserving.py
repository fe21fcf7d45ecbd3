"""A table given away: the reservation is written, its guest remembered, the restaurant's own system told."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.domain.availability import Offer, Refusal, Wish, decide
from appliance.domain.guests import carried, lasting
from appliance.domain.needs import Needs
from appliance.domain.phrases import language, phrase
from appliance.domain.reservation import Reservation, ReservationStatus, Source
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook
from appliance.services.agent.arguments import Ask
from appliance.services.deeds import notify
from appliance.services.wishes import Guest, held_for
from appliance.store import customers, reservations
from appliance.store.customers import Remembered
from appliance.store.engine import Tx

Nothing = TypeVar("Nothing")
"""What is found where there is no table."""


class Party(Struct, frozen=True, kw_only=True):
    """Who comes, and what was said of it. `own_number`: the guest speaks from the number given, or staff know them.

    `dropped` is what they say they do not need, or not any more.
    """

    guest: Guest
    own_number: bool
    notes: str = ""
    needs: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    call_id: str = ""


def party_of(ask: Ask, guest: Guest, needs: Needs) -> Party:
    """The guest of a live tool, with all they said."""
    return Party(
        guest=guest,
        own_number=guest.phone == ask.caller,
        notes=ask.notes,
        needs=needs.as_stored(),
        dropped=needs.dropped,
        call_id=ask.call_id,
    )


def placement(card: RestaurantCard, wish: Wish, offer: Offer) -> dict[str, Any]:
    """The fields of a reservation that say when, where and for how many: the same for one made and one moved."""
    taken = held_for(card, wish, offer)
    return {
        "date": offer.start.day.isoformat(),
        "time": offer.start.time,
        "shift": offer.start.shift.name,
        "starts_at": taken.stay.starts_at,
        "ends_at": taken.stay.ends_at,
        "free_at": taken.stay.free_at,
        "party_size": taken.party_size,
        "area_id": offer.seating.area_id,
        "area_wished": bool(wish.area_id),
        "table_ids": taken.table_ids,
        "high_chairs": taken.high_chairs,
        "deposit_cents": card.deposit_cents * wish.party,
    }


async def decide_for(tx: Tx, book: DayBook, wish: Wish, guest: Guest, *, now_ms: int) -> Offer | Refusal:
    """What there is for a guest."""
    return await suiting(tx, book.card, guest, wish, lambda wish: decide(book, wish, now_ms=now_ms))


async def suiting(
    tx: Tx, card: RestaurantCard, guest: Guest, wish: Wish, look: Callable[[Wish], Offer | Nothing]
) -> Offer | Nothing:
    """What `look` finds for a guest: for who needed it before a table that suits a wheelchair, if there is one.

    They did not ask for it this time, so that it is no reason to turn them away, nor to send them to another area.
    """
    if not wish.accessible and _WHEELCHAIR in await customers.needs_under(tx, card.id, guest.phone, guest.name):
        suitable = look(replace(wish, accessible=True))
        if isinstance(suitable, Offer) and suitable.in_area:
            return suitable
    return look(wish)


async def reserve(
    tx: Tx,
    clock: Clock,
    card: RestaurantCard,
    *,
    wish: Wish,
    offer: Offer,
    party: Party,
    status: ReservationStatus = ReservationStatus.CONFIRMED,
    source: Source = Source.PHONE_AGENT,
    pending_until: int | None = None,
    seated_at: int | None = None,
) -> Reservation:
    """Raises Conflict when somebody has a table of the offer by now."""
    now_ms = clock.now_ms()
    known = await remember(tx, clock, card, party)
    before = [need for need in known.needs if need not in party.dropped]
    needs = tuple(dict.fromkeys((*party.needs, *carried(before, accessible=offer.seating.accessible))))
    reservation = Reservation(
        id=clock.new_id("resv"),
        restaurant_id=card.id,
        **placement(card, wish, offer),
        status=status,
        name=party.guest.name,
        phone=party.guest.phone,
        notes=party.notes,
        needs=needs,
        pending_until=pending_until,
        seated_at=seated_at,
        source=source,
        call_id=party.call_id,
        customer_id=known.id,
        created_at=now_ms,
        updated_at=now_ms,
    )
    if _WHEELCHAIR in before and _WHEELCHAIR not in needs:
        reservation = reservation.told_more(notes=phrase("wheelchair_before", language(card.locale)), needs=())
    await reservations.insert(tx, reservation)
    await notify(tx, clock, card, _TOPICS.get(status, "reservation.created"), reservation, before=None)
    return reservation


_WHEELCHAIR = "wheelchair"
_TOPICS = {ReservationStatus.PENDING: "reservation.pending", ReservationStatus.SEATED: "reservation.seated"}


async def customer_of(tx: Tx, clock: Clock, card: RestaurantCard, party: Party, *, came_at: int | None = None) -> str:
    """Whoever withholds their number is nobody. `came_at`: of a booking that is long past."""
    return (await remember(tx, clock, card, party, came_at=came_at)).id


async def remember(
    tx: Tx, clock: Clock, card: RestaurantCard, party: Party, *, came_at: int | None = None
) -> Remembered:
    """Who the booking is for, and what they were known to need before it."""
    if not party.guest.phone:
        return Remembered(id="", needs=())
    now_ms = clock.now_ms()
    known = await customers.remember(
        tx,
        id_=clock.new_id("customer"),
        restaurant_id=card.id,
        phone=party.guest.phone,
        name=party.guest.name,
        by_owner=party.own_number and bool(party.guest.name),
        now_ms=now_ms,
        came_at=came_at,
    )
    if party.own_number:
        await _learn(tx, known, party.guest.name, party.needs, call_id=party.call_id, now_ms=now_ms)
    return known


async def learn(tx: Tx, reservation: Reservation, told: Sequence[str], *, call_id: str, now_ms: int) -> None:
    """Remember what its guest will need next time too; to be called when the phone's owner says more of a booking."""
    if reservation.customer_id:
        needs = await customers.needs_of(tx, reservation.customer_id, reservation.name)
        known = Remembered(id=reservation.customer_id, needs=needs)
        await _learn(tx, known, reservation.name, told, call_id=call_id, now_ms=now_ms)


async def _learn(tx: Tx, known: Remembered, name: str, needs: Sequence[str], *, call_id: str, now_ms: int) -> None:
    both = lasting((*known.needs, *needs))
    if new := [need for need in both if need not in known.needs]:
        await customers.learn_needs(tx, known.id, name, both, call_id=call_id, new=new, now_ms=now_ms)


async def forget(tx: Tx, customer_id: str, name: str, dropped: Collection[str], *, call_id: str, now_ms: int) -> None:
    """Let go what was told and taken back within one call. What was known before is only not needed this time."""
    told = await customers.told_first(tx, customer_id, name, call_id=call_id) if customer_id else ()
    if set(dropped).isdisjoint(told):
        return
    known = await customers.needs_of(tx, customer_id, name)
    left = [need for need in known if need not in told or need not in dropped]
    await customers.save_needs(tx, customer_id, name, left, now_ms=now_ms)
