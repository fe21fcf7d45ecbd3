"""Where a day has nothing left of the meal that is wished for, what the days before and after have of it."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from appliance.domain.availability import Refusal, Wish, elsewhen, meal_missed, out_of_reach
from appliance.domain.seating import DayBook
from appliance.services.agent.arguments import Ask
from appliance.services.holds import Holds

_DAY = timedelta(days=1)


async def widened(
    ask: Ask, holds: Holds, wish: Wish, refusal: Refusal, read: Callable[[date], Awaitable[DayBook]]
) -> Refusal:
    """The refusal with alternatives of other days, too, where the day itself has none of that meal."""
    minute = meal_missed(wish, refusal)
    if minute is None:
        return refusal
    around = [wish.day - _DAY, wish.day + _DAY]
    days = [day for day in around if not out_of_reach(ask.card, day, now_ms=ask.now_ms)]
    books = [holds.seen_by(ask, await read(day)) for day in days]
    return elsewhen(refusal, wish, minute, books, now_ms=ask.now_ms)
