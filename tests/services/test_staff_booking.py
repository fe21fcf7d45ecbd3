from datetime import date

import pytest
from msgspec.structs import replace

from appliance.domain.reservation import Reservation, ReservationStatus, Source
from appliance.domain.restaurant import Outage, RestaurantStatus, Shift
from appliance.errors import Conflict, Invalid, NotFound
from support.desk import Desk, gaviota, one_table, wish
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk


@pytest.fixture
def house(desk: Desk) -> StaffDesk:
    return StaffDesk(desk)


async def refused(attempt: object) -> Conflict:
    with pytest.raises(Conflict) as caught:
        await attempt  # type: ignore[misc]
    return caught.value


# --- writing down ---


async def test_a_booking_of_the_staff_holds_its_table(house: StaffDesk) -> None:
    one = await house.write_down(phone="600 123 456", notes=" cumpleaños ", needs=["trona", "sin gluten"])
    assert (one.status, one.source, one.phone) == (ReservationStatus.CONFIRMED, Source.STAFF, "+34600123456")
    assert set(one.needs) == {"high_chair", "coeliac", "birthday"}
    assert (one.high_chairs, one.notes, house.tables(one)) == (1, "cumpleaños", ["T1"])
    assert one.customer_id
    assert await assert_sound(house.desk.database, house.restaurant) == [one]


async def test_staff_are_not_bound_by_the_rules_the_agent_keeps(desk: Desk) -> None:
    strict = {"min_notice_minutes": 600, "horizon_days": 1, "max_party": 2, "event_party": 3}
    await desk.open(gaviota("rest_strict", phone="+34910000006", status=RestaurantStatus.PAUSED, **strict))
    house = StaffDesk(desk, "rest_strict")
    assert (await house.write_down(date="2026-11-25", time="13:00")).time == "13:00"
    assert (await house.write_down(date="2027-03-05", party_size=8)).party_size == 8


async def test_off_the_grid_the_staff_name_the_table(house: StaffDesk) -> None:
    no = await refused(house.write_down(time="21:10"))
    assert "name the tables" in str(no)
    assert ("2026-11-28", "21:15") in (no.alternatives or ())
    one = await house.write_down(time="21:10", tables=["s2"])
    assert (one.time, one.shift, house.tables(one)) == ("21:10", "Cena", ["S2"])
    assert one.ends_at - one.starts_at == 120 * 60_000


async def test_until_the_house_closes_a_named_table_is_given(house: StaffDesk) -> None:
    assert (await house.write_down(time="16:50", tables=["S1"])).shift == "Comida"


async def test_outside_the_hours_it_takes_force(house: StaffDesk) -> None:
    for fields in ({"time": "18:00"}, {"date": "2026-12-01"}, {"date": "2026-12-25"}):
        no = await refused(house.write_down(tables=["S1"], **fields))
        assert "force" in str(no), fields
        one = await house.write_down(tables=["S1"], force=True, **fields)
        assert one.ends_at - one.starts_at == 120 * 60_000
    assert (await house.write_down(time="18:15", force=True)).table_ids


async def test_what_is_over_is_written_down_only_by_force(house: StaffDesk) -> None:
    house.go_to("2026-11-28T21:30")
    assert "passed" in str(await refused(house.write_down()))
    assert "passed; with force" in str(await refused(house.write_down(date="2026-11-20")))
    assert (await house.write_down(force=True)).time == "21:00"
    assert "passed" in str(await refused(house.write_down(date="1999-01-01", force=True)))


async def test_no_date_is_too_far_off_to_be_understood(house: StaffDesk) -> None:
    for day in ("0001-01-01", "9999-12-31", "2100-01-01"):
        await refused(house.write_down(date=day, tables=["S1"], force=True))


async def test_an_hour_that_the_clocks_skip_is_none(house: StaffDesk) -> None:
    no = await refused(house.write_down(date="2027-03-28", time="02:30", tables=["S1"], force=True))
    assert "clocks" in str(no)


async def test_the_small_hours_are_those_of_the_night_or_of_the_date(desk: Desk) -> None:
    late = tuple(Shift(weekday=day, name="Noche", opens=1320, last_seating=1470, closes=1560) for day in range(7))
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000006"))
    house = StaffDesk(desk, "rest_late")
    by_night = await house.write_down(date="2026-11-27", time="24:30")
    by_date = await house.write_down(date="2026-11-28", time="00:30", party_size=4)
    assert (by_night.date, by_night.time, by_night.starts_at) == ("2026-11-28", "00:30", by_date.starts_at)


async def test_a_named_table_need_not_have_the_seats(house: StaffDesk) -> None:
    assert house.tables(await house.write_down(tables=["T1"], party_size=5)) == ["T1"]
    joined = await house.write_down(tables=["S1", "S2"], party_size=12, time="20:00")
    assert house.tables(joined) == ["S1", "S2"]


async def test_a_party_that_no_table_seats_needs_named_ones(house: StaffDesk) -> None:
    assert "name the tables" in str(await refused(house.write_down(party_size=20)))


async def test_nobody_gets_another_party_s_table_by_naming_it(house: StaffDesk) -> None:
    await house.write_down(tables=["T1"])
    no = await refused(house.write_down(tables=["T1"], time="22:00", force=True))
    day, time = (no.alternatives or ())[0]
    assert (await house.write_down(date=day, time=time)).table_ids
    assert len(await assert_sound(house.desk.database, house.restaurant)) == 2


async def test_who_names_a_table_hears_when_that_table_is_free(house: StaffDesk) -> None:
    await house.write_down(tables=["T1"], time="20:00")
    no = await refused(house.write_down(tables=["T1"], party_size=5))
    assert no.alternatives == [("2026-11-28", "22:00"), ("2026-11-28", "22:15"), ("2026-11-28", "22:30")]
    for day, time in no.alternatives:
        one = await house.write_down(tables=["T1"], date=day, time=time, party_size=5)
        await house.act("cancel", one)


async def test_a_table_out_of_service_is_free_at_no_time(desk: Desk) -> None:
    t1, s1, s2 = gaviota("rest_out").tables
    await desk.open(gaviota("rest_out", phone="+34910000006", tables=(t1, replace(s1, active=False), s2)))
    house = StaffDesk(desk, "rest_out")
    assert (await refused(house.write_down(tables=["S1"]))).alternatives == []


async def test_a_full_house_names_free_times(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    await house.write_down()
    no = await refused(house.write_down())
    assert no.alternatives
    for day, time in no.alternatives:
        await house.act("cancel", await house.write_down(date=day, time=time))


async def test_a_full_area_is_said_to_be_full(house: StaffDesk) -> None:
    await house.write_down(area="fuera")
    assert "area" in str(await refused(house.write_down(area="fuera")))


async def test_a_table_out_of_service_is_not_given(desk: Desk) -> None:
    card = gaviota("rest_out", phone="+34910000006")
    day = card.closures[0].date.replace(month=11, day=28)
    t1, s1, s2 = card.tables
    tables = (replace(t1, active=False), replace(s1, outage=Outage(first=day, last=day)), s2)
    await desk.open(replace(card, tables=tables))
    house = StaffDesk(desk, "rest_out")
    for name in ("T1", "S1"):
        assert "out of service" in str(await refused(house.write_down(tables=[name])))
    assert house.tables(await house.write_down()) == ["S2"]


async def test_a_table_that_is_named_after_midnight_serves_as_on_its_evening(desk: Desk) -> None:
    saturday, sunday = date(2026, 11, 28), date(2026, 11, 29)
    late = tuple(Shift(weekday=day, name="Noche", opens=1320, last_seating=1470, closes=1560) for day in range(7))
    t1, s1, s2 = gaviota("rest_late").tables
    out = [replace(t, outage=Outage(first=day, last=day)) for t, day in ((s1, saturday), (s2, sunday))]
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000006", tables=(t1, *out)))
    house = StaffDesk(desk, "rest_late")
    for fields in ({"time": "24:30"}, {"date": "2026-11-29", "time": "00:30"}):
        assert "out of service" in str(await refused(house.write_down(tables=["S1"], **fields)))
        one = await house.write_down(tables=["S2"], **fields)
        assert one.date == "2026-11-29"
        await house.act("cancel", one)


async def test_bug_15_a_table_that_is_taken_today_can_be_booked_for_next_week(house: StaffDesk) -> None:
    house.go_to("2026-11-28T21:00")
    await house.walk_in(tables=["T1"])
    assert house.tables(await house.write_down(date="2026-12-05", tables=["T1"])) == ["T1"]


async def test_what_there_is_not_is_said_by_name(house: StaffDesk) -> None:
    for fields, said in (
        ({"tables": ["T9"]}, "tables: there is no table T9"),
        ({"area": "azotea"}, "area: there is no area azotea"),
        ({"phone": "123"}, "phone: 123 is not a telephone number"),
    ):
        with pytest.raises(Invalid, match=said):
            await house.write_down(**fields)
    assert await house.desk.everything() == []


async def test_a_table_kept_for_a_caller_is_taken_only_by_name(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    assert (await desk.check(wish(), restaurant="rest_one")).code == "available"
    await refused(house.write_down())
    await house.write_down(tables=["T1"])
    assert (await desk.book(wish(), restaurant="rest_one")).code == "full"


async def test_a_pending_booking_holds_its_table_too(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    assert (await house.write_down(status="pending")).status is ReservationStatus.PENDING
    await refused(house.write_down())


# --- changing ---


async def test_what_is_said_of_the_guest_changes_and_the_table_stays(house: StaffDesk) -> None:
    one = await house.write_down(notes="ventana", needs=["2 tronas"])
    told = await house.change(one, name="Ana Ruiz Gil", phone="600123456", needs=["vegano"])
    assert (told.name, told.phone, told.needs, told.high_chairs) == ("Ana Ruiz Gil", "+34600123456", ("vegan",), 0)
    assert (told.notes, told.table_ids, told.starts_at) == ("ventana", one.table_ids, one.starts_at)
    assert told.customer_id
    assert await house.desk.everything() == [told]


async def test_a_party_keeps_its_table_where_it_still_fits(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S2"])
    later = await house.change(one, time="21:30")
    assert (later.time, house.tables(later)) == ("21:30", ["S2"])
    assert house.tables(await house.change(later, party_size=4)) == ["S2"]
    assert house.tables(await house.change(later, party_size=8)) == ["S1", "S2"]
    await assert_sound(house.desk.database, house.restaurant)


async def test_a_party_at_a_table_chosen_for_it_keeps_it_whatever_is_noted(desk: Desk) -> None:
    t1, s1, s2 = gaviota("rest_strict").tables
    tables = (t1, replace(s1, min_party=3), replace(s2, shifts=("Comida",)))
    await desk.open(gaviota("rest_strict", phone="+34910000006", tables=tables))
    house = StaffDesk(desk, "rest_strict")
    for table, party in (("T1", 5), ("S1", 2), ("S2", 2)):
        one = await house.write_down(tables=[table], party_size=party)
        assert house.tables(await house.change(one, needs=["celíaco"])) == [table]
        assert house.tables(await house.change(one, party_size=party - 1)) == [table]


async def test_a_party_does_not_take_its_table_to_a_service_that_has_it_not(desk: Desk) -> None:
    t1, s1, s2 = gaviota("rest_strict").tables
    await desk.open(gaviota("rest_strict", phone="+34910000006", tables=(t1, replace(s1, shifts=("Comida",)), s2)))
    house = StaffDesk(desk, "rest_strict")
    one = await house.write_down(time="14:00", party_size=4)
    assert house.tables(one) == ["S1"]
    assert house.tables(await house.change(one, time="21:00")) == ["S2"]


async def test_a_party_at_tables_of_two_areas_is_in_neither(house: StaffDesk) -> None:
    one = await house.write_down(tables=["T1", "S1"], party_size=2)
    assert one.area_id == ""
    assert house.tables(await house.change(one, area="terraza")) == ["T1"]


async def test_a_party_gets_another_table_only_when_its_own_is_taken(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"], party_size=4)
    await house.write_down(tables=["S1"], party_size=4, time="23:00", name="Later")
    moved = await house.change(one, time="22:00")
    assert (moved.time, house.tables(moved)) == ("22:00", ["S2"])


async def test_a_time_after_midnight_counts_from_the_evening_the_night_began_on(desk: Desk) -> None:
    late = tuple(replace(one, closes=27 * 60) for one in gaviota().shifts)
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000006"))
    house = StaffDesk(desk, "rest_late")
    one = await house.write_down(date="2026-11-27", time="24:15", tables=["S1"])
    assert (one.date, one.time) == ("2026-11-28", "00:15")
    moved = await house.change(one, time="24:20", tables=["S1"])
    assert (moved.date, moved.time) == ("2026-11-28", "00:20")


@pytest.mark.parametrize("name", ["   ", "\x00"])
async def test_a_booking_needs_a_name(house: StaffDesk, name: str) -> None:
    with pytest.raises(Invalid, match="name: say whose booking it is"):
        await house.write_down(name=name)
    one = await house.write_down()
    with pytest.raises(Invalid, match="name"):
        await house.change(one, name=name)


async def test_a_party_too_large_for_the_tables_a_wheelchair_reaches_is_told_so(desk: Desk) -> None:
    tables = tuple(replace(one, accessible=one.capacity == 2) for one in gaviota("rest_steps").tables)
    await desk.open(gaviota("rest_steps", tables=tables, combinations=(), phone="+34910000006"))
    house = StaffDesk(desk, "rest_steps")
    with pytest.raises(Conflict, match="a wheelchair can reach seats so many"):
        await house.write_down(party_size=4, needs=["silla de ruedas"])
    told = await desk.check(wish(party_size=4, needs="silla de ruedas"), restaurant="rest_steps")
    assert told.code == "not_accessible"
    assert "para cuatro personas no tengo mesa adaptada" in told.say


async def test_bug_8_what_cannot_be_moved_stays_where_it_was(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    one = await house.write_down()
    await house.write_down(date="2026-11-29", name="Other")
    no = await refused(house.change(one, date="2026-11-29", name="Changed"))
    assert no.alternatives
    assert one in await desk.everything("rest_one")
    await assert_sound(desk.database, "rest_one")


async def test_its_own_table_is_not_in_its_way(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    one = await house.write_down()
    assert (await house.change(one, time="21:30")).time == "21:30"


async def test_a_move_to_a_named_table_is_free_of_the_grid(house: StaffDesk) -> None:
    moved = await house.change(await house.write_down(), time="21:05", tables=["S1"])
    assert (moved.time, house.tables(moved), moved.area_id) == ("21:05", ["S1"], "rest_gaviota_salon")


async def test_a_booking_off_the_grid_can_grow(house: StaffDesk) -> None:
    one = await house.write_down(time="21:05", tables=["T1"])
    grown = await house.change(one, party_size=4)
    assert (grown.time, house.tables(grown)) == ("21:05", ["S1"])


async def test_somebody_in_a_wheelchair_is_moved_to_a_table_that_suits(desk: Desk) -> None:
    card = gaviota("rest_ramp", phone="+34910000006")
    t1, s1, s2 = card.tables
    await desk.open(replace(card, tables=(t1, s1, replace(s2, accessible=True))))
    house = StaffDesk(desk, "rest_ramp")
    moved = await house.change(await house.write_down(), needs=["silla de ruedas"])
    assert house.tables(moved) == ["S2"]


async def test_an_area_that_was_asked_for_is_kept(house: StaffDesk) -> None:
    one = await house.write_down(area="terraza")
    assert "area" in str(await refused(house.change(one, party_size=4)))
    assert house.tables(await house.change(one, party_size=4, area="")) == ["S1"]


async def test_who_sits_can_change_tables_but_not_the_time(house: StaffDesk) -> None:
    house.go_to("2026-11-28T21:00")
    seated = await house.act("seat", await house.write_down())
    moved = await house.change(seated, tables=["S1"])
    assert (house.tables(moved), moved.starts_at, moved.ends_at) == (["S1"], seated.starts_at, seated.ends_at)
    house.desk.clock.advance(30 * 60_000)
    assert house.tables(await house.change(moved, party_size=6)) == ["S1", "S2"]
    assert "sits already" in str(await refused(house.change(moved, time="22:00")))


async def test_what_was_called_off_is_not_moved(house: StaffDesk) -> None:
    gone = await house.act("cancel", await house.write_down())
    assert "reopen" in str(await refused(house.change(gone, time="22:00")))
    assert (await house.change(gone, notes="llamó su marido")).notes == "llamó su marido"
    assert await assert_sound(house.desk.database, house.restaurant) == []


async def test_a_change_that_changes_nothing_tells_nobody(desk: Desk) -> None:
    await desk.open(gaviota("rest_told", phone="+34910000006", notify_url="http://127.0.0.1:1/hook"))
    house = StaffDesk(desk, "rest_told")
    one = await house.write_down()
    assert await house.change(one, time="21:00", party_size=2, name="Ana Ruiz") == one
    await house.change(one, time="21:30")
    assert await desk.topics() == ["reservation.created", "reservation.updated"]


async def test_another_restaurant_s_booking_is_not_found(desk: Desk, house: StaffDesk) -> None:
    await desk.open(one_table(phone="+34910000006"))
    one = await house.write_down()
    other = StaffDesk(desk, "rest_one")
    for attempt in (other.change(one, notes="x"), other.act("cancel", one)):
        with pytest.raises(NotFound):
            await attempt


async def test_an_answer_of_the_agent_does_not_outlive_the_booking_it_spoke_of(house: StaffDesk) -> None:
    first = await house.desk.book(wish())
    ((one),) = await house.desk.everything()
    await house.change(one, time="22:30")
    again = await house.desk.book(wish())
    assert (again.code, again.reservation != first.reservation) == ("already_booked", True)


def _same_place(one: Reservation, other: Reservation) -> bool:
    return (one.table_ids, one.starts_at, one.ends_at) == (other.table_ids, other.starts_at, other.ends_at)


async def test_moving_there_and_back_ends_where_it_began(house: StaffDesk) -> None:
    one = await house.write_down(party_size=4)
    there = await house.change(one, date="2026-11-29", time="13:00")
    assert not _same_place(one, there)
    assert _same_place(one, await house.change(there, date="2026-11-28", time="21:00"))


async def test_a_need_that_is_noted_later_reaches_the_kitchen(house: StaffDesk) -> None:
    one = await house.write_down(needs=["trona"])
    told = await house.change(one, notes="celíaca")
    assert (set(told.needs), told.high_chairs) == ({"high_chair", "coeliac"}, 1)
