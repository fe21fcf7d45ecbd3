"""Decisions as answers: the sentence to say, and beside it the facts as they were understood."""

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import UNSET
from msgspec.structs import replace

from appliance.contract import Slot, ToolAnswer
from appliance.domain.area_kinds import is_always_told
from appliance.domain.availability import Offer, Refusal, Wish
from appliance.domain.handover import somebody_answers
from appliance.domain.hours import Start, clock_text
from appliance.domain.nights import wall_clock
from appliance.domain.phrases import phrase, takes
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import could_seat
from appliance.domain.spoken.say import (
    READ_OUT,
    chairs_words,
    day_briefly,
    day_words,
    moment_words,
    moments_words,
    party_words,
    time_words,
    weekday_told,
)
from appliance.services.agent.arguments import Ask
from appliance.services.agent.open_hours import hours_words, side_words
from appliance.services.agent.service_words import house_hours, not_served, times_words
from appliance.services.agent.service_words import offer as offer_instead

_OF_THE_DATE = frozenset({"past_date", "too_far_ahead", "closed_day", "day_over"})
"""Refusals that are true of the date that was said, whatever the time."""
_OF_THE_HOUR = frozenset({"time_not_offered", "too_soon"})
"""Refusals whose sentence leaves the date out."""
_ASKING = frozenset({"party_size_invalid", "ambiguous_time", "past_date"})
"""Refusals that are a question themselves."""
_OF_OPEN_HOURS = {"full": "full_then", "outside_hours": "outside_then"}
"""What is said instead where no one hour was refused."""
_FOR_A_PERSON = frozenset({"party_too_large", "private_event", "not_accessible", "restaurant_paused"})
"""Refusals of what only a person can see to."""


def plain(code: str, lang: str) -> ToolAnswer:
    """A refusal that is only a sentence."""
    return ToolAnswer(ok=False, code=code, say=phrase(code, lang))


def for_a_person(ask: Ask, code: str) -> ToolAnswer:
    """A refusal of what only a person can see to."""
    answer = plain(code, ask.lang)
    return replace(answer, say=f"{answer.say} {a_person(ask)}")


def a_person(ask: Ask) -> str:
    """The offer to put the caller through where somebody answers now, else to take a message."""
    return phrase("offer_person" if somebody_answers(ask.card, ask.now_ms) else "offer_message", ask.lang)


def offered(ask: Ask, wish: Wish, offer: Offer, *, unknown_area: bool) -> ToolAnswer:
    """There is a table — where it was wished, or somewhere else."""
    card, start = ask.card, offer.start
    area = area_name(card, offer.seating.area_id)
    facts = facts_of(
        ask,
        start.day,
        start.minute,
        wish.party,
        area=spoken_area(card, area, wished=bool(wish.area_id and offer.in_area)),
    )
    code = "available" if offer.in_area else "available_elsewhere"
    if offer.in_area:
        say = phrase("available_no_such_area" if unknown_area else code, ask.lang, **facts)
    else:
        say = phrase(code, ask.lang, **facts, **lacking(ask, wish), area=area)
    return ToolAnswer(
        ok=True,
        code=code,
        say=chairs_first(ask, offer.high_chairs, say) if offer.high_chairs < wish.high_chairs else say,
        available=True,
        date=start.day.isoformat(),
        time=start.time,
        party_size=wish.party,
        area=area,
    )


def area_full(ask: Ask, wish: Wish, offer: Offer) -> ToolAnswer:
    """Not booked: the wished area is full, another has room, and the guest should say whether that is fine."""
    facts = facts_of(ask, offer.start.day, offer.start.minute, wish.party)
    area = area_name(ask.card, offer.seating.area_id)
    return ToolAnswer(
        ok=False,
        code="area_full",
        say=phrase("area_full", ask.lang, **facts, **lacking(ask, wish), area=area),
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
    named = free if len(free) <= READ_OUT else (free[0], free[len(free) // 2], free[-1])
    words = "free_then_one" if len(free) == 1 else "free_then" if len(free) <= READ_OUT else "free_then_such_as"
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


def spot_first(ask: Ask, answer: ToolAnswer, *, noted: bool = True) -> ToolAnswer:
    """First that the spot they wish for is noted, or can be, and promised to nobody."""
    if not ask.spots:
        return answer
    return replace(answer, say=f"{phrase('spot_noted' if noted else 'spot_to_note', ask.lang)} {answer.say}")


def chairs_first(ask: Ask, chairs: int, say: str) -> str:
    """First what cannot be had, and what can: the sentence may end in a question."""
    few = phrase("few_high_chairs" if chairs else "no_high_chair", ask.lang, chairs=chairs_words(chairs, ask.lang))
    first = phrase("no_high_chairs_here", ask.lang) if ask.card.high_chairs == 0 else few
    return f"{first} {say}"


def then(ask: Ask, at_ms: int, *, today: str, later: str) -> str:
    """A sentence about an instant to come: in the words of `today`, which leave the date out, or of `later`."""
    day, minute = ask.card.wall(at_ms)
    if day == ask.today:
        return phrase(today, ask.lang, time=time_words(minute, ask.lang))
    day_said, time_said = moment_words(day, minute, ask.lang, today=ask.today)
    return phrase(later, ask.lang, day=day_said, time=time_said)


def area_name(card: RestaurantCard, area_id: str) -> str:
    area = card.areas_by_id.get(area_id)
    return area.name if area else ""


def slot(start: Start) -> Slot:
    return Slot(date=start.day.isoformat(), time=start.time)


def spoken_area(card: RestaurantCard, area: str, *, wished: bool) -> str:
    """The area by its name where it is spoken of: nobody should find out at the door where they sit."""
    there = wished or any(is_always_told(one) for one in card.areas if one.name == area)
    return area if there else ""


def facts_of(ask: Ask, day: date, minute: int, party: int, *, area: str = "") -> dict[str, object]:
    """When and for how many, and in which area where one is given."""
    day_said, time_said = moment_words(day, minute, ask.lang, today=ask.today)
    party_said = party_words(party, ask.lang)
    if area:
        party_said = phrase("party_in_area", ask.lang, party=party_said, area=area)
    return {"day": day_said, "time": time_said, "party": party_said}


def lacking(ask: Ask, wish: Wish) -> dict[str, object]:
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
    if "when" in takes(words):
        facts["when"] = _when(ask, wish, refusal.alternatives)
    if "last" in takes(words):
        facts["last"] = _last_day(ask)
    return phrase(words, ask.lang, **facts)


def _when(ask: Ask, wish: Wish, starts: Sequence[Start]) -> str:
    """The day and the times to choose from; the small hours say themselves whose they are."""
    at = phrase("at_times", ask.lang, options=times_words(ask, starts))
    if any(start.day != start.night for start in starts):
        return at
    return f"{day_briefly(wish.day, ask.lang, today=ask.today)} {at}"


def _refusal_facts(ask: Ask, wish: Wish, code: str, minute: int) -> dict[str, object]:
    facts = facts_of(ask, wish.day, minute, wish.party)
    facts["table"] = _table(ask, wish)
    if code in _OF_THE_DATE:
        facts["day"] = day_words(wish.day, ask.lang, today=ask.today, inside=True)
    if code in _OF_THE_HOUR:
        facts["time"] = moments_words([wall_clock(wish.day, minute)], ask.lang, today=ask.today)
    if wish.open:
        facts["day"] = day_words(wish.day, ask.lang, today=ask.today, inside=True)
        facts["span"] = hours_words(ask, wish.day, wish.minutes) if wish.minutes else side_words(ask, wish.sides)
    return facts


def _last_day(ask: Ask) -> str:
    """The last date that can be booked."""
    last = ask.today + timedelta(days=ask.card.horizon_days)
    return weekday_told(last, ask.lang, today=ask.today)[0]


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
        return a_person(ask)
    if wish.open and not wish.minutes and (hours := house_hours(ask, wish.day)):
        return hours
    return offer_instead(ask, wish, refusal.alternatives)
