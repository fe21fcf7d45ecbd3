"""Which hour a row of the tab Reservas tells of."""

import pytest

from appliance.domain.restaurant import Shift
from support.desk import Desk, gaviota
from support.sheets import ANA, booked, take


@pytest.mark.parametrize(
    ("row", "date", "time"),
    [
        (ANA.replace("21:00", "8:00"), "2026-11-28", "20:00"),
        (ANA.replace("21:00", "9.30h"), "2026-11-28", "21:30"),
        (ANA.replace("21:00;Cena", "2:00;comida"), "2026-11-28", "14:00"),
        (ANA.replace("21:00", "12:15"), "2026-11-29", "00:15"),
        (ANA.replace("2026-11-28;21:00", "2026-12-25;9:00"), "2026-12-25", "21:00"),
    ],
)
async def test_an_hour_is_read_as_one_of_the_service_that_the_row_names(
    desk: Desk, row: str, date: str, time: str
) -> None:
    one = await booked(desk, row)
    assert (one.date, one.time) == (date, time)


@pytest.mark.parametrize(
    ("hour", "service", "time"),
    [
        ("21:00", "Comida", "21:00"),  # neither reading is one of lunch
        ("8:00", "Comida", "08:00"),
        ("08:00", "Cena", "08:00"),  # a zero is padded only to write 24 hours
        ("8:00", "", "08:00"),
        ("8:00", "Merienda", "08:00"),
        ("0:30", "Cena", "00:30"),
        ("14:00", "Cena", "14:00"),
    ],
)
async def test_an_hour_that_is_none_of_the_service_named_stays_as_it_is_written(
    desk: Desk, hour: str, service: str, time: str
) -> None:
    one = await booked(desk, ANA.replace("21:00;Cena", f"{hour};{service}"))
    assert (one.date, one.time) == ("2026-11-28", time)


async def test_an_hour_that_could_be_both_of_the_service_is_the_one_written(desk: Desk) -> None:
    all_day = (Shift(weekday=5, name="Cocina", opens=480, last_seating=1320, closes=1380, step_minutes=15),)
    await desk.open(gaviota("rest_otra", phone="+34910000002", shifts=all_day))
    await take(desk, ANA.replace("21:00;Cena", "8:30;Cocina"), restaurant="rest_otra")
    assert [one.time for one in await desk.everything("rest_otra")] == ["08:30"]
