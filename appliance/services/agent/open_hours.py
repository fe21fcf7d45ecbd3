"""Hours that a caller leaves open: what they can mean that day, and how they are said."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from appliance.domain.hours import receives_at, starts_from
from appliance.domain.meals import likeliest
from appliance.domain.phrases import phrase
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.say import READ_OUT, day_briefly, day_words, moments_words, span_words, time_words
from appliance.domain.spoken.spans import WHOLE_DAY, Span
from appliance.services.agent.arguments import Ask
from appliance.services.agent.hearing import Heard
from appliance.services.agent.service_words import house_hours

ONLY_HOUR = ("unclear_time",)
"""The codes of the questions where the hour is all that is left to ask."""
_HALF_DAY = 720


def left_open(ask: Ask, heard: Heard) -> Sequence[Span]:
    """The hours that are meant, where the hour is all that is left to ask; none where it is not."""
    if heard.questions != ONLY_HOUR or heard.day is None:
        return ()
    return _meant(ask.card, heard.day, heard.spans)


def minutes_in(card: RestaurantCard, day: date, spans: Sequence[Span]) -> tuple[int, ...]:
    """The starts to choose from; where there are none, the ends that were said, of an open end nothing."""
    return _starts(card, day, spans) or (() if any(span.hour is not None for span in spans) else _ends(spans))


def _meant(card: RestaurantCard, day: date | None, spans: Sequence[Span]) -> Sequence[Span]:
    """Those that begin while guests are received; with an open end, else those of the likeliest hour.

    From nine on is not from nine in the morning on where lunch is the first meal.
    """
    if day:
        begun = [span for span in spans if receives_at(card, day, span.begins)]
    else:
        begun = [one for one in spans if any(shift.opens <= one.begins <= shift.last_seating for shift in card.shifts)]
    hours = tuple(span.hour for span in spans if span.hour is not None)
    likely = likeliest(card, hours)
    return begun or [span for span in spans if span.hour is None or span.hour in likely]


def _starts(card: RestaurantCard, day: date, spans: Sequence[Span]) -> tuple[int, ...]:
    """The starts of the day in any of those spans; an open end reaches to that of the first service it touches."""
    starts = starts_from(card, day, from_ms=0)
    services = [list(service) for _, service in groupby(starts, key=lambda start: (start.night, start.shift))]
    minutes = [[start.minute_from(day) for start in service] for service in services]
    return tuple(sorted({minute for span in spans for minute in _touched(span, minutes)}))


def _touched(span: Span, services: Sequence[Sequence[int]]) -> Sequence[int]:
    held = [[minute for minute in service if span.holds(minute)] for service in services]
    held = [service for service in held if service]
    if span.hour is None or not held:
        return [minute for service in held for minute in service]
    return held[0 if span.is_onwards else -1]


def _ends(spans: Sequence[Span]) -> tuple[int, ...]:
    return tuple(sorted({minute for span in spans for minute in (span.first, span.last)}))


def which_open_hour(ask: Ask, heard: Heard) -> str:
    """Asks for one hour of those that were left open."""
    then = open_words(ask, heard)
    if heard.day and not _open_minutes(ask, heard):
        return none_then(ask, heard.day, then)
    if heard.day:
        then = f"{day_briefly(heard.day, ask.lang, today=ask.today)} {then}"
    if _are_few(heard.spans, _open_minutes(ask, heard)):
        return phrase("ambiguous_time", ask.lang, when=then)
    return phrase("which_hour", ask.lang, span=then)


def none_then(ask: Ask, day: date, then: str) -> str:
    """That nobody is received on that side of an hour, and when somebody is."""
    said = day_words(day, ask.lang, today=ask.today, inside=True)
    return " ".join(filter(None, (phrase("outside_then", ask.lang, day=said, span=then), house_hours(ask, day))))


def open_words(ask: Ask, heard: Heard) -> str:
    """The hours that were left open; empty when none were, or all."""
    if not heard.spans or WHOLE_DAY in heard.spans:
        return ""
    minutes = _open_minutes(ask, heard)
    if not minutes:
        return side_words(ask, _meant(ask.card, heard.day, heard.spans))
    if _are_few(heard.spans, minutes):
        return hours_words(ask, heard.day or ask.today, minutes)
    return _from_to(ask, minutes)


def side_words(ask: Ask, spans: Sequence[Span]) -> str:
    """On which side of which hour: "a partir de las once de la noche"."""
    span = spans[-1]
    words = "from_then_on" if span.is_onwards else "before_then"
    return phrase(words, ask.lang, time=time_words(span.begins, ask.lang))


def _open_minutes(ask: Ask, heard: Heard) -> tuple[int, ...]:
    """Without a day, an end that was left open is no hour to name."""
    spans = _meant(ask.card, heard.day, heard.spans)
    if heard.day:
        return minutes_in(ask.card, heard.day, spans)
    return () if any(span.hour is not None for span in spans) else _ends(spans)


def _are_few(spans: Sequence[Span], minutes: Sequence[int]) -> bool:
    """Whether hours were said one by one, few enough to be said so again."""
    return all(span.first == span.last for span in spans) and len(minutes) <= READ_OUT


def hours_words(ask: Ask, day: date, minutes: Sequence[int]) -> str:
    """A few hours one by one, many from the first to the last; those of morning and evening at once are not said."""
    if len(minutes) <= READ_OUT:
        return phrase("at_times", ask.lang, options=_options(ask, day, minutes))
    return _from_to(ask, minutes)


def _from_to(ask: Ask, minutes: Sequence[int]) -> str:
    if len(minutes) == 1:
        return phrase("at_times", ask.lang, options=_options(ask, ask.today, minutes))
    if 0 < minutes[-1] - minutes[0] < _HALF_DAY:
        return span_words(minutes[0], minutes[-1], ask.lang)
    return phrase("at_those_times", ask.lang)


def _options(ask: Ask, day: date, minutes: Sequence[int]) -> str:
    return moments_words([(day, minute) for minute in minutes], ask.lang, today=ask.today)
