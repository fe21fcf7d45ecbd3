"""How dates, times, party sizes and lists are said back, in Spanish ("es") and English ("en").

What `day_words`, `time_words` and `moment_words` say, `read_date` and `read_times` understand.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Literal

from appliance.domain.nights import evening_of, wall_clock
from appliance.domain.spoken.calendar import month_name, weekday_name
from appliance.domain.spoken.numerals import spelled
from appliance.domain.spoken.text import fold

# The first minute of each part of the day, latest first.
_PARTS = {
    "es": (
        (20 * 60, "de la noche"),
        (13 * 60, "de la tarde"),
        (12 * 60, "del mediodía"),
        (6 * 60, "de la mañana"),
        (60, "de la madrugada"),
        (0, "de la noche"),
    ),
    "en": (
        (22 * 60, "at night"),
        (18 * 60, "in the evening"),
        (12 * 60, "in the afternoon"),
        (0, "in the morning"),
    ),
}


READ_OUT = 3
"""So many times, bookings, names or notes are read out one by one."""
_NEAR_DAYS = 28
"""So many days ahead no two dates share both weekday and number."""
_NEAR = {"es": {0: "hoy, ", 1: "mañana, "}, "en": {0: "today, ", 1: "tomorrow, "}}


@lru_cache(maxsize=4096)
def day_words(day: date, lang: str, *, today: date | None = None, inside: bool = False) -> str:
    """The day with its weekday: "el sábado 28 de noviembre", "on Saturday, November 28".

    When `today` is given, today and tomorrow are called that first, and a year that is not today's is said. `inside`
    a sentence, what a comma sets off ("hoy, miércoles 25 de noviembre,") a comma closes.
    """
    near = (day - today).days if today else -1
    words = _NEAR[lang].get(near, "on " if lang == "en" else "el ") + _date_words(day, lang, today)
    return f"{words}," if inside and "," in words else words


def day_briefly(day: date, lang: str, *, today: date) -> str:
    """The day as a question repeats it, inside a sentence: "hoy", "el sábado 28", with its month where it is far."""
    ahead = (day - today).days
    if near := _NEAR[lang].get(ahead):
        return near.rstrip(", ")
    words = day_words(day, lang, today=today, inside=True)
    return words.partition(" de ")[0] if lang != "en" and 0 < ahead < _NEAR_DAYS else words


def days_words(days: Iterable[date], lang: str, *, today: date) -> str:
    """Dates to choose from: "el viernes 27 o el sábado 28 de noviembre", where a month that is shared is said once."""
    chosen = [(day, day_words(day, lang, today=today, inside=True)) for day in days]
    words = [
        said.partition(" de ")[0] if after and _is_of_month(day, after[0]) and "," not in said + after[1] else said
        for (day, said), after in zip_longest(chosen, chosen[1:])
    ]
    return join_words(words, lang, last="or")


def _is_of_month(day: date, other: date) -> bool:
    return (day.year, day.month) == (other.year, other.month)


def weekday_told(day: date, lang: str, *, today: date) -> tuple[str, str]:
    """A date and the weekday that it is: "el 28 de noviembre", "sábado"; "November 28", "a Saturday"."""
    near, weekday = _NEAR[lang].get((day - today).days, ""), weekday_name(day.weekday(), lang)
    if near:
        return near.rstrip(", "), weekday
    if lang == "en":
        return f"{month_name(day.month, lang)} {day.day}", f"a {weekday}"
    return f"el {day.day} de {month_name(day.month, lang)}", weekday


def _date_words(day: date, lang: str, today: date | None) -> str:
    year = day.year if today and today.year != day.year else None
    if lang == "en":
        full = f"{weekday_name(day.weekday(), lang)}, {month_name(day.month, lang)} {day.day}"
        return f"{full}, {year}" if year else full
    full = f"{weekday_name(day.weekday(), lang)} {day.day} de {month_name(day.month, lang)}"
    return f"{full} de {year}" if year else full


@lru_cache(maxsize=4096)
def moment_words(day: date, minute: int, lang: str, *, today: date | None = None) -> tuple[str, str]:
    """Day and time, the one to stand before "a" or "at" and the other after, inside a sentence.

    In the small hours the night is named by its evening, which the date alone would leave to guess: "la noche del
    sábado 28 al domingo 29 de noviembre," and "las doce y media".
    """
    day, minute = wall_clock(day, minute)
    evening = evening_of(day, minute)
    if evening is None:
        return day_words(day, lang, today=today, inside=True), time_words(minute, lang)
    night = _night(evening, lang, today)
    return (f"on {night}," if lang == "en" else f"{night},"), _night_clock(minute, lang)


def moments_words(moments: Iterable[tuple[date, int]], lang: str, *, today: date | None = None) -> str:
    """Times to choose from, of a day that is known: "las ocho o las nueve de la noche".

    What neighbours share is said once, be it the part of the day or the night that the small hours are named by.
    """
    return _moments_words(tuple(moments), lang, today)


@lru_cache(maxsize=4096)
def _moments_words(moments: tuple[tuple[date, int], ...], lang: str, today: date | None) -> str:
    said = [_clock_and_night(day, minute, lang, today) for day, minute in moments]
    shared = [part == following for (_, part), (_, following) in pairwise(said)]
    words = [clock if drop_part else _whole(clock, part) for (clock, part), drop_part in zip_longest(said, shared)]
    return join_words(words, lang, last="or")


def _clock_and_night(day: date, minute: int, lang: str, today: date | None) -> tuple[str, str]:
    evening = evening_of(day, minute)
    if evening is None:
        return _clock_and_part(minute, lang)
    return _night_clock(minute, lang), f"{'on' if lang == 'en' else 'de'} {_night(evening, lang, today)}"


def _night(evening: date, lang: str, today: date | None) -> str:
    """The night that begins on a date: "la noche del sábado 28 al domingo 29 de noviembre"."""
    if lang == "en":
        return f"the night of {_date_words(evening, lang, today)}"
    morning = evening + timedelta(days=1)
    month = "" if evening.month == morning.month else f" de {month_name(evening.month, lang)}"
    begins = f"{weekday_name(evening.weekday(), lang)} {evening.day}{month}"
    return f"la noche del {begins} al {_date_words(morning, lang, today)}"


@lru_cache(maxsize=4096)
def time_words(minute: int, lang: str) -> str:
    """The time to follow "a" or "at": "las nueve y media de la noche", "half past nine in the evening".

    `minute` counts from midnight; a service that runs past it (1470) is said by the wall clock (0:30).
    """
    return _whole(*_clock_and_part(minute, lang))


def hour_words(minutes: Iterable[int], lang: str) -> str:
    """The hour as it was said, to follow "a" or "at": without the part of the day where it may be either."""
    told = tuple(minutes)
    if len(told) == 1:
        return time_words(told[0], lang)
    return join_words(dict.fromkeys(_clock_and_part(minute, lang)[0] for minute in told), lang, last="or")


def span_words(opens: int, closes: int, lang: str) -> str:
    """From when to when: "de una a cinco y media de la tarde", "from eight in the evening to midnight"."""
    (opening, part), closing = _clock_and_part(opens, lang), _clock_and_part(closes, lang)
    if part != closing[1] or closes - opens >= 720:
        opening = _whole(opening, part)
    if lang == "en":
        return f"from {opening} to {_whole(*closing)}"
    return f"de {_bare(opening)} a {_bare(_whole(*closing))}"


def _clock_and_part(minute: int, lang: str) -> tuple[str, str]:
    """What the clock shows and the part of the day, empty where the first says it too (noon)."""
    minute %= 1440
    part = next(words for begins, words in _PARTS[lang] if minute >= begins)
    return _english_time(minute, part) if lang == "en" else (_spanish_clock(minute), part)


def _whole(clock: str, part: str) -> str:
    return f"{clock} {part}".strip()


def _bare(spanish_time: str) -> str:
    """Without its article."""
    return spanish_time.partition(" ")[2]


def _spanish_clock(minute: int) -> str:
    past = minute % 60
    hour = minute // 60 + (past > 30)
    clock = f"{'la' if hour % 12 == 1 else 'las'} {spelled(hour % 12 or 12, 'es', feminine=True)}"
    if past == 0:
        return clock
    return f"{clock} {'y' if past <= 30 else 'menos'} {_spanish_minutes(min(past, 60 - past))}"


def _spanish_minutes(count: int) -> str:
    return {1: "un minuto", 15: "cuarto", 30: "media"}.get(count) or spelled(count, "es")


def _english_time(minute: int, part: str) -> tuple[str, str]:
    past = minute % 60
    hour = (minute // 60 + (past > 30)) % 24
    # Noon and midnight say the part of the day themselves; after noon "half past twelve" is what people say.
    if hour == 0 or (hour == 12 and (past == 0 or past > 30)):
        return _english_clock(past, "noon" if hour else "midnight"), ""
    return _english_clock(past, spelled(hour % 12 or 12, "en")), part


def _english_clock(past: int, hour: str) -> str:
    """The minutes before the name of the hour they are said with, from half an hour on the next."""
    return f"{_english_minutes(min(past, 60 - past))} {'past' if past <= 30 else 'to'} {hour}" if past else hour


def _night_clock(minute: int, lang: str) -> str:
    """The clock beside a night that is named: the part of the day was said with it."""
    if lang != "en":
        return _spanish_clock(minute)
    hour = minute // 60 + (minute % 60 > 30)
    return _english_clock(minute % 60, spelled(hour or 12, lang)) if minute else "midnight"


def _english_minutes(count: int) -> str:
    named = {1: "one minute", 15: "a quarter", 30: "half"}.get(count)
    return named or (spelled(count, "en") if count % 5 == 0 else f"{spelled(count, 'en')} minutes")


@lru_cache(maxsize=256)
def party_words(size: int, lang: str) -> str:
    """The party as it is said: "una persona", "cuatro personas", "one person"."""
    number = spelled(size, lang, feminine=True)
    if lang == "en":
        return f"{number} {'person' if size == 1 else 'people'}"
    return f"{number} {'persona' if size == 1 else 'personas'}"


def chairs_words(count: int, lang: str) -> str:
    """High chairs as they are said: "una trona", "dos tronas", "one high chair"."""
    number = spelled(count, lang, feminine=True)
    if lang == "en":
        return f"{number} {'high chair' if count == 1 else 'high chairs'}"
    return f"{number} {'trona' if count == 1 else 'tronas'}"


def weekdays_words(weekdays: Iterable[int], lang: str) -> str:
    """Weekdays as a habit (Monday = 0): "los lunes y martes", "de martes a domingo", "on Mondays"."""
    days = sorted(set(weekdays))
    if len(days) == 7:
        return "every day" if lang == "en" else "todos los días"
    if len(days) == 6 and days[0] == 0 and days[-1] == 6:
        resting = set(range(7)).difference(days)
        return f"{'every day except on' if lang == 'en' else 'todos los días menos'} {_habits(resting, lang)}"
    firsts = [day for day in days if (day - 1) % 7 not in days]
    if len(days) > 2 and len(firsts) == 1:
        first, last = (weekday_name(day % 7, lang) for day in (firsts[0], firsts[0] + len(days) - 1))
        return f"from {first} to {last}" if lang == "en" else f"de {first} a {last}"
    return f"{'on ' if lang == 'en' else ''}{_habits(days, lang)}" if days else ""


def _habits(weekdays: Iterable[int], lang: str) -> str:
    names = [weekday_name(day, lang) for day in sorted(weekdays)]
    if lang == "en":
        return join_words([f"{name}s" for name in names], lang, last="and")
    return f"los {join_words(map(_spanish_plural, names), lang, last='and')}"


def _spanish_plural(weekday: str) -> str:
    return weekday if weekday.endswith("s") else f"{weekday}s"


def join_words(items: Iterable[str], lang: str, *, last: Literal["or", "and"]) -> str:
    """A list as it is said: "a, b o c"; Spanish "o" and "y" give way before their own sound."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    joint = last if lang == "en" else _spanish_joint(last, words[-1])
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _spanish_joint(last: Literal["or", "and"], before: str) -> str:
    sound = fold(before)
    if last == "or":
        return "u" if sound.startswith(("o", "ho", "8", "11 ")) or sound == "11" else "o"
    # "Y hielo": the diphthong keeps its y.
    return "e" if sound.startswith(("i", "hi")) and not sound.startswith(("hie", "hia", "io")) else "y"
