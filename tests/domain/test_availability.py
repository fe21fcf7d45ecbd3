from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.availability import (
    MAX_ALTERNATIVES,
    Offer,
    Refusal,
    Wish,
    decide,
    refuse_day,
    refuse_party,
)
from appliance.domain.hours import stay
from appliance.domain.restaurant import Closure, Outage, Plan, RestaurantCard, RestaurantStatus, Shift, Table
from appliance.domain.seating import DayBook, Held, Sitting, largest_party, seat
from support.books import start_in

TODAY = date(2026, 6, 1)  # a Monday
TOMORROW = TODAY + timedelta(days=1)
SATURDAY = TODAY + timedelta(days=5)
SUNDAY = TODAY + timedelta(days=6)
MADRID = ZoneInfo("Europe/Madrid")
NINE, TWENTY_ONE = 9 * 60, 21 * 60


def at(clock: str, day: date = TODAY) -> int:
    hour, minute = map(int, clock.split(":"))
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=MADRID).timestamp() * 1000)


NOON = at("12:00")


def shift(weekday: int, name: str, opens: int, last_seating: int, **more: Any) -> Shift:
    return Shift(weekday=weekday, name=name, opens=opens, last_seating=last_seating, closes=last_seating + 60, **more)


def daily(name: str, opens: int, last_seating: int, **more: Any) -> tuple[Shift, ...]:
    return tuple(shift(weekday, name, opens, last_seating, **more) for weekday in range(7))


DINNER = daily("Cena", 20 * 60, 22 * 60)
BREAKFAST = daily("Desayuno", 8 * 60, 10 * 60, turn_minutes=60)
FLOOR = (
    Table(id="in", name="1", area_id="room", capacity=2),
    Table(id="out", name="2", area_id="terrace", capacity=4),
)


def card(shifts: tuple[Shift, ...] = DINNER, **changes: Any) -> RestaurantCard:
    made = {"id": "rest_x", "name": "X", "plan": Plan.BASIC, "timezone": "Europe/Madrid", "tables": FLOOR}
    return RestaurantCard(**made | {"shifts": shifts} | changes)


def wish(*minutes: int, day: date = TODAY, party: int = 2, area_id: str = "") -> Wish:
    return Wish(day=day, minutes=minutes or (TWENTY_ONE,), party=party, area_id=area_id)


def taken(house: RestaurantCard, day: date, *bookings: tuple[str, int]) -> list[tuple[str, int]]:
    book = DayBook(house, day, ())
    stays = [(table_id, start_in(book, minute).stay(house, 2)) for table_id, minute in bookings]
    return [(table_id, quarter) for table_id, stay in stays for quarter in stay.quarters]


def answer(house: RestaurantCard, wished: Wish, *, now_ms: int = NOON, claims: Any = ()) -> Offer | Refusal:
    return decide(DayBook(house, wished.day, claims), wished, now_ms=now_ms)


def refusal(house: RestaurantCard, wished: Wish, **more: Any) -> tuple[str, list[str]]:
    refused = answer(house, wished, **more)
    assert isinstance(refused, Refusal)
    return refused.code, [start.time for start in refused.alternatives]


def offer(house: RestaurantCard, wished: Wish, **more: Any) -> tuple[str, tuple[str, ...], bool]:
    offered = answer(house, wished, **more)
    assert isinstance(offered, Offer)
    return offered.start.time, offered.seating.table_ids, offered.in_area


ALL_EVENING = (("in", 1200), ("in", 1320), ("out", 1200), ("out", 1320))


def test_a_free_table_is_offered() -> None:
    assert offer(card(), wish()) == ("21:00", ("in",), True)


def test_a_full_hour_is_refused_with_the_nearest_free_ones_in_order_of_time() -> None:
    house = card(tables=FLOOR[:1], shifts=daily("Cena", 18 * 60, 23 * 60))
    code = refusal(house, wish(TWENTY_ONE), claims=taken(house, TODAY, ("in", TWENTY_ONE)))
    assert code == ("full", ["18:30", "19:00", "23:00"])


def test_a_full_day_has_no_alternatives() -> None:
    house = card()
    assert refusal(house, wish(), claims=taken(house, TODAY, *ALL_EVENING)) == ("full", [])


def test_no_more_than_three_alternatives_are_named() -> None:
    assert refusal(card(), wish(19 * 60))[1] == ["20:00", "20:30", "21:00"]


@pytest.mark.parametrize("party", [0, -1, -500])
def test_a_party_of_nobody_is_refused(party: int) -> None:
    assert refusal(card(), wish(party=party)) == ("party_size_invalid", [])


@pytest.mark.parametrize("party", [5, 500, 1 << 70])
def test_a_party_too_large_for_the_house_is_refused(party: int) -> None:
    assert refusal(card(), wish(party=party)) == ("party_too_large", [])


def test_a_paused_restaurant_takes_no_bookings() -> None:
    assert refusal(card(status=RestaurantStatus.PAUSED), wish()) == ("restaurant_paused", [])


def test_a_date_that_has_passed_is_refused() -> None:
    assert refusal(card(), wish(day=TODAY - timedelta(days=1))) == ("past_date", [])


def test_today_is_the_restaurant_s_own_date() -> None:
    after_midnight = at("00:30")  # still yesterday in UTC
    assert refusal(card(), wish(day=TODAY - timedelta(days=1)), now_ms=after_midnight)[0] == "past_date"
    assert offer(card(), wish(), now_ms=after_midnight)[0] == "21:00"


def test_the_last_day_of_the_horizon_can_be_booked_and_the_next_cannot() -> None:
    house = card(horizon_days=10)
    assert offer(house, wish(day=TODAY + timedelta(days=10)))[0] == "21:00"
    assert refusal(house, wish(day=TODAY + timedelta(days=11))) == ("too_far_ahead", [])


@pytest.mark.parametrize("horizon_days", [0, 60, 10**12])
@pytest.mark.parametrize(("day", "code"), [(date.min, "past_date"), (date.max, "too_far_ahead")])
def test_the_ends_of_the_calendar_are_refused_without_a_stumble(horizon_days: int, day: date, code: str) -> None:
    wished = wish(day=day)
    if day == date.max and horizon_days > 60:
        assert offer(card(horizon_days=horizon_days), wished)[0] == "21:00"
    else:
        assert refusal(card(horizon_days=horizon_days), wished)[0] == code


def test_a_closure_refuses_its_date() -> None:
    assert refusal(card(closures=(Closure(date=TODAY),)), wish()) == ("closed_day", [])


def test_a_weekday_without_service_is_a_closed_day() -> None:
    assert refusal(card(shifts=DINNER[:1]), wish(day=TOMORROW)) == ("closed_day", [])


def test_a_date_with_only_its_one_shift_closed_is_a_closed_day() -> None:
    assert refusal(card(closures=(Closure(date=TODAY, shift="Cena"),)), wish()) == ("closed_day", [])


def test_a_time_outside_service_is_refused_with_times_within() -> None:
    assert refusal(card(), wish(17 * 60)) == ("outside_hours", ["20:00", "20:30", "21:00"])
    assert refusal(card(), wish(22 * 60 + 1)) == ("outside_hours", ["21:00", "21:30", "22:00"])


def test_a_time_between_starts_is_refused_with_those_beside_it() -> None:
    assert refusal(card(), wish(20 * 60 + 40)) == ("time_not_offered", ["20:00", "20:30", "21:00"])
    fixed = card(daily("Cena", 20 * 60, 22 * 60, starts=(20 * 60, 22 * 60)))
    assert refusal(fixed, wish(TWENTY_ONE)) == ("time_not_offered", ["20:00", "22:00"])


def test_a_time_that_has_passed_today_is_refused_with_later_ones() -> None:
    assert refusal(card(), wish(), now_ms=at("21:01")) == ("past_time", ["22:00"])


def test_a_time_that_comes_too_soon_is_refused_with_later_ones() -> None:
    assert refusal(card(min_notice_minutes=45), wish(), now_ms=at("20:16")) == ("too_soon", ["21:30", "22:00"])
    assert offer(card(min_notice_minutes=45), wish(), now_ms=at("20:15"))[0] == "21:00"


def test_a_negative_notice_does_not_open_the_past() -> None:
    assert refusal(card(min_notice_minutes=-600), wish(), now_ms=at("21:15")) == ("past_time", ["21:30", "22:00"])


# --- what a time can mean ---


def test_nine_at_a_place_that_serves_dinner_only_is_nine_in_the_evening() -> None:
    assert offer(card(), wish(NINE, TWENTY_ONE))[0] == "21:00"


def test_nine_at_a_place_that_serves_both_is_asked_about() -> None:
    both = card((*BREAKFAST, *DINNER))
    assert refusal(both, wish(NINE, TWENTY_ONE, day=TOMORROW)) == ("ambiguous_time", ["09:00", "21:00"])
    assert refusal(both, wish(TWENTY_ONE, NINE, day=TOMORROW)) == ("ambiguous_time", ["09:00", "21:00"])


def test_nine_said_at_noon_is_tonight() -> None:
    assert offer(card((*BREAKFAST, *DINNER)), wish(NINE, TWENTY_ONE))[0] == "21:00"


def test_only_a_meaning_that_could_be_booked_is_asked_about() -> None:
    both = card((*BREAKFAST, *DINNER))
    full = taken(both, TOMORROW, ("in", NINE), ("out", NINE))
    assert refusal(both, wish(NINE, TWENTY_ONE, day=TOMORROW), claims=full) == ("ambiguous_time", ["21:00"])
    assert refusal(both, wish(NINE, TWENTY_ONE), now_ms=at("08:45")) == ("ambiguous_time", ["21:00"])


def test_when_no_meaning_can_be_booked_other_times_are_offered() -> None:
    both = card((*BREAKFAST, *DINNER))
    full = taken(both, TOMORROW, ("in", NINE), ("out", NINE), *ALL_EVENING)
    code, times = refusal(both, wish(NINE, TWENTY_ONE, day=TOMORROW), claims=full)
    assert (code, times) == ("full", ["08:00", "10:00"])


def test_when_every_meaning_comes_too_soon_that_is_said() -> None:
    both = card((*BREAKFAST, *DINNER), min_notice_minutes=24 * 60)
    assert refusal(both, wish(NINE, TWENTY_ONE), now_ms=at("08:00")) == ("too_soon", [])


def test_the_same_time_meant_twice_is_no_question() -> None:
    assert offer(card(), wish(TWENTY_ONE, TWENTY_ONE))[0] == "21:00"


def test_a_wish_without_a_time_is_answered_with_the_first_free_ones() -> None:
    assert refusal(card(), Wish(day=TODAY, minutes=(), party=2)) == ("outside_hours", ["20:00", "20:30", "21:00"])


# --- the small hours ---

NIGHT = (shift(5, "Noche", 23 * 60, 24 * 60 + 30),)


def test_half_past_midnight_is_booked_on_the_date_it_falls_on() -> None:
    assert offer(card(NIGHT), wish(30, day=SUNDAY))[0] == "00:30"


def test_an_evening_on_a_date_that_only_has_small_hours_is_a_closed_day() -> None:
    assert refusal(card(NIGHT), wish(TWENTY_ONE, day=SUNDAY)) == ("closed_day", [])
    assert refusal(card(NIGHT), wish(15, day=SUNDAY)) == ("time_not_offered", ["00:00", "00:30"])


def test_small_hours_of_a_closed_date_are_not_booked() -> None:
    house = card(NIGHT, closures=(Closure(date=SUNDAY),))
    assert refusal(house, wish(30, day=SUNDAY)) == ("closed_day", [])


def test_half_past_midnight_of_the_night_is_booked_on_the_next_date() -> None:
    night = answer(card(NIGHT), wish(1470, day=SATURDAY))
    assert isinstance(night, Offer)
    assert (night.start.day, night.start.time) == (SUNDAY, "00:30")


def test_small_hours_of_a_night_into_a_closed_date_are_not_booked() -> None:
    house = card(NIGHT, closures=(Closure(date=SUNDAY),))
    assert refusal(house, wish(1470, day=SATURDAY)) == ("outside_hours", ["23:00", "23:30"])


def test_the_night_before_is_not_booked_for_the_night_of_the_date() -> None:
    assert refusal(card(NIGHT), wish(1470, day=SUNDAY)) == ("closed_day", [])


def test_tonight_s_small_hours_can_be_booked_tonight() -> None:
    every = card(daily("Noche", 23 * 60, 24 * 60 + 30))
    assert offer(every, wish(750, 1470), now_ms=at("23:50"))[0] == "00:30"
    assert refusal(every, wish(1440), now_ms=at("23:50")) == ("too_soon", ["00:30"])


def test_twelve_at_a_place_that_serves_both_is_asked_about() -> None:
    both = card((*daily("Comida", 12 * 60, 14 * 60), *daily("Noche", 23 * 60, 24 * 60)))
    assert refusal(both, wish(720, 1440, day=TOMORROW)) == ("ambiguous_time", ["12:00", "00:00"])


def test_alternatives_go_on_into_the_night_and_leave_last_night_alone() -> None:
    every = card(daily("Noche", 23 * 60, 24 * 60 + 30))
    refused = answer(every, wish(1415, day=SUNDAY))
    assert isinstance(refused, Refusal)
    monday = SUNDAY + timedelta(days=1)
    assert [(start.day, start.time) for start in refused.alternatives] == [
        (SUNDAY, "23:00"),
        (SUNDAY, "23:30"),
        (monday, "00:00"),
    ]
    morning = answer(every, wish(480, day=SUNDAY))
    assert isinstance(morning, Refusal)
    assert [start.minute_from(SUNDAY) for start in morning.alternatives] == [1380, 1410, 1440]


def test_a_full_small_hour_is_refused_by_its_own_minute() -> None:
    house = card(NIGHT, tables=FLOOR[:1])
    refused = answer(house, wish(1470, day=SATURDAY), claims=taken(house, SATURDAY, ("in", 1470)))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.minute) == ("full", 1470)


# --- areas ---


def test_a_wished_area_is_offered_even_when_a_smaller_table_is_free_elsewhere() -> None:
    assert offer(card(), wish(area_id="terrace")) == ("21:00", ("out",), True)


def test_when_the_wished_area_is_full_another_is_offered_as_such() -> None:
    house = card()
    claims = taken(house, TODAY, ("out", TWENTY_ONE))
    assert offer(house, wish(area_id="terrace"), claims=claims) == ("21:00", ("in",), False)


def test_alternatives_keep_to_the_wished_area_when_it_has_any() -> None:
    house = card(shifts=daily("Cena", 18 * 60, 23 * 60))
    claims = taken(house, TODAY, ("out", TWENTY_ONE), ("in", 20 * 60), ("in", 22 * 60))
    assert refusal(house, wish(area_id="terrace"), claims=claims) == ("full", ["18:30", "19:00", "23:00"])


def test_alternatives_come_from_any_area_when_the_wished_one_is_full_all_day() -> None:
    house = card()
    claims = taken(house, TODAY, ("out", 1200), ("out", 1320), ("in", 1200))
    assert refusal(house, wish(area_id="terrace"), claims=claims) == ("full", ["22:00"])


def test_an_area_that_cannot_seat_the_party_at_all_does_not_refuse_it() -> None:
    assert offer(card(), wish(party=4, area_id="room")) == ("21:00", ("out",), False)


# --- which reason is given ---


def test_of_several_reasons_the_one_that_the_caller_can_mend_first_is_given() -> None:
    shut = card(shifts=(), status=RestaurantStatus.PAUSED, horizon_days=0)
    assert refusal(shut, wish(party=0, day=date.max))[0] == "party_size_invalid"
    assert refusal(shut, wish(party=99, day=date.max))[0] == "party_too_large"
    assert refusal(shut, wish(day=date.max))[0] == "restaurant_paused"
    opened = card(shifts=(), horizon_days=0)
    assert refusal(opened, wish(day=date.min))[0] == "past_date"
    assert refusal(opened, wish(day=date.max))[0] == "too_far_ahead"
    assert refusal(opened, wish())[0] == "closed_day"


def test_a_possible_party_and_day_are_not_refused() -> None:
    assert refuse_party(card(), 4) is None
    assert refuse_day(card(), TODAY, now_ms=NOON) is None


# --- whatever is asked ---

weeks = st.lists(
    st.builds(
        lambda weekday, name, opens, length, step: shift(
            weekday, name, opens, min(opens + length, 2879), step_minutes=step
        ),
        st.integers(0, 6),
        st.sampled_from(("Comida", "Cena")),
        st.integers(0, 1620),
        st.integers(0, 300),
        st.sampled_from((15, 30, 60)),
    ),
    min_size=1,
    max_size=8,
)
floors = st.lists(
    st.builds(
        lambda capacity, area_id, shifts: Table(id="", name="", area_id=area_id, capacity=capacity, shifts=shifts),
        st.integers(1, 8),
        st.sampled_from(("room", "terrace")),
        st.sampled_from(((), ("Cena",))),
    ),
    max_size=4,
).map(
    lambda tables: tuple(
        Table(id=f"t{n}", name=f"{n}", area_id=t.area_id, capacity=t.capacity, shifts=t.shifts)
        for n, t in enumerate(tables)
    )
)
wishes = st.builds(
    Wish,
    day=st.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=12)),
    minutes=st.lists(st.integers(0, 115).map(lambda quarter: quarter * 15), min_size=1, max_size=2).map(tuple),
    party=st.integers(-1, 9),
    area_id=st.sampled_from(("", "room", "terrace", "nowhere")),
)


@given(
    week=weeks,
    floor=floors,
    wished=wishes,
    closures=st.lists(
        st.builds(
            Closure,
            date=st.dates(TODAY, TODAY + timedelta(days=12)),
            shift=st.sampled_from((None, "Comida", "Cena")),
        ),
        max_size=4,
    ),
    busy=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 95)), max_size=10),
    now=st.integers(0, 47).map(lambda half: NOON + half * 1_800_000),
    notice=st.sampled_from((0, 30, 600)),
)
def test_whatever_is_offered_can_be_booked(
    *,
    week: list[Shift],
    floor: tuple[Table, ...],
    wished: Wish,
    closures: list[Closure],
    busy: list[tuple[int, int]],
    now: int,
    notice: int,
) -> None:
    house = card(tuple(week), tables=floor, closures=tuple(closures), horizon_days=10, min_notice_minutes=notice)
    first = house.at(wished.day, 0) // 900_000
    book = DayBook(house, wished.day, [(f"t{n}", first + quarter) for n, quarter in busy])
    soonest = now + notice * 60_000
    decided = decide(book, wished, now_ms=now)
    named = (decided.start,) if isinstance(decided, Offer) else decided.alternatives
    for start in named:
        assert start in book.starts
        assert start.day in (wished.day, wished.day + timedelta(days=1))
        assert start.starts_at >= soonest
        assert seat(book, start, party=wished.party) is not None
        assert not any(closure.date == wished.day and closure.shift is None for closure in closures)
    if isinstance(decided, Offer):
        assert decided.start.minute_from(wished.day) in wished.minutes
        assert decided.seating.min_party <= wished.party <= decided.seating.capacity
        assert 1 <= wished.party <= largest_party(house)
        assert all(
            book.is_free(table_id, decided.start.stay(house, wished.party).quarters)
            for table_id in decided.seating.table_ids
        )
        assert decided.in_area is (wished.area_id in ("", decided.seating.area_id))
    else:
        assert len(named) <= MAX_ALTERNATIVES
        assert [start.starts_at for start in named] == sorted(start.starts_at for start in named)


@given(asked=st.integers(48, 92).map(lambda quarter: quarter * 15), busy=st.sets(st.integers(0, 95)))
def test_no_free_start_is_nearer_to_the_wish_than_the_alternatives(asked: int, busy: set[int]) -> None:
    house = card(daily("Cena", 12 * 60, 23 * 60, step_minutes=15, turn_minutes=60))
    first = house.at(TOMORROW, 0) // 900_000
    book = DayBook(house, TOMORROW, [(table.id, first + quarter) for table in FLOOR for quarter in busy])
    decided = decide(book, wish(asked, day=TOMORROW), now_ms=NOON)
    if isinstance(decided, Refusal):
        free = sorted(abs(start.minute - asked) for start in book.starts if seat(book, start, party=2))
        assert sorted(abs(start.minute - asked) for start in decided.alternatives) == free[:MAX_ALTERNATIVES]


@given(
    week=weeks,
    day=st.dates(TODAY, TODAY + timedelta(days=9)) | st.dates(date(2026, 10, 22), date(2026, 10, 27)),
    minute=st.integers(0, 19).map(lambda quarter: quarter * 15),
    closed=st.lists(st.integers(0, 2), max_size=1),
    busy=st.lists(st.integers(80, 130), max_size=4),
)
def test_a_night_is_the_same_whether_it_goes_by_its_evening_or_by_the_calendar(
    *, week: list[Shift], day: date, minute: int, closed: list[int], busy: list[int]
) -> None:
    closures = tuple(Closure(date=day + timedelta(days=days)) for days in closed)
    house = card(tuple(week), closures=closures, horizon_days=400)
    morning = day + timedelta(days=1)
    claims = [(table.id, house.at(day, 0) // 900_000 + quarter) for table in FLOOR for quarter in busy]
    by_evening = answer(house, wish(1440 + minute, day=day), claims=claims, now_ms=at("00:00"))
    by_calendar = answer(house, wish(minute, day=morning), claims=claims, now_ms=at("00:00"))
    if isinstance(by_evening, Offer):
        assert by_evening == by_calendar
        assert by_evening.start.starts_at == house.at(day, 1440 + minute)
    elif isinstance(by_calendar, Offer):
        assert closed == [0]  # who closes on the evening has no night
    elif closed != [0]:
        assert (by_evening.minute is None) is (by_calendar.minute is None)


# --- pacing, high chairs, wheelchairs, tables out of service, private events ---


def coming(house: RestaurantCard, minute: int, party: int, high_chairs: int = 0) -> Sitting:
    start = start_in(DayBook(house, TODAY, ()), minute)
    return Sitting(stay=start.stay(house, party), party_size=party, high_chairs=high_chairs)


BIG_FLOOR = tuple(Table(id=f"t{n}", name=f"{n}", area_id="room", capacity=4) for n in range(6))


def test_no_more_guests_sit_down_at_one_start_than_the_kitchen_takes() -> None:
    house = card(tables=BIG_FLOOR, shifts=daily("Cena", 20 * 60, 22 * 60, max_covers=6))
    book = DayBook(house, TODAY, (), [coming(house, TWENTY_ONE, 4)])
    assert isinstance(decide(book, wish(party=2), now_ms=NOON), Offer)
    refused = decide(book, wish(party=3), now_ms=NOON)
    assert isinstance(refused, Refusal)
    assert (refused.code, [start.time for start in refused.alternatives]) == ("full", ["20:00", "20:30", "21:30"])


def test_a_party_above_the_pace_may_come_where_nobody_else_sits_down() -> None:
    house = card(tables=BIG_FLOOR, shifts=daily("Cena", 20 * 60, 22 * 60, max_covers=2))
    assert isinstance(answer(house, wish(party=4)), Offer)
    book = DayBook(house, TODAY, (), [coming(house, TWENTY_ONE, 1)])
    assert isinstance(decide(book, wish(party=4), now_ms=NOON), Refusal)


def test_the_high_chairs_in_use_at_the_time_are_counted() -> None:
    house = card(tables=BIG_FLOOR, high_chairs=2)
    book = DayBook(house, TODAY, (), [coming(house, 20 * 60, 3, high_chairs=1)])
    one, two = (decide(book, replace(wish(party=3), high_chairs=wanted), now_ms=NOON) for wanted in (1, 2))
    later = decide(book, replace(wish(22 * 60, party=3), high_chairs=2), now_ms=NOON)
    assert isinstance(one, Offer)
    assert isinstance(two, Offer)
    assert isinstance(later, Offer)
    assert (one.high_chairs, two.high_chairs, later.high_chairs) == (1, 1, 2)


def test_a_house_that_does_not_count_its_high_chairs_never_runs_out() -> None:
    offered = answer(card(tables=BIG_FLOOR), replace(wish(party=3), high_chairs=9))
    assert isinstance(offered, Offer)
    assert offered.high_chairs == 9


def test_a_wheelchair_gets_a_table_that_suits_it() -> None:
    house = card(tables=(FLOOR[0], replace(FLOOR[1], accessible=True)))
    assert offer(house, replace(wish(), accessible=True)) == ("21:00", ("out",), True)
    assert offer(house, wish()) == ("21:00", ("in",), True)


def test_a_table_that_suits_a_wheelchair_is_given_last_among_equals() -> None:
    house = card(tables=(replace(BIG_FLOOR[0], accessible=True), BIG_FLOOR[1]))
    assert offer(house, wish())[1] == ("t1",)


def test_a_wheelchair_is_not_sent_to_a_house_without_a_table_for_it() -> None:
    assert refusal(card(), replace(wish(), accessible=True)) == ("not_accessible", [])


def test_of_several_reasons_why_neither_hour_can_be_the_one_is_told_that_leaves_most_to_hope_for() -> None:
    breakfast = replace(FLOOR[0], shifts=("Desayuno",))
    lunch = replace(FLOOR[1], shifts=("Comida",), accessible=True)
    house = card(shifts=(*BREAKFAST, *daily("Comida", 13 * 60, 14 * 60), *DINNER), tables=(breakfast, lunch))
    wished = replace(wish(NINE, TWENTY_ONE, day=TOMORROW), accessible=True)
    assert refusal(house, wished) == ("not_accessible", ["13:00", "13:30", "14:00"])


def test_a_table_out_of_service_is_not_given_on_those_dates() -> None:
    outage = Outage(first=TODAY, last=TOMORROW)
    house = card(tables=(replace(FLOOR[0], outage=outage), FLOOR[1]))
    assert offer(house, wish(day=TODAY))[1] == ("out",)
    assert offer(house, wish(day=TOMORROW))[1] == ("out",)
    assert offer(house, wish(day=TOMORROW + timedelta(days=1)))[1] == ("in",)


def test_a_table_is_not_given_while_it_rests_after_the_last_party() -> None:
    house = card(tables=FLOOR[:1], shifts=daily("Cena", 19 * 60, 23 * 60), buffer_minutes=20)
    claims = taken(house, TODAY, ("in", 19 * 60))
    assert refusal(house, wish(21 * 60), claims=claims) == ("full", ["21:30", "22:00", "22:30"])


@pytest.mark.parametrize(
    ("party", "code"),
    [(6, ""), (7, "party_too_large"), (12, "party_too_large"), (13, "private_event"), (80, "private_event")],
)
def test_a_party_is_booked_handed_over_or_made_an_event_by_its_size(party: int, code: str) -> None:
    refused = refuse_party(card(tables=(replace(FLOOR[0], capacity=20),), max_party=6, event_party=13), party)
    assert (refused.code if refused else "") == code


def test_the_tables_kept_for_others_are_not_offered_and_free_again_without_them() -> None:
    house = card(tables=FLOOR[:1])
    book = DayBook(house, TODAY, ())
    start = start_in(book, TWENTY_ONE)
    kept = book.keeping([Held(stay=start.stay(house, 2), party_size=2, table_ids=("in",))])
    assert isinstance(decide(kept, wish(), now_ms=NOON), Refusal)
    assert isinstance(decide(book, wish(), now_ms=NOON), Offer)


@given(
    held=st.lists(st.tuples(st.sampled_from(("in", "out")), st.integers(-3, 3), st.integers(0, 95)), max_size=6),
    minute=st.sampled_from((1200, 1230, 1260, 1290, 1320)),
)
def test_what_is_kept_on_other_days_keeps_nothing_of_this_one_but_the_hours_it_reaches_into(
    held: list[tuple[str, int, int]], minute: int
) -> None:
    house = card()
    book = DayBook(house, TODAY, ())
    parties = [
        Held(
            stay=stay(house.at(TODAY + timedelta(days=days), 15 * quarter), 120, house), party_size=2, table_ids=(id_,)
        )
        for id_, days, quarter in held
    ]
    start = start_in(book, minute)
    mine = start.stay(house, 2)
    for id_ in ("in", "out"):
        overlaps = any(
            id_ in party.table_ids and party.stay.starts_at < mine.free_at and mine.starts_at < party.stay.free_at
            for party in parties
        )
        assert book.keeping(parties).is_free(id_, mine.quarters) is not overlaps
