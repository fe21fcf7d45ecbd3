"""A guest says more of a booking that is there: an allergy is noted; a wheelchair, an area may take another table.

Or less: a high chair, a wheelchair that is not needed after all is taken back.
"""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import Booking, ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish
from appliance.domain.hours import Stay, minute_of
from appliance.domain.needs import Needs
from appliance.domain.nights import evening_of
from appliance.domain.placing import Order, rearrange
from appliance.domain.reservation import EXPECTED, Reservation
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import DayBook
from appliance.domain.spots import left_behind
from appliance.services import daybooks
from appliance.services.agent import booking_words, own_words
from appliance.services.agent.arguments import Ask
from appliance.services.deeds import notify
from appliance.services.holds import Holds
from appliance.services.reserving import forget, learn
from appliance.services.waitlist import Waitlist
from appliance.store import answers, reservations
from appliance.store.engine import Tx

_BINDING = frozenset({"wheelchair", "high_chair"})


class Added(Struct, frozen=True, kw_only=True):
    """The booking with what was added. `chairs_short`: it has fewer high chairs than were asked for.

    `spot_dropped`: the spot that was noted lay in the area that it leaves.
    """

    reservation: Reservation
    chairs_short: bool = False
    spot_dropped: bool = False

    def view(self, card: RestaurantCard) -> Booking:
        return booking_words.booking(
            self.reservation, card, chairs_short=self.chairs_short, spot_dropped=self.spot_dropped
        )

    def settled_in(self, card: RestaurantCard, known: Reservation) -> "Added":
        """Without the spots of the area that the booking was in before."""
        one = self.reservation
        if one.area_id == known.area_id:
            return self
        notes = left_behind(one.notes, card, one.area_id)
        return replace(self, reservation=replace(one, notes=notes), spot_dropped=notes != one.notes)


async def add(tx: Tx, holds: Holds, ask: Ask, known: Reservation, needs: Needs) -> Added | ToolAnswer:
    """The booking with all that was said of it, then and now, or why it stays as it was. Nothing is written yet.

    Somebody in a wheelchair gets a table that suits it then, in the area wished for, and who wishes for another area
    one there; nothing else of it changes.
    """
    if known.status not in EXPECTED:
        return Added(reservation=known)
    told = known.told_more(
        notes=ask.notes, needs=needs.as_stored(), dropped=needs.dropped, most_chairs=needs.most_chairs
    )
    wish = _wish(ask, known, needs, accessible="wheelchair" in told.needs)
    told = replace(told, area_wished=bool(wish.area_id))
    moves = _is_new(needs, known) or wish.area_id not in ("", known.area_id) or known.area_id in wish.refused
    if not (moves or wish.high_chairs):
        return Added(reservation=told)
    book = holds.seen_by(ask, await daybooks.read(tx, ask.card, wish.day, but=known.id))
    if moves:
        found = _suitable(book, wish, known, now_ms=ask.now_ms)
        if isinstance(found, Refusal) or not found.in_area:
            return own_words.not_moved(ask, wish, found, known)
        told = replace(told, table_ids=found.seating.table_ids, area_id=found.seating.area_id)
    return _with_chairs(book, told, wish.high_chairs).settled_in(ask.card, known)


async def note_the_rest(
    tx: Tx, clock: Clock, waitlist: Waitlist, ask: Ask, *, known: Reservation, needs: Needs
) -> None:
    """An allergy is not lost with the wish that it was told beside: note what needs neither a table nor a chair."""
    if known.is_offer or known.status not in EXPECTED:
        return
    told = known.told_more(notes=ask.notes, needs=[one for one in needs.as_stored() if one not in _BINDING])
    if told != known:
        await rewrite(tx, clock, waitlist, ask, known=known, changed=replace(told, updated_at=ask.now_ms))


def when(known: Reservation) -> tuple[date, int]:
    """The day and the minute that were booked; the small hours belong to their night."""
    day, minute = date.fromisoformat(known.date), minute_of(known.time)
    evening = evening_of(day, minute)
    return (evening, minute + 1440) if evening else (day, minute)


def area_wished(ask: Ask, known: Reservation) -> str:
    """The area said now goes before the one wished for then, which counts until it is said that any will do."""
    return ask.area_id or (known.area_id if known.area_wished and not ask.any_area else "")


async def rewrite(
    tx: Tx, clock: Clock, waitlist: Waitlist, ask: Ask, *, known: Reservation, changed: Reservation
) -> None:
    """Write what a booking has become in place of what it was."""
    await reservations.replace(tx, changed)
    if ask.caller == changed.phone:
        # What was known of the booking already was told for the name that it had then.
        told = [need for need in changed.needs if need not in known.needs]
        await learn(tx, changed, told, call_id=ask.call_id, now_ms=ask.now_ms)
        if ask.call_id == known.call_id:
            gone = set(known.needs).difference(changed.needs)
            await forget(tx, known.customer_id, known.name, gone, call_id=ask.call_id, now_ms=ask.now_ms)
    # What was answered about the booking as it was says nothing of it as it is.
    await answers.undo_for_reservation(tx, known.id)
    await notify(tx, clock, ask.card, "reservation.updated", changed, before=known)
    await waitlist.changed(tx, ask.card, known, changed)


def _is_new(needs: Needs, known: Reservation) -> bool:
    """Whether the wheelchair is told only now."""
    return needs.accessible and "wheelchair" not in known.needs


def _wish(ask: Ask, known: Reservation, needs: Needs, *, accessible: bool) -> Wish:
    """The booking as it should be, of high chairs only what it lacks."""
    day, minute = when(known)
    return Wish(
        day=day,
        minutes=(minute,),
        party=known.party_size,
        area_id=area_wished(ask, known),
        refused=ask.refused_areas,
        accessible=accessible,
        high_chairs=needs.high_chairs if needs.high_chairs > known.high_chairs else 0,
    )


def _suitable(book: DayBook, wish: Wish, known: Reservation, *, now_ms: int) -> Offer | Refusal:
    """A table at the time that it has already: the rules for what is booked anew do not bind it."""
    found = rearrange(book, Order(wish=wish), known, now_ms=now_ms)
    if isinstance(found, Offer) or found.code != "area_full":
        return found
    elsewhere = rearrange(book, Order(wish=replace(wish, area_id="")), known, now_ms=now_ms)
    return replace(elsewhere, in_area=False) if isinstance(elsewhere, Offer) else elsewhere


def _with_chairs(book: DayBook, told: Reservation, wanted: int) -> Added:
    """With so many high chairs, or as many as there are: too few are no reason to turn a family away, if told."""
    stay = Stay(starts_at=told.starts_at, ends_at=told.ends_at, free_at=told.free_at)
    left = book.chairs_left(stay, wanted)
    return Added(reservation=replace(told, high_chairs=max(told.high_chairs, left)), chairs_short=left < wanted)
