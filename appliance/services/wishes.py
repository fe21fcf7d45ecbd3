"""What a caller wants, as the rules take it: from the arguments of a tool to a wish and a guest, or to a question."""

import re

from msgspec import UNSET, Struct
from msgspec.structs import replace

from appliance.contract import ToolAnswer
from appliance.domain.availability import Offer, Wish, out_of_reach, refuse_day, refuse_party
from appliance.domain.hours import receives_at
from appliance.domain.meals import Meal, serves
from appliance.domain.needs import Needs
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.seating import Held
from appliance.domain.spoken.outcome import Unclear
from appliance.services.agent import asking, wording
from appliance.services.agent.arguments import Ask
from appliance.services.agent.hearing import Heard, all_written
from appliance.services.agent.open_hours import left_open, minutes_in


class Guest(Struct, frozen=True, kw_only=True):
    name: str
    phone: str


def wish_of(ask: Ask, heard: Heard, needs: Needs, *, may_choose: bool = False) -> Wish | ToolAnswer:
    """What is wanted, or the question or explanation that comes first.

    With `may_choose` an hour that was left open is no question yet: what is free then is to be offered first.
    """
    refusal = None
    if heard.party is not None:
        refusal = refuse_party(ask.card, heard.party)
    if heard.day and not refusal:
        if heard.question:
            refusal = refuse_day(ask.card, heard.day, now_ms=ask.now_ms)
        else:  # with all understood, the book will tell whether the day is a closed one
            refusal = out_of_reach(ask.card, heard.day, now_ms=ask.now_ms, minutes=heard.minutes)
    wish = Wish(
        day=heard.day or ask.today,
        minutes=_minutes(ask, heard),
        party=heard.party or 0,
        area_id=ask.area_id,
        refused=ask.refused_areas,
        accessible=needs.accessible,
        high_chairs=needs.high_chairs,
    )
    if refusal:
        answer = wording.refused(ask, wish, refusal)
        return answer if heard.day else replace(answer, date=UNSET)
    if may_choose and (spans := left_open(ask, heard)):
        one_sided = tuple(span for span in spans if span.hour is not None)
        in_turn = tuple(spans) if any(span.rank for span in spans) else ()
        minutes = minutes_in(ask.card, wish.day, spans)
        return replace(wish, minutes=minutes, open=True, sides=one_sided, in_turn=in_turn)
    if heard.question or heard.day is None or heard.party is None:
        return asking.questions(ask, heard.questions, heard)
    return wish


def about(heard: Heard) -> Heard:
    """With the party that is about so many taken for that: to look for a table, one more or less may wait."""
    if len(heard.parties) != 1:
        return heard
    left = tuple(code for code in heard.questions if code != "unclear_party_size")
    return replace(heard, party=heard.parties[0], questions=left)


_TWELVE = re.compile(r"12:\d\d(?::\d\d)? ?h?")


def _minutes(ask: Ask, heard: Heard) -> tuple[int, ...]:
    """The times that are meant: "12:30" as a 24 hour clock writes it is past noon, and agents write like one.

    It is of the night where guests are received then, and there is no lunch that it could be too early for.
    """
    noon = tuple(minute for minute in heard.minutes if 12 * 60 <= minute < 13 * 60)
    if not (noon and heard.day and all_written(_TWELVE, ask.said("time"))):
        return heard.minutes
    at_night = receives_at(ask.card, heard.day, noon[0] + 720) and not serves(ask.card, heard.day, Meal.LUNCH)
    return heard.minutes if at_night else noon


def guest_of(ask: Ask) -> Guest | str:
    """Who asks, or the code of the question to ask."""
    name, phone = ask.name(), ask.phone()
    if isinstance(name, Unclear):
        return f"{name.why}_name"
    if isinstance(phone, Unclear):
        return f"{phone.why}_phone"
    return Guest(name=name, phone=phone)


def held_for(card: RestaurantCard, wish: Wish, offer: Offer) -> Held:
    """What an offer would take."""
    return Held(
        stay=offer.start.stay(card, wish.party),
        party_size=wish.party,
        high_chairs=offer.high_chairs,
        table_ids=offer.seating.table_ids,
    )
