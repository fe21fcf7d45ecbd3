"""The date in a caller's words. What may mean two dates asks which; what leaves a word over is unclear: never a guess.

A weekday is its next occurrence strictly after today. "Que viene" and "next" mean that one too when it lies in the
coming week; while it is still in this one they might mean either, so that is asked (Monday begins the week). So is
"this Friday" on a Friday.
A day and month without a year are the next such date from today on. `5/6` is the fifth of June, in English perhaps
the sixth of May. A night is its evening's: "la noche del sábado al domingo" is Saturday.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from appliance.domain.spoken.calendar import monday_of
from appliance.domain.spoken.clauses import understood
from appliance.domain.spoken.date_pieces import (
    Choice,
    DayAndMonth,
    DayOfMonth,
    NotComing,
    PartOfDay,
    Piece,
    SomeDays,
    Week,
    Weekday,
    Weeks,
)
from appliance.domain.spoken.date_shapes import ASIDE, FILLER, NTH_WEEKDAY, SHAPES
from appliance.domain.spoken.framing import bare
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import UNCLEAR, Unclear, one_of
from appliance.domain.spoken.text import heard
from appliance.domain.spoken.times import times_in
from appliance.domain.spoken.vocabulary import DAYS

_TELLING = date | Choice | DayAndMonth | Weeks
_NIGHT = re.compile(r"(?:(?:en|por|para) )?(?:la )?noche del (?P<evening>.+?) al (?P<morning>.+?)[ ,.]*")
_EITHER = re.compile(r",? (?:o|u|or) ")
CONTRAST = re.compile(r",? (?:no|not|mejor|better|rather) (?=\w)")
"""Between two answers without a comma after it, it may belong to either: "el viernes no el sábado"."""
REFUSING = re.compile(r"(?:no|not) ")
"""Before two answers without a comma between them: which of them is meant?"""
_FEW_WORDS = 8
# Where the words of a time begin after those of a date: at their preposition, or at what only an hour is written with.
_HOUR = r"\d\d?(?::\d\d| ?(?:h|hs|hrs|[ap]\.? ?m))\b"
_TOLD_HOUR = r"\d\d?(?: (?:y|menos) \w+)? de la (?:manana|tarde|noche|madrugada)\b"
_TIME_AHEAD = re.compile(rf",? (?=(?:a|at|sobre|hacia|around|about) |{_HOUR}|{_TOLD_HOUR})")
# And where those of a date begin after those of a time.
_TIME_FIRST = re.compile(
    rf"(?:a las?|at|sobre las?|hacia las?|around|about) |{_HOUR}|{_TOLD_HOUR}|"
    r"\d\d? (?:tonight|esta noche|tomorrow (?:night|evening))"
)
DATE_AHEAD = re.compile(
    r",? (?=(?:del?|el|on|este|esta|this|para|hoy|(?<!la )manana|pasado|today|tonight|tomorrow|next|the|\w+day)\b)"
)


def read_date(words: object, *, today: date, lang: str = "es") -> date | Unclear:
    """The date meant, past or to come; `today` is the restaurant's, `lang` that of the call."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text

    def read(said: str) -> date | Unclear:
        return read_date_in(date_and_time(said)[0], today=today, lang=lang)

    value = understood(text, read, DAYS)
    return contrasted(date_and_time(text)[0], today=today, lang=lang) if value == UNCLEAR else value


def read_stretch(words: object, *, today: date, lang: str = "es") -> tuple[date, ...]:
    """The days in a row, from today on, of a week or a weekend; none where the words are of no such stretch."""
    text = heard(words)
    if isinstance(text, Unclear):
        return ()
    said = _WHEN_IN_IT.sub("", date_and_time(text)[0])
    pieces = [piece for piece in _pieces(said, today, lang) if piece != PartOfDay()]
    days = _stretch(pieces[0], today) if len(pieces) == 1 else []
    is_row = bool(days) and (days[-1] - days[0]).days == len(days) - 1
    return tuple(days) if is_row else ()


_WHEN_IN_IT = re.compile(
    r"(?:a |hacia |para )?(?:principios|primeros|comienzos|mediados|finales|fines) de (?=la )|"
    r"(?:(?:at|by|towards?) )?(?:the )?(?:beginning|start|middle|end) of (?=next|this|the)|mid(?:dle)? (?=next|this)"
)
"""It leaves open which day of a week or so."""
_EVERY_WEEK = re.compile(
    r"\b(?:(?:los|cada) (?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)|sabados|domingos|"
    r"(?:(?:every|each) )(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)days|"
    r"(?:los|todos los|cada) (?:fines? de semana|dias)|fines de semana|entre semana|week ?ends|week ?days|"
    r"(?:every|each) (?:day|week ?end)|(?:dias )?(?:festivos|laborables)|holidays)\b"
)


def is_every_week(words: object) -> bool:
    """Whether the words are of days that come again and again: "los domingos", "on Sundays", "entre semana"."""
    text = heard(words)
    return not isinstance(text, Unclear) and bool(_EVERY_WEEK.search(text))


def _stretch(piece: Piece, today: date) -> list[date]:
    if isinstance(piece, Choice):
        return sorted(piece.days)
    if not isinstance(piece, Week):
        return []
    monday = monday_of(today) + timedelta(weeks=piece.ahead)
    week = (monday + timedelta(days=days) for days in range(7))
    return [day for day in week if day >= today]


def read_date_in(said: str, *, today: date, lang: str) -> date | Unclear:
    """The same of words that `date_and_time` told apart."""
    night = _NIGHT.fullmatch(said)
    if night:
        return _evening(night["evening"], night["morning"], today, lang)
    one, *other = _EITHER.split(said)
    return _which(one, other, today, lang) if other else _read(said, today, lang)


def contrasted(said: str, *, today: date, lang: str) -> Unclear:
    """Of two days, one instead of the other, which one it is."""
    if refused := REFUSING.match(said):
        return _refusing(said[refused.end() :], today, lang)
    one, *other = CONTRAST.split(said)
    return _which(one, other, today, lang) if len(other) == 1 else UNCLEAR


def _refusing(said: str, today: date, lang: str) -> Unclear:
    """The same where no word stands between them: "not friday saturday"."""
    words = said.split(" ")
    gaps = range(1, len(words) if len(words) <= _FEW_WORDS else 0)
    found = (_which(" ".join(words[:gap]), [" ".join(words[gap:])], today, lang) for gap in gaps)
    return next((which for which in found if which != UNCLEAR), UNCLEAR)


def date_and_time(text: str) -> tuple[str, str]:
    """The folded words of a date and those of a time beside it, empty when there are none; numbers in digits.

    The time may follow the date ("el sábado a las nueve") or go before it ("a las nueve del sábado").
    """
    text = bare(text)
    for words, nth in NTH_WEEKDAY:
        text = words.sub(nth, text)
    return time_apart(in_digits(text))


def time_apart(text: str) -> tuple[str, str]:
    if _TIME_FIRST.match(text):
        for gap in DATE_AHEAD.finditer(text):
            if _is_time(text[: gap.start()]):
                return text[gap.end() :], text[: gap.start()]
    for gap in _TIME_AHEAD.finditer(text):
        # A number alone beside a time is hardly a day: "de doce a una".
        if not text[: gap.start()].isdigit() and _is_time(text[gap.end() :]):
            return text[: gap.start()], text[gap.end() :]
    return text, ""


def _is_time(text: str) -> bool:
    return not isinstance(times_in(text), Unclear)


def _which(one: str, other: list[str], today: date, lang: str) -> Unclear:
    """Two days to choose from. Far apart they were hardly meant so: "el uno o dos de enero" shares its month."""
    days = {_read(words, today, lang) for words in (one, *other)}
    dates = [day for day in days if isinstance(day, date)]
    if len(dates) != len(days) or max(dates) - min(dates) > timedelta(weeks=1):
        return UNCLEAR
    choice = one_of(dates)
    return choice if isinstance(choice, Unclear) else UNCLEAR


def _read(text: str, today: date, lang: str) -> date | Unclear:
    pieces = list(_pieces(text, today, lang))
    refused = next((piece for piece in pieces if isinstance(piece, Unclear)), None)
    return refused or _settled(pieces, today)


def _evening(words: str, morning: str, today: date, lang: str) -> date | Unclear:
    """The day before `morning`, if that is what the words say."""
    day = _read(morning, today, lang)
    if isinstance(day, Unclear) or day == date.min:
        return UNCLEAR
    evening = day - timedelta(days=1)
    return evening if all(_is_of(piece, evening) for piece in _pieces(words, evening, lang)) else UNCLEAR


def _is_of(piece: Piece, day: date) -> bool:
    if isinstance(piece, DayOfMonth):
        return piece.day == day.day
    if isinstance(piece, DayAndMonth):
        return piece.coming == day
    return piece.weekday == day.weekday() if isinstance(piece, Weekday) else piece == day


def _pieces(text: str, today: date, lang: str) -> Iterator[Piece]:
    """What the words say, one piece after the other; UNCLEAR where they stop making sense."""
    position, dangling = 0, False
    while position < len(text):
        piece, end = _piece_at(position, text, today, lang)
        if piece:
            yield piece
            dangling = False
        elif aside := ASIDE.match(text, position):
            end = aside.end()
        elif filler := FILLER.match(text, position):
            end = filler.end()
            dangling = dangling or filler[0][0].isalpha()
        else:
            yield UNCLEAR
            return
        position = end
    if dangling:  # "el 10 de …": the line broke before the month
        yield UNCLEAR


def _piece_at(position: int, text: str, today: date, lang: str) -> tuple[Piece | None, int]:
    if text[position] in " ,.":
        return None, position
    for shape, read in SHAPES[lang]:
        if said := shape.match(text, position):
            return read(said, today), said.end()
    return None, position


def _settled(pieces: list[Piece], today: date) -> date | Unclear:
    """The date that everything said agrees on, or the two that it can mean."""
    weekdays = {piece for piece in pieces if isinstance(piece, Weekday)}
    weeks = {piece for piece in pieces if isinstance(piece, Week)}
    if max(len(weekdays), len(weeks)) > 1:
        return UNCLEAR
    named, week = next(iter(weekdays), None), next(iter(weeks), None)
    told = [_days(piece, named, today) for piece in pieces if isinstance(piece, _TELLING)]
    numbers = [piece for piece in pieces if isinstance(piece, DayOfMonth)]
    told = told or [frozenset({number.coming}) for number in numbers]
    if not told and named and SomeDays() not in pieces:
        told = [_named_days(named, week, today)]
    days = frozenset.intersection(*told) if told else frozenset()
    if NotComing() in pieces:
        days -= {_coming(named, today)} if named else days
    days = frozenset(day for day in days if all(day.day == number.day for number in numbers))
    fitting = [day for day in days if _agrees(day, named, week, today)]
    # "El primer viernes" is not the first of a month.
    if fitting or week or named is None or _follows(named, numbers, pieces):
        return one_of(fitting)
    return (_gone(pieces, named, today) if days else None) or _at_odds(days, named, today)


def _follows(named: Weekday, numbers: list[DayOfMonth], pieces: list[Piece]) -> bool:
    return any(pieces.index(number) < pieces.index(named) for number in numbers)


def _gone(pieces: list[Piece], named: Weekday, today: date) -> date | None:
    """The date of that weekday which has just passed, where it is nearer than the one to come, which is of another."""
    undated = (piece for piece in pieces if isinstance(piece, DayAndMonth))
    near = (piece.gone for piece in undated if today - piece.gone < piece.coming - today)
    return next((day for day in near if day.weekday() == named.weekday), None)


def _at_odds(days: frozenset[date], named: Weekday, today: date) -> Unclear:
    """A date with another's weekday: it may be that date, or that weekday nearest to it, be it today or to come."""
    told = next(iter(days), date.min)
    if len(days) > 1 or told < today:
        return UNCLEAR
    near = (told + timedelta(days=away) for away in (-3, -2, -1, 1, 2, 3, 4, 5, 6))
    weekday = next(day for day in near if day >= today and day.weekday() == named.weekday)
    return Unclear("ambiguous", tuple(sorted((told, weekday))), told=told)


def _days(piece: Piece, named: Weekday | None, today: date) -> frozenset[date]:
    if isinstance(piece, Choice):
        return piece.days
    if isinstance(piece, DayAndMonth):
        return frozenset({piece.coming})
    if not isinstance(piece, Weeks):
        return frozenset({piece}) if isinstance(piece, date) else frozenset()
    if named is None:
        return frozenset({today + timedelta(weeks=piece.ahead)})
    # "El viernes dentro de dos semanas": two weeks after the coming one, or that of the week after next?
    in_its_week = monday_of(today) + timedelta(days=named.weekday)
    return frozenset(day + timedelta(weeks=piece.ahead) for day in (in_its_week, _coming(named, today)))


def _named_days(named: Weekday, week: Week | None, today: date) -> frozenset[date]:
    if week:
        return frozenset({monday_of(today) + timedelta(weeks=week.ahead, days=named.weekday)})
    day = _coming(named, today)
    if named.is_next and _week_of(day, today) == Week(0):
        return frozenset({day, day + timedelta(weeks=1)})
    return frozenset({today, day}) if named.is_this and named.weekday == today.weekday() else frozenset({day})


def _coming(named: Weekday, today: date) -> date:
    return today + timedelta(days=(named.weekday - today.weekday() - 1) % 7 + 1)


def _agrees(day: date, named: Weekday | None, week: Week | None, today: date) -> bool:
    return (named is None or named.weekday == day.weekday()) and week in {None, _week_of(day, today)}


def _week_of(day: date, today: date) -> Week:
    return Week((monday_of(day) - monday_of(today)).days // 7)
