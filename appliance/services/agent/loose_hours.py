"""What "ahora", "en media hora" or "a última hora" come to, by a restaurant's clock and the services of the day."""

from datetime import date, timedelta
from itertools import groupby

from msgspec.structs import replace

from appliance.domain.availability import services_to_come
from appliance.domain.hours import starts_from
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.loose import Kind, Loose
from appliance.domain.spoken.moments import Moment
from appliance.domain.spoken.outcome import MISSING, UNCLEAR
from appliance.domain.spoken.spans import WHOLE_DAY, Span

_ROUNDED_MINUTES = 30
"""So far at most is the next start that is meant with an instant."""
_FEW_STARTS = 3
_SOON_DAYS = 7
"""So many days at most are looked at for the first that has anything."""


def settled(
    moment: Moment, loose: Loose, card: RestaurantCard, *, day: date | None, part: tuple[int, int] | None, now_ms: int
) -> Moment:
    """The moment with the hours that are meant on `day`, where it is known, within a part of it."""
    today, at = card.wall(now_ms)
    if loose.kind is Kind.MOVED or (loose.is_of_now and day not in (None, today)):
        return replace(moment, day=MISSING, times=UNCLEAR)
    if loose.kind is Kind.IN:
        return replace(
            moment, day=today, times=(_next_start(card, today, at + loose.minutes, now_ms + loose.minutes * 60_000),)
        )
    if loose.kind is Kind.NOW:
        return replace(moment, day=today, spans=(_from(at),))
    if loose.kind is Kind.SOONEST:
        return replace(moment, spans=(_from(_soonest(card, part, now_ms)) if day == today else WHOLE_DAY,))
    return replace(moment, spans=(_few_starts(card, day, part, now_ms, kind=loose.kind) if day else WHOLE_DAY,))


def soonest_day(card: RestaurantCard, *, now_ms: int) -> date:
    """The first day with anything that is not too soon to be booked, of the next few; else today."""
    today = card.date_at(now_ms)
    coming = (today + timedelta(days=ahead) for ahead in range(_SOON_DAYS))
    return next((day for day in coming if services_to_come(card, day, now_ms=now_ms)), today)


def _from(minute: int) -> Span:
    return Span(minute, WHOLE_DAY.last, minute)


def _soonest(card: RestaurantCard, part: tuple[int, int] | None, now_ms: int) -> int:
    """Now, or when the part of the day begins; in the small hours that of last night, while guests are received."""
    today, at = card.wall(now_ms)
    if part is None:
        return at
    services = services_to_come(card, today, now_ms=now_ms) if at < NIGHT_ENDS else []
    return at if any(start.night < today for service in services for start in service) else max(at, part[0])


def _next_start(card: RestaurantCard, today: date, minute: int, at_ms: int) -> int:
    """The first start from that minute on, if it is near; else that minute itself."""
    coming = min((start.minute_from(today) for start in starts_from(card, today, from_ms=at_ms)), default=minute)
    return coming if coming - minute <= _ROUNDED_MINUTES else minute


def _few_starts(card: RestaurantCard, day: date, part: tuple[int, int] | None, now_ms: int, *, kind: Kind) -> Span:
    """The last of the day, or of its part, or the first."""
    hours = range(*part or (WHOLE_DAY.first, WHOLE_DAY.last + 1))
    starts = [start for start in starts_from(card, day, from_ms=now_ms) if start.minute_from(day) in hours]
    services = [list(service) for _, service in groupby(starts, key=lambda start: (start.night, start.shift))]
    if not services:
        return WHOLE_DAY
    few = services[0][:_FEW_STARTS] if kind is Kind.FIRST else services[-1][-_FEW_STARTS:]
    return Span(few[0].minute_from(day), few[-1].minute_from(day))
