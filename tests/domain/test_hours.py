from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.hours import clock_text, late_starts, receives_at, receives_on, shifts_on, starts_on
from appliance.domain.restaurant import Closure, Plan, RestaurantCard, Shift, SpecialDay, Turn

MONDAY, SATURDAY, SUNDAY = date(2026, 6, 1), date(2026, 6, 6), date(2026, 6, 7)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # the clocks change at 02:00 and at 03:00, Europe/Madrid


def shift(weekday: int, name: str, opens: int, last_seating: int, **more: Any) -> Shift:
    return Shift(weekday=weekday, name=name, opens=opens, last_seating=last_seating, closes=last_seating + 120, **more)


def card(*shifts: Shift, **more: Any) -> RestaurantCard:
    return RestaurantCard(id="rest_x", name="X", plan=Plan.BASIC, timezone="Europe/Madrid", shifts=shifts, **more)


def times(house: RestaurantCard, day: date) -> list[str]:
    return [start.time for start in starts_on(house, day)]


def utc(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%d %H:%M")


LUNCH = shift(0, "Comida", 13 * 60, 14 * 60)
DINNER = shift(0, "Cena", 20 * 60, 21 * 60)
LATE = shift(5, "Noche", 23 * 60, 24 * 60 + 30)


def test_a_day_has_the_starts_of_all_its_shifts_in_order() -> None:
    assert times(card(DINNER, LUNCH), MONDAY) == ["13:00", "13:30", "14:00", "20:00", "20:30", "21:00"]


def test_other_weekdays_do_not_have_them() -> None:
    assert times(card(DINNER), MONDAY + timedelta(days=1)) == []
    assert not receives_on(card(DINNER), MONDAY + timedelta(days=1))


def test_a_closure_of_the_whole_day_leaves_no_start() -> None:
    house = card(LUNCH, DINNER, closures=(Closure(date=MONDAY),))
    assert times(house, MONDAY) == []
    assert not receives_on(house, MONDAY)
    assert len(times(house, MONDAY + timedelta(days=7))) == 6


def test_a_closure_of_one_shift_leaves_the_other() -> None:
    house = card(LUNCH, DINNER, closures=(Closure(date=MONDAY, shift="Cena"),))
    assert [found.name for found in shifts_on(house, MONDAY)] == ["Comida"]
    assert times(house, MONDAY) == ["13:00", "13:30", "14:00"]


def test_sittings_after_midnight_belong_to_the_date_on_the_wall() -> None:
    house = card(LATE)
    assert times(house, SATURDAY) == ["23:00", "23:30"]
    assert times(house, SUNDAY) == ["00:00", "00:30"]
    assert {start.day for start in starts_on(house, SUNDAY)} == {SUNDAY}
    assert receives_on(house, SUNDAY)
    assert shifts_on(house, SUNDAY) == ()


def test_last_night_s_small_hours_come_before_the_day_s_own_shifts() -> None:
    house = card(LATE, shift(6, "Comida", 13 * 60, 13 * 60))
    assert times(house, SUNDAY) == ["00:00", "00:30", "13:00"]


def test_closing_a_night_closes_its_small_hours_too() -> None:
    assert times(card(LATE, closures=(Closure(date=SATURDAY),)), SUNDAY) == []
    assert times(card(LATE, closures=(Closure(date=SATURDAY, shift="Noche"),)), SUNDAY) == []


def test_nobody_sits_down_on_a_closed_date_not_even_late_from_the_night_before() -> None:
    house = card(LATE, closures=(Closure(date=SUNDAY),))
    assert times(house, SATURDAY) == ["23:00", "23:30"]
    assert times(house, SUNDAY) == []


def test_the_small_hours_of_a_night_are_late_starts_of_its_evening() -> None:
    house = card(LATE)
    assert [(start.day, start.time) for start in late_starts(house, SATURDAY)] == [(SUNDAY, "00:00"), (SUNDAY, "00:30")]
    assert [start.minute_from(SATURDAY) for start in late_starts(house, SATURDAY)] == [1440, 1470]
    assert late_starts(house, SUNDAY) == ()


def test_what_the_next_date_serves_before_five_is_late_too() -> None:
    house = card(shift(6, "Madrugada", 4 * 60, 6 * 60))
    assert [start.time for start in late_starts(house, SATURDAY)] == ["04:00", "04:30"]


@pytest.mark.parametrize("day", [SATURDAY, SUNDAY])
def test_a_closed_date_at_either_end_of_the_night_leaves_no_late_start(day: date) -> None:
    house = card(LATE, closures=(Closure(date=day),))
    assert late_starts(house, SATURDAY) == ()
    assert not receives_at(house, SATURDAY, 1470)


def test_a_night_that_begins_after_midnight_is_received_on_its_evening() -> None:
    house = card(shift(5, "Noche", 24 * 60 + 30, 25 * 60))
    assert starts_on(house, SATURDAY) == ()
    assert receives_on(house, SATURDAY)


def test_fixed_starts_are_the_only_ones() -> None:
    assert times(card(shift(0, "Cena", 20 * 60, 22 * 60, starts=(22 * 60, 20 * 60))), MONDAY) == ["20:00", "22:00"]


def test_a_minute_that_two_shifts_share_is_one_start_of_the_earlier_shift() -> None:
    starts = starts_on(card(shift(0, "Tarde", 14 * 60, 15 * 60), LUNCH), MONDAY)
    assert [start.time for start in starts] == ["13:00", "13:30", "14:00", "14:30", "15:00"]
    assert starts[2].shift.name == "Comida"


def test_a_start_knows_its_instants_and_the_quarters_its_table_is_held() -> None:
    house = card(shift(0, "Cena", 20 * 60, 20 * 60, turn_minutes=90))
    (start,) = starts_on(house, MONDAY)
    stay = start.stay(house, 2)
    assert (utc(stay.starts_at), utc(stay.ends_at)) == ("01 18:00", "01 19:30")
    assert len(stay.quarters) == 6


def test_a_party_stays_as_long_as_its_size_says() -> None:
    turns = (Turn(party=2, minutes=90), Turn(party=6, minutes=150))
    house = card(shift(0, "Cena", 20 * 60, 20 * 60, turn_minutes=120, turns=turns))
    (start,) = starts_on(house, MONDAY)
    stays = [start.stay(house, party) for party in (1, 2, 3, 6, 7)]
    assert [(stay.ends_at - stay.starts_at) // 60_000 for stay in stays] == [90, 90, 150, 150, 120]


def test_a_table_rests_between_two_parties_for_as_long_as_the_house_says() -> None:
    house = card(shift(0, "Cena", 20 * 60, 20 * 60, turn_minutes=90), buffer_minutes=20)
    stay = starts_on(house, MONDAY)[0].stay(house, 2)
    assert (utc(stay.ends_at), utc(stay.free_at), len(stay.quarters)) == ("01 19:30", "01 19:50", 8)


def test_a_special_day_has_its_own_hours_and_its_shifts_can_be_closed() -> None:
    brunch = shift(0, "Brunch", 11 * 60, 12 * 60)
    house = card(LUNCH, special_days=(SpecialDay(date=MONDAY, shifts=(brunch,)),))
    assert times(house, MONDAY) == ["11:00", "11:30", "12:00"]
    assert times(house, MONDAY + timedelta(weeks=1)) != times(house, MONDAY)
    assert times(replace(house, closures=(Closure(date=MONDAY, shift="Brunch"),)), MONDAY) == []


def test_a_turn_that_begins_or_ends_within_a_quarter_holds_all_of_it() -> None:
    house = card(shift(0, "Cena", 20 * 60 + 10, 20 * 60 + 10, turn_minutes=40))
    touched = starts_on(house, MONDAY)[0].stay(house, 2).quarters
    assert len(touched) == 4  # 20:10 to 20:50 touches the quarters of 20:00, 20:15, 20:30 and 20:45


def test_no_start_lies_in_the_hour_that_spring_skips() -> None:
    house = card(shift(5, "Noche", 23 * 60, 28 * 60))
    assert times(house, SPRING) == ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00"]


def test_a_turn_over_the_spring_change_lasts_as_long_as_any_other() -> None:
    house = card(shift(5, "Noche", 25 * 60, 25 * 60))
    (start,) = starts_on(house, SPRING)
    stay = start.stay(house, 2)
    assert (utc(stay.starts_at), utc(stay.ends_at), len(stay.quarters)) == ("29 00:00", "29 02:00", 8)
    assert house.local(stay.ends_at).strftime("%H:%M") == "04:00"


def test_the_hour_that_autumn_repeats_is_offered_once() -> None:
    house = card(shift(5, "Noche", 23 * 60, 28 * 60))
    starts = starts_on(house, AUTUMN)
    assert [start.time for start in starts] == [f"{hour:02}:{half}" for hour in range(4) for half in ("00", "30")] + [
        "04:00"
    ]
    assert [utc(start.starts_at)[3:] for start in starts if start.minute in (120, 180)] == ["00:00", "02:00"]


@pytest.mark.parametrize("day", [date.min, date.min + timedelta(days=1), date.max - timedelta(days=1), date.max])
def test_the_ends_of_the_calendar_are_days_like_others(day: date) -> None:
    night = shift(day.weekday(), "Noche", 0, 1439, turn_minutes=1440)
    late = shift((day.weekday() - 1) % 7, "Tarde", 1380, 1500)
    assert len(starts_on(card(night, late), day)) == 48
    assert receives_on(card(night), day)


def test_guests_are_received_from_opening_to_the_last_seating_inclusive() -> None:
    house = card(DINNER)
    assert [minute for minute in (1199, 1200, 1217, 1260, 1261) if receives_at(house, MONDAY, minute)] == [
        1200,
        1217,
        1260,
    ]


def test_guests_are_received_in_the_small_hours_of_last_night() -> None:
    assert [minute for minute in (0, 30, 31, 1380) if receives_at(card(LATE), SUNDAY, minute)] == [0, 30]


def test_guests_are_received_in_the_small_hours_of_the_night_to_come() -> None:
    minutes = (0, 30, 1380, 1440, 1470, 1471)
    assert [minute for minute in minutes if receives_at(card(LATE), SATURDAY, minute)] == [1380, 1440, 1470]


@pytest.mark.parametrize(("minute", "text"), [(0, "00:00"), (605, "10:05"), (1439, "23:59"), (1470, "00:30")])
def test_minutes_are_written_as_a_clock_shows_them(minute: int, text: str) -> None:
    assert clock_text(minute) == text


shifts = st.builds(
    lambda weekday, name, opens, length, step, turn: shift(
        weekday, name, opens, min(opens + length, 2879), step_minutes=step, turn_minutes=turn
    ),
    st.integers(0, 6),
    st.sampled_from(("Comida", "Cena", "Noche")),
    st.integers(0, 1620),
    st.integers(0, 400),
    st.sampled_from((7, 15, 30, 60)),
    st.integers(15, 300),
)


@given(
    week=st.lists(shifts, max_size=6),
    day=st.dates(date(2026, 3, 25), date(2026, 4, 2)) | st.dates(date(2026, 10, 21), date(2026, 10, 29)),
)
def test_starts_are_in_order_without_doubles_and_show_their_own_wall_time(week: list[Shift], day: date) -> None:
    house = card(*week)
    starts = starts_on(house, day)
    assert all(one.starts_at < next_.starts_at and one.minute < next_.minute for one, next_ in pairwise(starts))
    for start in starts:
        shown = house.local(start.starts_at)
        assert (shown.date(), shown.strftime("%H:%M")) == (day, start.time)
        assert start.shift in week
        assert start.stay(house, 2).ends_at - start.starts_at == start.shift.turn_minutes * 60_000


@given(week=st.lists(shifts, max_size=6), monday=st.just(MONDAY))
def test_every_start_minute_of_a_shift_is_offered_on_one_date_of_the_week(week: list[Shift], monday: date) -> None:
    house = card(*week)
    offered = {
        (start.day, start.minute) for days in range(8) for start in starts_on(house, monday + timedelta(days=days))
    }
    for one in week:
        for minute in one.start_minutes():
            begins = monday + timedelta(days=one.weekday)
            assert (begins + timedelta(days=minute // 1440), minute % 1440) in offered
