"""What was said of day, hour and party, taken together, or the questions to ask."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from functools import lru_cache, partial, reduce

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.loose import Kind, Loose
from appliance.domain.spoken.moments import Moment, narrowed, read_day, read_time, spans_of_part
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear, known, one_of
from appliance.domain.spoken.small_hours import of_either_night, of_this_night, spans_of_nights
from appliance.domain.spoken.spans import Span
from appliance.services.agent.arguments import Ask, agreed, same
from appliance.services.agent.loose_hours import settled, soonest_day

WHICH_DAY = "ambiguous_date"
"""The code of the question that lies in `Heard.days`."""
_REMEMBERED_CHARS = 64
_DATE, _CLOCK = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d?[:.h]\d\d(?::\d\d)? ?h?")


class Heard(Struct, frozen=True, kw_only=True):
    """The date, times and party as far as they were understood.

    `questions` are the codes of what to ask, in order: an hour that was left open comes last, as what is free then
    may answer it. `days` are the dates to choose from when two can be meant, `told` the one of them that was said with
    the other's weekday. `part` is the part of the day that was said, as in `Moment`, and `within` where no hour was
    told beside it, what all the parts share; `spans` are the times to choose
    from that were said instead of one, `parties` the sizes, or the one that the party is about.
    """

    day: date | None
    days: tuple[date, ...] = ()
    told: date | None = None
    minutes: tuple[int, ...]
    part: tuple[int, int] | None = None
    within: tuple[int, int] | None = None
    party: int | None
    parties: tuple[int, ...] = ()
    spans: tuple[Span, ...] = ()
    moved: Loose | None = None
    """How far from what was booked the hour is to be."""
    questions: tuple[str, ...]

    @property
    def question(self) -> str:
        """The code of what to ask next, if anything."""
        return next(iter(self.questions), "")

    @property
    def unclear(self) -> tuple[str, ...]:
        """The codes of what was said of day, hour and party, but not understood."""
        return tuple(code for code in self.questions if not code.startswith("missing") and code != "unclear_area")


def hear(ask: Ask) -> Heard:
    heard, when = _in_themselves(ask)
    if when.loose:
        when = _settled(ask, when)
        heard = _heard(when, when.times, when.spans)
    if when.day == ask.today and (when.spans or _may_be_small(when.times)):
        heard = _heard(when, *_of_which_night(ask, when))
    heard = _with_party(heard, ask.party())
    return replace(heard, questions=(*heard.questions, "unclear_area")) if ask.area == UNCLEAR else heard


def _heard(when: "_When", minutes: tuple[int, ...] | Unclear, spans: tuple[Span, ...]) -> Heard:
    """What was said of the day and the hour; the party is not looked at yet."""
    day, minutes = when.day, _one_of(spans, minutes)
    readings = (("date", day), ("time", minutes))
    return Heard(
        day=day if isinstance(day, date) else None,
        days=day.days if isinstance(day, Unclear) else (),
        told=day.told if isinstance(day, Unclear) else None,
        minutes=minutes if isinstance(minutes, tuple) else (),
        part=when.part,
        within=when.within,
        party=None,
        spans=() if isinstance(minutes, tuple) else spans,
        moved=when.moved,
        questions=tuple(f"{value.why}_{field}" for field, value in readings if isinstance(value, Unclear)),
    )


def _with_party(heard: Heard, party: int | Unclear) -> Heard:
    if isinstance(party, int):
        return replace(heard, party=party)
    questions = (*heard.questions, f"{party.why}_party_size")
    if heard.spans:
        questions = tuple(sorted(questions, key=lambda code: code == "unclear_time"))
    return replace(heard, parties=party.counts, questions=questions)


class _When(Struct, frozen=True, kw_only=True):
    """Day and hour as all that was said of them amounts to, by itself; what is `loose` in it needs a clock first."""

    said: tuple[Moment, ...]
    day: date | Unclear
    times: tuple[int, ...] | Unclear
    spans: tuple[Span, ...]
    part: tuple[int, int] | None
    within: tuple[int, int] | None
    tonight: bool
    loose: bool
    moved: Loose | None


def _in_themselves(ask: Ask) -> tuple[Heard, _When]:
    """What the words amount to, whatever the clock shows."""
    dates, times = tuple(ask.said("date")), tuple(ask.said("time"))
    read = _read_before if all(map(_is_brief, dates + times)) else _read
    return read(dates, times, ask.today, ask.card.zone, ask.lang)


def _is_brief(words: object) -> bool:
    return type(words) is str and len(words) <= _REMEMBERED_CHARS


def _read(
    dates: tuple[object, ...], times: tuple[object, ...], today: date, zone: tzinfo, lang: str
) -> tuple[Heard, _When]:
    days = [read_day(words, today=today, zone=zone, lang=lang) for words in dates]
    hours = [read_time(words, today=today, zone=zone, lang=lang) for words in times]
    when = _together((*days, *hours))
    return _heard(when, when.times, when.spans), when


_read_before = lru_cache(maxsize=4096)(_read)
"""Callers, and more so their agents, say the same few things."""


def _together(said: tuple[Moment, ...]) -> _When:
    parts = [moment.part for moment in said]
    return _When(
        said=said,
        day=agreed((moment.day for moment in said), _shared_days),
        times=reduce(narrowed, parts, agreed((moment.times for moment in said), _shared_times)),
        spans=reduce(spans_of_part, parts, _spans(said)),
        part=next(filter(None, parts), None),
        within=_within(said),
        tonight=any(moment.tonight for moment in said),
        loose=any(moment.loose is not None for moment in said),
        moved=next((one.loose for one in said if one.loose and one.loose.kind is Kind.MOVED), None),
    )


def _settled(ask: Ask, when: _When) -> _When:
    """With the hours that a clock or the day's services tell."""
    day = agreed((one.day for one in when.said if not (one.loose and one.loose.is_of_now)), _shared_days)
    if day == MISSING and any(one.loose and one.loose.kind is Kind.SOONEST for one in when.said):
        day = soonest_day(ask.card, now_ms=ask.now_ms)
        when = replace(when, said=(*when.said, Moment(day=day)))
    settle = partial(settled, card=ask.card, day=known(day), part=when.part, now_ms=ask.now_ms)
    return _together(tuple(settle(moment, moment.loose) if moment.loose else moment for moment in when.said))


def _may_be_small(minutes: tuple[int, ...] | Unclear) -> bool:
    """Whether an hour of a night after its midnight may be among them."""
    return isinstance(minutes, tuple) and (minutes[0] < NIGHT_ENDS or minutes[-1] >= 1440)


def _of_which_night(ask: Ask, when: _When) -> tuple[tuple[int, ...] | Unclear, tuple[Span, ...]]:
    """The hours of today, the small ones of the night that is on and of the one to come as far as both can be meant.

    A date and a clock in figures say themselves which: so is written what was offered.
    """
    at, minutes = ask.card.wall(ask.now_ms)[1], when.times
    if isinstance(minutes, tuple):
        either = all_written(_CLOCK, ask.said("time")) and not all_written(_DATE, ask.said("date"))
        minutes = of_this_night(minutes, at=at) if when.tonight else of_either_night(minutes, at=at, either=either)
    return minutes, spans_of_nights(when.spans, at=at, tonight=when.tonight)


def all_written(shape: re.Pattern[str], said: Sequence[object]) -> bool:
    """Whether something was said, and all of it is written like that."""
    return bool(said) and all(isinstance(words, str) and shape.fullmatch(words.strip()) for words in said)


def _spans(said: Iterable[Moment]) -> tuple[Span, ...]:
    return next((moment.spans for moment in said if moment.spans), ())


def _within(said: Sequence[Moment]) -> tuple[int, int] | None:
    """The hours that the parts of the day share, where they are all that was said of the hour."""
    parts = [moment.part for moment in said if moment.part]
    if not parts or any(moment.spans or not (moment.alone or moment.times == MISSING) for moment in said):
        return None
    first, end = max(part[0] for part in parts), min(part[1] for part in parts)
    return (first, end) if first < end else None


def _one_of(spans: Sequence[Span], minutes: tuple[int, ...] | Unclear) -> tuple[int, ...] | Unclear:
    """The times that lie among those that were left open elsewhere; unclear when none were told."""
    if not spans:
        return minutes
    told = () if isinstance(minutes, Unclear) else minutes
    return tuple(minute for minute in told if any(one.holds(minute) for one in spans)) or UNCLEAR


def _shared_days(one: date | Unclear, other: date | Unclear) -> date | Unclear:
    """What both can mean: "el viernes que viene" and "el 4 de diciembre" are the fourth."""
    shared = set(_days(one)).intersection(_days(other))
    return one_of(shared) if shared else same(one, other)


def _days(reading: date | Unclear) -> tuple[date, ...]:
    return reading.days if isinstance(reading, Unclear) else (reading,)


def _shared_times(one: tuple[int, ...] | Unclear, other: tuple[int, ...] | Unclear) -> tuple[int, ...] | Unclear:
    """What both can mean: "a las nueve" and "21:00" are 21:00."""
    if isinstance(one, Unclear) or isinstance(other, Unclear):
        return same(one, other)
    return tuple(minute for minute in one if minute in other) or UNCLEAR
