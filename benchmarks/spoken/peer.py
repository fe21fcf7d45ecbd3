"""`dateparser` on the days and the hours of the corpus, with every setting in its favour."""

from datetime import date, datetime, time
from functools import cache
from typing import Any

from dateparser.date import DateData, DateDataParser
from dateparser.search import search_dates

from benchmarks.spoken.corpus import ASK, Phrase
from benchmarks.spoken.readers import clock

KINDS = ("days", "hours")


def parse(phrase: Phrase) -> str:
    """What it makes of the whole phrase, as the corpus writes it."""
    return _written(phrase, _parser(phrase.lang, phrase.today).get_date_data(phrase.words))


def search(phrase: Phrase) -> str:
    """What it makes of the whole phrase, or else of the one date that it finds within."""
    whole = parse(phrase)
    if whole != ASK:
        return whole
    parser = _parser(phrase.lang, phrase.today)
    found = search_dates(phrase.words, languages=[phrase.lang], settings=_settings(phrase.today)) or []
    return _written(phrase, parser.get_date_data(found[0][0])) if len(found) == 1 else ASK


@cache
def _parser(lang: str, today: date) -> DateDataParser:
    return DateDataParser(languages=[lang], settings=_settings(today))


@cache
def _settings(today: date) -> dict[str, Any]:
    return {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": datetime.combine(today, time(12)),
        "DATE_ORDER": "DMY",  # in English, too: in Europe the day comes first
        "RETURN_TIME_AS_PERIOD": True,
    }


def _written(phrase: Phrase, found: DateData) -> str:
    """A whole month, week or year counts as asking which day of it; a date without a time as asking for the time."""
    if found.date_obj is None:
        return ASK
    if phrase.kind == "days":
        return found.date_obj.date().isoformat() if found.period in {"day", "time"} else ASK
    return _hour(f"{found.date_obj:%H:%M}", phrase.expected) if found.period == "time" else ASK


def _hour(told: str, expected: str) -> str:
    """Of several hours that may be meant, any will do; of those that were left open none."""
    if expected.startswith(ASK):
        return told
    return expected if told in {_on_the_wall(meant) for meant in expected.split()} else told


def _on_the_wall(meant: str) -> str:
    hour, minute = map(int, meant.split(":"))
    return clock((hour * 60 + minute) % 1440)
