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
    """What one argument says of the day and of the time; mostly one of the two is missing."""

    day: date | Unclear = MISSING
    times: tuple[int, ...] | Unclear = MISSING


_STAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[t ](?P<clock>\d\d:\d\d)(?::\d\d(?:[.,]\d+)?)?(?P<offset>z|[+-]\d\d:?\d\d)?"
)
_TODAY = re.compile(r"\b(?:esta (?:noche|tarde)|tonight|this (?:morning|afternoon|evening))\b")
_LUNCHTIME = re.compile(r"al? mediodia")
"""Said with a date it is a part of the day, not twelve o'clock."""


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
    return Moment(day=read_date(words, today=today), times=_time_told(text))


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


def _at(stamp: re.Match[str], today: date, zone: tzinfo) -> Moment:
    """The moment as the restaurant's own calendar and clock show it."""
    if not stamp["offset"]:
        return Moment(day=read_date(stamp["day"], today=today), times=read_times(f"t{stamp['clock']}"))
    try:
        at = datetime.fromisoformat(f"{stamp['day']}T{stamp['clock']}{stamp['offset'].upper()}").astimezone(zone)
    except (ValueError, OverflowError):
        return Moment(day=UNCLEAR, times=UNCLEAR)
    return Moment(day=at.date(), times=(at.hour * 60 + at.minute,))


def _time_told(text: str) -> tuple[int, ...] | Unclear:
    """The time that follows a date, with the part of the day that goes before ("esta noche a las nueve")."""
    told = time_apart(in_digits(text))[1]
    if not told or _LUNCHTIME.fullmatch(told):
        return MISSING
    whole = read_times(text)
    return read_times(told) if isinstance(whole, Unclear) else whole
