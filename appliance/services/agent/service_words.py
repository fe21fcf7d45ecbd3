"""What is said of the hours and meals of a day, and of those that are offered in place of the one wished for."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby

from appliance.domain.availability import Refusal, Wish, services_to_come
from appliance.domain.hours import Start
from appliance.domain.meals import Meal, meal_at, meal_within, serves
from appliance.domain.phrases import phrase
from appliance.domain.spoken.say import READ_OUT, day_words, join_words, moments_words, span_words
from appliance.services.agent.arguments import Ask
from appliance.services.agent.hearing import Heard

_NOT_SERVED: Mapping[Meal, str] = {
    Meal.BREAKFAST: "no_breakfast",
    Meal.LUNCH: "no_lunch",
    Meal.DINNER: "no_dinner",
}


def services_told(ask: Ask, heard: Heard) -> str:
    """The services of the part of that day that was said; where there are none, all of the day.

    That the meal of that part is not served is said first.
    """
    if heard.day is None or heard.part is None:
        return ""
    day, part = heard.day, range(*heard.part)
    coming = _coming(ask, day)
    meant = [service for service in coming if any(start.minute_from(day) in part for start in service)]
    serves = _serves(ask, day, meant or coming)
    return " ".join(filter(None, (serves and _no_meal(ask, day, meal_within(part.start, part.stop)), serves)))


def house_hours(ask: Ask, day: date) -> str:
    """All services of that day which are still to come; empty where there are none."""
    return _serves(ask, day, _coming(ask, day))


def _coming(ask: Ask, day: date) -> list[list[Start]]:
    return [service for service in services_to_come(ask.card, day, now_ms=ask.now_ms) if service[0].night == day]


def _serves(ask: Ask, day: date, services: Sequence[Sequence[Start]]) -> str:
    spans = [_span(ask, day, service) for service in services]
    return phrase("serves", ask.lang, span=join_words(spans, ask.lang, last="and")) if spans else ""


def not_served(ask: Ask, wish: Wish, refusal: Refusal, minute: int) -> str:
    """That the meal of the hour wished for is not served that day; empty where that is not why it was refused."""
    return _no_meal(ask, wish.day, meal_at(minute)) if refusal.code == "outside_hours" else ""


def offer(ask: Ask, wish: Wish, starts: Sequence[Start]) -> str:
    """What can be had instead: times of the day that was spoken of, or of others, which are named; else to look."""
    if not starts:
        return phrase("offer_other_day", ask.lang)
    if all(wish.day in (start.day, start.night) for start in starts):
        return phrase("offer_times", ask.lang, options=times_words(ask, starts))
    days = [_on_day(ask, day, list(times)) for day, times in groupby(starts, key=lambda start: start.day)]
    return phrase("offer_days", ask.lang, options=join_words(days, ask.lang, last="or"))


def times_words(ask: Ask, starts: Sequence[Start]) -> str:
    """Times to choose from, of a day that is known."""
    return moments_words([(start.day, start.minute) for start in starts], ask.lang, today=ask.today)


def _on_day(ask: Ask, day: date, starts: Sequence[Start]) -> str:
    words = day_words(day, ask.lang, today=ask.today, inside=True)
    return phrase("on_day_at", ask.lang, day=words, time=times_words(ask, starts))


def _no_meal(ask: Ask, day: date, meal: Meal | None) -> str:
    if meal is None or serves(ask.card, day, meal):
        return ""
    return phrase(_NOT_SERVED[meal], ask.lang, day=day_words(day, ask.lang, today=ask.today, inside=True))


def _span(ask: Ask, day: date, starts: Sequence[Start]) -> str:
    """From the first to the last of a service, or each of a few."""
    if len(starts) > READ_OUT:
        return span_words(starts[0].minute_from(day), starts[-1].minute_from(day), ask.lang)
    return phrase("at_times", ask.lang, options=times_words(ask, starts))
