"""The pieces that dates are said in, and what each says given today: a date or a choice of them, a weekday, a week."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from appliance.domain.spoken.calendar import MONTHS_BY_NAME, WEEKDAYS_BY_NAME, monday_of, month_after, nth_weekday
from appliance.domain.spoken.feasts import EVES, FEASTS_BY_NAME, TWO_NIGHTS, Feast
from appliance.domain.spoken.outcome import IMPOSSIBLE, UNCLEAR, Unclear


class Weekday(Struct, frozen=True):
    """A weekday, Monday being 0; `is_next` when said with "next" or "que viene", `is_this` with "este" alone."""

    weekday: int
    is_next: bool = False
    is_this: bool = False


class Week(Struct, frozen=True):
    """In which week, counted from this one."""

    ahead: int


class Weeks(Struct, frozen=True):
    """How many weeks from now, to the day or, beside a weekday, to its week."""

    ahead: int


class Choice(Struct, frozen=True):
    """One of these dates; the other pieces may tell which."""

    days: frozenset[date]


class DayAndMonth(Struct, frozen=True):
    """A day and month without a year; `coming` is the next such date from today on, `gone` the one before it."""

    coming: date
    gone: date


class DayOfMonth(Struct, frozen=True):
    """The day of a month that another piece may tell; `coming` is the next such date."""

    day: int
    coming: date


class SomeDays(Struct, frozen=True):
    """Days about which only another piece says which, and of which month: "en el puente"."""


class NotComing(Struct, frozen=True):
    """Not the weekday that comes next: "no este"."""


class PartOfDay(Struct, frozen=True):
    """Said beside a date, and changes nothing."""


Piece = date | Weekday | Week | Weeks | Choice | DayAndMonth | DayOfMonth | SomeDays | NotComing | PartOfDay | Unclear
Reader = Callable[[re.Match[str], date], Piece]

_DAYS_OF_UNIT = {"dia": 1, "day": 1, "sem": 7, "wee": 7, "for": 14}


def in_days(days: int) -> Reader:
    return lambda _said, today: today + timedelta(days=days)


def in_week(ahead: int) -> Reader:
    return lambda _said, _today: Week(ahead)


def some_days(_said: re.Match[str], _today: date) -> Piece:
    return SomeDays()


def not_coming(_said: re.Match[str], _today: date) -> Piece:
    return NotComing()


def part_of_day(_said: re.Match[str], _today: date) -> Piece:
    return PartOfDay()


# --- day and month ---


def iso(said: re.Match[str], _today: date) -> Piece:
    return _date(int(said["year"]), int(said["month"]), int(said["day"]))


def day_first(said: re.Match[str], today: date) -> Piece:
    """As Spanish writes; month first, as Americans do, where a year tells that it is a date, and it can be no other."""
    first, second = int(said["first"]), int(said["second"])
    if second <= 12 or first > 12:
        return _in_figures(first, second, said["year"], today)
    return _in_figures(second, first, said["year"], today) if said["year"] else UNCLEAR


def either_first(said: re.Match[str], today: date) -> Piece:
    """English is written both ways."""
    first, second = int(said["first"]), int(said["second"])
    readings = [_in_figures(*order, said["year"], today) for order in ((first, second), (second, first))]
    days = frozenset(_day(one) for one in readings if not isinstance(one, Unclear))
    return Choice(days) if days else readings[0]


def figure_month(said: re.Match[str], today: date) -> Piece:
    return _in_figures(int(said["day"]), int(said["month"]), said["year"], today)


def named_month(said: re.Match[str], today: date) -> Piece:
    day, month, year = int(said["day"]), MONTHS_BY_NAME[said["month"]], _year(said, today)
    return _coming(day, month, today) if year is None else _date(year, month, day)


def day_of_near_month(said: re.Match[str], today: date) -> Piece:
    return _date(*month_after(today, 0 if said["this"] else 1), int(said["day"]))


def day_only(said: re.Match[str], today: date) -> Piece:
    day = int(said["day"])
    if not 1 <= day <= 31:
        return IMPOSSIBLE
    ahead = (today + timedelta(days=days) for days in range(62))
    return DayOfMonth(day, next(date for date in ahead if date.day == day))


def last_of_month(said: re.Match[str], today: date) -> Piece:
    """The last day of a month; without a year, of the next from this one on."""
    year, month = month_after(today, 1 if said["next"] else 0)
    if said["month"]:
        month = MONTHS_BY_NAME[said["month"]]
        year = _year(said, today) or today.year + (month < today.month)
    return date(*month_after(date(year, month, 1), 1), 1) - timedelta(days=1)


def nth_of_month(said: re.Match[str], today: date) -> Piece:
    """The first or last Saturday of a month; without a year, the next from today on."""
    nth = -1 if said["nth"] == "last" else int(said["nth"])
    weekday = WEEKDAYS_BY_NAME[said["weekday"]]
    if said["this"] or said["next"]:
        return nth_weekday(*month_after(today, 1 if said["next"] else 0), weekday, nth)
    year = _year(said, today)
    if year is not None and said["month"]:
        return nth_weekday(year, MONTHS_BY_NAME[said["month"]], weekday, nth)
    months = [month_after(today, ahead) for ahead in range(13)]
    named = MONTHS_BY_NAME[said["month"]] if said["month"] else None
    days = (nth_weekday(year, month, weekday, nth) for year, month in months if named in {None, month})
    return next((day for day in days if day >= today), UNCLEAR)


def _day(piece: date | DayAndMonth) -> date:
    return piece if isinstance(piece, date) else piece.coming


def _in_figures(day: int, month: int, year: str | None, today: date) -> date | DayAndMonth | Unclear:
    if year is None:
        return _coming(day, month, today)
    return _date(int(year) % 2000 + 2000 if len(year) == 2 else int(year), month, day)


def _year(said: re.Match[str], today: date) -> int | None:
    """The year that was said, if any: in figures or words, or as this or the next."""
    if said["year"]:
        return 2000 + int(said["year"][-2:])
    if said["near_year"]:
        return today.year + ("viene" in said["near_year"] or "prox" in said["near_year"] or "next" in said["near_year"])
    return None


def _coming(day: int, month: int, today: date) -> DayAndMonth | Unclear:
    """The day and month from today on; 29 February only of the February that comes next."""
    year = today.year + ((month, day) < (today.month, today.day))
    coming, gone = _date(year, month, day), _date(year - 1, month, day)
    if isinstance(coming, Unclear):
        return coming
    return DayAndMonth(coming, date.min if isinstance(gone, Unclear) else gone)


def _date(year: int, month: int, day: int) -> date | Unclear:
    try:
        return date(year, month, day)
    except ValueError:
        return IMPOSSIBLE


# --- weekdays and weeks ---


def weekday(said: re.Match[str], today: date) -> Piece:
    named = WEEKDAYS_BY_NAME[said["weekday"]]
    if said["last"] or said["past"]:
        return today - timedelta(days=(today.weekday() - named - 1) % 7 + 1)
    is_next = bool(said["before"] or said["after"])
    near = bool(said["near"] or said["near_after"])
    return Weekday(named, is_next=is_next and not near, is_this=near and not (is_next or said["coming"]))


def after_coming(said: re.Match[str], today: date) -> Piece:
    """Not this Saturday but the one after. Said on a Saturday, "this" may be today's."""
    ahead = (WEEKDAYS_BY_NAME[said["weekday"]] - today.weekday()) % 7
    after = today + timedelta(days=ahead, weeks=1)
    return after if ahead else _either(after, after + timedelta(weeks=1))


def coming_or_after(said: re.Match[str], today: date) -> Piece:
    """The "no" between them may be of either: "este viernes no el otro"."""
    ahead = (WEEKDAYS_BY_NAME[said["weekday"]] - today.weekday()) % 7
    return _either(*(today + timedelta(days=ahead, weeks=weeks) for weeks in (0, 1)))


def weekend(said: re.Match[str], today: date) -> Piece:
    """Saturday or Sunday; with "next" while this week's is still ahead, perhaps of the one after."""
    saturday = monday_of(today) + timedelta(days=5)
    is_next = bool(said["before"] or said["after"]) and not said["near"]
    ahead = [7] if is_next and today >= saturday else [0, 7] if is_next or today > saturday else [0]
    days = frozenset(saturday + timedelta(days=day + more) for day in (0, 1) for more in ahead)
    return Choice(frozenset(day for day in days if day >= today))


# --- counted from a day ---


def from_now(said: re.Match[str], today: date) -> Piece:
    count, unit = _count(said["count"]), said["unit"]
    if unit.startswith(("mes", "month")):
        day = _date(*month_after(today, count), today.day)
        return UNCLEAR if day == IMPOSSIBLE else day
    if unit.startswith("dia") and count in {8, 15}:
        count -= 1  # "ocho días" is how Spanish says a week, "quince días" two
    days = count * _DAYS_OF_UNIT[unit[:3]]
    return today + timedelta(days=days) if days % 7 or unit[:3] in {"dia", "day"} else Weeks(days // 7)


def ago(said: re.Match[str], today: date) -> Piece:
    return today - timedelta(days=_count(said["count"]) * _DAYS_OF_UNIT[said["unit"][:3]])


def from_day(said: re.Match[str], today: date) -> Piece:
    """So much after a day: "del viernes en ocho", "a week on Friday". Said on a Friday, that may be today."""
    weeks = _weeks(said["count"], said["unit"])
    base = said["base"]
    if base not in WEEKDAYS_BY_NAME:
        near = {"pasado": 2, "manana": 1, "tomorrow": 1}.get(base.split()[0], 0)
        return today + timedelta(days=near, weeks=weeks)
    ahead = (WEEKDAYS_BY_NAME[base] - today.weekday()) % 7
    first = today + timedelta(days=ahead, weeks=weeks)
    return first if ahead else Choice(frozenset((first, first + timedelta(weeks=1))))


def _weeks(count: str | None, unit: str | None) -> int:
    number = _count(count or "a")
    if unit is None or unit.startswith("dia"):
        return number // 7  # "en ocho", "en quince días"
    return number * (2 if unit.startswith("fortnight") else 1)


def _count(words: str) -> int:
    return 1 if words == "a" else int(words)


# --- days with a name ---


def feast(said: re.Match[str], today: date) -> Piece:
    return _feast_day(said, today, 0)


def near_feast(said: re.Match[str], today: date) -> Piece:
    """Its eve, its night, its dinner or the day after it."""
    if said["after"]:
        return _feast_day(said, today, 1)
    if said["eve"]:
        return _feast_day(said, today, -1)
    if said["feast"] in TWO_NIGHTS or (said["meal"] and said["feast"] in EVES):
        return _either(_feast_day(said, today, -1), _feast_day(said, today, 0))
    return _feast_day(said, today, -1 if said["feast"] in EVES else 0)


def just_after(said: re.Match[str], today: date) -> Piece:
    """Any day of the week after a feast."""
    first = _next(FEASTS_BY_NAME[said["feast"] or "ano nuevo"], 1, today)
    return Choice(frozenset(first + timedelta(days=days) for days in range(7)))


def new_year(_said: re.Match[str], today: date) -> Piece:
    """The English say "New Year's" of the eve and of the day."""
    return _either(*(_next(FEASTS_BY_NAME[name], 0, today) for name in ("nochevieja", "ano nuevo")))


def _feast_day(said: re.Match[str], today: date, shift: int) -> date:
    of = FEASTS_BY_NAME[said["feast"]]
    year = _year(said, today)
    return _next(of, shift, today) if year is None else of(year) + timedelta(days=shift)


def _next(of: Feast, shift: int, today: date) -> date:
    """The next from today on, that of today included; an eve may lie in the year before."""
    days = (of(year) + timedelta(days=shift) for year in range(today.year, today.year + 3))
    return next(day for day in days if day >= today)


def _either(one: date, other: date) -> Piece:
    return Choice(frozenset((one, other)))
