"""How people say a day, a time and how many they are, in Spanish and English; the server must make sense of it."""

import random
from datetime import date

_WEEKDAYS = {
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_NUMBERS = {
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce".split(),
    "en": "zero one two three four five six seven eight nine ten eleven twelve".split(),
}
_NEAR = {"es": ("hoy", "mañana", "pasado mañana"), "en": ("today", "tomorrow", "the day after tomorrow")}


def day_words(day: date, today: date, language: str, rng: random.Random) -> str:
    """A way to say `day` that can only mean that day, as seen from `today`."""
    away = (day - today).days
    ways = [day.isoformat(), _long_date(day, language)]
    if language == "es":
        ways.append(f"{day.day}/{day.month}")
    if 0 <= away <= 2:
        ways += [_NEAR[language][away]] * 4
    elif 0 < away < 7:
        ways += [_weekday(day, language)] * 4
    return rng.choice(ways)


def spoken_day(day: date, today: date, language: str) -> str:
    """The same, always in words."""
    away = (day - today).days
    if 0 <= away <= 2:
        return _NEAR[language][away]
    return _weekday(day, language) if 0 < away < 7 else _long_date(day, language)


def _weekday(day: date, language: str) -> str:
    name = _WEEKDAYS[language][day.weekday()]
    return f"el {name}" if language == "es" else name


def _long_date(day: date, language: str) -> str:
    month = _MONTHS[language][day.month - 1]
    return f"el {day.day} de {month}" if language == "es" else f"{month} {day.day}"


def time_words(minute: int, language: str, rng: random.Random) -> str:
    """A way to say the time of day, afternoon and evening left to the restaurant's hours now and then."""
    clock = f"{minute // 60}:{minute % 60:02}"
    spoken = spoken_time(minute, language)
    daypart = _daypart(minute, language)
    return rng.choice((clock, spoken, spoken, f"{spoken} {daypart}"))


def spoken_time(minute: int, language: str) -> str:
    """As on a clock with hands: "a las nueve y media"; "half past nine"."""
    hour, rest = divmod(minute, 60)
    return _spanish_time(hour, rest) if language == "es" else _english_time(hour, rest)


def _spanish_time(hour: int, rest: int) -> str:
    if rest > 30:
        hour, tail = hour + 1, " menos cuarto" if rest == 45 else f" menos {_spanish_minutes(60 - rest)}"
    else:
        tail = {0: "", 15: " y cuarto", 30: " y media"}.get(rest) or (f" y {_spanish_minutes(rest)}" if rest else "")
    name = "una" if hour % 12 == 1 else _NUMBERS["es"][_on_dial(hour)]
    return f"{'a la' if name == 'una' else 'a las'} {name}{tail}"


def _spanish_minutes(minutes: int) -> str:
    return {5: "cinco", 10: "diez", 20: "veinte", 25: "veinticinco"}.get(minutes, str(minutes))


def _english_time(hour: int, rest: int) -> str:
    if rest == 45:
        return f"quarter to {_NUMBERS['en'][_on_dial(hour + 1)]}"
    name = _NUMBERS["en"][_on_dial(hour)]
    return {0: name, 15: f"quarter past {name}", 30: f"half past {name}"}.get(rest) or f"{_on_dial(hour)}:{rest:02}"


def _on_dial(hour: int) -> int:
    return hour % 12 or 12


def _daypart(minute: int, language: str) -> str:
    evening = minute >= 20 * 60
    if language == "es":
        return "de la noche" if evening else "del mediodía" if minute < 13 * 60 else "de la tarde"
    return "in the evening" if minute >= 18 * 60 else "in the afternoon"


def party_words(party: int, language: str, rng: random.Random) -> str | int:
    """A way to say how many come; agents pass on numbers, digits or words."""
    word = spoken_party(party, language)
    if party == 1:
        return rng.choice((1, "1", word))
    if language == "en":
        return rng.choice((party, str(party), word, f"{word} people"))
    return rng.choice((party, str(party), word, f"somos {word}", f"{word} personas"))


def spoken_party(party: int, language: str) -> str:
    if party == 1:
        return "una persona" if language == "es" else "one person"
    numbers = _NUMBERS[language]
    return numbers[party] if party < len(numbers) else str(party)
