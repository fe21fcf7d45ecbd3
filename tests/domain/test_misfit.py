from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.misfit import Misfit, misfit
from appliance.domain.reservation import Reservation
from appliance.domain.restaurant import Closure, Outage, RestaurantCard, Shift, SpecialDay
from appliance.domain.seating import DayBook, seat
from support.books import booking
from support.desk import gaviota

SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)
LATE = Shift(weekday=5, name="Copas", opens=1320, last_seating=1500, closes=1560)


def dinner(**changes: Any) -> Reservation:
    """On Saturday at nine, at S1."""
    usual: dict[str, Any] = {"date": SATURDAY.isoformat(), "time": "21:00", "table_ids": ("rest_gaviota_s1",)}
    return booking(**usual | changes)


def with_table(name: str, **changes: Any) -> RestaurantCard:
    card = gaviota()
    return replace(card, tables=tuple(replace(one, **changes) if one.name == name else one for one in card.tables))


def test_a_booking_in_an_open_house_fits() -> None:
    assert misfit(gaviota(), dinner()) is None


@pytest.mark.parametrize("shift", [None, "Cena"])
def test_a_booking_on_a_closed_day_or_in_a_closed_shift_is_told(shift: str | None) -> None:
    card = gaviota(closures=(Closure(date=SATURDAY, shift=shift),))
    assert misfit(card, dinner()) is Misfit.CLOSED


def test_the_closed_shift_leaves_the_other_alone() -> None:
    card = gaviota(closures=(Closure(date=SATURDAY, shift="Comida"),))
    assert misfit(card, dinner()) is None


def test_a_booking_when_the_house_is_not_open_any_more_is_told() -> None:
    card = gaviota()
    lunches = replace(card, shifts=tuple(shift for shift in card.shifts if shift.name == "Comida"))
    assert misfit(lunches, dinner()) is Misfit.OUTSIDE_HOURS
    assert misfit(lunches, dinner(time="14:00")) is None


def test_a_day_with_hours_of_its_own_is_judged_by_them() -> None:
    early = Shift(weekday=5, name="Merienda", opens=960, last_seating=1080, closes=1200)
    card = gaviota(special_days=(SpecialDay(date=SATURDAY, shifts=(early,)),))
    assert misfit(card, dinner()) is Misfit.OUTSIDE_HOURS
    assert misfit(card, dinner(time="17:00")) is None


def test_a_start_off_the_new_grid_still_fits() -> None:
    assert misfit(gaviota(), dinner(time="21:07")) is None


def test_who_comes_after_the_last_seating_and_before_it_closes_still_fits() -> None:
    card = gaviota(shifts=(Shift(weekday=5, name="Cena", opens=1200, last_seating=1380, closes=1500),))
    after_midnight = dinner(date=SUNDAY.isoformat(), time="00:59")
    assert misfit(card, dinner(time="23:30")) is None
    assert misfit(card, after_midnight) is None
    assert misfit(card, dinner(date=SUNDAY.isoformat(), time="01:00")) is Misfit.OUTSIDE_HOURS
    closed = replace(card, closures=(Closure(date=SATURDAY, shift="Cena"),))
    assert {misfit(closed, dinner(time="23:30")), misfit(closed, after_midnight)} == {Misfit.CLOSED}


def test_the_last_seating_fits_though_the_house_closes_then() -> None:
    card = gaviota(shifts=(Shift(weekday=5, name="Cena", opens=1200, last_seating=1380, closes=1380),))
    assert misfit(card, dinner(time="23:00")) is None
    assert misfit(card, dinner(time="23:01")) is Misfit.OUTSIDE_HOURS


def test_a_table_out_of_service_is_told_for_its_dates_only() -> None:
    card = with_table("S1", outage=Outage(first=SATURDAY, last=SATURDAY))
    assert misfit(card, dinner()) is Misfit.TABLE_OUT
    assert misfit(card, dinner(date="2026-11-27")) is None
    assert misfit(card, dinner(table_ids=("rest_gaviota_s2",))) is None


def test_one_table_of_several_out_of_service_is_enough() -> None:
    pair = dinner(table_ids=("rest_gaviota_s1", "rest_gaviota_s2"))
    assert misfit(with_table("S2", active=False), pair) is Misfit.TABLE_OUT


def test_the_small_hours_belong_to_the_evening_before() -> None:
    card = gaviota(shifts=(LATE,))
    after_midnight = dinner(date=SUNDAY.isoformat(), time="00:30")
    assert misfit(card, after_midnight) is None
    assert misfit(replace(card, closures=(Closure(date=SATURDAY),)), after_midnight) is Misfit.CLOSED
    out = tuple(replace(one, outage=Outage(first=SATURDAY, last=SATURDAY)) for one in card.tables)
    assert misfit(replace(card, tables=out), after_midnight) is Misfit.TABLE_OUT
    out = tuple(replace(one, outage=Outage(first=SUNDAY, last=SUNDAY)) for one in card.tables)
    assert misfit(replace(card, tables=out), after_midnight) is None


def test_nothing_but_the_card_is_needed_to_judge_a_booking_without_a_table() -> None:
    assert misfit(gaviota(), dinner(table_ids=())) is None


outages = st.none() | st.builds(
    lambda first, days: Outage(first=SATURDAY + timedelta(days=first), last=SATURDAY + timedelta(days=first + days)),
    st.integers(-2, 2),
    st.integers(0, 1),
)


@given(
    outages=st.lists(outages, min_size=3, max_size=3),
    day=st.sampled_from([SATURDAY, SUNDAY]),
    party=st.sampled_from([2, 4, 7]),
)
def test_what_is_offered_is_never_at_a_table_that_is_out(outages: list[Outage | None], day: date, party: int) -> None:
    card = gaviota(shifts=tuple(replace(LATE, weekday=weekday) for weekday in range(7)))
    tables = tuple(replace(one, outage=outage) for one, outage in zip(card.tables, outages, strict=True))
    card = replace(card, tables=tables)
    book = DayBook(card, day, ())
    for start in book.starts:
        way = seat(book, start, party=party)
        if way:
            made = dinner(date=start.day.isoformat(), time=start.time, table_ids=way.table_ids)
            assert misfit(card, made) is None, start
