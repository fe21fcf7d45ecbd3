"""A part of the day is no hour: the hour is asked for, with the times at which guests are received then."""

from typing import Any

import pytest

from appliance.domain.restaurant import Shift
from appliance.store.engine import Database
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock

HOUR_MS = 3_600_000
DINNER = "Damos mesa de ocho a once menos cuarto de la noche. ¿A qué hora sería?"
LUNCH = "Damos mesa de una a tres y media de la tarde. ¿A qué hora sería?"


@pytest.mark.parametrize(
    ("said", "code", "say"),
    [
        ({"time": "por la noche"}, "unclear_time", DINNER),
        ({"time": "al mediodía"}, "unclear_time", LUNCH),
        ({"time": "para cenar"}, "unclear_time", DINNER),
        ({"date": "el sábado por la noche", "time": None}, "missing_time", DINNER),
        ({"date": "el sábado al mediodía", "time": ""}, "missing_time", LUNCH),
        (
            {"time": "por la tarde"},
            "unclear_time",
            f"{LUNCH.partition('.')[0]} y de ocho a diez menos cuarto de la noche. ¿A qué hora sería?",
        ),
        (
            {"time": "in the evening", "language": "en"},
            "unclear_time",
            "We seat guests from eight in the evening to a quarter to eleven at night. What time would it be?",
        ),
        # Nothing is received then, or nobody knows which day or which part of it is meant.
        ({"time": "por la mañana"}, "unclear_time", "Perdone, no he entendido bien la hora. ¿A qué hora sería?"),
        ({"time": "luego"}, "unclear_time", "Perdone, no he entendido bien la hora. ¿A qué hora sería?"),
        ({"time": None}, "missing_time", "¿A qué hora sería?"),
    ],
)
async def test_for_a_part_of_the_day_the_hour_is_asked_for(
    desk: Desk, said: dict[str, Any], code: str, say: str
) -> None:
    answer = await desk.check(wish(**said))
    assert (answer.ok, answer.code, answer.date, answer.say) == (False, code, "2026-11-28", say)


async def test_hours_that_have_passed_are_not_named(desk: Desk) -> None:
    desk.clock.advance(3 * HOUR_MS)  # 14:00
    answer = await desk.check(wish(date="hoy", time="al mediodía"))
    assert answer.say.startswith("Damos mesa de dos a tres y media de la tarde.")
    desk.clock.advance(2 * HOUR_MS)
    answer = await desk.check(wish(date="hoy", time="al mediodía"))
    assert answer.say.startswith("Perdone, no he entendido bien la hora.")


async def test_a_few_fixed_times_are_named_each(database: Database, clock: FakeClock) -> None:
    night = {"name": "Cena", "opens": 1200, "last_seating": 1470, "closes": 1560}
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=(Shift(weekday=5, **night, starts=(1200, 1320, 1470)),)))
    answer = await desk.check(wish(time="por la noche"))
    assert answer.say == (
        "Damos mesa a las ocho, las diez de la noche o las doce y media de la noche del sábado 28 al domingo 29 de "
        "noviembre. ¿A qué hora sería?"
    )
