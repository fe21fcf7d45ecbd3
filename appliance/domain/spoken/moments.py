"""A day and a time said at once, wherever the agent put them: "2026-11-28T21:00", "el sábado a las nueve"."""

import re
from datetime import date, datetime, tzinfo

from msgspec import Struct

from appliance.domain.spoken.dates import read_date, time_apart
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import MISSING, UNCLEAR, Unclear
from appliance.domain.spoken.text import heard
from appliance.domain.spoken.times import read_times


class Moment(Struct, frozen=True, kw_only=True):
    """What one argument says of the day and of the time; mostly one of the two is missing.

    `part` is the part of the day said without a time: its first minute and the one after its last.
    """

    day: date | Unclear = MISSING
    times: tuple[int, ...] | Unclear = MISSING
    part: tuple[int, int] | None = None


_STAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[t ](?P<clock>\d\d:\d\d)(?::\d\d(?:[.,]\d+)?)?(?P<offset>z|[+-]\d\d:?\d\d)?"
)
_TODAY = re.compile(r"\b(?:esta (?:noche|tarde)|tonight|this (?:morning|afternoon|evening))\b")
_LUNCHTIME = re.compile(r"al? mediodia")
"""Said with a date it is a part of the day, not twelve o'clock."""
# The small hours after a date are of its night. "Mañana" without an article is tomorrow.
_PARTS = tuple(
    (re.compile(rf"\b(?:{words})\b"), hours)
    for words, hours in (
        ("noche|night|tonight", (18, 30)),
        ("tarde|afternoon", (12, 22)),
        ("evening", (16, 24)),
        ("(?:la|esta) manana|morning", (5, 13)),
        ("mediodia|noon", (12, 16)),
    )
)


def read_day(words: object, *, today: date, zone: tzinfo) -> Moment:
    """What stands where a date is expected; `today` and `zone` are the restaurant's."""
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
    day = read_date(words, today=today)
    before, told = _told_apart(text)
    part = _part(before)
    return Moment(day=day, times=_times(text, told, part)) if told else Moment(day=day, part=part)


def read_time(words: object, *, today: date, zone: tzinfo) -> Moment:
    """What stands where a time is expected."""
    text = heard(words)
    if isinstance(text, Unclear):
        return Moment(times=text)
    if stamp := _STAMP.fullmatch(text):
        return _at(stamp, today, zone)
    times = read_times(words)
    if isinstance(times, tuple):
        return Moment(day=today if _TODAY.search(text) else MISSING, times=times)
    both = read_day(words, today=today, zone=zone)
    understood = isinstance(both.day, date) and isinstance(both.times, tuple)
    return both if understood else Moment(times=times)


def narrowed(times: tuple[int, ...] | Unclear, part: tuple[int, int] | None) -> tuple[int, ...] | Unclear:
    """The times that lie in the part of the day; unclear when there are none."""
    if part is None or isinstance(times, Unclear):
        return times
    return tuple(minute for minute in times if minute in range(*part)) or UNCLEAR


def _at(stamp: re.Match[str], today: date, zone: tzinfo) -> Moment:
    """The moment as the restaurant's own calendar and clock show it."""
    if not stamp["offset"]:
        return Moment(day=read_date(stamp["day"], today=today), times=read_times(f"t{stamp['clock']}"))
    try:
        at = datetime.fromisoformat(f"{stamp['day']}T{stamp['clock']}{stamp['offset'].upper()}").astimezone(zone)
    except (ValueError, OverflowError):
        return Moment(day=UNCLEAR, times=UNCLEAR)
    return Moment(day=at.date(), times=(at.hour * 60 + at.minute,))


def _told_apart(text: str) -> tuple[str, str]:
    """The words of the date and those of the time that follows it, if any."""
    before, told = time_apart(in_digits(text))
    return (text, "") if _LUNCHTIME.fullmatch(told) else (before, told)


def _times(text: str, told: str, part: tuple[int, int] | None) -> tuple[int, ...] | Unclear:
    """The time that follows a date, with the part of the day that goes before ("esta noche a las nueve")."""
    whole = read_times(text)
    return narrowed(read_times(told), part) if isinstance(whole, Unclear) else whole


def _part(text: str) -> tuple[int, int] | None:
    """What all the parts of the day that are said share ("esta tarde noche"); nothing may be left."""
    parts = [hours for words, hours in _PARTS if words.search(text)]
    if not parts:
        return None
    return max(first for first, _ in parts) * 60, min(end for _, end in parts) * 60
