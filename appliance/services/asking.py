"""What is asked back: the question, and beside it what was understood."""

from datetime import date

from msgspec import UNSET

from appliance.contract import ToolAnswer
from appliance.domain.hours import clock_text
from appliance.domain.nights import wall_clock
from appliance.domain.phrases import phrase
from appliance.domain.spoken.say import days_words, join_words, weekday_told
from appliance.services.arguments import Ask, Heard, hear
from appliance.services.open_hours import which_open_hour
from appliance.services.service_words import which_hour
from appliance.services.wording import READ_OUT

_OF_WHICH_HOUR = frozenset({"missing_time", "unclear_time"})


def question(ask: Ask, code: str, heard: Heard | None = None, *, say: str = "") -> ToolAnswer:
    """Ask back, in the words of `say` where they are not those of the code; what *was* understood goes along."""
    if code == "ambiguous_date":
        return _which_day(ask, heard or hear(ask))
    day, minute = _understood(heard) if heard else (None, None)
    asked = _which_hour(ask, heard) if code in _OF_WHICH_HOUR else _which_area(ask) if code == "unclear_area" else ""
    return ToolAnswer(
        ok=False,
        code=code,
        say=asked or phrase(say or code, ask.lang),
        date=day.isoformat() if day else UNSET,
        time=clock_text(minute) if minute is not None else UNSET,
        party_size=heard.party if heard and heard.party is not None else UNSET,
    )


def _which_area(ask: Ask) -> str:
    """Names those that were perhaps meant, where they are few."""
    names = ask.areas_named
    if not 1 < len(names) <= READ_OUT:
        return ""
    return phrase("which_area", ask.lang, options=join_words(names, ask.lang, last="or"))


def _which_day(ask: Ask, heard: Heard) -> ToolAnswer:
    """The dates that were perhaps meant, to choose from."""
    if not heard.days:
        return question(ask, "unclear_date", heard)
    _, minute = _understood(heard)
    return ToolAnswer(
        ok=False,
        code="ambiguous_date",
        say=_choose_day(ask, heard),
        dates=[day.isoformat() for day in heard.days],
        time=clock_text(minute % 1440) if minute is not None else UNSET,
        party_size=heard.party if heard.party is not None else UNSET,
    )


def _choose_day(ask: Ask, heard: Heard) -> str:
    options = days_words(heard.days, ask.lang, today=ask.today)
    if heard.told is None:
        return phrase("ambiguous_date", ask.lang, options=options)
    day, weekday = weekday_told(heard.told, ask.lang, today=ask.today)
    return phrase("wrong_weekday", ask.lang, day=day, weekday=weekday, options=options)


def _which_hour(ask: Ask, heard: Heard | None) -> str:
    """Asks for one of the hours that were left open, else with the hours there are; empty where nothing is known."""
    if heard is None:
        return ""
    return which_open_hour(ask, heard) if heard.spans else which_hour(ask, heard)


def _understood(heard: Heard) -> tuple[date | None, int | None]:
    """The calendar and the clock, as far as they are certain."""
    minute = heard.minutes[0] if len(heard.minutes) == 1 else None
    if heard.day is None or minute is None:
        return heard.day, minute
    return wall_clock(heard.day, minute)
