"""The date in a caller's words. What may mean two dates, or leaves a word over, is unclear: never a guess.

A weekday is its next occurrence strictly after today. "Que viene" and "next" mean that one too when it lies in the
coming week; while it is still in this one they might mean either, so they are unclear (Monday begins the week).
A day and month without a year are the next such date from today on; `5/6` is the fifth of June. A night is its
evening's: "la noche del sábado al domingo" is Saturday.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeVar

from appliance.domain.spoken.date_pieces import FILLER, PIECES, Piece, Week, Weekday
from appliance.domain.spoken.numerals import in_digits
from appliance.domain.spoken.outcome import UNCLEAR, Unclear
from appliance.domain.spoken.text import heard
from appliance.domain.spoken.times import read_times

_Kind = TypeVar("_Kind", bound=Piece)
_NIGHT = re.compile(r"(?:(?:en|por|para) )?(?:la )?noche del (?P<evening>.+?) al (?P<morning>.+?)[ ,.]*")
_BEFORE_TIME = re.compile(r",? (?=(?:a|at|sobre|hacia|around|about) )")


def read_date(words: object, *, today: date) -> date | Unclear:
    """The date meant, past or to come; `today` is the restaurant's."""
    text = heard(words)
    if isinstance(text, Unclear):
        return text
    said = time_apart(in_digits(text))[0]
    night = _NIGHT.fullmatch(said)
    return _evening(night["evening"], night["morning"], today) if night else _read(said, today)


def time_apart(text: str) -> tuple[str, str]:
    """The words before a time of day ("el sábado a las nueve") and those of the time; empty when there is none."""
    head, *tail = _BEFORE_TIME.split(text, maxsplit=1)
    return (head, tail[0]) if tail and not isinstance(read_times(tail[0]), Unclear) else (text, "")


def _read(text: str, today: date) -> date | Unclear:
    pieces = list(_pieces(text, today))
    refused = next((piece for piece in pieces if isinstance(piece, Unclear)), None)
    return refused or _settled(pieces, today)


def _evening(words: str, morning: str, today: date) -> date | Unclear:
    """The day before `morning`, if that is what the words say."""
    day = _read(morning, today)
    if isinstance(day, Unclear) or day == date.min:
        return UNCLEAR
    evening = day - timedelta(days=1)
    return evening if all(_is_of(piece, evening) for piece in _pieces(words, evening)) else UNCLEAR


def _is_of(piece: Piece, day: date) -> bool:
    return piece.weekday == day.weekday() if isinstance(piece, Weekday) else piece == day


def _pieces(text: str, today: date) -> Iterator[Piece]:
    """What the words say, one piece after the other; UNCLEAR where they stop making sense."""
    position, dangling = 0, False
    while position < len(text):
        piece, end = _piece_at(position, text, today)
        if piece:
            yield piece
        elif filler := FILLER.match(text, position):
            end = filler.end()
        else:
            yield UNCLEAR
            return
        position, dangling = end, piece is None
    if dangling:  # "el 10 de …": the line broke before the month
        yield UNCLEAR


def _piece_at(position: int, text: str, today: date) -> tuple[Piece | None, int]:
    for shape, read in PIECES:
        if said := shape.match(text, position):
            return read(said, today), said.end()
    return None, position


def _settled(pieces: list[Piece], today: date) -> date | Unclear:
    """The one date that everything said agrees on."""
    days, weekdays, weeks = _only(pieces, date), _only(pieces, Weekday), _only(pieces, Week)
    if max(len(days), len(weekdays), len(weeks)) > 1:
        return UNCLEAR
    week = weeks.pop() if weeks else None
    if days:
        day = days.pop()
        agrees = all(named.weekday == day.weekday() for named in weekdays) and week in {None, _week_of(day, today)}
        return day if agrees else UNCLEAR
    return _named_day(weekdays.pop(), week, today) if weekdays else UNCLEAR


def _only(pieces: list[Piece], kind: type[_Kind]) -> set[_Kind]:
    return {piece for piece in pieces if isinstance(piece, kind)}


def _named_day(named: Weekday, week: Week | None, today: date) -> date | Unclear:
    if week:
        return _monday(today) + timedelta(weeks=week.ahead, days=named.weekday)
    day = today + timedelta(days=(named.weekday - today.weekday() - 1) % 7 + 1)
    in_this_week = _week_of(day, today) == Week(0)
    return UNCLEAR if named.is_next and in_this_week else day


def _week_of(day: date, today: date) -> Week:
    return Week((_monday(day) - _monday(today)).days // 7)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
