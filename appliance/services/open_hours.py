"""Hours that a caller leaves open: what they can mean that day, and how they are said."""

from collections.abc import Sequence
from datetime import date

from appliance.domain.hours import receives_at, starts_from
from appliance.domain.phrases import phrase
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.say import day_briefly, moments_words, span_words
from appliance.domain.spoken.spans import Span
from appliance.services.arguments import Ask, Heard

_ONLY_HOUR = ("unclear_time",)
_READ_OUT = 3
"""So many hours are named one by one."""
_HALF_DAY = 720


def minutes_left_open(ask: Ask, heard: Heard) -> tuple[int, ...]:
    """The starts to choose from where the hour is all that is left to ask; where there are none, what was said."""
    if heard.questions != _ONLY_HOUR or heard.day is None or not heard.spans:
        return ()
    return _starts(ask.card, heard.day, heard.spans) or _ends(heard.spans)


def _starts(card: RestaurantCard, day: date, spans: Sequence[Span]) -> tuple[int, ...]:
    """The starts of the day in those spans that begin while guests are received; else in any of them.

    From nine on is not from nine in the morning on where lunch is the first meal.
    """
    begun = [span for span in spans if receives_at(card, day, span.first)]
    minutes = (start.minute_from(day) for start in starts_from(card, day, from_ms=0))
    return tuple(minute for minute in minutes if any(span.first <= minute <= span.last for span in begun or spans))


def _some_day(card: RestaurantCard, spans: Sequence[Span]) -> Sequence[Span]:
    """Those that begin while guests are received on one day or another."""
    return [one for one in spans if any(shift.opens <= one.first <= shift.last_seating for shift in card.shifts)]


def _ends(spans: Sequence[Span]) -> tuple[int, ...]:
    return tuple(sorted({minute for span in spans for minute in (span.first, span.last)}))


def which_open_hour(ask: Ask, heard: Heard) -> str:
    """Asks for one hour of those that were left open."""
    then = open_words(ask, heard)
    if heard.day:
        then = f"{day_briefly(heard.day, ask.lang, today=ask.today)} {then}"
    if _are_few(heard.spans, _open_minutes(ask, heard)):
        return phrase("ambiguous_time", ask.lang, when=then)
    return phrase("which_hour", ask.lang, span=then)


def open_words(ask: Ask, heard: Heard) -> str:
    """The hours that were left open; empty when none were."""
    if not heard.spans:
        return ""
    minutes = _open_minutes(ask, heard)
    return (
        hours_words(ask, heard.day or ask.today, minutes) if _are_few(heard.spans, minutes) else _from_to(ask, minutes)
    )


def _open_minutes(ask: Ask, heard: Heard) -> tuple[int, ...]:
    starts = _starts(ask.card, heard.day, heard.spans) if heard.day else ()
    return starts or _ends(_some_day(ask.card, heard.spans) or heard.spans)


def _are_few(spans: Sequence[Span], minutes: Sequence[int]) -> bool:
    """Whether hours were said one by one, few enough to be said so again."""
    return all(span.first == span.last for span in spans) and len(minutes) <= _READ_OUT


def hours_words(ask: Ask, day: date, minutes: Sequence[int]) -> str:
    """A few hours one by one, many from the first to the last; those of morning and evening at once are not said."""
    if len(minutes) <= _READ_OUT:
        return phrase("at_times", ask.lang, options=_options(ask, day, minutes))
    return _from_to(ask, minutes)


def _from_to(ask: Ask, minutes: Sequence[int]) -> str:
    if 0 < minutes[-1] - minutes[0] < _HALF_DAY:
        return span_words(minutes[0], minutes[-1], ask.lang)
    return phrase("at_those_times", ask.lang)


def _options(ask: Ask, day: date, minutes: Sequence[int]) -> str:
    return moments_words([(day, minute) for minute in minutes], ask.lang, today=ask.today)
