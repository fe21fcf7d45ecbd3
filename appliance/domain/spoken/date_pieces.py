"""The pieces that dates are said in: shapes of words, and what each says given today."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from appliance.domain.spoken.calendar import MONTHS_BY_NAME, WEEKDAYS_BY_NAME
from appliance.domain.spoken.outcome import IMPOSSIBLE, UNCLEAR, Unclear


class Weekday(Struct, frozen=True):
    """A weekday, Monday being 0; `is_next` when said with "next" or "que viene"."""

    weekday: int
    is_next: bool = False


class Week(Struct, frozen=True):
    """In which week, counted from this one."""

    ahead: int


class PartOfDay(Struct, frozen=True):
    """Said beside a date, and changes nothing."""


Piece = date | Weekday | Week | PartOfDay | Unclear
Reader = Callable[[re.Match[str], date], Piece]


_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|o|a|er|ro)?"
_MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS_BY_NAME, key=len, reverse=True))})\.?"
_YEAR = r"(?:,? (?:de |del |of )?(?P<year>20\d\d|(?:2 mil|20) \d\d))?"
_WEEKDAY = rf"(?P<weekday>{'|'.join(sorted(WEEKDAYS_BY_NAME, key=len, reverse=True))})\.?"
_NEXT = r"(?P<near>(?:este|this) (?=prox|next))?(?:(?:(?P<before>proximo|next)|coming|upcoming) )?"
_COUNT = r"(?P<count>\d{1,3}|a)"
_CLOCK = r"(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?"


def _in_days(days: int) -> Reader:
    return lambda _said, today: today + timedelta(days=days)


def _calendar(said: re.Match[str], _today: date) -> Piece:
    return _date(int(said["year"]), int(said["month"]), int(said["day"]))


def _numeric(said: re.Match[str], today: date) -> Piece:
    day, month, year = int(said["day"]), int(said["month"]), said["year"]
    if month > 12 >= day:
        return UNCLEAR  # perhaps month first, as Americans write
    if year is None:
        return _coming(day, month, today)
    return _date(int(year) % 2000 + 2000 if len(year) == 2 else int(year), month, day)


def _named_month(said: re.Match[str], today: date) -> Piece:
    day, month, year = int(said["day"]), MONTHS_BY_NAME[said["month"]], said["year"]
    if year is None:
        return _coming(day, month, today)
    return _date(2000 + int(year[-2:]), month, day)


def _day_of_near_month(said: re.Match[str], today: date) -> Piece:
    ahead = 0 if said["this"] else 1
    year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
    return _date(year, month + 1, int(said["day"]))


def _day_only(said: re.Match[str], today: date) -> Piece:
    day = int(said["day"] or said["last"])
    if not 1 <= day <= 31:
        return IMPOSSIBLE
    ahead = (today + timedelta(days=days) for days in range(62))
    return next(date for date in ahead if date.day == day)


def _weekday(said: re.Match[str], _today: date) -> Piece:
    is_next = bool(said["before"] or said["after"]) and not said["near"]
    return Weekday(WEEKDAYS_BY_NAME[said["weekday"]], is_next=is_next)


def _from_now(said: re.Match[str], today: date) -> Piece:
    count = 1 if said["count"] == "a" else int(said["count"])
    if said["unit"].startswith(("semana", "week")):
        return today + timedelta(weeks=count)
    if said["unit"].startswith("dia") and count in {8, 15}:
        return UNCLEAR  # "ocho días" is how Spanish says a week, "quince días" two
    return today + timedelta(days=count)


def _coming(day: int, month: int, today: date) -> date | Unclear:
    """The day and month from today on; 29 February only of the February that comes next."""
    return _date(today.year + ((month, day) < (today.month, today.day)), month, day)


def _date(year: int, month: int, day: int) -> date | Unclear:
    try:
        return date(year, month, day)
    except ValueError:
        return IMPOSSIBLE


_SHAPES: tuple[tuple[str, Reader], ...] = (
    (rf"(?P<year>\d{{4}})(?P<dash>[/.-])(?P<month>\d{{1,2}})(?P=dash)(?P<day>\d{{1,2}}){_CLOCK}", _calendar),
    (r"(?P<day>\d{1,2})(?P<dash>[/.-])(?P<month>\d{1,2})(?:(?P=dash)(?P<year>\d{4}|\d\d))?", _numeric),
    (r"(?:the )?day after tomorrow|pasado ?manana", _in_days(2)),
    (r"(?:hoy|today)(?: mismo)?|tonight|(?:esta|this) (?:noche|tarde|manana|evening|afternoon|morning)", _in_days(0)),
    (r"manana(?: mismo)?|tomorrow", _in_days(1)),
    (rf"{_DAY} (?:(?:de|of) )?{_MONTH}{_YEAR}", _named_month),
    (rf"(?!mar ){_MONTH} (?:the )?{_DAY}{_YEAR}", _named_month),
    (
        rf"{_DAY} (?:de|del|of) (?:(?P<this>este mes|corriente|this month)|mes que viene|proximo mes|next month)",
        _day_of_near_month,
    ),
    (rf"(?:dentro de|en|in) {_COUNT} (?P<unit>dias?|semanas?|days?|weeks?)(?: time)?", _from_now),
    (rf"{_COUNT} (?P<unit>days?|weeks?) from (?:today|now)", _from_now),
    (r"(?:de |en )?la (?:semana que viene|proxima semana|semana proxima)|(?:of )?next week", lambda *_: Week(1)),
    (r"(?:de |en )?esta(?: misma)? semana|(?:of )?this week", lambda *_: Week(0)),
    (
        rf"{_NEXT}{_WEEKDAY}(?P<after> que viene| proximo| siguiente)?",
        _weekday,
    ),
    # A day alone needs its article or its weekday before it, or nothing after it: "9 por la noche" is a time.
    # (Spanish weekdays end in -es, -do or -go.)
    (
        rf"(?:(?<=\bel )|(?<=\bthe )|(?<=\bdia )|(?<=es |do |go )){_DAY}|(?P<last>\d{{1,2}})(?:st|nd|rd|th)?\Z",
        _day_only,
    ),
    (r"(?:(?:por|en|a) )?la (?:manana|tarde|noche)|al? mediodia|noche|tarde", lambda *_: PartOfDay()),
    (r"(?:in the )?(?:morning|afternoon|evening)|(?:at )?(?:night|noon)|(?:the )?night of", lambda *_: PartOfDay()),
    (r"(?:para|a|for) (?:cenar|comer|almorzar|dinner|lunch)", lambda *_: PartOfDay()),
)
PIECES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(rf"(?:{shape})(?![\w/:])"), reader) for shape, reader in _SHAPES
)
FILLER = re.compile(r"[ ,.]+|(?:el|the|dia|del?|of|al|para|for|on|este|this|es|seria|it s)(?!\w)")
"""Words that carry no meaning between the pieces; at the end they are the start of something unsaid."""
