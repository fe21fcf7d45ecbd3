from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.restaurant import QUARTER_MS, Combination, Plan, RestaurantCard, Shift, Table

ZONES = (
    "Europe/Madrid",
    "Atlantic/Canary",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
)


def card(*, timezone: str = "Europe/Madrid", **parts: Any) -> RestaurantCard:
    return RestaurantCard(id="rest_x", name="X", plan=Plan.BASIC, timezone=timezone, **parts)


def table(id_: str, capacity: int, **more: Any) -> Table:
    return Table(id=id_, name=id_, area_id="area", capacity=capacity, **more)


def shift(**changes: Any) -> Shift:
    return Shift(**{"weekday": 0, "name": "Cena", "opens": 1200, "last_seating": 1380, "closes": 1440} | changes)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_wall_clock_times_become_instants_by_the_zone_s_offset_of_that_day() -> None:
    madrid = card()
    assert madrid.at(date(2026, 1, 15), 21 * 60) == utc("2026-01-15T20:00")
    assert madrid.at(date(2026, 7, 15), 21 * 60) == utc("2026-07-15T19:00")


def test_minutes_past_1440_are_the_small_hours_of_the_next_day() -> None:
    assert card().at(date(2026, 1, 31), 1470) == utc("2026-01-31T23:30")


def test_a_time_that_the_spring_change_skips_is_known_as_skipped() -> None:
    madrid = card()
    assert [minute for minute in range(0, 300, 30) if madrid.skips(date(2026, 3, 29), minute)] == [120, 150]
    assert madrid.skips(date(2026, 3, 28), 1440 + 150)


def test_a_time_that_the_autumn_change_repeats_means_the_first_of_the_two() -> None:
    madrid = card()
    assert not madrid.skips(date(2026, 10, 25), 150)
    assert madrid.at(date(2026, 10, 25), 150) == utc("2026-10-25T00:30")


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), minute=st.integers(0, 2879), zone=st.sampled_from(ZONES))
def test_an_instant_shows_the_wall_time_it_was_made_of_unless_the_clocks_skip_it(
    day: date, minute: int, zone: str
) -> None:
    house = card(timezone=zone)
    shown = house.local(house.at(day, minute))
    wanted = datetime.combine(day + timedelta(days=minute // 1440), datetime.min.time())
    wanted += timedelta(minutes=minute % 1440)
    assert (shown.replace(tzinfo=None, fold=0) == wanted) is not house.skips(day, minute)


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), zone=st.sampled_from(ZONES))
def test_midnight_lies_on_a_quarter_of_an_hour_in_every_zone(day: date, zone: str) -> None:
    assert card(timezone=zone).at(day, 0) % QUARTER_MS == 0


def test_the_last_seating_is_a_start_too() -> None:
    assert tuple(shift(opens=1200, last_seating=1290, step_minutes=30).start_minutes()) == (1200, 1230, 1260, 1290)


def test_a_last_seating_off_the_step_is_no_start() -> None:
    assert tuple(shift(opens=1200, last_seating=1280, step_minutes=30).start_minutes()) == (1200, 1230, 1260)


def test_fixed_starts_replace_the_step() -> None:
    assert shift(starts=(1200, 1320), step_minutes=15).start_minutes() == (1200, 1320)


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": -1},
        {"last_seating": 1199},
        {"last_seating": 2880},
        {"starts": (1200, 2880)},
        {"step_minutes": 0},
        {"turn_minutes": 0},
        {"turn_minutes": 1441},
    ],
)
def test_a_shift_that_makes_no_sense_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Cena"):
        shift(**wrong)
    with pytest.raises(msgspec.ValidationError, match="Cena"):
        msgspec.convert(msgspec.to_builtins(shift()) | wrong, Shift)


def test_seatings_go_from_small_to_large_and_joined_tables_come_last() -> None:
    floor = card(
        tables=(table("six", 6), table("two", 2), table("zwei", 2)),
        combinations=(Combination(id="pair", table_ids=("two", "zwei"), capacity=4),),
    )
    assert [way.table_ids for way in floor.seatings] == [("two",), ("zwei",), ("six",), ("two", "zwei")]


def test_joined_tables_are_for_parties_that_no_single_one_of_them_seats() -> None:
    floor = card(
        tables=(table("two", 2), table("four", 4)),
        combinations=(Combination(id="pair", table_ids=("two", "four"), capacity=6),),
    )
    assert [(way.min_party, way.capacity) for way in floor.seatings] == [(1, 2), (1, 4), (5, 6)]


def test_tables_out_of_service_seat_nobody_alone_or_joined() -> None:
    floor = card(
        tables=(table("a", 4), table("b", 4, active=False)),
        combinations=(Combination(id="pair", table_ids=("a", "b"), capacity=8),),
    )
    assert [way.table_ids for way in floor.seatings] == [("a",)]


@pytest.mark.parametrize("joined", [(), ("a",), ("a", "gone"), ("gone", "gone too")])
def test_a_combination_whose_tables_are_gone_is_no_seating(joined: tuple[str, ...]) -> None:
    floor = card(tables=(table("a", 4),), combinations=(Combination(id="pair", table_ids=joined, capacity=8),))
    assert [way.table_ids for way in floor.seatings] == [("a",)]


def test_tables_of_two_areas_are_never_joined_for_a_guest() -> None:
    pair = Combination(id="pair", table_ids=("a", "b"), capacity=8)
    floor = card(tables=(table("a", 4), replace(table("b", 4), area_id="terrace")), combinations=(pair,))
    assert [way.table_ids for way in floor.seatings] == [("a",), ("b",)]


def test_joined_tables_serve_the_shifts_that_all_of_them_serve() -> None:
    pair = Combination(id="pair", table_ids=("a", "b"), capacity=8)
    a = table("a", 4, shifts=("Comida", "Cena"))

    def shared(b: Table) -> list[frozenset[str]]:
        joined = [way for way in card(tables=(a, b), combinations=(pair,)).seatings if len(way.table_ids) == 2]
        return [way.shifts for way in joined]

    assert shared(table("b", 4, shifts=("Cena",))) == [{"Cena"}]
    assert shared(table("b", 4)) == [{"Comida", "Cena"}]
    assert shared(table("b", 4, shifts=("Brunch",))) == []
