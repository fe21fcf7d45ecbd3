"""A day and a time said at once, wherever the agent put them: "2026-11-28T21:00", "el sábado a las nueve"."""

import re
from datetime import date, datetime, tzinfo
from functools import reduce

from msgspec import Struct
from msgspec.structs import replace

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.clauses import again
from appliance.domain.spoken.dates import contrasted, date_and_time, read_date, read_date_in
from appliance.domain.spoken.loose import Kind, Loose, loose_apart
from appliance.domain.spoken.outcome import IMPOSSIBLE, MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.spans import WHOLE_DAY, Span, any_in, contrasted_in, spans_apart
from appliance.domain.spoken.text import heard
from appliance.domain.spoken.times import read_times, times_in
from appliance.domain.spoken.vocabulary import DAYS, HOURS


class Moment(Struct, frozen=True, kw_only=True):
    """What one argument says of the day and of the time; mostly one of the two is missing.

    `part` is the part of the day said without a time: its first minute and the one after its last; `alone` when that
    is all that was said where a time is expected. `tonight` when the night was said that is, or comes, now. `spans` are
    the times to choose from that were said instead of one, `loose` what only a clock or the day's services tell.
    """

    day: date | Unclear = MISSING
    times: tuple[int, ...] | Unclear = MISSING
    part: tuple[int, int] | None = None
    alone: bool = False
    tonight: bool = False
    spans: tuple[Span, ...] = ()
    loose: Loose | None = None


_STAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[t ](?P<clock>\d\d:\d\d)(?::\d\d(?:[.,]\d+)?)?(?P<offset>z|[+-]\d\d:?\d\d)?"
)
_TODAY = re.compile(
    r"\b(?:est[ae](?: mism[ao])? (?:noche|tarde|mediodia)|(?<!manana )esta(?: misma)? manana|"
    r"tonight|this (?:morning|afternoon|evening))\b"
)
_TONIGHT = re.compile(r"\b(?:esta(?: misma)? noche|tonight)\b")
# The small hours after a date are of its night. "Mañana" without an article is tomorrow.
_PARTS = tuple(
    (re.compile(rf"\b(?:{words})\b"), hours)
    for words, hours in (
        (r"noche(?! (?:vieja|buena))|night|tonight|anoche", (18, 30)),
        ("(?<!mas )(?<!muy )tarde|afternoon", (12, 22)),
        ("evening", (16, 24)),
        ("(?:la|esta) manana|morning", (5, 13)),
        ("medio ?dia|noon|lunchtime", (12, 16)),
        ("desayunar|desayuno|breakfast", (6, 12)),
        ("comer|comida|almorzar|almuerzo|lunch", (12, 17)),
        ("cena|cenar|dinner|supper", (17, 30)),
    )
)

_AROUND_PART = frozenset(
    "a al de del el en es esta la las lo los para por sobre hora reserva mesa "
    "around at booking for in it s my of one reservation table that the this time".split()
)


def read_day(words: object, *, today: date, zone: tzinfo, lang: str = "es") -> Moment:
    """What stands where a date is expected; `today` and `zone` are the restaurant's, `lang` is the call's."""
    text = heard(words)
    if isinstance(text, Unclear):
        return Moment(day=text)
    if stamp := _STAMP.fullmatch(text):
        written = Moment(day=read_date(stamp["day"], today=today))
        moment = _at(stamp, today, zone)
        # Midnight, there or here, is how machines write a date without a time.
        if stamp["clock"] == "00:00":
            return written
        return Moment(day=moment.day) if moment.times == (0,) else moment
    said = _said(text, today, lang)
    if said.day == UNCLEAR and _is_part(text):
        said = Moment(part=said.part, alone=True)  # of two bookings of one day, "la de la noche"
    if said.day != UNCLEAR:
        return said
    opened = _with_spans(text, today, lang)
    if opened and opened.day != MISSING:
        return opened
    return _with_loose(text, today, lang) or _corrected(text, today, lang) or _contrasted(text, said, today, lang)


def read_time(words: object, *, today: date, zone: tzinfo, lang: str = "es") -> Moment:
    """What stands where a time is expected."""
    text = heard(words)
    if isinstance(text, Unclear):
        return Moment(times=text)
    if stamp := _STAMP.fullmatch(text):
        return _at(stamp, today, zone)
    times = times_in(text)
    if times == IMPOSSIBLE:
        return Moment(times=times)
    return (
        _with_times(text, times, today, lang)
        or _with_spans(text, today, lang)
        or _with_loose(text, today, lang)
        or again(text, lambda said: _with_times(said, times_in(said), today, lang), HOURS)
        or _opened(contrasted_in(text) or any_in(text))
        or Moment(times=times, part=_part(text), alone=_is_part(text))
    )


def narrowed(times: tuple[int, ...] | Unclear, part: tuple[int, int] | None) -> tuple[int, ...] | Unclear:
    """The times that lie in the part of the day; unclear when there are none.

    The small hours of a clock are then the night's: "00:30" beside "esta noche" is half an hour after its midnight.
    """
    if part is None or isinstance(times, Unclear):
        return times
    night = (minute + 1440 for minute in times if minute < NIGHT_ENDS)
    return tuple(minute for minute in sorted({*times, *night}) if minute in range(*part)) or UNCLEAR


def _at(stamp: re.Match[str], today: date, zone: tzinfo) -> Moment:
    """The moment as the restaurant's own calendar and clock show it."""
    if not stamp["offset"]:
        return Moment(day=read_date(stamp["day"], today=today), times=read_times(f"t{stamp['clock']}"))
    try:
        at = datetime.fromisoformat(f"{stamp['day']}T{stamp['clock']}{stamp['offset'].upper()}").astimezone(zone)
    except (ValueError, OverflowError):
        return Moment(day=UNCLEAR, times=UNCLEAR)
    return Moment(day=at.date(), times=(at.hour * 60 + at.minute,))


def _said(text: str, today: date, lang: str) -> Moment:
    """What folded words say of the day and, beside it, of the time."""
    before, told = date_and_time(text)
    day = read_date_in(before, today=today, lang=lang)
    tonight = _TONIGHT.search(before) is not None
    if not told:
        return Moment(day=day, part=_part(before), tonight=tonight)
    return Moment(day=day, times=narrowed(times_in(told), _part(before)), tonight=tonight)


def _with_day(text: str, today: date, lang: str) -> Moment | None:
    said = _said(text, today, lang)
    return said if isinstance(said.day, date) else None


def _corrected(text: str, today: date, lang: str) -> Moment | None:
    """The day that is left of several; not where the hour was said with one that is refused."""
    said = again(text, lambda words: _with_day(words, today, lang), DAYS)
    before, told = date_and_time(text)
    is_lost = said is not None and said.times == MISSING and told
    return None if is_lost and contrasted(before, today=today, lang=lang) != UNCLEAR else said


def _contrasted(text: str, said: Moment, today: date, lang: str) -> Moment:
    before, told = date_and_time(text)
    day = contrasted(before, today=today, lang=lang)
    return said if day == UNCLEAR else replace(said, day=day, times=times_in(told) if told else MISSING)


def _opened(spans: tuple[Span, ...]) -> Moment | None:
    return Moment(spans=spans) if spans else None


def _with_times(text: str, times: tuple[int, ...] | Unclear, today: date, lang: str) -> Moment | None:
    """The time, and the day if that was said beside it."""
    if isinstance(times, tuple):
        day = today if _TODAY.search(text) else MISSING
        return Moment(day=day, times=times, tonight=_TONIGHT.search(text) is not None)
    both = _said(text, today, lang)
    return both if isinstance(both.times, tuple) and both.day not in {MISSING, UNCLEAR} else None


def _with_spans(text: str, today: date, lang: str) -> Moment | None:
    """The times that are left open, and the day if that was said beside them."""
    before, spans = spans_apart(text)
    if not spans:
        return None
    said = _said(before, today, lang) if before else Moment()
    if said.day == UNCLEAR or said.times != MISSING:
        return None
    left = spans_of_part(spans, said.part)
    return replace(said, spans=left, times=MISSING if left else UNCLEAR)


def _with_loose(text: str, today: date, lang: str) -> Moment | None:
    """What a clock or the day's services tell, and the day if that was said beside it; what is now is today."""
    before, loose = loose_apart(text)
    if loose is None:
        return None
    said = _said(before, today, lang) if before else Moment()
    if said.day == UNCLEAR and _is_part(before):
        said = Moment(part=said.part)
    if said.times != MISSING or said.day in {UNCLEAR, IMPOSSIBLE}:
        return None
    is_today = said.day == MISSING and loose.kind in {Kind.NOW, Kind.IN}
    return replace(said, day=today if is_today else said.day, loose=loose)


def spans_of_part(spans: tuple[Span, ...], part: tuple[int, int] | None) -> tuple[Span, ...]:
    """Those that lie in the part of the day, of a whole day that part of it."""
    if part and spans == (WHOLE_DAY,):
        return (Span(part[0], part[1] - 1),)
    return tuple(span for span in spans if part is None or span.within(part))


def _part(text: str) -> tuple[int, int] | None:
    """What all the parts of the day that are said share ("esta tarde noche"); nothing may be left."""
    parts = [hours for words, hours in _PARTS if words.search(text)]
    if not parts:
        return None
    return max(first for first, _ in parts) * 60, min(end for _, end in parts) * 60


def _is_part(text: str) -> bool:
    """Whether parts of the day are all that is said: "para cenar", "la de la noche"."""
    rest = reduce(lambda left, part: part[0].sub(" ", left), _PARTS, text)
    return rest != text and set(re.findall(r"\w+", rest)) <= _AROUND_PART
