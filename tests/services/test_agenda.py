from datetime import date

import pytest

from appliance.domain.restaurant import Closure, Shift, SpecialDay
from support.desk import Desk, gaviota
from support.staff_desk import StaffDesk

SATURDAY = date(2026, 11, 28)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def house(desk: Desk) -> StaffDesk:
    return StaffDesk(desk)


async def test_the_day_book_has_the_services_and_who_comes(house: StaffDesk) -> None:
    await house.write_down(time="14:00", party_size=4, name="Lunch")
    await house.write_down(time="21:00", party_size=2, name="Dinner")
    gone = await house.write_down(time="22:00", party_size=8, tables=["S1", "S2"], name="Gone")
    await house.act("cancel", gone)
    book = await house.agenda.day(house.card, SATURDAY)
    assert (book.date, book.status, book.reason, book.covers) == ("2026-11-28", "open", "", 6)
    assert [(one.shift, one.opens, one.reservations, one.covers) for one in book.services] == [
        ("Comida", "13:00", 1, 4),
        ("Cena", "20:00", 1, 2),
    ]
    assert [one.name for one in book.reservations] == ["Lunch", "Dinner", "Gone"]
    assert book.totals == {"confirmed": 2, "cancelled": 1}


async def test_the_kitchen_reads_what_it_must_know(house: StaffDesk) -> None:
    await house.write_down(needs=["celíaco", "trona", "mantel rojo"])
    (row,) = (await house.agenda.day(house.card, SATURDAY)).reservations
    assert [note.split(":")[0] for note in row.kitchen_notes] == ["Celíaco", "mantel rojo"]
    assert [note.split(":")[0] for note in row.staff_notes] == ["Celíaco", "Trona para un niño", "mantel rojo"]


async def test_a_night_ends_after_midnight(desk: Desk) -> None:
    late = tuple(Shift(weekday=day, name="Noche", opens=1320, last_seating=1470, closes=1560) for day in range(7))
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000006"))
    house = StaffDesk(desk, "rest_late")
    await house.write_down(date="2026-11-29", time="00:30")
    friday, saturday, sunday = [await house.agenda.day(house.card, SATURDAY.replace(day=day)) for day in (27, 28, 29)]
    assert [len(book.reservations) for book in (friday, saturday, sunday)] == [0, 1, 0]
    assert saturday.services[0].covers == 2
    month = await house.agenda.month(house.card, date(2026, 11, 1))
    assert [day.date for day in month.days if day.covers] == ["2026-11-28"]


async def test_a_night_of_the_last_of_the_month_belongs_to_that_month(desk: Desk) -> None:
    late = tuple(Shift(weekday=day, name="Noche", opens=1320, last_seating=1470, closes=1560) for day in range(7))
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000006"))
    house = StaffDesk(desk, "rest_late")
    await house.write_down(date="2026-12-01", time="00:30")
    months = [await house.agenda.month(house.card, date(2026, month, 1)) for month in (11, 12)]
    assert [sum(day.covers for day in month.days) for month in months] == [2, 0]


async def test_a_closed_day_hides_no_bookings(house: StaffDesk) -> None:
    await house.write_down(date="2026-12-25", tables=["S1"], force=True)
    book = await house.agenda.day(house.card, date(2026, 12, 25))
    assert (book.status, book.reason, book.services) == ("closed", "Navidad", [])
    assert (book.covers, len(book.reservations)) == (2, 1)


async def test_the_month_says_what_each_day_is(desk: Desk) -> None:
    christmas_eve = SpecialDay(
        date=date(2026, 12, 24), shifts=(Shift(weekday=3, name="Comida", opens=780, last_seating=900, closes=1020),)
    )
    closures = (
        Closure(date=date(2026, 12, 25), reason="Navidad"),
        Closure(date=date(2026, 12, 31), shift="Cena", reason="Nochevieja"),
    )
    await desk.open(gaviota("rest_year", phone="+34910000006", special_days=(christmas_eve,), closures=closures))
    house = StaffDesk(desk, "rest_year")
    month = await house.agenda.month(house.card, date(2026, 12, 1))
    days = {day.date[-2:]: (day.status, day.reason) for day in month.days}
    assert len(days) == 31
    assert days["02"] == ("open", "")
    assert days["01"] == ("closed", "")
    assert days["24"] == ("special", "")
    assert days["25"] == ("closed", "Navidad")
    assert days["31"] == ("special", "Cena: Nochevieja")


async def test_the_month_tells_how_full_each_day_is(house: StaffDesk) -> None:
    await house.write_down(party_size=8)
    gone = await house.write_down(time="14:00")
    house.go_to("2026-11-28T14:00")
    await house.act("no-show", gone)
    (day,) = [one for one in (await house.agenda.month(house.card, NOVEMBER)).days if one.date == "2026-11-28"]
    # Two tables for two hours, of three for four and a half and four and three quarter hours.
    assert (day.reservations, day.covers, day.occupancy) == (1, 8, round(100 * 4 / (3 * 9.25)))


async def test_a_day_that_was_is_as_full_as_it_was(house: StaffDesk) -> None:
    one = await house.write_down(party_size=8)
    before = await house.agenda.month(house.card, NOVEMBER)
    house.go_to("2026-11-28T21:00")
    await house.act("seat", one)
    await house.act("complete", one)
    assert await house.agenda.month(house.card, NOVEMBER) == before


async def test_an_empty_month_is_empty(house: StaffDesk) -> None:
    month = await house.agenda.month(house.card, date(2028, 2, 1))
    assert (month.month, len(month.days), {day.covers for day in month.days}) == ("2028-02", 29, {0})
