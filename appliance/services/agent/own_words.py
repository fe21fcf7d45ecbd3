"""What is said to guests who have a table for that meal, would have it become another, or wait for one."""

from collections.abc import Iterable
from datetime import date

from msgspec import UNSET
from msgspec.structs import replace

from appliance.contract import ToolAnswer
from appliance.domain.availability import Offer, Refusal, Wish
from appliance.domain.hours import clock_text
from appliance.domain.needs_told import read_back
from appliance.domain.nights import wall_clock
from appliance.domain.phrases import phrase
from appliance.domain.reservation import Reservation
from appliance.domain.spoken.say import READ_OUT, join_words, time_words
from appliance.services.agent.arguments import Ask
from appliance.services.agent.booking_words import booking, booking_facts, times_facts
from appliance.services.agent.wording import (
    area_full,
    area_name,
    facts_of,
    is_choice,
    lacking,
    offered,
    refused,
    spoken_area,
)
from appliance.services.wishes import Guest


def already_booked(ask: Ask, wish: Wish, offer: Offer, own: Reservation) -> ToolAnswer:
    """They have a table for that meal: that very one, or one that could become what they ask for."""
    has = booking(own, ask.card)
    same = _is_as_it_was(own, wish, offer) and not own.is_offer
    words = "already_yours" if same else "already_kept" if own.is_offer else "already_booked"
    facts = booking_facts(ask, has) | {"wanted": _wanted(ask, wish, offer, own)}
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


def has_other_name(ask: Ask, own: Reservation, guest: Guest) -> ToolAnswer:
    """They have that very table under another name, or it is kept under that: is it a slip, or are two wanted."""
    return _is_that_it(ask, "kept_under_name" if own.is_offer else "yours_under_name", own, guest)


def has_other_number(ask: Ask, own: Reservation, guest: Guest) -> ToolAnswer:
    """The call has booked them that very table under another number, which only the staff can change."""
    return _is_that_it(ask, "yours_under_number", own, guest)


def _is_that_it(ask: Ask, words: str, own: Reservation, guest: Guest) -> ToolAnswer:
    has = booking(own, ask.card)
    return ToolAnswer(
        ok=False,
        code="already_booked",
        say=phrase(words, ask.lang, **booking_facts(ask, has), other=guest.name),
        available=True,
        date=own.date,
        time=own.time,
        party_size=own.party_size,
        reservation=has,
    )


def _wanted(ask: Ask, wish: Wish, offer: Offer, own: Reservation) -> str:
    """What would become another: the hour, the party, the area."""
    area = area_name(ask.card, wish.area_id)
    facts = facts_of(ask, offer.start.day, offer.start.minute, wish.party, area=area)
    is_moved, is_resized = offer.start.starts_at != own.starts_at, wish.party != own.party_size
    said = [time_words(offer.start.minute, ask.lang)] if is_moved else []
    if is_resized or not (said or area):
        said.append(str(facts["party"]))
    elif area:
        said.append(phrase("in_area" if said else "the_area", ask.lang, area=area))
    return ", ".join(said)


def and_the_other(ask: Ask, answer: ToolAnswer, other: Reservation) -> ToolAnswer:
    """They have another table for that meal, which they may not need any more."""
    facts = booking_facts(ask, booking(other, ask.card))
    return replace(answer, say=f"{answer.say} {phrase('cancel_too', ask.lang, **facts)}")


def with_others(ask: Ask, answer: ToolAnswer, others: Iterable[Reservation]) -> ToolAnswer:
    """Who has booked hears what they have besides, up to a few of the days nearest: it may be needed no more."""
    booked = answer.reservation if answer.code == "booked" else UNSET
    besides = [booking(one, ask.card) for one in others if booked and one.id != booked.id]
    if not (booked and besides):
        return answer
    day = date.fromisoformat(booked.date)
    near = sorted(besides, key=lambda one: abs(date.fromisoformat(one.date) - day))[:READ_OUT]
    told = sorted(near, key=lambda one: (one.date, one.time))
    options = [phrase("on_day_at", ask.lang, **booking_facts(ask, one)) for one in told]
    say = phrase("also_have", ask.lang, options=join_words(options, ask.lang, last="and"))
    return replace(answer, say=f"{answer.say} {say}", reservations=told)


def moves_onto(ask: Ask, other: Reservation) -> ToolAnswer:
    """They have another table for the meal that one is to be moved to."""
    has = booking(other, ask.card)
    say = phrase("moves_onto", ask.lang, **booking_facts(ask, has))
    return ToolAnswer(ok=False, code="already_booked", say=say, reservation=has)


def free_after_all(ask: Ask, wish: Wish, offer: Offer) -> ToolAnswer:
    """Nobody was put on the waiting list: there is a table."""
    area = spoken_area(ask.card, area_name(ask.card, offer.seating.area_id), wished=False)
    facts = facts_of(ask, offer.start.day, offer.start.minute, wish.party, area=area)
    answer = offered(ask, wish, offer, unknown_area=False)
    return replace(answer, ok=False, say=phrase("free_after_all", ask.lang, **facts))


def waitlisted(ask: Ask, wish: Wish, *, unknown_area: bool) -> ToolAnswer:
    """On the waiting list. It is no booking, and the sentence says so."""
    day, minute = wall_clock(wish.day, wish.minutes[0])
    wished = area_name(ask.card, wish.area_id)
    said = ask.needs()
    needs = read_back(said.as_stored(), wish.high_chairs, ask.lang, dropped=said.dropped, remarks=ask.remarks)
    words = "waitlisted_no_such_area" if unknown_area else "waitlisted_area" if wished else "waitlisted"
    facts = facts_of(ask, day, minute, wish.party) | times_facts(ask, wish.day, wish.minutes)
    say = phrase(words, ask.lang, **facts, wished=wished, needs=needs)
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

    A table that is only kept for somebody is no booking that stands. Of hours left open it is asked which.
    """
    if isinstance(why, Refusal) and is_choice(wish, why):
        return refused(ask, wish, _but_what_they_have(why, wish, known))
    if isinstance(why, Refusal):
        answer = refused(ask, wish, _but_what_they_have(why, wish, known))
    else:
        answer = _only_there(ask, wish, why) if _is_as_it_was(known, wish, why) else area_full(ask, wish, why)
    return still_stands(ask, answer, known)


def still_stands(ask: Ask, answer: ToolAnswer, known: Reservation) -> ToolAnswer:
    return answer if known.is_offer else replace(answer, say=f"{phrase('still_stands', ask.lang)} {answer.say}")


def _but_what_they_have(why: Refusal, wish: Wish, known: Reservation) -> Refusal:
    """Nobody is offered instead what they have already, unless it is all that they can choose."""
    had = (known.starts_at, known.party_size)
    others = tuple(one for one in why.alternatives if (one.starts_at, wish.party) != had)
    return replace(why, alternatives=others or (why.alternatives if is_choice(wish, why) else ()))


def _is_as_it_was(known: Reservation, wish: Wish, offer: Offer) -> bool:
    """Whether the guest would have in the other area what they have there already."""
    same = (known.area_id, known.starts_at, known.party_size)
    suits = not wish.accessible or "wheelchair" in known.needs
    return suits and same == (offer.seating.area_id, offer.start.starts_at, wish.party)


def _only_there(ask: Ask, wish: Wish, offer: Offer) -> ToolAnswer:
    """The wished area is full, and there is nothing to offer but what they have."""
    facts = facts_of(ask, offer.start.day, offer.start.minute, wish.party)
    say = phrase("area_full_only", ask.lang, **facts, **lacking(ask, wish))
    return replace(area_full(ask, wish, offer), say=say, available=False, area=UNSET)
