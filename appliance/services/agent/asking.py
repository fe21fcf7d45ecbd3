"""What is asked back: all that is missing or was not understood in one question, with what was understood in it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import UNSET

from appliance.contract import ToolAnswer
from appliance.domain.hours import clock_text
from appliance.domain.meals import Meal, meal_within
from appliance.domain.nights import evening_of, wall_clock
from appliance.domain.phrases import phrase
from appliance.domain.spoken.dates import read_stretch
from appliance.domain.spoken.numerals import spelled
from appliance.domain.spoken.say import (
    READ_OUT,
    day_briefly,
    days_words,
    hour_words,
    join_words,
    moment_words,
    party_words,
    weekday_told,
)
from appliance.domain.spoken.spans import WHOLE_DAY
from appliance.services.agent.arguments import Ask
from appliance.services.agent.hearing import WHICH_DAY, Heard, hear
from appliance.services.agent.open_hours import open_words, which_open_hour
from appliance.services.agent.service_words import house_hours, services_told

_PARTS: Mapping[str, tuple[str, str]] = {
    "date": ("ask_day", "the_day"),
    "time": ("ask_hour", "the_hour"),
    "party_size": ("ask_party", "the_party"),
}
"""What is asked in one, in this order: how each is asked for, and what it is called when it was not understood."""
_OF_MEAL: Mapping[Meal | None, str] = {
    Meal.BREAKFAST: "ask_hour_of_breakfast",
    Meal.LUNCH: "ask_hour_of_lunch",
    Meal.DINNER: "ask_hour_of_dinner",
}
_NO_SUCH: Mapping[str, str] = {"date": "no_such_date", "time": "no_such_time"}


def question(ask: Ask, code: str, heard: Heard | None = None, *, say: str = "") -> ToolAnswer:
    """Ask back, in the words of `say` where they are not those of the code; what *was* understood goes along."""
    return questions(ask, (code,), heard or hear(ask), say=say)


def questions(ask: Ask, codes: Sequence[str], heard: Heard, *, say: str = "") -> ToolAnswer:
    """Ask for all of `codes`, as far as one question can; the first of them is that of the answer."""
    day, minute = _understood(heard)
    return ToolAnswer(
        ok=False,
        code=codes[0],
        say=phrase(say, ask.lang) if say else _words(ask, codes, heard),
        date=day.isoformat() if day else UNSET,
        dates=[one.isoformat() for one in heard.days] or UNSET,
        time=clock_text(minute % 1440) if minute is not None else UNSET,
        party_size=heard.party if heard.party is not None else UNSET,
    )


def _words(ask: Ask, codes: Sequence[str], heard: Heard) -> str:
    fields = {code.partition("_")[2]: code for code in codes}
    asked = {field: fields[field] for field in _PARTS if field in fields}
    if not asked:
        return (_which_area(ask) if codes[0] == "unclear_area" else "") or phrase(codes[0], ask.lang)
    if heard.spans and not (tuple(asked) == ("time",) and WHOLE_DAY in heard.spans):
        if tuple(asked) == ("time",):
            return which_open_hour(ask, heard)
        asked.pop("time", None)  # what is free of those hours will be offered
    return _in_one(ask, asked, heard)


def _in_one(ask: Ask, asked: Mapping[str, str], heard: Heard) -> str:
    services = _services(ask, asked, heard)
    before = _not_understood(ask, asked, heard), *_not_so(ask, asked, heard), services
    return " ".join(filter(None, (*before, _asked(ask, asked, heard, before=services))))


def _services(ask: Ask, asked: Mapping[str, str], heard: Heard) -> str:
    """When the house receives: in the part of the day that was said, else where nothing but the hour is unclear."""
    if "time" not in asked:
        return ""
    is_unclear = len(asked) == 1 and asked["time"] != "missing_time"
    return services_told(ask, heard) or (house_hours(ask, heard.day) if heard.day and is_unclear else "")


def _asked(ask: Ask, asked: Mapping[str, str], heard: Heard, *, before: str) -> str:
    """The question itself; it says no day again that was named `before`."""
    told = _told(ask, asked, heard)
    told = "" if told in before else told
    first, *others = (_asked_for(ask, field, code, heard) for field, code in asked.items())
    if not (told or others or heard.parties or WHICH_DAY in asked.values()):
        told = phrase("would_it_be", ask.lang)
    what = join_words([" ".join(filter(None, (first, told))), *others], ask.lang, last="and")
    return phrase("asked", ask.lang, what=what)


def _asked_for(ask: Ask, field: str, code: str, heard: Heard) -> str:
    if code == WHICH_DAY:
        return phrase("ask_either_day", ask.lang, options=days_words(heard.days, ask.lang, today=ask.today))
    if field == "party_size" and heard.parties:
        return _which_party(ask, heard.parties)
    if field == "time" and heard.part and not heard.day:
        return phrase(_OF_MEAL.get(meal_within(*heard.part), "ask_hour"), ask.lang)
    is_unclear_day = code == "unclear_date" and not _is_stretch(ask)
    return phrase("ask_day_of_month" if is_unclear_day else _PARTS[field][0], ask.lang)


def _is_stretch(ask: Ask) -> bool:
    """Whether a week or so was said, which was understood and leaves open which day of it."""
    return any(read_stretch(words, today=ask.today, lang=ask.lang) for words in ask.said("date"))


def _which_party(ask: Ask, sizes: Sequence[int]) -> str:
    *others, last = sizes
    words = [*(spelled(size, ask.lang, feminine=True) for size in others), party_words(last, ask.lang)]
    return phrase(
        "ask_which_party" if others else "ask_exact_party", ask.lang, party=join_words(words, ask.lang, last="or")
    )


def _not_so(ask: Ask, asked: Mapping[str, str], heard: Heard) -> Iterator[str]:
    """What cannot be as it was said: a date or an hour that does not exist, one of another weekday."""
    for field, words in _NO_SUCH.items():
        if asked.get(field) == f"impossible_{field}":
            yield phrase(words, ask.lang)
    if "date" in asked and heard.told:
        day, weekday = weekday_told(heard.told, ask.lang, today=ask.today)
        yield phrase("wrong_weekday", ask.lang, day=day, weekday=weekday)


def _not_understood(ask: Ask, asked: Mapping[str, str], heard: Heard) -> str:
    half = {"date": _is_stretch(ask), "time": heard.part, "party_size": heard.parties}
    unclear = [field for field, code in asked.items() if code == f"unclear_{field}" and not half.get(field)]
    if not unclear:
        return ""
    *most, last = (phrase(_PARTS[field][1], ask.lang) for field in unclear)
    what = phrase("nor", ask.lang).join([", ".join(most), last]) if most else last
    return phrase("not_understood", ask.lang, what=what)


def _told(ask: Ask, asked: Mapping[str, str], heard: Heard) -> str:
    """The day and the hour that were understood, as they stand in a question about the rest."""
    day = heard.day if "date" not in asked else None
    minutes = heard.minutes if "time" not in asked else ()
    if day and len(minutes) == 1 and evening_of(*wall_clock(day, minutes[0])):
        night, clock = moment_words(day, minutes[0], ask.lang, today=ask.today)
        return phrase("on_day_at", ask.lang, day=night, time=clock)
    at = phrase("at_times", ask.lang, options=hour_words(minutes, ask.lang)) if minutes else open_words(ask, heard)
    return " ".join(filter(None, (day_briefly(day, ask.lang, today=ask.today) if day else "", at)))


def _which_area(ask: Ask) -> str:
    """Names those that were perhaps meant, where they are few."""
    names = ask.areas_named
    if not 1 < len(names) <= READ_OUT:
        return ""
    return phrase("which_area", ask.lang, options=join_words(names, ask.lang, last="or"))


def _understood(heard: Heard) -> tuple[date | None, int | None]:
    """The calendar and the clock, as far as they are certain."""
    minute = heard.minutes[0] if len(heard.minutes) == 1 else None
    if heard.day is None or minute is None:
        return heard.day, minute
    return wall_clock(heard.day, minute)
