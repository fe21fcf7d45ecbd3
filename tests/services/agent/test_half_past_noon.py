"""`12:30` as an agent writes it is half past noon, but where guests come at half past midnight and not for lunch."""

import pytest

from appliance.contract import Slot
from appliance.domain.restaurant import Shift
from appliance.store.engine import Database
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock

NIGHT = tuple(Shift(weekday=day, name="Cena", opens=1200, last_seating=1470, closes=1560) for day in range(7))
LUNCH = tuple(Shift(weekday=day, name="Comida", opens=780, last_seating=930, closes=1050) for day in range(7))
EARLY = tuple(Shift(weekday=day, name="Comida", opens=720, last_seating=930, closes=1050) for day in range(7))


async def house(database: Database, clock: FakeClock, *shifts: Shift) -> Desk:
    desk = Desk(database, clock)
    await desk.open(gaviota(shifts=shifts))
    return desk


@pytest.mark.parametrize("said", ["12:30", "12:30:00", "12:30h"])
async def test_where_lunch_begins_later_nobody_is_booked_at_night(
    database: Database, clock: FakeClock, said: str
) -> None:
    desk = await house(database, clock, *LUNCH, *NIGHT)
    answer = await desk.book(wish(time=said))
    assert (answer.ok, answer.code, answer.time) == (False, "outside_hours", "12:30")
    assert answer.alternatives[0] == Slot(date="2026-11-28", time="13:00")
    assert await desk.everything() == []


async def test_where_nobody_serves_at_night_it_is_noon(desk: Desk) -> None:
    answer = await desk.check(wish(time="12:30"))
    assert (answer.code, answer.time) == ("outside_hours", "12:30")


async def test_where_lunch_is_served_then_it_is_booked(database: Database, clock: FakeClock) -> None:
    desk = await house(database, clock, *EARLY, *NIGHT)
    answer = await desk.book(wish(time="12:30"))
    assert (answer.ok, answer.reservation.date, answer.reservation.time) == (True, "2026-11-28", "12:30")


async def test_where_only_dinner_is_served_it_is_of_its_night(database: Database, clock: FakeClock) -> None:
    desk = await house(database, clock, *NIGHT)
    answer = await desk.book(wish(time="12:30"))
    assert (answer.ok, answer.reservation.date, answer.reservation.time) == (True, "2026-11-29", "00:30")


@pytest.mark.parametrize("said", ["00:30", "24:30", "12:30 at night", "doce y media de la noche", "a las doce y media"])
async def test_what_tells_the_night_or_is_spoken_stays_what_it_was(
    database: Database, clock: FakeClock, said: str
) -> None:
    desk = await house(database, clock, *LUNCH, *NIGHT)
    answer = await desk.check(wish(time=said))
    assert (answer.code, answer.time) == ("available", "00:30")


async def test_a_booking_of_the_night_is_still_found_by_it(database: Database, clock: FakeClock) -> None:
    desk = await house(database, clock, *LUNCH, *NIGHT)
    await desk.book(wish(time="00:30", date="2026-11-29"))
    answer = await desk.find({"date": "2026-11-28", "time": "12:30"}, call="call_2")
    assert (answer.code, answer.reservation.time) == ("found", "00:30")
