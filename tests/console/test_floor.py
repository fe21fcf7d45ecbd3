"""A day at the tables, from the book: who is where by the clock on the wall, and how each table stands."""

import pytest
from msgspec.structs import replace

from appliance.contract import BookRow
from support import nights
from support.platforms import NOW
from tui.floor import FloorDay, Standing, floor_day, tonight

HOUSE = nights.house()


def floor(*guests: BookRow, now_ms: int = NOW, date: str = "2026-11-27") -> FloorDay:
    return floor_day(HOUSE, nights.day(date, list(guests)), now_ms)


def standing(told: FloorDay, name: str) -> Standing:
    return next(table.standing for table in told.tables if table.name == name)


@pytest.mark.parametrize(
    ("clock", "status", "stands"),
    [
        ("12:15", "seated", Standing.SEATED),
        ("11:00", "seated", Standing.OVERDUE),
        ("14:00", "confirmed", Standing.SOON),
        ("12:45", "pending", Standing.SOON),
        ("14:01", "confirmed", Standing.FREE),
        ("11:00", "confirmed", Standing.FREE),
        ("12:15", "completed", Standing.FREE),
        ("12:45", "no_show", Standing.FREE),
        ("12:45", "cancelled", Standing.FREE),
    ],
)
def test_a_table_stands_as_its_party_does_at_this_moment(clock: str, status: str, stands: Standing) -> None:
    told = floor(nights.guest(1, NOW, clock, 90, status=status, tables=["T2"]))
    assert standing(told, "T2") is stands
    assert standing(told, "T1") is Standing.FREE


def test_a_table_out_of_service_is_so_unless_somebody_sits_there() -> None:
    assert standing(floor(), "C12") is Standing.OUT
    assert standing(floor(nights.guest(1, NOW, "12:30", 90, status="seated", tables=["C12"])), "C12") is Standing.SEATED
    assert standing(floor(date="2026-12-01"), "C12") is Standing.FREE


def test_who_cancelled_or_did_not_come_is_not_on_the_floor() -> None:
    gone = [nights.guest(n, NOW, "14:00", 90, status=status) for n, status in enumerate(("cancelled", "no_show"))]
    assert [stay for table in floor(*gone).tables for stay in table.stays] == []


def test_a_party_of_two_tables_is_at_both_and_one_of_no_known_table_is_not_lost() -> None:
    both = nights.guest(1, NOW, "14:00", 90, tables=["S7", "S8"])
    told = floor(both, nights.guest(2, NOW, "14:00", 90, tables=["gone"]))
    assert {table.name: [stay.row.id for stay in table.stays] for table in told.tables if table.stays} == {
        "S7": ["res_01"],
        "S8": ["res_01"],
        "": ["res_02"],
    }


def test_of_another_day_a_table_is_reserved_or_free_and_there_is_no_now() -> None:
    told = floor(nights.guest(1, NOW + 86_400_000, "14:00", 90, tables=["T2"]), date="2026-11-28")
    assert (standing(told, "T2"), standing(told, "T1"), told.now) == (Standing.RESERVED, Standing.FREE, None)


def test_a_day_reaches_from_its_first_hour_to_its_last_with_whoever_is_there_beyond_them() -> None:
    assert (floor().first, floor().end, floor().now) == (12 * 60, 25 * 60, 13 * 60)
    early = nights.guest(1, NOW, "10:40", 30)
    late = nights.guest(2, NOW, "24:30", 90)
    assert (floor(early, late).first, floor(early, late).end) == (10 * 60, 26 * 60)


def test_a_day_without_services_has_some_hours_all_the_same() -> None:
    told = floor_day(HOUSE, nights.day("2026-11-26", [], services=[]), NOW)
    assert (told.first, told.end, told.open) == (720, 1440, [])


def test_the_clock_goes_by_the_wall_on_the_day_that_has_an_hour_more() -> None:
    midnight = 1_792_879_200_000
    evening = nights.guest(1, NOW, "14:00", 90, tables=["T2"])
    evening = replace(evening, starts_at=midnight + 22 * 3_600_000, ends_at=midnight + 24 * 3_600_000)
    told = floor_day(HOUSE, nights.day("2026-10-25", [evening]), midnight)
    (stay,) = (stay for table in told.tables for stay in table.stays)
    assert (stay.first, stay.end) == (21 * 60, 23 * 60)


def test_the_small_hours_are_the_evening_s_before() -> None:
    assert tonight("Europe/Madrid", NOW + 15 * 3_600_000).isoformat() == "2026-11-27"
    assert tonight("Europe/Madrid", NOW + 16 * 3_600_000).isoformat() == "2026-11-28"


def test_who_sits_too_long_is_there_until_now_and_who_came_early_since_then() -> None:
    late = nights.guest(1, NOW, "11:00", 90, status="seated", tables=["T1"])
    early = nights.guest(2, NOW, "12:50", 90, status="seated", tables=["T2"], seated_at=NOW - 20 * 60_000)
    stays = [stay for table in floor(late, early).tables for stay in table.stays]
    assert [(stay.first, stay.end) for stay in stays] == [(660, 780), (760, 860)]
