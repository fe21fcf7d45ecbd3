"""The time of day in a caller's words: every minute the words can mean, for the opening hours to choose from.

"A las nueve" is 9:00 and 21:00; so is "9:00". "21:00", "nueve de la noche" and "09:00" (a zero is padded only to
write 24 hours) are one time each. Anything left over beside the time makes the whole unclear.

"Las doce y media de la noche" of a date is said of the night that begins on it: 24:30. So is a bare "doce y media",
if it is not half past noon. Only a 24 hour clock ("00:30") and the morning ("de la madrugada") mean the date itself.
"""

import re

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import IMPOSSIBLE, UNCLEAR, Unclear
from appliance.domain.spoken.text import heard

# At which hours each part of the day is said, those of the night that begins on the date counted on from 24.
_PARTS = tuple(
    (re.compile(rf"[ ,]*(?:(?<!\w)|(?<=\d))(?:{words})(?!\w)[ ,.]*"), frozenset(hours))
    for words, hours in (
        (r"(?:de|por|en|a) la madrugada|de madrugada", range(7)),
        (r"(?:de|por|en|a) la manana", range(1, 13)),
        (r"del? (?:el )?mediodia", range(12, 16)),
        (r"(?:de|por|en|a) la tarde|esta tarde", range(12, 22)),
        (r"(?:de|por|en|a) la noche|esta noche|at night|tonight", range(18, 29)),
        (r"(?:in the|this) morning", range(13)),
        (r"(?:in the|this) afternoon", range(12, 20)),
        (r"(?:in the|this) evening", range(16, 24)),
        (r"(?<=\d )noon", (12,)),
        (r"(?<=\d )midnight|de (?:la )?medianoche", (24,)),
        (r"a\.? ?m\.?", range(12)),
        (r"p\.? ?m\.?", range(12, 24)),
    )
)
_ISO = re.compile(r"(?:\d{4}-\d\d-\d\d[t ]|t)(\d\d):(\d\d)(?::\d\d(?:[.,]\d+)?)?")
_LEAD = re.compile(r"(?:(?:a eso de|a|at|sobre|hacia|around|about|para|for|it s|son|es|seria)\b ?)*(?:las?\b ?)?")

_HOUR = r"(?P<hour>\d{1,2}|mediodia|noon|medianoche|midnight)"
_MINUTE = r"(?P<minute>\d{1,2}|media|half|(?:1 |a )?(?:cuarto|quarter))"
_AFTER = (
    r"(?P<hour>\d{1,2}) ?[:.h] ?(?P<minute>\d\d)(?::\d\d)?(?: ?(?:h|hs|hrs|horas?|hours?))?",
    rf"{_HOUR}(?: ?(?:h|hs|hrs|horas?|hours?)| en punto| o clock| oclock| sharp)?",
    rf"{_HOUR}(?: horas?)? (?:y|con|and) {_MINUTE}(?: minutos?| minutes?)?",
    r"(?P<hour>\d{1,2}) (?P<minute>[1-5]\d)",
    r"(?P<hour>\d{1,2}) (?:oh|0) (?P<minute>\d)",
    r"(?P<hour>\d\d)(?P<minute>\d\d)",
    rf"{_MINUTE}(?: minutes?)? (?:past|after) {_HOUR}(?: o clock)?",
    rf"(?P<minute>half) {_HOUR}",
)
_BEFORE = (
    rf"{_HOUR} menos {_MINUTE}(?: minutos?)?",
    rf"{_MINUTE}(?: minutes?)? (?:to|before|till|of) {_HOUR}(?: o clock)?",
    # "Diez para las nueve" is left alone: it may be ten people.
    rf"(?P<minute>(?:1 )?cuarto) para (?:las? )?{_HOUR}",
)
_CLOCKS = tuple((re.compile(shape), sign) for sign, shapes in ((1, _AFTER), (-1, _BEFORE)) for shape in shapes)
_NAMED = {"mediodia": 12, "noon": 12, "medianoche": 24, "midnight": 24}


def read_times(words: object) -> tuple[int, ...] | Unclear:
    """The minutes after the date's midnight that the words can mean, ascending; from 1440 on in the night after it."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    if iso := _ISO.fullmatch(text):
        return _minutes(iso[1], int(iso[2]), None, exact=True)
    if re.fullmatch(r"-\d+", text):
        return IMPOSSIBLE
    clock, part = _without_part(in_digits(text))
    clock = _LEAD.sub("", clock, count=1)
    for shape, sign in _CLOCKS:
        if said := shape.fullmatch(clock):
            hour = said["hour"]
            offset = sign * _minute(said.groupdict().get("minute"))
            return _minutes(hour, offset, part, exact=part is None and hour.startswith("0"))
    return UNCLEAR


def _without_part(text: str) -> tuple[str, frozenset[int] | None]:
    """The words without "de la noche" and the like, and the hours that this leaves; None when none was said."""
    for words, hours in _PARTS:
        if words.search(text):
            return words.sub(" ", text, count=1).strip(), hours
    return text, None


def _minute(said: str | None) -> int:
    if said is None:
        return 0
    if said.isdigit():
        return int(said)
    return 30 if said in {"media", "half"} else 15


def _minutes(said: str, offset: int, part: frozenset[int] | None, *, exact: bool) -> tuple[int, ...] | Unclear:
    """The minutes for the hour that was said; `exact` when it was written for a 24 hour clock."""
    hour = _NAMED[said] if said in _NAMED else int(said)
    if abs(offset) > 59 or hour > 24:
        return IMPOSSIBLE
    on_dial = said.isdigit() and 1 <= hour <= 12 and not exact
    first, turn = (hour % 12, 12) if on_dial else (hour, 24)
    hours = (hour for hour in range(first, first + 2 * turn + 1, turn) if part is None or hour in part)
    minutes = [hour * 60 + offset for hour in hours]
    if part is None:
        minutes = [one for one in minutes if NIGHT_ENDS <= one < 1440 + NIGHT_ENDS] if on_dial else minutes[:1]
    return tuple(minute for minute in minutes if minute >= 0) or UNCLEAR
