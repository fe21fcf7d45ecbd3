"""The time of day in a caller's words: every minute the words can mean, for the opening hours to choose from.

"A las nueve" is 9:00 and 21:00; so is "9:00". "21:00", "nueve de la noche" and "09:00" (a zero is padded only to
write 24 hours) are one time each. Anything left over beside the time makes the whole unclear.

"Las doce y media de la noche" of a date is said of the night that begins on it: 24:30. So is a bare "doce y media",
if it is not half past noon. Only a 24 hour clock ("00:30") and the morning ("de la madrugada") mean the date itself.
"""

import re

from appliance.domain.nights import NIGHT_ENDS
from appliance.domain.spoken.clauses import understood
from appliance.domain.spoken.framing import bare
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import IMPOSSIBLE, UNCLEAR, Unclear
from appliance.domain.spoken.text import heard
from appliance.domain.spoken.vocabulary import HOURS

# At which hours each part of the day is said, those of the night that begins on the date counted on from 24.
_PARTS = tuple(
    (re.compile(rf"[ ,]*(?:(?<!\w)|(?<=\d))(?:{words})(?!\w)[ ,.]*"), frozenset(hours))
    for words, hours in (
        (r"(?:de|por|en|a) la madrugada|de madrugada", range(7)),
        (r"(?:de|por|en|a) la manana", range(1, 13)),
        (r"del? (?:el )?mediodia|(?<=\d )al? mediodia|al? mediodia(?=,? (?:a|sobre) las? )", range(12, 16)),
        (r"del dia(?=[ ,.]*$|,)", range(11, 17)),
        (r"(?:de|por|en|a) la tarde[ -]noche", range(18, 23)),
        (r"(?:de|por|en|a) la tarde|esta(?: misma)? tarde|(?<=\d )tarde", range(12, 22)),
        (
            r"(?:de|por|en|a) la noche|de noche|esta(?: misma)? noche|(?<=\d )noche|(?:at|in the) night|tonight",
            range(18, 29),
        ),
        (r"(?:in the|this) morning", range(13)),
        (r"(?:in the|this) afternoon", range(12, 20)),
        (r"(?:in the|this) evening", range(16, 24)),
        (r"(?<=\d )noon", (12,)),
        (r"(?<=\d )midnight|de (?:la )?medianoche", (24,)),
        (r"a\.? ?m\.?", range(12)),
        (r"p\.? ?m\.?", range(12, 24)),
        # A meal says so too, as far as its hours are the same for all.
        (r"(?:(?:para|a|for) )?(?:el |for )?(?:desayunar|desayuno|breakfast)", range(6, 12)),
        (r"(?:(?:para|a|for) )?(?:el )?(?:comer|almorzar|almuerzo|lunch)", range(12, 17)),
        (r"(?:(?:para|a|for) )?(?:la )?(?:cenar|cena|dinner|supper)", range(18, 25)),
    )
)
_SPLIT_WORD = re.compile(r"\b(medi[ao]|mid)[ -](?=(?:noche|dia|night|day)\b)|(?<=[a-z\d])[ -]?ish\b")
_ISO = re.compile(r"(?:\d{4}-\d\d-\d\d[t ]|t)(\d\d):(\d\d)(?::\d\d(?:[.,]\d+)?)?")
# A number after the former is a time; after the latter perhaps how many come: "para dos", "son dos".
_POINTING = (
    r"a eso de|a|at|las?|alrededor de|cerca de|mas o menos|aproximadamente|tipo|como|sobre|hacia|around|about|roughly|"
    r"approximately|it s|it ll be|hora|time"
)
_ASKING = (
    r"para|for|es|son|era|sea|seria|(?:puede|podria) ser|(?:yo )?(?:creo|pienso|diria|supongo) que|"
    r"i (?:think|guess|d say)"
)
_LEAD = re.compile(rf"(?:(?:{_POINTING}|{_ASKING})[ ,:]+)*")
_POINTED = re.compile(rf"(?:.*[ ,:])?(?:{_POINTING})[ ,:]+")
_TAIL = re.compile(
    r"(?:[ ,]+(?:mas o menos|aproximadamente|aprox|o asi|o por ahi|or so|or thereabouts|approximately|"
    r"(?:[mn]e|nos) va bien|estaria bien|(?:would be|is) (?:fine|good|great|perfect)))+$"
)

_HOUR = r"(?P<hour>\d{1,2}|noon|midday|medianoche|midnight)"
_QUARTER = r"(?:1 |a )?(?:cuart(?:o|ito)|quarter)"
_MINUTE = rf"(?P<minute>\d{{1,2}}|media|half|{_QUARTER})"
_TO = rf"(?P<minute>\d{{1,2}}|{_QUARTER})"
_SUFFIX = r"(?: ?(?:h|hs|hrs|horas?|hours?))?"
_SHARP = r"(?:,? (?:en punto|o clock|oclock|sharp|on the dot|clavad[oa]s)){0,2}"
_AFTER = (
    rf"(?P<hour>\d{{1,2}}) ?[:.h] ?(?P<minute>\d\d)(?::\d\d)?{_SUFFIX}",
    # As a range these could only be longer than any sitting.
    rf"(?P<hour>\d{{1,2}})(?:,(?P<minute>00|15|30|45)|-(?P<past>[3-5]\d)){_SUFFIX}",
    rf"{_HOUR}(?: ?(?:h|hs|hrs)| horas| hours)?{_SHARP}",
    rf"{_HOUR}(?: horas)?,? (?:y|con|and) {_MINUTE}(?: minutos?| minutes?)?",
    rf"{_HOUR}(?: (?P<minute>media|[0-5]\d)| (?:oh|0) (?P<past>\d)){_SUFFIX}",
    rf"(?P<hour>\d\d)(?P<minute>\d\d){_SUFFIX}",
    rf"(?P<hour>[1-9])(?P<minute>[1-5]\d){_SUFFIX}",
    rf"{_MINUTE}(?: minutes?)?[ -](?:past|after) {_HOUR}{_SHARP}",
    r"(?P<minute>half)[ -](?P<hour>\d{1,2})",
)
_BEFORE = (
    rf"{_HOUR},? menos {_TO}(?: minutos?)?",
    rf"{_TO}(?: minutes?)?[ -](?:to|before|till|of) {_HOUR}{_SHARP}",
    # "Diez para las nueve" is left alone: it may be ten people.
    rf"(?P<minute>(?:1 )?cuart(?:o|ito)) para (?:las? )?{_HOUR}",
    rf"falta(?:n|ndo)? {_TO}(?: minutos?)? para (?:las? )?{_HOUR}",
)
_CLOCKS = tuple((re.compile(shape), sign) for sign, shapes in ((1, _AFTER), (-1, _BEFORE)) for shape in shapes)
_LONG = re.compile(r"\d{3}")
_BARE = re.compile(r"\d{1,4}")
_FROM_TO = re.compile(r"(?<![\d:])(\d{1,2})[ -](?:to|till)[ -](\d{1,2})(?![\d:])")
_TO_HOUR = re.compile(r"\d[ -](?:to|before|till|of)[ -]")
_HOW_LONG = re.compile(r"(?:[1-9]|1[0-2]) (?:horas|hours)")
_NAMED = {"noon": 12, "midday": 12, "medianoche": 24, "midnight": 24}


def read_times(words: object) -> tuple[int, ...] | Unclear:
    """The minutes after the date's midnight that the words can mean, ascending; from 1440 on in the night after it."""
    text = heard(words)
    return text if isinstance(text, Unclear) else understood(text, times_in, HOURS)


def times_in(text: str) -> tuple[int, ...] | Unclear:
    """The same of folded words, all of which must belong to the time."""
    if iso := _ISO.fullmatch(text):
        return _minutes(iso[1], int(iso[2]), None, exact=True)
    if re.fullmatch(r"-\d+", text):
        return IMPOSSIBLE
    clock, part = _without_part(in_digits(_SPLIT_WORD.sub(r"\1", _unframed(text))))
    if _LONG.search(clock) and not _LONG.search(text):  # "930" may be half past nine, "ciento treinta" is no time
        return UNCLEAR
    return UNCLEAR if _is_range(text) else _read(_TAIL.sub("", clock), part)


def _unframed(text: str) -> str:
    """Without wish and question, unless a number alone is left: "quiero dos" is more likely a table for two."""
    left = bare(text)
    return text if _BARE.fullmatch(in_digits(left)) else left


def _is_range(text: str) -> bool:
    """Whether figures are from one hour to the other: "8 to 9"; "20 to 9" are minutes."""
    said = _FROM_TO.search(text)
    return said is not None and int(said[1]) < int(said[2])


def _read(text: str, part: frozenset[int] | None) -> tuple[int, ...] | Unclear:
    clock = _LEAD.sub("", text, count=1)
    if part is None and not _is_pointed_at(clock, text.removesuffix(clock)):
        return UNCLEAR
    for shape, sign in _CLOCKS:
        if said := shape.fullmatch(clock):
            hour, groups = said["hour"], said.groupdict()
            offset = sign * _minute(groups.get("minute") or groups.get("past"))
            if offset % 5 and _TO_HOUR.search(clock):
                return UNCLEAR  # "eight to ten" is from eight on; eight minutes to ten are said with "minutes"
            return _minutes(hour, offset, part, exact=part is None and hour.startswith("0"))
    return UNCLEAR


def _is_pointed_at(clock: str, lead: str) -> bool:
    """Whether it is said as a time: "para dos" may be how many come, "dos horas" how long."""
    if _HOW_LONG.fullmatch(clock):
        return bool(_POINTED.fullmatch(lead))
    return not (lead and _BARE.fullmatch(clock)) or bool(_POINTED.fullmatch(lead))


def _without_part(text: str) -> tuple[str, frozenset[int] | None]:
    """The words without "de la noche" and the like, and the hours that these leave; None when none was said."""
    left: frozenset[int] | None = None
    for words, hours in _PARTS:
        rest, said = words.subn(" ", text, count=1)
        if said:
            text, left = rest.strip(), hours if left is None else left & hours
    return text, left


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
