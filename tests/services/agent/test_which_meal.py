"""The meal or the part of the day tells which booking is meant, as its hour does."""

from typing import Any

import pytest

from appliance.domain.restaurant import Shift
from support.desk import Desk, gaviota, wish

LUNCH, DINNER = "14:00", "21:00"
USES = pytest.mark.parametrize("use", ["find_reservation", "cancel_reservation"])


async def _lunch_and_dinner(desk: Desk) -> None:
    for time in (LUNCH, DINNER):
        assert (await desk.book(wish(time=time), call="before")).ok


@USES
@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ({"time": "cena"}, DINNER),
        ({"time": "la cena"}, DINNER),
        ({"hora": "la de la comida"}, LUNCH),
        ({"time": "la de la noche"}, DINNER),
        ({"time": "la del mediodía"}, LUNCH),
        ({"time": "para comer"}, LUNCH),
        ({"date": "el sábado por la noche"}, DINNER),
        ({"date": "el sábado al mediodía"}, LUNCH),
        ({"date": "el sábado", "time": "la de la noche"}, DINNER),
        ({"date": "la cena del sábado"}, DINNER),
        ({"date": "el sábado por la noche", "time": "cena"}, DINNER),
        ({"time": "the dinner one", "language": "en"}, DINNER),
        ({"date": "saturday lunch", "language": "en"}, LUNCH),
    ],
)
async def test_of_lunch_and_dinner_the_meal_tells_which(desk: Desk, use: str, said: dict[str, Any], hour: str) -> None:
    await _lunch_and_dinner(desk)
    assert (await desk.use(use, {})).code == "which_one"
    answer = await desk.use(use, said)
    assert (answer.ok, answer.time) == (True, hour)
    assert len([one for one in await desk.everything() if one.status == "confirmed"]) == (2 if use[0] == "f" else 1)


@pytest.mark.parametrize("which", [{"time": "la de la noche"}, {"date": "el sábado por la noche"}])
@pytest.mark.parametrize("becomes", [{"new_party_size": 3}, {"new_time": "22:00"}, {"notes": "cumpleaños"}])
async def test_it_tells_which_is_to_be_changed(desk: Desk, which: dict[str, str], becomes: dict[str, Any]) -> None:
    await _lunch_and_dinner(desk)
    before = await desk.everything()
    answer = await desk.modify(which | becomes)
    assert (answer.code, answer.reservation and answer.reservation.id) == ("modified", before[1].id)
    assert (await desk.everything())[0] == before[0]


@USES
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"time": "a las nuebe de la noche"}, "unclear_time"),
        ({"date": "el sábado al mediodía", "time": "21:00"}, "unclear_time"),
        ({"date": "el sábado al mediodía", "time": "cena"}, "unclear_time"),
        ({"time": "por la mañana"}, "another_found"),
        ({"time": "luego"}, "unclear_time"),
    ],
)
async def test_what_is_not_understood_or_of_no_booking_tells_nothing(
    desk: Desk, use: str, said: dict[str, Any], code: str
) -> None:
    await _lunch_and_dinner(desk)
    before = await desk.everything()
    answer = await desk.use(use, said)
    assert answer.code == code
    assert await desk.everything() == before


async def test_a_table_after_midnight_is_told_by_its_night(desk: Desk) -> None:
    shifts = tuple(Shift(weekday=day, name="Cena", opens=1200, last_seating=1470, closes=1560) for day in range(7))
    await desk.open(gaviota("rest_late", shifts=shifts, phone="+34910000005"))
    await desk.book(wish(time="24:30"), restaurant="rest_late", call="before")
    answer = await desk.find({"date": "el sábado por la noche"}, restaurant="rest_late")
    assert (answer.code, answer.date, answer.time) == ("found", "2026-11-29", "00:30")
