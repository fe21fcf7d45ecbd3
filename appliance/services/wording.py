"""Decisions as answers: the sentence to say, and beside it the facts as they were understood."""

from collections.abc import Sequence
from datetime import date

from msgspec import UNSET
from msgspec.structs import replace

from appliance.contract import Booking, Slot, ToolAnswer
from appliance.domain.area_kinds import is_open_air
from appliance.domain.availability import Offer, Refusal, Wish
from appliance.domain.handover import somebody_answers
from appliance.domain.hours import Start, clock_text, minute_of
from appliance.domain.needs_told import read_back
from appliance.domain.nights import wall_clock
from appliance.domain.phrases import phrase
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import could_seat
from appliance.domain.spoken.names import same_person
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.say import (
    chairs_words,
    day_words,
    days_words,
    join_words,
    moment_words,
    party_words,
    time_words,
    weekday_told,
)
from appliance.domain.spoken.text import fold
from appliance.domain.waitlist import Entry
from appliance.services.arguments import Ask, Heard, hear
from appliance.services.open_hours import hours_words, which_open_hour
from appliance.services.service_words import not_served, times_words, which_hour
from appliance.services.service_words import offer as offer_instead

_OF_THE_DATE = frozenset({"past_date", "too_far_ahead", "closed_day", "day_over"})
"""Refusals that are true of the date that was said, whatever the time."""
_OF_THE_HOUR = frozenset({"time_not_offered", "too_soon"})
"""Refusals whose sentence leaves the date out."""
_ASKING = frozenset({"party_size_invalid", "ambiguous_time", "past_date"})
"""Refusals that are a question themselves."""
_READ_OUT = 3
"""So many bookings or times are read out to choose from."""
_WRITTEN_DOWN = frozenset({"booked", "modified"})
_OF_WHICH_HOUR = frozenset({"missing_time", "unclear_time"})
_OF_OPEN_HOURS = {"full": "full_then", "outside_hours": "outside_then"}
"""What is said instead where no one hour was refused."""
_FOR_A_PERSON = frozenset({"party_too_large", "private_event", "not_accessible", "restaurant_paused"})
"""Refusals of what only a person can see to."""


def question(ask: Ask, code: str, heard: Heard | None = None, *, say: str = "") -> ToolAnswer:
    """Ask back, in the words of `say` where they are not those of the code; what *was* understood goes along."""
    if code == "ambiguous_date":
        return _which_day(ask, heard or hear(ask))
    day, minute = _understood(heard) if heard else (None, None)
    asked = _which_hour(ask, heard) if code in _OF_WHICH_HOUR else _which_area(ask) if code == "unclear_area" else ""
    return ToolAnswer(
        ok=False,
        code=code,
        say=asked or phrase(say or code, ask.lang),
        date=day.isoformat() if day else UNSET,
        time=clock_text(minute) if minute is not None else UNSET,
        party_size=heard.party if heard and heard.party is not None else UNSET,
    )


def _which_area(ask: Ask) -> str:
    """Names those that were perhaps meant, where they are few."""
    names = ask.areas_named
    if not 1 < len(names) <= _READ_OUT:
        return ""
    return phrase("which_area", ask.lang, options=join_words(names, ask.lang, last="or"))


def _which_day(ask: Ask, heard: Heard) -> ToolAnswer:
    """The dates that were perhaps meant, to choose from."""
    if not heard.days:
        return question(ask, "unclear_date", heard)
    _, minute = _understood(heard)
    return ToolAnswer(
        ok=False,
        code="ambiguous_date",
        say=_choose_day(ask, heard),
        dates=[day.isoformat() for day in heard.days],
        time=clock_text(minute % 1440) if minute is not None else UNSET,
        party_size=heard.party if heard.party is not None else UNSET,
    )


def _choose_day(ask: Ask, heard: Heard) -> str:
    options = days_words(heard.days, ask.lang, today=ask.today)
    if heard.told is None:
        return phrase("ambiguous_date", ask.lang, options=options)
    day, weekday = weekday_told(heard.told, ask.lang, today=ask.today)
    return phrase("wrong_weekday", ask.lang, day=day, weekday=weekday, options=options)


def _which_hour(ask: Ask, heard: Heard | None) -> str:
    """Asks for one of the hours that were left open, else with the hours there are; empty where nothing is known."""
    if heard is None:
        return ""
    return which_open_hour(ask, heard) if heard.spans else which_hour(ask, heard)


def _understood(heard: Heard) -> tuple[date | None, int | None]:
    """The calendar and the clock, as far as they are certain."""
    minute = heard.minutes[0] if len(heard.minutes) == 1 else None
    if heard.day is None or minute is None:
        return heard.day, minute
    return wall_clock(heard.day, minute)


def plain(code: str, lang: str) -> ToolAnswer:
    """A refusal that is only a sentence."""
    return ToolAnswer(ok=False, code=code, say=phrase(code, lang))


def for_a_person(ask: Ask, code: str) -> ToolAnswer:
    """A refusal of what only a person can see to."""
    answer = plain(code, ask.lang)
    return replace(answer, say=f"{answer.say} {_a_person(ask)}")


def _a_person(ask: Ask) -> str:
    """The offer to put the caller through where somebody answers now, else to take a message."""
    return phrase("offer_person" if somebody_answers(ask.card, ask.now_ms) else "offer_message", ask.lang)


def offered(ask: Ask, wish: Wish, offer: Offer, *, unknown_area: bool) -> ToolAnswer:
    """There is a table — where it was wished, or somewhere else."""
    card, start = ask.card, offer.start
    area = area_name(card, offer.seating.area_id)
    facts = _facts(
        ask, start.day, start.minute, wish.party, area=_spoken(card, area, wished=bool(wish.area_id and offer.in_area))
    )
    code = "available" if offer.in_area else "available_elsewhere"
    if offer.in_area:
        say = phrase("available_no_such_area" if unknown_area else code, ask.lang, **facts)
    else:
        say = phrase(code, ask.lang, **facts, **_lacking(ask, wish), area=area)
    return ToolAnswer(
        ok=True,
        code=code,
        say=_chairs_first(ask, offer.high_chairs, say) if offer.high_chairs < wish.high_chairs else say,
        available=True,
        date=start.day.isoformat(),
        time=start.time,
        party_size=wish.party,
        area=area,
    )


def area_full(ask: Ask, wish: Wish, offer: Offer) -> ToolAnswer:
    """Not booked: the wished area is full, another has room, and the guest should say whether that is fine."""
    facts = _facts(ask, offer.start.day, offer.start.minute, wish.party)
    area = area_name(ask.card, offer.seating.area_id)
    return ToolAnswer(
        ok=False,
        code="area_full",
        say=phrase("area_full", ask.lang, **facts, **_lacking(ask, wish), area=area),
        available=True,
        date=offer.start.day.isoformat(),
        time=offer.start.time,
        party_size=wish.party,
        area=area,
    )


def refused(ask: Ask, wish: Wish, refusal: Refusal, *, done: bool = False) -> ToolAnswer:
    """Why not, and what instead. `done`: the question was answered, be it with no (a full house)."""
    if is_choice(wish, refusal):
        return _choose_hour(ask, wish, refusal, done=done)
    minute = _minute_meant(wish, refusal)
    day, clock = _echo(wish, refusal)
    say = not_served(ask, wish, refusal, minute) or _why_not(ask, wish, refusal, minute)
    return ToolAnswer(
        ok=done,
        code=refusal.code,
        say=say if refusal.code in _ASKING else f"{say} {_instead(ask, wish, refusal)}",
        available=False,
        date=day.isoformat(),
        time=clock_text(clock) if clock is not None else UNSET,
        party_size=wish.party,
        alternatives=[slot(start) for start in refusal.alternatives],
    )


def is_choice(wish: Wish, refusal: Refusal) -> bool:
    """Whether nothing was refused, but left open by the caller."""
    return wish.open and refusal.code == "ambiguous_time"


def _choose_hour(ask: Ask, wish: Wish, which: Refusal, *, done: bool) -> ToolAnswer:
    """What is free of the hours that were left open; of many the first, the last and the one between are read out."""
    free = which.alternatives
    named = free if len(free) <= _READ_OUT else (free[0], free[len(free) // 2], free[-1])
    words = "free_then_one" if len(free) == 1 else "free_then" if len(free) <= _READ_OUT else "free_then_such_as"
    options = times_words(ask, named)
    day = day_words(wish.day, ask.lang, today=ask.today, inside=True)
    return ToolAnswer(
        ok=done,
        code=which.code,
        say=phrase(words, ask.lang, day=day, party=party_words(wish.party, ask.lang), options=options),
        available=True,
        date=wish.day.isoformat(),
        party_size=wish.party,
        alternatives=[slot(start) for start in free],
    )


def booked(ask: Ask, one: Booking, *, unknown_area: bool) -> ToolAnswer:
    if one.status == ReservationStatus.PENDING:
        words = "modified_no_such_area" if unknown_area else "found"
    else:
        words = "booked_no_such_area" if unknown_area else "booked"
    return _with_chairs_or_not(ask, one, _standing(ask, one, "booked", words=words))


def spot_first(ask: Ask, answer: ToolAnswer, *, noted: bool = True) -> ToolAnswer:
    """First that the spot they wish for is noted, or can be, and promised to nobody."""
    if not ask.spots:
        return answer
    return replace(answer, say=f"{phrase('spot_noted' if noted else 'spot_to_note', ask.lang)} {answer.say}")


def _with_chairs_or_not(ask: Ask, one: Booking, answer: ToolAnswer) -> ToolAnswer:
    return replace(answer, say=_chairs_first(ask, one.high_chairs or 0, answer.say)) if one.chairs_short else answer


def _chairs_first(ask: Ask, chairs: int, say: str) -> str:
    """First what cannot be had, and what can: the sentence may end in a question."""
    first = phrase("few_high_chairs" if chairs else "no_high_chair", ask.lang, chairs=chairs_words(chairs, ask.lang))
    return f"{first} {say}"


def modified(ask: Ask, one: Booking, *, unknown_area: bool) -> ToolAnswer:
    words = "modified_no_such_area" if unknown_area else "modified"
    return _with_chairs_or_not(ask, one, _standing(ask, one, "modified", words=words))


def kept_for_you(ask: Ask, one: Booking) -> ToolAnswer:
    """A table that somebody waited for is theirs once they say yes."""
    return replace(_about(ask, one, "kept_for_you"), available=True, reservations=[one])


def already_booked(ask: Ask, wish: Wish, offer: Offer, own: Reservation) -> ToolAnswer:
    """They have a table for that meal: that very one, or one that could become what they ask for."""
    has = booking(own, ask.card)
    same = _is_as_it_was(own, wish, offer) and not own.is_offer
    words = "already_yours" if same else "already_kept" if own.is_offer else "already_booked"
    facts = _booking_facts(ask, has) | {"wanted": _wanted(ask, wish, offer, own)}
    return ToolAnswer(
        ok=False,
        code="already_booked",
        say=phrase(words, ask.lang, **facts),
        available=True,
        date=offer.start.day.isoformat(),
        time=offer.start.time,
        party_size=wish.party,
        area=area_name(ask.card, wish.area_id),
        reservation=has,
    )


def _wanted(ask: Ask, wish: Wish, offer: Offer, own: Reservation) -> str:
    """What would become another: the hour, the party, the area."""
    facts = _facts(ask, offer.start.day, offer.start.minute, wish.party, area=area_name(ask.card, wish.area_id))
    is_moved, is_resized = offer.start.starts_at != own.starts_at, wish.party != own.party_size
    said = [time_words(offer.start.minute, ask.lang)] if is_moved else []
    return ", ".join([*said, str(facts["party"])] if is_resized or wish.area_id or not said else said)


def and_the_other(ask: Ask, answer: ToolAnswer, other: Reservation) -> ToolAnswer:
    """They have another table for that meal, which they may not need any more."""
    facts = _booking_facts(ask, booking(other, ask.card))
    return replace(answer, say=f"{answer.say} {phrase('cancel_too', ask.lang, **facts)}")


def free_after_all(ask: Ask, wish: Wish, offer: Offer) -> ToolAnswer:
    """Nobody was put on the waiting list: there is a table."""
    area = _spoken(ask.card, area_name(ask.card, offer.seating.area_id), wished=False)
    facts = _facts(ask, offer.start.day, offer.start.minute, wish.party, area=area)
    answer = offered(ask, wish, offer, unknown_area=False)
    return replace(answer, ok=False, say=phrase("free_after_all", ask.lang, **facts))


def waitlisted(ask: Ask, wish: Wish, *, unknown_area: bool) -> ToolAnswer:
    """On the waiting list. It is no booking, and the sentence says so."""
    day, minute = wall_clock(wish.day, wish.minutes[0])
    wished = area_name(ask.card, wish.area_id)
    words = "waitlisted_no_such_area" if unknown_area else "waitlisted_area" if wished else "waitlisted"
    say = phrase(words, ask.lang, **_facts(ask, day, minute, wish.party), wished=wished)
    return ToolAnswer(
        ok=True,
        code="waitlisted",
        say=f"{say} {phrase('not_booked_yet', ask.lang)}",
        date=day.isoformat(),
        time=clock_text(minute),
        party_size=wish.party,
        area=wished,
    )


def not_moved(ask: Ask, wish: Wish, why: Refusal | Offer, known: Reservation) -> ToolAnswer:
    """Why the booking does not become what was asked for, or only in another area; it stays what it was.

    A table that is only kept for somebody is no booking that stands.
    """
    if isinstance(why, Refusal):
        answer = refused(ask, wish, _but_what_they_have(why, wish, known))
    else:
        answer = _only_there(ask, wish, why) if _is_as_it_was(known, wish, why) else area_full(ask, wish, why)
    return answer if known.is_offer else replace(answer, say=f"{phrase('still_stands', ask.lang)} {answer.say}")


def _but_what_they_have(why: Refusal, wish: Wish, known: Reservation) -> Refusal:
    """Nobody is offered instead what they have already."""
    had = (known.starts_at, known.party_size)
    return replace(why, alternatives=tuple(one for one in why.alternatives if (one.starts_at, wish.party) != had))


def _is_as_it_was(known: Reservation, wish: Wish, offer: Offer) -> bool:
    """Whether the guest would have in the other area what they have there already."""
    same = (known.area_id, known.starts_at, known.party_size)
    suits = not wish.accessible or "wheelchair" in known.needs
    return suits and same == (offer.seating.area_id, offer.start.starts_at, wish.party)


def _only_there(ask: Ask, wish: Wish, offer: Offer) -> ToolAnswer:
    """The wished area is full, and there is nothing to offer but what they have."""
    facts = _facts(ask, offer.start.day, offer.start.minute, wish.party)
    say = phrase("area_full_only", ask.lang, **facts, **_lacking(ask, wish))
    return replace(area_full(ask, wish, offer), say=say, available=False, area=UNSET)


def cancelled(ask: Ask, one: Booking) -> ToolAnswer:
    """`one` says whether it was a booking, a table that was only kept for them, or a place in the waiting list."""
    words = "list_left" if one.waiting else "given_up" if one.kept_for_you else "cancelled"
    return _about(ask, one, "cancelled", words=words)


def already_cancelled(ask: Ask, one: Booking) -> ToolAnswer:
    return _about(ask, one, "already_cancelled")


def cancel_too(ask: Ask, one: Booking) -> ToolAnswer:
    """Not cancelled: one was cancelled in this call, and this one was not named."""
    words = "leave_too" if one.waiting else "give_up_too" if one.kept_for_you else "cancel_too"
    return replace(_about(ask, one, "cancel_too", words=words), ok=False)


def found(ask: Ask, one: Booking) -> ToolAnswer:
    """What they have, be it only kept for them, or a place in the waiting list."""
    if one.kept_for_you:
        return kept_for_you(ask, one)
    if one.waiting:
        answer = _about(ask, one, "waitlisted", words="waiting_found")
        answer = replace(answer, say=f"{answer.say} {phrase('not_booked_yet', ask.lang)}")
    else:
        answer = _standing(ask, one, "found")
    return replace(answer, reservations=[one])


def which_one(ask: Ask, several: Sequence[Booking], *, ok: bool) -> ToolAnswer:
    """Several are meant; the guest should choose. Nobody listens to more than a few being read out."""
    return ToolAnswer(ok=ok, code="which_one", say=_which(ask, several), reservations=list(several))


def _which(ask: Ask, several: Sequence[Booking]) -> str:
    """What to ask for: what has not been said yet, as far as that can tell them apart."""
    options = _options(ask, several)
    if len(options) == 1:
        # Who has said a name already would only say it again.
        if isinstance(ask.name(), Unclear) and len({fold(one.name) for one in several}) > 1:
            return phrase("which_name", ask.lang)
        if names := _other_names(ask, several):
            return phrase("which_of_names", ask.lang, names=join_words(names, ask.lang, last="and"))
        return f"{phrase('all_alike', ask.lang, options=options[0])} {_a_person(ask)}"
    if len(options) > _READ_OUT and len({(one.date, one.time) for one in several}) > 1:
        return phrase("which_of_many", ask.lang)
    if len(options) > _READ_OUT and len({one.party_size for one in several}) > 1:
        return phrase("which_party", ask.lang)
    return phrase("which_one", ask.lang, options=join_words(options, ask.lang, last="and"))


def _other_names(ask: Ask, several: Sequence[Booking]) -> list[str]:
    """The names that tell bookings apart where none is the one that was said; none when they are too many."""
    names = list(dict.fromkeys(one.name for one in several))
    return names if 1 < len(names) <= _READ_OUT and _is_of_none(ask, several) else []


def _is_of_none(ask: Ask, several: Sequence[Booking]) -> bool:
    """Whether a name was said that none goes by."""
    said = ask.name()
    return not isinstance(said, Unclear) and not any(same_person(said, one.name) for one in several)


def another_found(ask: Ask, several: Sequence[Booking], *, days: Sequence[date]) -> ToolAnswer:
    """None is what the guest says; these they have around then. Nothing is done to one before they say yes."""
    day = days[0] if len(days) == 1 else None
    options = _options(ask, several)[:_READ_OUT]
    words = "another_found" if len(several) == 1 else "others_found"
    others = phrase(words, ask.lang, options=join_words(options, ask.lang, last="and"))
    return ToolAnswer(
        ok=False,
        code="another_found",
        say=f"{_not_seen(ask, several, day)} {others}",
        date=day.isoformat() if day else UNSET,
        reservations=list(several),
    )


def _not_seen(ask: Ask, several: Sequence[Booking], day: date | None) -> str:
    """The day is named where it is what does not fit, or else the name."""
    if day is None or any(one.date == day.isoformat() for one in several):
        return phrase("not_seen_named" if _is_of_none(ask, several) else "not_seen", ask.lang)
    return phrase("not_seen_on", ask.lang, day=day_words(day, ask.lang, today=ask.today, inside=True))


def _options(ask: Ask, several: Sequence[Booking]) -> list[str]:
    """The guest's bookings to choose from; a table that is only kept for them is said to be that. Each is said once."""
    words = (phrase(_words_of(one), ask.lang, **_booking_facts(ask, one)) for one in several)
    return list(dict.fromkeys(words))


def _words_of(one: Booking) -> str:
    return "waiting_words" if one.waiting else "kept_words" if one.kept_for_you else "booking_words"


def then(ask: Ask, at_ms: int, *, today: str, later: str) -> str:
    """A sentence about an instant to come: in the words of `today`, which leave the date out, or of `later`."""
    day, minute = ask.card.wall(at_ms)
    if day == ask.today:
        return phrase(today, ask.lang, time=time_words(minute, ask.lang))
    day_said, time_said = moment_words(day, minute, ask.lang, today=ask.today)
    return phrase(later, ask.lang, day=day_said, time=time_said)


def booking(reservation: Reservation, card: RestaurantCard, *, chairs_short: bool = False) -> Booking:
    return Booking(
        id=reservation.id,
        date=reservation.date,
        time=reservation.time,
        party_size=reservation.party_size,
        area=area_name(card, reservation.area_id),
        status=reservation.status.value,
        name=reservation.name,
        area_wished=reservation.area_wished or UNSET,
        kept_for_you=reservation.is_offer or UNSET,
        needs=list(reservation.needs) or UNSET,
        high_chairs=reservation.high_chairs or UNSET,
        chairs_short=chairs_short or UNSET,
    )


def waiting(entry: Entry, card: RestaurantCard) -> Booking:
    """A place in the waiting list, shown as a booking is."""
    day, minute = entry.start
    return Booking(
        id=entry.id,
        date=day.isoformat(),
        time=clock_text(minute),
        party_size=entry.party_size,
        area=area_name(card, entry.area_id),
        status=entry.state.value,
        name=entry.name,
        area_wished=bool(entry.area_id) or UNSET,
        waiting=True,
    )


def area_name(card: RestaurantCard, area_id: str) -> str:
    area = card.areas_by_id.get(area_id)
    return area.name if area else ""


def slot(start: Start) -> Slot:
    return Slot(date=start.day.isoformat(), time=start.time)


def _spoken(card: RestaurantCard, area: str, *, wished: bool) -> str:
    """The area by its name where it is spoken of: nobody should find out at the door that they sit in the open air."""
    there = wished or any(is_open_air(one) for one in card.areas if one.name == area)
    return area if there else ""


def _facts(ask: Ask, day: date, minute: int, party: int, *, area: str = "") -> dict[str, object]:
    """When and for how many, and in which area where one is given."""
    day_said, time_said = moment_words(day, minute, ask.lang, today=ask.today)
    party_said = party_words(party, ask.lang)
    if area:
        party_said = phrase("party_in_area", ask.lang, party=party_said, area=area)
    return {"day": day_said, "time": time_said, "party": party_said}


def _lacking(ask: Ask, wish: Wish) -> dict[str, object]:
    """What the wished area has not: a table that suits, be it only then or at any time."""
    ever = could_seat(ask.card, wish.party, area_id=wish.area_id, accessible=wish.accessible)
    words = phrase(
        "none_left" if ever else "none_there",
        ask.lang,
        table=_table(ask, wish),
        party=party_words(wish.party, ask.lang),
    )
    return {"lacking": words, "wished": area_name(ask.card, wish.area_id)}


def _table(ask: Ask, wish: Wish) -> str:
    return phrase("accessible_table" if wish.accessible else "table", ask.lang)


def _why_not(ask: Ask, wish: Wish, refusal: Refusal, minute: int) -> str:
    words = _OF_OPEN_HOURS.get(refusal.code, refusal.code) if wish.open else refusal.code
    facts = _refusal_facts(ask, wish, refusal.code, minute)
    return phrase(words, ask.lang, **facts, options=times_words(ask, refusal.alternatives))


def _refusal_facts(ask: Ask, wish: Wish, code: str, minute: int) -> dict[str, object]:
    facts = _facts(ask, wish.day, minute, wish.party) | {"days": ask.card.horizon_days, "table": _table(ask, wish)}
    if code in _OF_THE_DATE:
        facts["day"] = day_words(wish.day, ask.lang, today=ask.today, inside=True)
    if code in _OF_THE_HOUR:
        facts["time"] = time_words(minute, ask.lang)
    if wish.open:
        facts["day"] = day_words(wish.day, ask.lang, today=ask.today, inside=True)
        facts["span"] = hours_words(ask, wish.day, wish.minutes)
    return facts


def _echo(wish: Wish, refusal: Refusal) -> tuple[date, int | None]:
    """The calendar and the clock that were refused; no time where several were possible or none was the reason."""
    minute = wish.minutes[0] if len(wish.minutes) == 1 else refusal.minute
    if minute is None or (refusal.code in _OF_THE_DATE and minute >= 1440):
        return wish.day, None
    return wall_clock(wish.day, minute)


def _minute_meant(wish: Wish, refusal: Refusal) -> int:
    """The time to speak of: the one meant; of several possible, that nearest to what can be had, else the latest."""
    if refusal.minute is not None:
        return refusal.minute
    if not refusal.alternatives:
        return wish.minutes[-1] if wish.minutes else 0
    offered = [start.minute_from(wish.day) for start in refusal.alternatives]
    return min(wish.minutes, key=lambda minute: min(abs(at - minute) for at in offered))


def _instead(ask: Ask, wish: Wish, refusal: Refusal) -> str:
    if refusal.code in _FOR_A_PERSON or (refusal.code == "no_such_table" and not refusal.alternatives):
        return _a_person(ask)
    return offer_instead(ask, wish, refusal.alternatives)


def _standing(ask: Ask, one: Booking, code: str, *, words: str = "") -> ToolAnswer:
    """About a booking that stands, which one that the staff have yet to confirm does not quite."""
    answer = _about(ask, one, code, words=words, needs=_needs(ask, one, code))
    if one.status != ReservationStatus.PENDING:
        return answer
    return replace(answer, say=f"{answer.say} {phrase('to_be_confirmed', ask.lang)}")


def _needs(ask: Ask, one: Booking, code: str) -> str:
    """What is needed, read back where it has just been written down; and where it was, without what is no more."""
    if code not in _WRITTEN_DOWN:
        return ""
    dropped = ask.needs().dropped if code == "modified" else ()
    return read_back(one.needs or (), one.high_chairs or 0, ask.lang, dropped=dropped)


def _about(ask: Ask, one: Booking, code: str, *, words: str = "", needs: str = "") -> ToolAnswer:
    area = _spoken(ask.card, one.area, wished=bool(one.area_wished))
    return ToolAnswer(
        ok=True,
        code=code,
        say=phrase(words or code, ask.lang, **_booking_facts(ask, one, area=area), needs=needs),
        date=one.date,
        time=one.time,
        party_size=one.party_size,
        area=one.area,
        reservation=one,
    )


def _booking_facts(ask: Ask, one: Booking, *, area: str | None = None) -> dict[str, object]:
    """`area`: the one to name; that which was wished for, when none is given."""
    named = (one.area if one.area_wished else "") if area is None else area
    facts = _facts(ask, date.fromisoformat(one.date), minute_of(one.time), one.party_size, area=named)
    return facts | {"name": one.name}
