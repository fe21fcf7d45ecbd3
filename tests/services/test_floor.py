from datetime import date

import pytest
from msgspec.structs import replace

from appliance.domain.reservation import ReservationStatus, Source
from appliance.domain.restaurant import Outage
from appliance.errors import Conflict, Invalid
from support.desk import Desk, gaviota, wish
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk


@pytest.fixture
def house(desk: Desk) -> StaffDesk:
    """It is Saturday, half past eight in the evening."""
    house = StaffDesk(desk)
    house.go_to("2026-11-28T20:30")
    return house


async def refused(attempt: object) -> str:
    with pytest.raises(Conflict) as caught:
        await attempt  # type: ignore[misc]
    return str(caught.value)


# --- walk-ins ---


async def test_a_walk_in_sits_down_now_at_the_smallest_table(house: StaffDesk) -> None:
    house.desk.clock.advance(7 * 60_000 + 12_345)
    seated = await house.walk_in()
    assert (seated.reservation.tables, seated.reservation.time, seated.until, seated.full_turn) == (
        ["T1"],
        "20:37",
        "22:37",
        True,
    )
    ((one),) = await assert_sound(house.desk.database, house.restaurant)
    assert (one.status, one.source, one.shift) == (ReservationStatus.SEATED, Source.WALK_IN, "Cena")
    assert one.starts_at == one.seated_at == house.desk.clock.now_ms()


async def test_a_table_for_a_full_turn_goes_before_a_smaller_one_for_less(house: StaffDesk) -> None:
    await house.write_down(tables=["T1"], time="21:30")
    assert (await house.walk_in()).reservation.tables == ["S1"]


async def test_without_a_full_turn_the_answer_says_until_when(house: StaffDesk) -> None:
    for table, time in (("T1", "21:15"), ("S1", "21:45"), ("S2", "21:30")):
        await house.write_down(tables=[table], time=time)
    seated = await house.walk_in()
    assert (seated.reservation.tables, seated.until, seated.full_turn) == (["S1"], "21:45", False)
    await assert_sound(house.desk.database, house.restaurant)


async def test_nobody_is_sat_down_for_a_moment_unless_the_staff_name_the_table(house: StaffDesk) -> None:
    for table in ("T1", "S1", "S2"):
        await house.write_down(tables=[table], time="20:45")
    assert "No table is free" in await refused(house.walk_in())
    seated = await house.walk_in(tables=["S1"])
    assert (seated.reservation.tables, seated.until) == (["S1"], "20:45")


async def test_bug_16_the_table_that_is_named_is_the_one_taken(house: StaffDesk) -> None:
    seated = await house.walk_in(tables=["S2"], name="", phone="600123456")
    assert (seated.reservation.tables, seated.reservation.name, seated.reservation.party_size) == (["S2"], "", 2)
    assert "not free" in await refused(house.walk_in(tables=["S2"]))


async def test_bug_16_somebody_may_sit_down_while_the_house_is_closed(house: StaffDesk) -> None:
    house.go_to("2026-12-01T18:00")
    seated = await house.walk_in()
    assert (seated.until, seated.full_turn, seated.reservation.shift) == ("20:00", True, "")


async def test_a_large_party_gets_tables_joined(house: StaffDesk) -> None:
    assert (await house.walk_in(7)).reservation.tables == ["S1", "S2"]
    assert "No table is free" in await refused(house.walk_in(7))


async def test_a_walk_in_is_kept_to_its_area(house: StaffDesk) -> None:
    assert (await house.walk_in(area="dentro")).reservation.tables == ["S1"]
    await house.walk_in(area="fuera")
    assert "No table is free" in await refused(house.walk_in(area="fuera"))
    with pytest.raises(Invalid):
        await house.walk_in(area="azotea")


async def test_a_table_where_somebody_overstays_is_not_free(house: StaffDesk) -> None:
    for table in ("T1", "S1", "S2"):
        await house.walk_in(tables=[table])
    house.go_to("2026-11-28T22:35")
    assert "No table is free" in await refused(house.walk_in())
    assert "not free" in await refused(house.walk_in(tables=["T1"]))


async def test_a_table_offered_to_a_caller_is_passed_over(house: StaffDesk) -> None:
    assert (await house.desk.check(wish(time="21:00"))).code == "available"
    assert (await house.walk_in()).reservation.tables == ["S1"]


async def test_the_next_caller_hears_that_the_table_is_taken(house: StaffDesk) -> None:
    for table in ("T1", "S1", "S2"):
        await house.walk_in(tables=[table])
    assert (await house.desk.check(wish(time="22:00"))).code == "full"


async def test_the_small_hours_are_the_same_night_s(house: StaffDesk) -> None:
    house.go_to("2026-11-29T00:10")
    seated = await house.walk_in()
    assert (seated.reservation.date, seated.reservation.time, seated.reservation.shift) == (
        "2026-11-29",
        "00:10",
        "Cena",
    )


async def test_after_midnight_a_walk_in_is_kept_from_a_table_that_was_out_that_evening(desk: Desk) -> None:
    card = gaviota("rest_out", phone="+34910000006")
    t1, s1, s2 = card.tables
    saturday, sunday = (Outage(first=date(2026, 11, day), last=date(2026, 11, day)) for day in (28, 29))
    await desk.open(replace(card, tables=(replace(t1, outage=saturday), replace(s1, outage=sunday), s2)))
    house = StaffDesk(desk, "rest_out")
    house.go_to("2026-11-29T00:10")
    assert "not free" in await refused(house.walk_in(tables=["T1"]))
    assert (await house.walk_in()).reservation.tables == ["S1"]


async def test_two_walk_ins_at_once_sit_at_two_tables(house: StaffDesk) -> None:
    first, second = await house.walk_in(), await house.walk_in()
    assert first.reservation.tables != second.reservation.tables


# --- the board ---


async def test_the_board_follows_a_table_through_the_evening(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"], time="22:00")
    assert await house.board() == {"T1": "free", "S1": "free", "S2": "free"}
    house.go_to("2026-11-28T21:00")
    assert (await house.board())["S1"] == "reserved"
    house.go_to("2026-11-28T22:10")
    assert (await house.board())["S1"] == "reserved"
    await house.act("seat", one)
    assert (await house.board())["S1"] == "seated"
    house.go_to("2026-11-29T00:15")
    assert (await house.board())["S1"] == "overdue"
    await house.act("complete", one)
    assert (await house.board())["S1"] == "free"


async def test_the_board_says_who_sits_and_who_comes_next(house: StaffDesk) -> None:
    await house.walk_in(2, tables=["S1"], name="Bea")
    await house.write_down(tables=["S1"], time="22:30", name="Next", party_size=4)
    house.desk.clock.advance(50 * 60_000)
    rows = {row.name: row for row in (await house.floor.tables(house.card, None)).items}
    party, following = rows["S1"].party, rows["S1"].following
    assert party
    assert following
    assert (party.name, party.party_size, party.minutes, party.until) == ("Bea", 2, 70, house.at("2026-11-28T22:30"))
    assert (following.name, following.since, following.minutes) == ("Next", house.at("2026-11-28T22:30"), 70)
    assert (rows["S1"].area, rows["S1"].capacity, rows["T1"].party) == ("Salón", 4, None)


async def test_an_overdue_party_has_less_than_no_time(house: StaffDesk) -> None:
    await house.walk_in(tables=["S1"])
    house.go_to("2026-11-28T22:45")
    rows = {row.name: row for row in (await house.floor.tables(house.card, None)).items}
    assert (rows["S1"].status, rows["S1"].party and rows["S1"].party.minutes) == ("overdue", -15)


async def test_the_board_of_a_later_hour_is_the_book_s(house: StaffDesk) -> None:
    await house.walk_in(tables=["T1"])
    await house.write_down(tables=["S1"], time="23:00", force=True)
    later = house.at("2026-11-28T23:00")
    assert await house.board(later) == {"T1": "free", "S1": "reserved", "S2": "free"}


async def test_a_table_out_of_service_is_shown_so_for_its_night(desk: Desk) -> None:
    card = gaviota("rest_out", phone="+34910000006")
    t1, s1, s2 = card.tables
    saturday = Outage(first=date(2026, 11, 28), last=date(2026, 11, 28))
    await desk.open(replace(card, tables=(replace(t1, active=False), replace(s1, outage=saturday), s2)))
    house = StaffDesk(desk, "rest_out")
    for moment, status in (("2026-11-28T12:00", "out_of_service"), ("2026-11-29T01:00", "out_of_service")):
        assert await house.board(house.at(moment)) == {"T1": "out_of_service", "S1": status, "S2": "free"}
    assert (await house.board(house.at("2026-11-29T12:00")))["S1"] == "free"
    house.go_to("2026-11-28T20:30")
    assert (await house.walk_in()).reservation.tables == ["S2"]
    for table in ("T1", "S1"):
        assert "not free" in await refused(house.walk_in(tables=[table]))
