"""The time of day in a caller's words: every minute the words can mean, for the opening hours to choose from.

"A las nueve" is 9:00 and 21:00; so is "9:00". "21:00", "nueve de la noche" and "09:00" (a zero is padded only to
write 24 hours) are one time each. Anything left over beside the time makes the whole unclear.
"""

import re

from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import IMPOSSIBLE, UNCLEAR, Unclear
from appliance.domain.spoken.text import heard

# At which hours of the clock (0 to 23) each part of the day is said; small hours are still "la noche".
_PARTS = tuple(
    (re.compile(rf"[ ,]*(?:(?<!\w)|(?<=\d))(?:{words})(?!\w)[ ,.]*"), frozenset(hours))
    for words, hours in (
        (r"(?:de|por|en|a) la madrugada|de madrugada", range(7)),
        (r"(?:de|por|en|a) la manana", range(1, 13)),
        (r"del? (?:el )?mediodia", range(12, 16)),
        (r"(?:de|por|en|a) la tarde|esta tarde", range(12, 22)),
        (r"(?:de|por|en|a) la noche|esta noche|at night|tonight", (*range(5), *range(18, 24))),
        (r"(?:in the|this) morning", range(13)),
        (r"(?:in the|this) afternoon", range(12, 20)),
        (r"(?:in the|this) evening", range(16, 24)),
        (r"(?<=\d )noon", (12,)),
        (r"(?<=\d )midnight|de (?:la )?medianoche", (0,)),
        (r"a\.? ?m\.?", range(12)),
        (r"p\.? ?m\.?", range(12, 24)),
    )
)
_ISO = re.compile(r"(?:\d{4}-\d\d-\d\d[t ]|t)(\d\d):(\d\d)(?::\d\d(?:[.,]\d+)?)?(?:z|[+-]\d\d:?\d\d)?")
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
_ALWAYS = frozenset(range(24))


def read_times(words: object) -> tuple[int, ...] | Unclear:
    """The minutes after midnight (0 to 1439) that the words can mean, ascending."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    if iso := _ISO.fullmatch(text):
        return _minutes((int(iso[1]),), int(iso[2]), _ALWAYS)
    if re.fullmatch(r"-\d+", text):
        return IMPOSSIBLE
    clock, part = _without_part(in_digits(text))
    clock = _LEAD.sub("", clock, count=1)
    for shape, sign in _CLOCKS:
        if said := shape.fullmatch(clock):
            hours = _hours(said["hour"], padded_is_exact=part is None)
            return _minutes(hours, sign * _minute(said.groupdict().get("minute")), part or _ALWAYS)
    return UNCLEAR


def _without_part(text: str) -> tuple[str, frozenset[int] | None]:
    """The words without "de la noche" and the like, and the hours that this leaves; None when none was said."""
    for words, hours in _PARTS:
        if words.search(text):
            return words.sub(" ", text, count=1).strip(), hours
    return text, None


def _hours(said: str, *, padded_is_exact: bool) -> tuple[int, ...]:
    if not said.isdigit():
        return (12,) if said in {"mediodia", "noon"} else (0,)
    hour = int(said)
    if not 1 <= hour <= 12 or (padded_is_exact and said.startswith("0")):
        return (hour,)
    return (hour % 12, hour % 12 + 12)


def _minute(said: str | None) -> int:
    if said is None:
        return 0
    if said.isdigit():
        return int(said)
    return 30 if said in {"media", "half"} else 15


def _minutes(hours: tuple[int, ...], offset: int, part: frozenset[int]) -> tuple[int, ...] | Unclear:
    if abs(offset) > 59 or hours[0] > 24 or (hours[0] == 24 and offset):
        return IMPOSSIBLE
    meant = sorted((hour * 60 + offset) % 1440 for hour in hours if hour % 24 in part)
    return tuple(meant) or UNCLEAR
