"""The live tool about opening hours and closed days."""

from collections.abc import Sequence
from datetime import date, timedelta

from appliance.contract import OpenSpan, ToolAnswer
from appliance.domain.hours import clock_text, shifts_on
from appliance.domain.phrases import phrase
from appliance.domain.restaurant import RestaurantCard, Shift
from appliance.domain.spoken.dates import is_every_week, read_stretch
from appliance.domain.spoken.say import day_briefly, day_words, join_words, span_words, weekdays_words
from appliance.services.agent.arguments import Ask
from appliance.services.agent.asking import questions
from appliance.services.agent.hearing import hear
from appliance.services.deeds import Reply

_MAX_CLOSURES = 10
_MAX_SPOKEN_CLOSURES = 3
_TOLD_DAYS = 14


async def get_hours(ask: Ask) -> Reply:
    """The week's hours and the closed days to come, or the hours of the date, week or weekend that was asked about."""
    heard = hear(ask)
    if heard.day:
        return Reply(answer=_of_day(ask, heard.day))
    if days := _stretch(ask):
        return Reply(answer=_of_days(ask, days))
    unclear = [code for code in heard.unclear if code.endswith("_date")]
    if any(map(is_every_week, ask.said("date"))):
        unclear.clear()
    return Reply(answer=questions(ask, unclear, heard) if unclear else _of_week(ask))


def open_spans(shifts: Sequence[Shift]) -> list[OpenSpan]:
    return [
        OpenSpan(
            weekday=shift.weekday,
            shift=shift.name,
            opens=clock_text(shift.opens),
            last_seating=clock_text(shift.last_seating),
            closes=clock_text(shift.closes),
        )
        for shift in shifts
    ]


def schedule_words(card: RestaurantCard, lang: str) -> str:
    """The week in words: days with the same hours are named together."""
    by_hours: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for weekday in range(7):
        spans = tuple((shift.opens, shift.closes) for shift in card.shifts if shift.weekday == weekday)
        if spans:
            by_hours.setdefault(spans, []).append(weekday)
    groups = [f"{weekdays_words(days, lang)}, {_spans_words(spans, lang)}" for spans, days in by_hours.items()]
    return "; ".join(groups)


def _of_day(ask: Ask, day: date) -> ToolAnswer:
    shifts = shifts_on(ask.card, day)
    words = day_words(day, ask.lang, today=ask.today, inside=True)
    say = phrase("hours", ask.lang, spans=_day_spans(ask, day)) if shifts else phrase("closed_day", ask.lang, day=words)
    code = "hours" if shifts else "closed_day"
    return ToolAnswer(ok=True, code=code, say=say, date=day.isoformat(), hours=open_spans(shifts))


def _stretch(ask: Ask) -> Sequence[date]:
    """The days of the week or the weekend that was asked about."""
    stretches = (read_stretch(words, today=ask.today, lang=ask.lang) for words in ask.said("date"))
    return next(filter(None, stretches), ())


def _of_days(ask: Ask, days: Sequence[date]) -> ToolAnswer:
    """Those with the same hours are named together."""
    by_hours: dict[tuple[tuple[int, int], ...], list[date]] = {}
    for day in days:
        by_hours.setdefault(tuple(_spans(shifts_on(ask.card, day))), []).append(day)
    closed = by_hours.pop((), [])
    told = [f"{_days_words(ask, same)} {_spans_words(spans, ask.lang)}" for spans, same in by_hours.items()]
    sentences = [phrase("hours", ask.lang, spans="; ".join(told))] if told else []
    if closed:
        sentences.append(phrase("hours_closed_days", ask.lang, days=_days_words(ask, closed)))
    return ToolAnswer(
        ok=True,
        code="hours" if told else "closed_day",
        say=" ".join(sentences),
        hours=open_spans([shift for day in days for shift in shifts_on(ask.card, day)]),
        closures=[day.isoformat() for day in closed],
    )


def _days_words(ask: Ask, days: Sequence[date]) -> str:
    return join_words([day_briefly(day, ask.lang, today=ask.today) for day in days], ask.lang, last="and")


def _of_week(ask: Ask) -> ToolAnswer:
    card, lang = ask.card, ask.lang
    if not card.shifts:
        return ToolAnswer(ok=True, code="hours_none", say=phrase("hours_none", lang), hours=[], closures=[])
    closures = _closed_days(card, ask.today)
    schedule = schedule_words(card, lang)
    say = phrase("hours", lang, spans=schedule)
    resting = weekdays_words(set(range(7)).difference(shift.weekday for shift in card.shifts), lang)
    closed = [] if resting in schedule else [resting]  # "todos los días menos los martes" said it
    closed += [day_words(day, lang, today=ask.today, inside=True) for day in closures[:_MAX_SPOKEN_CLOSURES]]
    if closed:
        say += " " + phrase("hours_closed_days", lang, days=join_words(closed, lang, last="and"))
    if other := _other_hours(ask):
        say += " " + phrase("hours_other", lang, spans="; ".join(other))
    return ToolAnswer(
        ok=True,
        code="hours",
        say=say,
        hours=open_spans(card.shifts),
        closures=[day.isoformat() for day in closures],
    )


def _closed_days(card: RestaurantCard, today: date) -> list[date]:
    """The dates closed as a whole that a guest could ask about, soonest first; those of the weekly rest are no news."""
    last = today + timedelta(days=card.horizon_days)
    served = {shift.weekday for shift in card.shifts}
    dates = {closure.date for closure in card.closures}
    days = [day for day in dates if today <= day <= last and day.weekday() in served]
    return sorted(day for day in days if not shifts_on(card, day))[:_MAX_CLOSURES]


def _other_hours(ask: Ask) -> list[str]:
    """The dates of the next two weeks with service at other hours than their weekday's, in words."""
    card = ask.card
    days = [ask.today + timedelta(days=ahead) for ahead in range(_TOLD_DAYS)]
    usual = {day: _spans([shift for shift in card.shifts if shift.weekday == day.weekday()]) for day in days}
    other = [day for day in days if _spans(shifts_on(card, day)) not in ([], usual[day])]
    return [_day_spans(ask, day) for day in other[:_MAX_SPOKEN_CLOSURES]]


def _day_spans(ask: Ask, day: date) -> str:
    words = day_words(day, ask.lang, today=ask.today, inside=True)
    return f"{words} {_spans_words(_spans(shifts_on(ask.card, day)), ask.lang)}"


def _spans(shifts: Sequence[Shift]) -> list[tuple[int, int]]:
    return [(shift.opens, shift.closes) for shift in shifts]


def _spans_words(spans: Sequence[tuple[int, int]], lang: str) -> str:
    return join_words([span_words(opens, closes, lang) for opens, closes in spans], lang, last="and")
