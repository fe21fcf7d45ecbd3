"""What "ahora", "en media hora" or "a última hora" come to, by a restaurant's clock and the services of the day."""

from datetime import date
from itertools import groupby

from msgspec.structs import replace

from appliance.domain.hours import starts_from
from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.loose import Kind, Loose
from appliance.domain.spoken.moments import Moment
from appliance.domain.spoken.spans import WHOLE_DAY, Span

_ROUNDED_MINUTES = 30
"""So far at most is the next start that is meant with an instant."""
_LAST_STARTS = 3


def settled(
    moment: Moment, loose: Loose, card: RestaurantCard, *, day: date | None, part: tuple[int, int] | None, now_ms: int
) -> Moment:
    """The moment with the hours that are meant on `day`, where it is known, within a part of it."""
    today, at = card.wall(now_ms)
    if loose.kind is Kind.IN:
        return replace(
            moment, day=today, times=(_next_start(card, today, at + loose.minutes, now_ms + loose.minutes * 60_000),)
        )
    if loose.kind is Kind.NOW:
        return replace(moment, day=today, spans=(_from(at),))
    if loose.kind is Kind.SOONEST:
        return replace(moment, spans=(_from(_soonest(at, part)) if day == today else WHOLE_DAY,))
    return replace(moment, spans=(_last_starts(card, day, part, now_ms) if day else WHOLE_DAY,))


def _from(minute: int) -> Span:
    return Span(minute, WHOLE_DAY.last, minute)


def _soonest(at: int, part: tuple[int, int] | None) -> int:
    """Now, or when the part of the day begins; in the small hours its night is on."""
    return max(at, part[0]) if part and at >= NIGHT_ENDS else at


def _next_start(card: RestaurantCard, today: date, minute: int, at_ms: int) -> int:
    """The first start from that minute on, if it is near; else that minute itself."""
    coming = min((start.minute_from(today) for start in starts_from(card, today, from_ms=at_ms)), default=minute)
    return coming if coming - minute <= _ROUNDED_MINUTES else minute


def _last_starts(card: RestaurantCard, day: date, part: tuple[int, int] | None, now_ms: int) -> Span:
    """Those of the last service of the day, or of its part."""
    hours = range(*part or (WHOLE_DAY.first, WHOLE_DAY.last + 1))
    starts = [start for start in starts_from(card, day, from_ms=now_ms) if start.minute_from(day) in hours]
    services = [list(service) for _, service in groupby(starts, key=lambda start: (start.night, start.shift))]
    if not services:
        return WHOLE_DAY
    last = services[-1][-_LAST_STARTS:]
    return Span(last[0].minute_from(day), last[-1].minute_from(day))
