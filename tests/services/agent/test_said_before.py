"""What a call has spoken of is not asked again: which of several bookings is meant, which two days are wanted."""

from typing import Any

import pytest

from support.desk import Desk, wish

SUNDAY: dict[str, Any] = wish(date="2026-11-29")


@pytest.fixture
async def two(desk: Desk) -> Desk:
    """The caller has a table on Saturday and one on Sunday, both at nine."""
    await desk.book(wish(), call="before")
    await desk.book(SUNDAY, call="before")
    return desk


async def _booked(desk: Desk) -> list[tuple[str, str, int, str, str]]:
    return [(one.date[8:], one.time, one.party_size, one.area_id[13:], one.status) for one in await desk.everything()]


@pytest.mark.parametrize(
    "said",
    [
        {"date": "el domingo", "time": "a las nueve", "area": "salón"},
        {"fecha": "2026-11-29", "hora": "21:00", "zona": "salón", "language": "en"},
    ],
)
async def test_day_and_hour_of_one_booking_tell_which_is_changed(two: Desk, said: dict[str, Any]) -> None:
    assert (await two.modify(said)).code == "modified"
    assert (await two.modify(said)).code == "modified"
    assert await _booked(two) == [("28", "21:00", 2, "terraza", "confirmed"), ("29", "21:00", 2, "salon", "confirmed")]


async def test_whose_day_and_hour_is_all_that_is_said_is_asked_what_should_change_and_then_not_which(two: Desk) -> None:
    assert (await two.modify({"date": "el domingo", "time": "21:00"})).code == "missing_change"
    assert (await two.modify({"new_time": "22:00"})).code == "modified"
    assert [one[1] for one in await _booked(two)] == ["21:00", "22:00"]


async def test_it_is_asked_which_where_day_and_hour_are_those_of_none_or_of_both(two: Desk) -> None:
    assert (await two.modify({"date": "el domingo", "time": "22:00"})).code == "which_one"
    assert (await two.modify({"time": "21:00", "area": "salón"})).code == "which_one"
    assert (await two.cancel({"time": "21:00"})).code == "which_one"


async def test_day_and_hour_of_one_booking_tell_which_is_cancelled(two: Desk) -> None:
    assert (await two.cancel({"date": "el domingo", "time": "21:00"})).code == "cancelled"
    assert [one[4] for one in await _booked(two)] == ["confirmed", "cancelled"]


@pytest.mark.parametrize("tool", ["modify", "cancel"])
async def test_which_they_mean_is_not_asked_again_once_they_have_said_it(two: Desk, tool: str) -> None:
    assert (await two.find()).code == "which_one"
    assert (await two.find({"date": "el domingo"})).code == "found"
    answer = await (two.modify({"new_time": "22:00"}) if tool == "modify" else two.cancel())
    assert (answer.ok, answer.date) == (True, "2026-11-29")


async def test_another_call_is_asked_all_the_same(two: Desk) -> None:
    await two.find({"date": "el domingo"})
    assert (await two.modify({"new_time": "22:00"}, call="call_2")).code == "which_one"


async def test_of_two_the_one_just_changed_is_not_cancelled_without_asking(two: Desk) -> None:
    await two.modify({"date": "el domingo", "time": "21:00", "new_time": "22:00"})
    assert (await two.cancel()).code == "which_one"
    assert {one[4] for one in await _booked(two)} == {"confirmed"}


async def test_who_asked_for_both_days_before_booking_either_is_not_told_of_the_first(desk: Desk) -> None:
    for day in (wish(), SUNDAY):
        await desk.check(day)
    desk.clock.advance(1_000)
    await desk.book(wish())
    answer = await desk.book(SUNDAY)
    assert (answer.code, "también" in answer.say) == ("booked", False)


async def test_who_asks_for_another_day_after_booking_one_is_told_of_it(desk: Desk) -> None:
    await desk.check(wish())
    await desk.book(wish())
    desk.clock.advance(1_000)
    await desk.check(SUNDAY)
    assert "Ya tiene también mesa" in (await desk.book(SUNDAY)).say


@pytest.mark.parametrize("notes", ["es otra reserva", "quieren los dos días", "a second booking, both days"])
async def test_who_says_that_they_want_both_is_not_told_of_the_first(desk: Desk, notes: str) -> None:
    await desk.book(wish())
    assert "también" not in (await desk.book(SUNDAY | {"notes": notes})).say
