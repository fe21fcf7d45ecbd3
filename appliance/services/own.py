"""What a guest has already of the meal they ask for: looked at before they get a table, are turned away, or wait."""

from collections.abc import Iterable, Sequence
from datetime import date

from appliance.domain.availability import Wish, starts_asked
from appliance.domain.hours import Start, minute_of
from appliance.domain.nights import fits
from appliance.domain.reservation import EXPECTED, Reservation
from appliance.domain.seating import DayBook
from appliance.domain.spoken.names import same_person
from appliance.services.arguments import Ask
from appliance.services.wishes import Guest
from appliance.store import reservations
from appliance.store.engine import Tx


async def own_tables(tx: Tx, ask: Ask, book: DayBook, wish: Wish, guest: Guest) -> list[Reservation]:
    """The tables of the guest at the meal that is wished for, first what is wished for, then the nearest to it.

    A name tells the guests of one number apart; the number's owner, who gave none, may hear of all of them. What is
    theirs of just that under another name is among them: the name may have been misheard.
    """
    starts = starts_asked(book, wish, now_ms=ask.now_ms)
    if not starts or not guest.phone:
        return []
    of_phone = await reservations.upcoming_of_phone(tx, ask.card.id, guest.phone, since_ms=ask.now_ms, states=EXPECTED)
    unnamed = not guest.name and guest.phone == ask.caller
    theirs = (one for one in of_phone if unnamed or same_person(one.name, guest.name) or _is_renamed(one, ask, wish))
    return sorted(_of_the_meal(theirs, starts), key=lambda one: (not is_same(one, wish), _distance(one, starts)))


def has_other_name(one: Reservation, guest: Guest) -> bool:
    return bool(guest.name) and not same_person(one.name, guest.name)


def is_same(one: Reservation, wish: Wish) -> bool:
    """Whether it is what is wished for, be it in another area."""
    is_then = fits(wish.day, wish.minutes, on=date.fromisoformat(one.date), at=minute_of(one.time))
    return is_then and one.party_size == wish.party


def is_wished(one: Reservation, wish: Wish) -> bool:
    return is_same(one, wish) and wish.area_id in ("", one.area_id)


def _is_renamed(one: Reservation, ask: Ask, wish: Wish) -> bool:
    """Whether it is what is wished for, by whatever name: booked in this call, or kept for who is on the line.

    Only one more table is another than that.
    """
    of_the_call = bool(ask.call_id) and one.call_id == ask.call_id
    kept = one.is_offer and one.phone == ask.caller
    return (of_the_call or kept) and is_same(one, wish) and not ask.second_table


def _of_the_meal(theirs: Iterable[Reservation], starts: Sequence[Start]) -> list[Reservation]:
    return [one for one in theirs if any(one.is_of_meal(start.starts_at) for start in starts)]


def _distance(one: Reservation, starts: Sequence[Start]) -> int:
    return min(abs(one.starts_at - start.starts_at) for start in starts)
