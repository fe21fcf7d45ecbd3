"""Maitre's readers, and what they read as the corpus writes it."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from appliance.domain.spoken.moments import read_day, read_time
from appliance.domain.spoken.names import read_name
from appliance.domain.spoken.numbers import read_party
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.phones import read_phone
from appliance.domain.spoken.spans import Span
from benchmarks.spoken.corpus import ASK, Phrase

_MADRID = ZoneInfo("Europe/Madrid")


def _day(phrase: Phrase) -> object:
    return read_day(phrase.words, today=phrase.today, zone=_MADRID, lang=phrase.lang).day


def _hours(phrase: Phrase) -> object:
    said = read_time(phrase.words, today=phrase.today, zone=_MADRID, lang=phrase.lang)
    return said.spans or said.times


_READERS: dict[str, Callable[[Phrase], object]] = {
    "days": _day,
    "hours": _hours,
    "parties": lambda phrase: read_party(phrase.words),
    "phones": lambda phrase: read_phone(phrase.words, region=phrase.region),
    "names": lambda phrase: read_name(phrase.words),
}


def read(phrase: Phrase) -> object:
    """What the reader of its kind makes of the phrase."""
    return _READERS[phrase.kind](phrase)


def written(value: object) -> str:
    """A value read, in the corpus's notation."""
    match value:
        case Unclear(days=days, counts=counts):
            return " ".join((ASK, *map(str, days or counts)))
        case date():
            return value.isoformat()
        case (Span(), *_):
            return " ".join((ASK, *map(_span, value)))
        case tuple():
            return " ".join(clock(minute) for minute in value)
        case _:
            return str(value)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _span(span: Span) -> str:
    """An end that was left open is not written."""
    first, last = clock(span.first), clock(span.last)
    if span.hour is None:
        return f"{first}-{last}"
    return f"{first}-" if span.is_onwards else f"-{last}"
