"""A night is called after the evening it begins on, though its small hours lie on the next date of the calendar."""

from collections.abc import Sequence
from datetime import date, timedelta

NIGHT_ENDS = 5 * 60
"""The minute of the clock until which it is still that night."""


def wall_clock(day: date, minute: int) -> tuple[date, int]:
    """What calendar and clock show `minute` minutes (0 to 2879) after midnight of `day`."""
    if 0 <= minute < 1440:
        return day, minute
    nights, shown = divmod(minute, 1440)
    return (day + timedelta(days=nights) if day < date.max else day), shown


def evening_of(day: date, minute: int) -> date | None:
    """On which date the night began that a wall clock lies in; None by day."""
    return day - timedelta(days=1) if minute < NIGHT_ENDS and day > date.min else None


def night_of(day: date, minute: int) -> date:
    """The date whose day and night a wall clock belongs to: its own, or in the small hours the one before."""
    return evening_of(day, minute) or day


def of_night(minutes: Sequence[int], *, beside: Sequence[int]) -> tuple[int, ...]:
    """Times as those `beside` them count: 00:30 is said of their night, unless they are small hours of its date."""
    counts_on = bool(beside) and min(beside) >= NIGHT_ENDS
    return tuple(minute + 1440 if counts_on and minute < NIGHT_ENDS else minute for minute in minutes)


def fits(day: date | None, minutes: Sequence[int], *, on: date, at: int) -> bool:
    """Whether a start that calendar and clock show can be what was said of it: the day, the times, both or neither.

    "El sábado" is also said of the small hours of its night, though the calendar calls them Sunday.
    """
    if day is None:
        return not minutes or at in {minute % 1440 for minute in minutes}
    if not minutes:
        return day in (on, evening_of(on, at))
    return (on, at) in {wall_clock(day, minute) for minute in minutes}
