"""A part of the day is no hour: the hour is asked for, with the times at which guests are received."""

from typing import Any

import pytest

from appliance.domain.restaurant import Shift
from appliance.store.engine import Database
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock

HOUR_MS = 3_600_000
DINNER = "Damos mesa de ocho a once menos cuarto de la noche. ¿A qué hora el sábado 28?"
LUNCH = "Damos mesa de una a tres y media de la tarde. ¿A qué hora el sábado 28?"
BOTH = (
    "Damos mesa de una a tres y media de la tarde y de ocho a once menos cuarto de la noche. ¿A qué hora el sábado 28?"
)
UNHEARD = f"Perdone, no he entendido bien la hora. {BOTH}"


@pytest.mark.parametrize(
    ("said", "code", "say"),
    [
        ({"time": "por la noche"}, "unclear_time", DINNER),
        ({"time": "al mediodía"}, "unclear_time", LUNCH),
        ({"time": "para cenar"}, "unclear_time", DINNER),
        ({"date": "el sábado por la noche", "time": None}, "missing_time", DINNER),
        ({"date": "el sábado al mediodía", "time": ""}, "missing_time", LUNCH),
        # A service is named to its last hour, though the part of the day is over by then.
        ({"time": "por la tarde"}, "unclear_time", BOTH),
        (
            {"time": "in the evening", "language": "en"},
            "unclear_time",
            (
                "We seat guests from eight in the evening to a quarter to eleven at night. "
                "What time on Saturday, November 28?"
            ),
        ),
        # Nobody is received then: asked for that part of the day again, they would only say it again.
        ({"time": "por la mañana"}, "unclear_time", BOTH),
        ({"date": "el sábado por la mañana", "time": "21:00"}, "unclear_time", BOTH),
        # No part of the day was said.
        ({"time": "luego"}, "unclear_time", UNHEARD),
        ({"time": None}, "missing_time", "¿A qué hora el sábado 28?"),
    ],
)
async def test_for_a_part_of_the_day_the_hour_is_asked_for(
    desk: Desk, said: dict[str, Any], code: str, say: str
) -> None:
    answer = await desk.check(wish(**said))
    assert (answer.ok, answer.code, answer.date, answer.say) == (False, code, "2026-11-28", say)


async def test_hours_that_are_too_soon_to_book_are_not_named(desk: Desk) -> None:
    desk.clock.advance(3 * HOUR_MS)  # 14:00
    answer = await desk.check(wish(date="hoy", time="al mediodía"))
    assert answer.say.startswith("Damos mesa de dos y media a tres y media de la tarde.")
    desk.clock.advance(2 * HOUR_MS)
    answer = await desk.check(wish(date="hoy", time="al mediodía"))
    assert answer.say == DINNER.replace("el sábado 28", "hoy")


@pytest.mark.parametrize("said", [{"time": "por la noche"}, {"time": None}, {"time": "luego"}, {"party_size": None}])
async def test_a_day_whose_last_hour_has_passed_is_not_asked_about(desk: Desk, said: dict[str, Any]) -> None:
    desk.clock.advance(12 * HOUR_MS)  # 23:00
    answer = await desk.check(wish(date="hoy") | said)
    assert (answer.ok, answer.code, answer.date) == (False, "day_over", "2026-11-25")
    assert answer.say == "Lo siento, ya es tarde para reservar mesa hoy. ¿Quiere que mire otro día?"
    english = await desk.check(wish(date="today", language="en") | said)
    assert english.say == "I'm sorry, it is too late to book a table today. Shall I look at another day?"


async def test_last_night_s_small_hours_are_a_service_of_their_own(database: Database, clock: FakeClock) -> None:
    night = {"name": "Cena", "opens": 1200, "last_seating": 1470, "closes": 1560}
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=tuple(Shift(weekday=day, **night) for day in range(7))))
    answer = await desk.check(wish(time="por la mañana"))
    assert answer.say == "Damos mesa de ocho a doce y media de la noche. ¿A qué hora el sábado 28?"


async def test_a_few_fixed_times_are_named_each(database: Database, clock: FakeClock) -> None:
    night = {"name": "Cena", "opens": 1200, "last_seating": 1470, "closes": 1560}
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=(Shift(weekday=5, **night, starts=(1200, 1320, 1470)),)))
    answer = await desk.check(wish(time="por la noche"))
    assert answer.say == (
        "Damos mesa a las ocho, las diez de la noche o las doce y media de la noche del sábado 28 al domingo 29 de "
        "noviembre. ¿A qué hora sería?"
    )
