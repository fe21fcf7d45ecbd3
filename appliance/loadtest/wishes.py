"""What a caller wants, made up so that it could be true: a day and a time the restaurant serves, a party it seats."""

import random
from datetime import date, timedelta

from msgspec import Struct

from appliance.domain.hours import Start, clock_text, closed_whole_day, shifts_on, starts_on
from appliance.domain.restaurant import RestaurantCard, Seating
from appliance.domain.seating import largest_party
from appliance.loadtest.words import day_words, party_words, spoken_day, spoken_party, spoken_time, time_words

_DAYS_AHEAD = 9
_PARTIES = (1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 5, 6, 7, 8)
_PRIME = frozenset({14 * 60, 14 * 60 + 30, 21 * 60, 21 * 60 + 30})
_WISHED_AREA = 0.35
_LEAD_MS = 60 * 60_000
"""Nobody books for so soon that the time may have passed before the call ends."""


class TableWish(Struct, frozen=True, kw_only=True):
    """A table wished for, as meant; `words` are the agent's arguments, `spoken` what the guest says of them."""

    day: date
    minute: int
    party: int
    area: str = ""
    words: dict[str, str | int]
    spoken: dict[str, str]

    @property
    def time(self) -> str:
        return clock_text(self.minute)


class Caller(Struct, frozen=True, kw_only=True):
    """From where a wish is seen: the restaurant, the instant and the language of the call."""

    card: RestaurantCard
    now_ms: int
    language: str

    @property
    def today(self) -> date:
        return self.card.date_at(self.now_ms)

    def days(self) -> tuple[date, ...]:
        return tuple(
            self.today + timedelta(days=ahead) for ahead in range(min(_DAYS_AHEAD, self.card.horizon_days) + 1)
        )


def table_wish(caller: Caller, rng: random.Random) -> TableWish | None:
    """A table at a time that is offered, more often at the hours everybody wants; None when nothing is served."""
    starts = [start for day in caller.days() for start in _wishable(caller, day)]
    if not starts:
        return None
    start = rng.choices(starts, [4 if start.minute in _PRIME else 1 for start in starts])[0]
    party, area = _party_and_area(caller.card, start, rng)
    return _worded(caller, start.day, start.minute, party=party, area=area, rng=rng)


def between_seatings(caller: Caller, rng: random.Random) -> TableWish | None:
    """A time within service at which no table is given: the guest will be offered those beside it."""
    offered = table_wish(caller, rng)
    if offered is None:
        return None
    minute = _halfway(starts_on(caller.card, offered.day), offered.minute)
    return _worded(caller, offered.day, minute, party=offered.party, area="", rng=rng)


def _halfway(starts: tuple[Start, ...], minute: int) -> int:
    """A time between `minute` and its neighbour of the same shift, on the clock's five-minute marks."""
    shift = next(start.shift for start in starts if start.minute == minute)
    times = sorted(start.minute for start in starts if start.shift == shift)
    neighbour = next(
        (time for time in times if time > minute), max((time for time in times if time < minute), default=minute)
    )
    return (minute + neighbour) // 10 * 5


def closed_day_wish(caller: Caller, rng: random.Random) -> TableWish | None:
    """A table on a day without service; None for a house that never closes."""
    closed = [day for day in caller.days()[1:] if _is_closed(caller.card, day)]
    offered = table_wish(caller, rng)
    if not closed or offered is None:
        return None
    return _worded(caller, rng.choice(closed), offered.minute, party=offered.party, area="", rng=rng)


def _is_closed(card: RestaurantCard, day: date) -> bool:
    return closed_whole_day(card, day) or not shifts_on(card, day)


def _wishable(caller: Caller, day: date) -> list[Start]:
    # The small hours belong to the night before in everybody's mouth: not for a made-up caller.
    soonest = caller.now_ms + caller.card.min_notice_minutes * 60_000 + _LEAD_MS
    return [start for start in starts_on(caller.card, day) if start.starts_at >= soonest and start.minute >= 12 * 60]


def _party_and_area(card: RestaurantCard, start: Start, rng: random.Random) -> tuple[int, str]:
    most = largest_party(card)
    fitting = [party for party in _PARTIES if party <= most and _seatings(card, start, party)] or [1]
    party = rng.choice(fitting)
    areas = sorted({seating.area_id for seating in _seatings(card, start, party)})
    if not areas or rng.random() >= _WISHED_AREA:
        return party, ""
    area = card.areas_by_id[rng.choice(areas)]
    return party, rng.choice((area.name, area.name, *area.synonyms)).lower()


def _seatings(card: RestaurantCard, start: Start, party: int) -> list[Seating]:
    return [
        seating
        for seating in card.seatings
        if seating.min_party <= party <= seating.capacity and (not seating.shifts or start.shift.name in seating.shifts)
    ]


def _worded(caller: Caller, day: date, minute: int, *, party: int, area: str, rng: random.Random) -> TableWish:
    language = caller.language
    words: dict[str, str | int] = {
        "date": day_words(day, caller.today, language, rng),
        "time": time_words(minute, language, rng),
        "party_size": party_words(party, language, rng),
    }
    spoken = {
        "day": spoken_day(day, caller.today, language),
        "time": spoken_time(minute, language),
        "party": spoken_party(party, language),
    }
    if area:
        words["area"] = spoken["area"] = area
    return TableWish(day=day, minute=minute, party=party, area=area, words=words, spoken=spoken)
