"""May this party come then, and if not, when? Pure decisions over a restaurant's card and one date's book."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.hours import Start, receives_on, starts_from
from appliance.domain.meals import FAR, is_of_meal, likeliest, meal_at
from appliance.domain.nights import NIGHT_ENDS, wall_clock
from appliance.domain.restaurant import RestaurantCard, RestaurantStatus, Seating
from appliance.domain.seating import DayBook, could_seat, largest_party, seat
from appliance.domain.spoken.spans import Span

MAX_ALTERNATIVES = 3
_WITH_ALTERNATIVES = frozenset({"full", "past_time", "too_soon", "outside_hours", "time_not_offered"})


class Wish(Struct, frozen=True, kw_only=True):
    """What a caller asks for; `minutes` are the times the words can mean ("a las nueve": 21:00 or 9:00).

    They count from the midnight that begins `day`; from 1440 on in the small hours of the night that begins on it.
    `accessible`: somebody comes in a wheelchair. `open` when the hour was left open: it is asked, be it the only one.
    Where only one end of it was said, whatever else is offered lies within `sides`. Where one hour was to be tried
    after the other, these are `in_turn`. In the areas of `refused` they will not sit.
    """

    day: date
    minutes: tuple[int, ...]
    party: int
    area_id: str = ""
    accessible: bool = False
    high_chairs: int = 0
    open: bool = False
    sides: tuple[Span, ...] = ()
    in_turn: tuple[Span, ...] = ()
    refused: frozenset[str] = frozenset()

    def is_on_side(self, minute: int) -> bool:
        return not self.sides or any(side.holds(minute) for side in self.sides)


class Offer(Struct, frozen=True, kw_only=True):
    """A start with a table free. `in_area` is false when the wished area is full and this is another one.

    `high_chairs` are those of the wish that are free then: too few are no reason to turn a family away, if told.
    """

    start: Start
    seating: Seating
    in_area: bool = True
    high_chairs: int = 0


class Refusal(Struct, frozen=True, kw_only=True):
    """Why not, as a stable code, and the nearest starts that do have a table: of that date, or see `elsewhen`.

    `minute`, counted as in the wish, is the one time that was meant, None when it could be several.
    """

    code: str
    minute: int | None = None
    alternatives: tuple[Start, ...] = ()


def refuse_day(card: RestaurantCard, day: date, *, now_ms: int) -> Refusal | None:
    """The reasons that make a whole date impossible, whatever the time."""
    refusal = out_of_reach(card, day, now_ms=now_ms)
    if refusal:
        return refusal
    if not receives_on(card, day):
        return Refusal(code="closed_day")
    today = card.date_at(now_ms)
    return Refusal(code="day_over") if day == today and not services_to_come(card, day, now_ms=now_ms) else None


def services_to_come(card: RestaurantCard, day: date, *, now_ms: int) -> list[list[Start]]:
    """The starts of `day` and its night that are not too soon to be booked, service by service, last night's too."""
    starts = starts_from(card, day, from_ms=_soonest(card, now_ms))
    services = groupby(starts, key=lambda start: (start.night, start.shift))
    return [list(service) for _, service in services]


def out_of_reach(card: RestaurantCard, day: date, *, now_ms: int, minutes: Sequence[int] = ()) -> Refusal | None:
    """The reasons that do not even need a look at the hours: nothing can be booked that far, or at all.

    With `minutes` as in a wish: those of the small hours are of the next date, and so not past while it lasts.
    """
    today = card.date_at(now_ms)
    if card.status is not RestaurantStatus.ACTIVE:
        return Refusal(code="restaurant_paused")
    if day < today and not (minutes and wall_clock(day, max(minutes))[0] >= today):
        return Refusal(code="past_date")
    if (day - today).days > card.horizon_days:
        return Refusal(code="too_far_ahead")
    return None


def refuse_party(card: RestaurantCard, party: int) -> Refusal | None:
    if party < 1:
        return Refusal(code="party_size_invalid")
    if card.event_party and party >= card.event_party:
        return Refusal(code="private_event")
    if party > largest_party(card):
        return Refusal(code="party_too_large")
    return None


def decide(book: DayBook, wish: Wish, *, now_ms: int) -> Offer | Refusal:
    """Whether the wish can be met, with which table, and if not, why and what instead."""
    refusal = refuse_party(book.card, wish.party)
    refusal = refusal or out_of_reach(book.card, wish.day, now_ms=now_ms, minutes=wish.minutes)
    if refusal:
        return refusal
    if not book.starts:
        return Refusal(code="closed_day")
    if book.timetable.places.keys().isdisjoint(wish.minutes):
        return _not_served(book, wish, now_ms=now_ms)
    if wish.accessible and not could_seat(book.card, wish.party, accessible=True):
        return Refusal(code="not_accessible")
    return _decide_when(book, wish, now_ms=now_ms)


def _decide_when(book: DayBook, wish: Wish, *, now_ms: int) -> Offer | Refusal:
    """Which of the times that are served is meant, and whether there is a table then."""
    coming = starts_asked(book, wish, now_ms=now_ms)
    if wish.in_turn and (first := _first_of(book, wish, coming, now_ms=now_ms)):
        coming, wish = [first], replace(wish, open=False)
    if len(coming) > 1 or (coming and wish.open):
        return _ask_which(book, wish, coming, now_ms=now_ms)
    if not coming:
        return Refusal(code="past_time", alternatives=alternatives(book, wish, now_ms=now_ms))
    if len(wish.minutes) > 1:
        wish = replace(wish, minutes=(coming[0].minute_from(book.day),))
    return _seat_at(book, wish, coming[0], now_ms=now_ms)


def _first_of(book: DayBook, wish: Wish, starts: Sequence[Start], *, now_ms: int) -> Start | None:
    """The start of the first turn in which a table can be had, if it is one."""
    for rank in sorted({span.rank for span in wish.in_turn}):
        spans = [span for span in wish.in_turn if span.rank == rank]
        turn = [start for start in starts if any(span.holds(start.minute_from(book.day)) for span in spans)]
        if free := list(_bookable(book, wish, turn, now_ms=now_ms)):
            return free[0] if len(free) == 1 else None
    return None


def start_asked(book: DayBook, wish: Wish, *, now_ms: int) -> Start | None:
    """The one start that the wish means; None when it could be several or there is none."""
    coming = starts_asked(book, wish, now_ms=now_ms)
    return coming[0] if len(coming) == 1 else None


def starts_asked(book: DayBook, wish: Wish, *, now_ms: int) -> list[Start]:
    """The starts that the wish can mean. Nobody means an hour that has passed: at noon, "a las nueve" is tonight."""
    asked = map(book.start_at, sorted(set(wish.minutes)))
    return [start for start in asked if start and start.starts_at >= now_ms]


def _seat_at(book: DayBook, wish: Wish, start: Start, *, now_ms: int) -> Offer | Refusal:
    others = partial(alternatives, book, wish, now_ms=now_ms)
    minute = start.minute_from(book.day)
    if start.starts_at < _soonest(book.card, now_ms):
        return Refusal(code="too_soon", minute=minute, alternatives=others())
    chairs = book.chairs_left(start.stay(book.card, wish.party), wish.high_chairs) if wish.high_chairs else 0
    seating = _seating(book, wish, start)
    if seating:
        return Offer(start=start, seating=seating, high_chairs=chairs)
    elsewhere = _seating(book, replace(wish, area_id=""), start) if wish.area_id else None
    if elsewhere:
        return Offer(start=start, seating=elsewhere, in_area=False, high_chairs=chairs)
    return Refusal(code=_why_none(book.card, wish, start), minute=minute, alternatives=others())


_WHY_NONE = ("full", "not_accessible", "no_such_table")
"""The one that leaves most to hope for first."""


def _why_none(card: RestaurantCard, wish: Wish, start: Start) -> str:
    """Whether the tables are taken, or none is for such a party in that service, whoever comes."""
    could = partial(could_seat, card, wish.party, shift=start.shift.name)
    if could(accessible=wish.accessible):
        return "full"
    return "not_accessible" if wish.accessible and could() else "no_such_table"


def _seating(book: DayBook, wish: Wish, start: Start) -> Seating | None:
    return seat(book, start, party=wish.party, area_id=wish.area_id, accessible=wish.accessible, refused=wish.refused)


def _ask_which(book: DayBook, wish: Wish, starts: Sequence[Start], *, now_ms: int) -> Refusal:
    """Morning or evening? Only what could be booked is worth the question."""
    possible = tuple(_bookable(book, wish, starts, now_ms=now_ms))
    if possible:
        return Refusal(code="ambiguous_time", alternatives=possible)
    reasons = {_why_none(book.card, wish, start) for start in _in_time(book, starts, now_ms=now_ms)}
    code = next((reason for reason in _WHY_NONE if reason in reasons), "too_soon")
    return Refusal(code=code, alternatives=alternatives(book, wish, now_ms=now_ms))


def _not_served(book: DayBook, wish: Wish, *, now_ms: int) -> Refusal:
    """The asked time is no start. A date with nothing but last night's small hours is closed to any other wish."""
    near = tuple(filter(book.receives_at, wish.minutes))
    if not near and wish.minutes and not book.has_shifts:
        return Refusal(code="closed_day")
    code = "time_not_offered" if near else "outside_hours"
    meant = near or likeliest(book.card, wish.minutes)
    minute = meant[0] if len(meant) == 1 < len(wish.minutes) else None
    likely = wish if meant == wish.minutes else replace(wish, minutes=meant)
    return Refusal(code=code, minute=minute, alternatives=alternatives(book, likely, now_ms=now_ms))


def alternatives(book: DayBook, wish: Wish, *, now_ms: int, most: int = MAX_ALTERNATIVES) -> tuple[Start, ...]:
    """The nearest starts of the date that have a table for the party, as in `nearest`.

    In the wished area; in any when that one has none all day.
    """
    found = nearest(book, wish, lambda start: _seating(book, wish, start) is not None, now_ms=now_ms, most=most)
    if wish.area_id and not found:
        return alternatives(book, replace(wish, area_id=""), now_ms=now_ms, most=most)
    return found


def nearest(
    book: DayBook, wish: Wish, has_room: Callable[[Start], bool], *, now_ms: int, most: int = MAX_ALTERNATIVES
) -> tuple[Start, ...]:
    """The nearest starts of the date that are not too soon and have room, in order of time.

    Those of the meal that is wished for, if it has any: nobody who wants to dine is sent to lunch before. Last night
    is over for who did not ask for its hours.
    """
    minutes, soonest = wish.minutes or (NIGHT_ENDS,), _soonest(book.card, now_ms)
    first = 0 if min(minutes) < NIGHT_ENDS else NIGHT_ENDS
    found: list[tuple[int, Start]] = []
    for distance, minute, place in book.timetable.ranked(minutes):
        start = book.starts[place]
        if minute >= first and start.starts_at >= soonest and wish.is_on_side(minute) and has_room(start):
            found.append((distance, start))
            if len(found) == most:
                break
    of_meal = [one for one in found if one[0] < FAR]
    return tuple(sorted([start for _, start in of_meal or found], key=attrgetter("starts_at")))


def meal_missed(wish: Wish, refusal: Refusal) -> int | None:
    """The time of a lunch or dinner of which the date has nothing left: the days around may have."""
    is_one = len(wish.minutes) == 1 or (wish.open and len(set(map(meal_at, wish.minutes))) == 1)
    minute = wish.minutes[len(wish.minutes) // 2] if is_one else refusal.minute
    if refusal.code not in _WITH_ALTERNATIVES or minute is None or meal_at(minute) is None:
        return None
    return None if any(is_of_meal(start, wish.day, minute) for start in refusal.alternatives) else minute


def elsewhen(refusal: Refusal, wish: Wish, minute: int, books: Iterable[DayBook], *, now_ms: int) -> Refusal:
    """The refusal with the meal of that minute as other days have it, before the date's nearest of another meal.

    One time of each day.
    """
    wished = wish if wish.open else replace(wish, minutes=(minute,))
    found = [_same_meal(book, replace(wished, day=book.day), minute, now_ms=now_ms) for book in books]
    of_meal = tuple(start for start in found if start)
    others = sorted(refusal.alternatives, key=lambda start: abs(start.minute_from(wish.day) - minute))
    return replace(refusal, alternatives=(*of_meal, *others[:1])) if of_meal else refusal


def _same_meal(book: DayBook, wish: Wish, minute: int, *, now_ms: int) -> Start | None:
    """The start nearest to that minute among those nearest to what is wished for, if it is one of that meal."""
    if refuse_party(book.card, wish.party) or out_of_reach(book.card, wish.day, now_ms=now_ms):
        return None
    most = MAX_ALTERNATIVES if wish.open else 1
    near = alternatives(book, wish, now_ms=now_ms, most=most)
    found = (start for start in near if is_of_meal(start, book.day, minute))
    return min(found, key=lambda start: abs(start.minute_from(book.day) - minute), default=None)


def first_table(book: DayBook, wish: Wish, *, now_ms: int) -> Start | None:
    """The first start of the date, or of its night, that the party could book, whatever time was wished for."""
    if refuse_party(book.card, wish.party) or out_of_reach(book.card, wish.day, now_ms=now_ms):
        return None
    return next(_bookable(book, wish, book.starts, now_ms=now_ms), None)


def _bookable(book: DayBook, wish: Wish, starts: Iterable[Start], *, now_ms: int) -> Iterator[Start]:
    """Those of `starts` that are not too soon and have a table."""
    return (start for start in _in_time(book, starts, now_ms=now_ms) if _seating(book, wish, start))


def _in_time(book: DayBook, starts: Iterable[Start], *, now_ms: int) -> Iterator[Start]:
    soonest = _soonest(book.card, now_ms)
    return (start for start in starts if start.starts_at >= soonest)


def _soonest(card: RestaurantCard, now_ms: int) -> int:
    """The earliest start that may still be booked; never one in the past."""
    return now_ms + max(card.min_notice_minutes, 0) * 60_000
