"""What a guest has already: looked at before they get a table, are turned away, or wait."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from appliance.contract import ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish, decide, starts_asked
from appliance.domain.hours import Start, minute_of
from appliance.domain.nights import fits
from appliance.domain.reservation import EXPECTED, Reservation
from appliance.domain.seating import DayBook
from appliance.domain.spoken.names import same_person
from appliance.domain.waitlist import Entry
from appliance.services import daybooks
from appliance.services.agent import own_words
from appliance.services.agent.arguments import Ask
from appliance.services.holds import Holds
from appliance.services.reserving import suiting
from appliance.services.wishes import Guest, held_for
from appliance.store import reservations, waitlist
from appliance.store.engine import Tx


class Own(Struct, frozen=True, kw_only=True):
    """A guest's own tables: those `at_meal`, the meal that is wished for, and their bookings `besides`.

    First of the former is what is wished for, then what is nearest to it. A table is among them that is only kept for
    the guest, and what is theirs of just that under another name or number: it may have been misheard.
    """

    guest: Guest
    at_meal: list[Reservation]
    besides: list[Reservation]


async def own_tables(tx: Tx, ask: Ask, book: DayBook, wish: Wish, guest: Guest) -> Own:
    """A name tells the guests of one number apart; the number's owner, who gave none, may hear of all of them."""
    since_ms, booked = ask.now_ms, list[Reservation]()
    if guest.phone:
        booked = await reservations.upcoming_of_phone(tx, ask.card.id, guest.phone, since_ms=since_ms, states=EXPECTED)
        made = await reservations.of_call(tx, ask.card.id, ask.call_id) if ask.call_id and ask.gives_number else []
        booked += [one for one in made if _is_renumbered(one, ask, wish, guest)]
    starts = starts_asked(book, wish, now_ms=ask.now_ms)
    unnamed = not guest.name and guest.phone == ask.caller
    theirs = [one for one in booked if unnamed or same_person(one.name, guest.name) or _is_renamed(one, ask, wish)]
    at_meal = [one for one in theirs if any(one.is_of_meal(start.starts_at) for start in starts)]
    at_meal.sort(key=lambda one: (not is_same(one, wish), _distance(one, starts)))
    besides = [one for one in theirs if one not in at_meal and is_theirs(one, guest)]
    return Own(guest=guest, at_meal=at_meal, besides=besides)


async def in_the_way(tx: Tx, holds: Holds, ask: Ask, wish: Wish, own: Own) -> ToolAnswer | None:
    """Asks who has tables for that meal whether to move one, or says why none can be. Nothing is done yet.

    Of what they have by another name it is only asked whether that name is right.
    """
    not_moved = None
    for one in own.at_meal:
        if has_other_name(one, own.guest):
            return own_words.has_other_name(ask, one, own.guest)
        if one.phone != own.guest.phone:
            return own_words.has_other_number(ask, one, own.guest)
        look = partial(_as_it_is, holds, ask, await daybooks.read(tx, ask.card, wish.day, but=one.id))
        for hour in _one_by_one(wish):
            decision = await suiting(tx, ask.card, own.guest, hour, look)
            if isinstance(decision, Offer) and decision.in_area:
                holds.keep(ask, held_for(ask.card, hour, decision))
                return own_words.already_booked(ask, hour, decision, one)
            not_moved = not_moved or own_words.not_moved(ask, hour, decision, one)
    return not_moved


def _as_it_is(holds: Holds, ask: Ask, book: DayBook, wish: Wish) -> Offer | Refusal:
    """What there is at this moment: others may have been offered tables since the book was read."""
    return decide(holds.seen_by(ask, book), wish, now_ms=ask.now_ms)


async def movable(tx: Tx, holds: Holds, ask: Ask, wish: Wish, own: Own) -> ToolAnswer | None:
    """The same for who only asks or would wait, whom a table that cannot be moved does not concern.

    Nor does one that can whoever says that they want one more.
    """
    if ask.second_table and not any(is_same(one, wish) for one in own.at_meal):
        return None
    answer = await in_the_way(tx, holds, ask, wish, own)
    return answer if answer and answer.code == "already_booked" else None


def _one_by_one(wish: Wish) -> list[Wish]:
    """The wish for each of the hours that were left open."""
    return [replace(wish, minutes=(minute,), open=False) for minute in wish.minutes] if wish.open else [wish]


def has_other_name(one: Reservation, guest: Guest) -> bool:
    return bool(guest.name) and not same_person(one.name, guest.name)


def is_theirs(one: Reservation, guest: Guest) -> bool:
    """Whether it is a booking of the guest's, not a table only kept for them."""
    return not one.is_offer and one.phone == guest.phone and not has_other_name(one, guest)


def is_same(one: Reservation, wish: Wish) -> bool:
    """Whether it is what is wished for, be it in another area."""
    is_then = fits(wish.day, wish.minutes, on=date.fromisoformat(one.date), at=minute_of(one.time))
    return is_then and one.party_size == wish.party


def is_wished(one: Reservation, wish: Wish) -> bool:
    return is_same(one, wish) and wish.area_id in ("", one.area_id)


def overlaps(one: Reservation, book: DayBook, wish: Wish, *, now_ms: int) -> bool:
    """Whether the guest would have both tables at one time."""
    starts = starts_asked(book, wish, now_ms=now_ms)
    stays = [start.stay(book.card, wish.party) for start in starts]
    return not starts or any(one.starts_at < stay.ends_at and stay.starts_at < one.ends_at for stay in stays)


def _is_renamed(one: Reservation, ask: Ask, wish: Wish) -> bool:
    """Whether it is what is wished for, by whatever name: booked in this call, or kept for who is on the line.

    Only one more table is another than that.
    """
    of_the_call = bool(ask.call_id) and one.call_id == ask.call_id
    kept = one.is_offer and one.phone == ask.caller
    return (of_the_call or kept) and is_same(one, wish) and not ask.second_table


def _is_renumbered(one: Reservation, ask: Ask, wish: Wish, guest: Guest) -> bool:
    """Whether it is what is wished for, for that guest, under a number that they gave before."""
    is_another = one.phone == guest.phone or has_other_name(one, guest) or ask.second_table
    return one.status in EXPECTED and is_same(one, wish) and not is_another


async def reached_as_before(tx: Tx, ask: Ask, guest: Guest) -> Guest:
    """Under the number that was given for them before in this call, where now none is."""
    if ask.gives_number or not ask.call_id:
        return guest
    made: list[Reservation | Entry] = []
    made += await reservations.of_call(tx, ask.card.id, ask.call_id)
    made += await waitlist.of_call(tx, ask.card.id, ask.call_id)
    phones = {one.phone for one in made if same_person(one.name, guest.name)}
    return replace(guest, phone=phones.pop()) if len(phones) == 1 else guest


def _distance(one: Reservation, starts: Sequence[Start]) -> int:
    return min(abs(one.starts_at - start.starts_at) for start in starts)
