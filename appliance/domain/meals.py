"""Breakfast, lunch and dinner by the clock: which of them an hour is one of, and whether a house serves it that day."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Self

from msgspec import Struct

from appliance.domain.hours import Start, shifts_on
from appliance.domain.restaurant import RestaurantCard, Shift


class Meal(StrEnum):
    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


_HOURS: Mapping[Meal, range] = {
    Meal.BREAKFAST: range(6 * 60, 11 * 60),
    Meal.LUNCH: range(12 * 60, 17 * 60),
    Meal.DINNER: range(18 * 60, 29 * 60),
}
"""Minutes after midnight; what lies between is no hour of any."""

_MIDNIGHT = 1440
FAR = 4 * _MIDNIGHT
"""More minutes than lie between any two hours of a day and its night."""


@lru_cache(maxsize=4096)
def meal_at(minute: int) -> Meal | None:
    return next((meal for meal, hours in _HOURS.items() if minute in hours), None)


def meal_within(first: int, end: int) -> Meal | None:
    """The one meal that a part of the day holds hours of: dinner for the night, none for the afternoon."""
    held = [meal for meal, hours in _HOURS.items() if first < hours.stop and hours.start < end]
    return held[0] if len(held) == 1 else None


def serves(card: RestaurantCard, day: date, meal: Meal) -> bool:
    """Whether guests may come for it on that day, or in its night."""
    hours = _HOURS[meal]
    return any(minute in hours for shift in shifts_on(card, day) for minute in shift.start_minutes())


class Served(Struct, frozen=True):
    """A start as it lies to a day: `at`, and its service's `first` and `last`, count from that day's midnight."""

    at: int
    meal: Meal | None
    first: int
    last: int

    @classmethod
    def on(cls, day: date, start: Start) -> Self:
        at, midnight = start.minute_from(day), (start.night - day).days * _MIDNIGHT
        return cls(at, meal_at(at), start.shift.opens + midnight, start.shift.last_seating + midnight)

    def is_of_meal(self, minute: int) -> bool:
        """Whether it is for the same meal as that minute of the day, or in the same service of an all-day kitchen."""
        return self.first <= minute <= self.last or meal_at(minute) in (None, self.meal)

    def distance(self, minute: int) -> int:
        """How far it is from what was wished for, in minutes: one of another meal is `FAR` and more."""
        return abs(self.at - minute) + (0 if self.is_of_meal(minute) else FAR)


def is_of_meal(start: Start, day: date, minute: int) -> bool:
    """Whether a start is for the same meal as that minute of `day`, as in `Served`."""
    return Served.on(day, start).is_of_meal(minute)


def likeliest(card: RestaurantCard, minutes: tuple[int, ...]) -> tuple[int, ...]:
    """What a caller means of several times of which none is served: one of another day, else of lunch or dinner.

    Nobody dines in the small hours where no guest is received then: two is in the afternoon.
    """
    if len(minutes) == 1:
        return minutes
    usual = tuple(minute for minute in minutes if any(_seats_at(shift, minute) for shift in card.shifts))
    main = tuple(one for one in minutes if meal_at(one) in (Meal.LUNCH, Meal.DINNER) and one <= _MIDNIGHT)
    return usual or main or minutes


def _seats_at(shift: Shift, minute: int) -> bool:
    return shift.opens <= minute <= shift.last_seating
