"""The names of days and months, in Spanish and English, to read and to say, and how months and weeks are counted."""

from collections.abc import Mapping
from datetime import date, timedelta

from babel.dates import get_day_names, get_month_names

from appliance.domain.spoken.text import fold

LANGUAGES = ("es", "en")
# Martes or marzo: too short to be sure of.
_TOO_SHORT = frozenset({"mar"})
_MISSPELT = {"savado": 5, "juebes": 3, "biernes": 4, "tues": 1, "weds": 2, "thur": 3, "thurs": 3}


def weekday_name(weekday: int, lang: str) -> str:
    """The name of a weekday, Monday being 0."""
    return str(_WEEKDAYS[lang][weekday])


def month_name(month: int, lang: str) -> str:
    return str(_MONTHS[lang][month])


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month_after(day: date, months: int) -> tuple[int, int]:
    """Year and month, `months` after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return year, month + 1


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The first to fourth such weekday of a month; with -1 the last."""
    if nth < 0:
        return nth_weekday(*month_after(date(year, month, 1), 1), weekday, 1) - timedelta(weeks=1)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=nth - 1)


_WEEKDAYS = {lang: get_day_names("wide", "format", lang) for lang in LANGUAGES}
_MONTHS = {lang: get_month_names("wide", "format", lang) for lang in LANGUAGES}


def _weekdays_by_name() -> Mapping[str, int]:
    short = {
        fold(name): weekday
        for lang in LANGUAGES
        for weekday, name in get_day_names("abbreviated", "format", lang).items()
        if fold(name) not in _TOO_SHORT
    }
    long = {fold(name): weekday for names in _WEEKDAYS.values() for weekday, name in names.items()}
    return short | long | _MISSPELT


def _months_by_name() -> Mapping[str, int]:
    short = {
        fold(name): month
        for lang in LANGUAGES
        for month, name in get_month_names("abbreviated", "format", lang).items()
    }
    long = {fold(name): month for names in _MONTHS.values() for month, name in names.items()}
    return short | long | {"setiembre": 9, "sept": 9}


WEEKDAYS_BY_NAME = _weekdays_by_name()
MONTHS_BY_NAME = _months_by_name()
