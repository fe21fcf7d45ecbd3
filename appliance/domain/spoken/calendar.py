"""The names of days and months, in Spanish and English, to read and to say."""

from collections.abc import Mapping

from babel.dates import get_day_names, get_month_names

from appliance.domain.spoken.text import fold

LANGUAGES = ("es", "en")
# Martes or marzo, Sunday or the sun: too short to be sure of.
_TOO_SHORT = frozenset({"mar", "sun", "sat"})


def weekday_name(weekday: int, lang: str) -> str:
    """The name of a weekday, Monday being 0."""
    return str(_WEEKDAYS[lang][weekday])


def month_name(month: int, lang: str) -> str:
    return str(_MONTHS[lang][month])


_WEEKDAYS = {lang: get_day_names("wide", "format", lang) for lang in LANGUAGES}
_MONTHS = {lang: get_month_names("wide", "format", lang) for lang in LANGUAGES}


def _weekdays_by_name() -> Mapping[str, int]:
    short = {
        fold(name): weekday
        for lang in LANGUAGES
        for weekday, name in get_day_names("abbreviated", "format", lang).items()
        if fold(name) not in _TOO_SHORT
    }
    return short | {fold(name): weekday for names in _WEEKDAYS.values() for weekday, name in names.items()}


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
