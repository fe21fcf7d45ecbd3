"""Where the staff put a party. They know best: the tables bind them, not the rules that the agent keeps."""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.availability import Offer, Refusal, Wish, alternatives, nearest
from appliance.domain.hours import Start, minute_of, shift_running
from appliance.domain.nights import wall_clock
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import USUAL_MINUTES, RestaurantCard, Seating, Shift, area_of
from appliance.domain.seating import DayBook, could_seat, seat, suited

_AHEAD = timedelta(days=3650)
_BACK = timedelta(days=366)


class Order(Struct, frozen=True, kw_only=True):
    """A party to be put somewhere: at the tables named, or at the best that are free. Its wish is for one time.

    With `force` also outside opening hours, and where the time has passed.
    """

    wish: Wish
    table_ids: tuple[str, ...] = ()
    force: bool = False

    @property
    def minute(self) -> int:
        return self.wish.minutes[0]


def unbound(card: RestaurantCard) -> RestaurantCard:
    """The card for a book in which the alternatives, too, are those of the staff."""
    return replace(card, min_notice_minutes=0)


def place(book: DayBook, order: Order, *, now_ms: int) -> Offer | Refusal:
    """Tables for a new party, or why there are none and which times of that date have some."""
    start = _start(book, order, now_ms=now_ms)
    return start if isinstance(start, Refusal) else _seated(book, order, start, now_ms=now_ms)


def rearrange(book: DayBook, order: Order, known: Reservation, *, now_ms: int) -> Offer | Refusal:
    """The same for a party that has its tables: it keeps them where they will do. `book` does not know of it."""
    stays_put = wall_clock(order.wish.day, order.minute) == (date.fromisoformat(known.date), minute_of(known.time))
    start = _own_start(book, known, order.wish.party) if stays_put else _start(book, order, now_ms=now_ms)
    if isinstance(start, Refusal):
        return start
    if not order.table_ids and (stays_put or book.has_pace(start, order.wish.party)):
        own = _kept(book, order.wish, known, start, as_it_is=stays_put)
        if own:
            return _offer(book, order, start, own)
    return _seated(book, order, start, now_ms=now_ms)


def seating_of(card: RestaurantCard, table_ids: tuple[str, ...]) -> Seating | None:
    """Those tables as one seating, as they can be joined or as they stand; None when one of them is no more."""
    joined = next((one for one in card.seatings if set(one.table_ids) == set(table_ids)), None)
    tables = [card.tables_by_id[table_id] for table_id in table_ids if table_id in card.tables_by_id]
    if not tables or len(tables) < len(table_ids):
        return None
    return joined or Seating(
        table_ids=table_ids,
        area_id=area_of(tables),
        capacity=sum(table.capacity for table in tables),
        min_party=1,
        accessible=all(table.accessible for table in tables),
    )


def _start(book: DayBook, order: Order, *, now_ms: int) -> Start | Refusal:
    refusal = _out_of_reach(book, order, now_ms=now_ms)
    if refusal:
        return refusal
    start = book.start_at(order.minute)
    if start is None and (order.table_ids or order.force):
        start = _off_the_grid(book, order)
    if start is None:
        return Refusal(code=_why_no_start(book, order), alternatives=_instead(book, order, now_ms=now_ms))
    if start.starts_at < now_ms and not order.force:
        return Refusal(code="past_time", alternatives=_instead(book, order, now_ms=now_ms))
    return start


def _out_of_reach(book: DayBook, order: Order, *, now_ms: int) -> Refusal | None:
    """Dates that nobody can mean, and those that are over."""
    today = book.card.date_at(now_ms)
    if order.wish.day > today + _AHEAD:
        return Refusal(code="too_far_ahead")
    # Last night's small hours are those of its date.
    if order.wish.day < today - (_BACK if order.force else timedelta(days=1)):
        return Refusal(code="past_date")
    return None


def _why_no_start(book: DayBook, order: Order) -> str:
    if not book.starts:
        return "closed_day"
    day, minute = wall_clock(book.day, order.minute)
    if book.card.skips(day, minute):
        return "no_such_time"
    return "time_not_offered" if shift_running(book.card, day, minute) else "outside_hours"


def _off_the_grid(book: DayBook, order: Order) -> Start | None:
    day, minute = wall_clock(book.day, order.minute)
    shift = shift_running(book.card, day, minute)
    if shift is None and order.force:
        shift = lasting(USUAL_MINUTES)
    if shift is None or book.card.skips(day, minute):
        return None
    return Start(day=day, minute=minute, shift=shift, starts_at=book.card.at(day, minute))


def lasting(minutes: int, *, name: str = "") -> Shift:
    """A service made up for a party that stays so long, whatever its size."""
    return Shift(weekday=0, name=name, opens=0, last_seating=0, closes=0, turn_minutes=min(max(minutes, 1), 1440))


def _own_start(book: DayBook, known: Reservation, party: int) -> Start:
    """The start that a party has already; how long it stays is looked up anew only for another number of guests."""
    day, minute = date.fromisoformat(known.date), minute_of(known.time)
    running = shift_running(book.card, day, minute)
    shift = lasting((known.ends_at - known.starts_at) // 60_000, name=known.shift)
    if running and party != known.party_size and known.status is not ReservationStatus.SEATED:
        shift = running
    return Start(day=day, minute=minute, shift=shift, starts_at=known.starts_at)


def _kept(book: DayBook, wish: Wish, known: Reservation, start: Start, *, as_it_is: bool) -> Seating | None:
    """The tables the party has, where they will do at `start`.

    `as_it_is`: it has them at that very time. What else they are meant for was no reason then, and is none now.
    """
    own = seating_of(book.card, known.table_ids)
    if own and own.area_id in wish.refused:
        return None
    if own and as_it_is:
        own = replace(own, min_party=1, shifts=frozenset(), capacity=max(own.capacity, known.party_size))
    quarters = start.quarters(book.card, wish.party)
    ways = (own,) if own and own.is_for(wish.party) else ()
    suiting = suited(book, ways, start, quarters, area_id=wish.area_id, accessible=wish.accessible)
    return suiting[0] if suiting else None


def _seated(book: DayBook, order: Order, start: Start, *, now_ms: int) -> Offer | Refusal:
    wish = order.wish
    found = _named(book, order, start) if order.table_ids else _best(book, wish, start)
    if isinstance(found, str):
        return Refusal(code=found, alternatives=_instead(book, order, now_ms=now_ms))
    return _offer(book, order, start, found)


def _instead(book: DayBook, order: Order, *, now_ms: int) -> tuple[Start, ...]:
    """The nearest times for the party: where tables are named, those at which they are free."""
    if not order.table_ids:
        return alternatives(book, order.wish, now_ms=now_ms)
    return nearest(book, order.wish, lambda start: isinstance(_named(book, order, start), Seating), now_ms=now_ms)


def _offer(book: DayBook, order: Order, start: Start, seating: Seating) -> Offer:
    stay = start.stay(book.card, order.wish.party)
    return Offer(start=start, seating=seating, high_chairs=book.chairs_left(stay, order.wish.high_chairs))


def _named(book: DayBook, order: Order, start: Start) -> Seating | str:
    """The tables named, however many seats they have; or the code of why they cannot be had."""
    named = seating_of(book.card, order.table_ids)
    if named is None or not book.card.in_service(named.table_ids, start.night):
        return "out_of_service"
    taken = book.taken(start.quarters(book.card, order.wish.party))
    return named if taken.isdisjoint(named.table_ids) else "table_taken"


def _best(book: DayBook, wish: Wish, start: Start) -> Seating | str:
    def best(area_id: str) -> Seating | None:
        return seat(book, start, party=wish.party, area_id=area_id, accessible=wish.accessible, refused=wish.refused)

    found = best(wish.area_id)
    if found:
        return found
    if wish.party > book.card.most_seats:
        return "party_too_large"
    if wish.accessible and not could_seat(book.card, wish.party, accessible=True):
        return "not_accessible"
    return "area_full" if wish.area_id and best("") else "full"
