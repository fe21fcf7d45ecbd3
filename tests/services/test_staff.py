import asyncio
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus, Source
from appliance.domain.restaurant import Outage, Shift
from appliance.domain.transitions import Deed
from appliance.errors import Conflict, MaitreError
from appliance.store import restaurants
from appliance.store.engine import Database
from support.desk import OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock
from support.sound_book import assert_sound
from support.staff_desk import StaffDesk

S = ReservationStatus
DINNER = "2026-11-28T21:00"
SATURDAY = date(2026, 11, 28)


@pytest.fixture
def house(desk: Desk) -> StaffDesk:
    return StaffDesk(desk)


async def the_one(house: StaffDesk) -> Reservation:
    (one,) = await house.desk.everything(house.restaurant)
    return one


async def refused(attempt: object) -> Conflict:
    with pytest.raises(Conflict) as caught:
        await attempt  # type: ignore[misc]
    return caught.value


# --- the way of an evening ---


async def test_a_party_comes_and_goes(house: StaffDesk) -> None:
    one = await house.write_down(status="pending")
    assert (await house.act("confirm", one)).status is S.CONFIRMED
    house.go_to(DINNER)
    seated = await house.act("seat", one)
    assert (seated.status, seated.seated_at) == (S.SEATED, house.at(DINNER))
    house.go_to("2026-11-28T22:20")
    assert (await house.act("complete", one)).status is S.COMPLETED
    assert await assert_sound(house.desk.database, house.restaurant) == []
    assert (await the_one(house)).seated_at == house.at(DINNER)


@pytest.mark.parametrize("deed", ["cancel", "no-show"])
async def test_a_table_that_was_given_up_is_free_again(desk: Desk, deed: str) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    one = await house.write_down()
    house.go_to(DINNER)
    await house.act(deed, one)
    assert (await desk.check(wish(time="22:00"), restaurant="rest_one")).code == "available"


async def test_who_leaves_early_leaves_the_table_to_the_next(desk: Desk) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    one = await house.write_down()
    house.go_to(DINNER)
    await house.act("seat", one)
    house.go_to("2026-11-28T21:40")
    assert (await desk.check(wish(time="22:15"), restaurant="rest_one")).code == "full"
    await house.act("complete", one)
    assert (await desk.check(wish(time="22:15"), restaurant="rest_one")).code == "available"


@pytest.mark.parametrize("deed", ["confirm", "cancel", "no-show"])
async def test_the_same_deed_again_changes_nothing(house: StaffDesk, deed: str) -> None:
    one = await house.write_down(status="pending")
    house.go_to(DINNER)
    done = await house.act(deed, one)
    house.desk.clock.advance(1000)
    assert await house.act(deed, one) == done
    assert await the_one(house) == done


async def test_a_wrong_deed_is_told_the_right_ones(house: StaffDesk) -> None:
    one = await house.write_down()
    no = await refused(house.act("complete", one))
    assert str(no) == "The reservation is confirmed: complete is not possible, but seat, cancel, no-show."
    assert await the_one(house) == one


async def test_the_restaurant_s_own_system_hears_of_each_deed(desk: Desk) -> None:
    await desk.open(gaviota("rest_told", phone="+34910000006", notify_url="http://127.0.0.1:1/hook"))
    house = StaffDesk(desk, "rest_told")
    one = await house.write_down()
    house.go_to(DINNER)
    for deed in ("seat", "seat", "complete", "reopen", "confirm", "no-show", "reopen", "cancel"):
        await house.act(deed, one)
    topics = [topic.removeprefix("reservation.") for topic in await desk.topics()]
    assert topics == "created seated completed seated updated no_show updated cancelled".split()


async def test_a_cancellation_by_the_staff_is_news_to_the_agent(house: StaffDesk) -> None:
    await house.desk.book(wish())
    await house.act("cancel", await the_one(house))
    assert (await house.desk.find()).code == "not_found"
    assert (await house.desk.book(wish())).code == "booked"
    assert [one.status for one in await house.desk.everything()] == [S.CANCELLED, S.CONFIRMED]


@pytest.mark.parametrize("deed", ["cancel", "no-show"])
async def test_a_table_given_up_is_offered_to_who_waits_for_it(desk: Desk, deed: str) -> None:
    await desk.open(one_table(phone="+34910000006"))
    house = StaffDesk(desk, "rest_one")
    one = await house.write_down()
    house.go_to(DINNER)
    assert (await desk.use("join_waitlist", wish(time="22:00"), restaurant="rest_one")).code == "waitlisted"
    await house.act(deed, one)
    (offer,) = await assert_sound(desk.database, "rest_one")
    assert (offer.status, offer.source, offer.name) == (S.PENDING, Source.WAITLIST, "Lucía Fernández")
    assert (await house.act("confirm", offer)).pending_until is None
    assert "not free" in str(await refused(house.act("reopen", one)))


# --- early, late ---


async def test_who_comes_early_has_the_table_from_then_on(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"])
    house.go_to("2026-11-28T20:25")
    seated = await house.act("seat", one)
    assert (seated.starts_at, seated.ends_at, seated.time) == (house.at("2026-11-28T20:25"), one.ends_at, "21:00")
    await assert_sound(house.desk.database, house.restaurant)
    back = await house.act("confirm", one)
    assert (back.starts_at, back.ends_at, back.seated_at) == (one.starts_at, one.ends_at, None)
    await assert_sound(house.desk.database, house.restaurant)


async def test_who_comes_early_to_a_table_still_booked_waits(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"])
    await house.write_down(tables=["S1"], time="19:00", force=True)
    house.go_to("2026-11-28T20:25")
    no = await refused(house.act("seat", one))
    assert "not free" in str(no)
    assert one in await house.desk.everything()


async def test_who_comes_early_for_the_small_hours_hears_who_has_the_table_until_when(desk: Desk) -> None:
    late = tuple(Shift(weekday=day, name="Noche", opens=1320, last_seating=1530, closes=1620) for day in range(7))
    await desk.open(gaviota("rest_late", shifts=late, phone="+34910000006"))
    house = StaffDesk(desk, "rest_late")
    await house.write_down(tables=["S1"], time="22:00", name="Berta")
    one = await house.write_down(tables=["S1"], time="24:30")
    house.go_to("2026-11-28T23:40")
    no = await refused(house.act("seat", one))
    assert str(no) == "Its table is not free: Berta has S1 until 00:00."
    assert ("2026-11-29", "00:30") in (no.alternatives or ())
    house.go_to("2026-11-29T00:10")
    assert (await house.act("seat", one)).starts_at == house.at("2026-11-29T00:10")


async def test_nobody_is_seated_days_before(house: StaffDesk) -> None:
    one = await house.write_down()
    assert str(await refused(house.act("seat", one))) == (
        "The party is expected on 2026-11-28 at 21:00: it is too early to seat it."
    )
    assert await the_one(house) == one


async def test_nobody_fails_to_come_before_their_time(house: StaffDesk) -> None:
    one = await house.write_down()
    house.go_to("2026-11-28T20:59")
    assert "if it has called off, cancel it" in str(await refused(house.act("no-show", one)))
    house.go_to(DINNER)
    assert (await house.act("no-show", one)).status is S.NO_SHOW


async def test_who_comes_early_waits_while_the_table_is_another_s(house: StaffDesk) -> None:
    await house.write_down(tables=["S1"], time="20:00", name="Between", force=True)
    one = await house.write_down(tables=["S1"], time="22:00")
    house.go_to("2026-11-28T19:00")
    assert (await refused(house.act("seat", one))).alternatives is not None
    await assert_sound(house.desk.database, house.restaurant)


async def test_who_comes_late_stays_as_long_where_nobody_follows(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"])
    two = await house.write_down(tables=["S2"])
    await house.write_down(tables=["S2"], time="23:00", force=True)
    house.go_to("2026-11-28T21:30")
    assert (await house.act("seat", one)).ends_at == house.at("2026-11-28T23:30")
    assert (await house.act("seat", two)).ends_at == two.ends_at
    assert (await house.act("confirm", one)).ends_at == one.ends_at
    await assert_sound(house.desk.database, house.restaurant)


async def test_nobody_is_seated_where_somebody_still_sits(house: StaffDesk) -> None:
    first = await house.write_down(tables=["S1"], time="20:00")
    second = await house.write_down(tables=["S1"], time="22:00", name="Second")
    house.go_to("2026-11-28T20:00")
    await house.act("seat", first)
    house.go_to("2026-11-28T22:00")
    assert "Ana Ruiz still sits at S1" in str(await refused(house.act("seat", second)))
    await house.act("complete", first)
    assert (await house.act("seat", second)).status is S.SEATED


# --- taken back ---


async def test_what_was_called_off_comes_back_while_its_table_is_free(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"])
    house.go_to(DINNER)
    for deed in ("cancel", "no-show"):
        await house.act(deed, one)
        assert (await house.act("reopen", one)).status is S.CONFIRMED
    assert len(await assert_sound(house.desk.database, house.restaurant)) == 1


async def test_what_was_called_off_stays_so_once_its_table_is_another_s(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"])
    await house.act("cancel", one)
    await house.write_down(tables=["S1"], time="22:00")
    no = await refused(house.act("reopen", one))
    assert no.alternatives
    assert len(await assert_sound(house.desk.database, house.restaurant)) == 1


@pytest.mark.parametrize("change", [{"active": False}, {"outage": Outage(first=SATURDAY, last=SATURDAY)}])
async def test_what_was_called_off_does_not_come_back_to_a_table_out_of_service(
    desk: Desk, change: dict[str, Any]
) -> None:
    card = gaviota("rest_out", phone="+34910000006")
    await desk.open(card)
    house = StaffDesk(desk, "rest_out")
    one = await house.write_down(tables=["S1"])
    await house.act("cancel", one)
    tables = tuple(replace(table, **change) if table.name == "S1" else table for table in card.tables)
    async with desk.database.write() as tx:
        await restaurants.save(tx, replace(card, tables=tables), now_ms=desk.clock.now_ms())
    await desk.directory.refresh()
    no = await refused(house.act("reopen", one))
    assert "out of service" in str(no)
    assert no.alternatives


async def test_a_party_completed_too_soon_sits_again(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"])
    house.go_to(DINNER)
    seated = await house.act("seat", one)
    house.go_to("2026-11-28T21:30")
    await house.act("complete", one)
    again = await house.act("reopen", one)
    assert (again.status, again.seated_at, again.ends_at) == (S.SEATED, seated.seated_at, seated.ends_at)
    await house.act("complete", one)
    await house.walk_in(tables=["S1"])
    assert "still sits" in str(await refused(house.act("reopen", one)))


async def test_a_guest_taken_for_a_no_show_is_seated_after_all(house: StaffDesk) -> None:
    one = await house.write_down(tables=["S1"])
    house.go_to("2026-11-28T21:30")
    await house.act("no-show", one)
    assert (await house.act("seat", one)).status is S.SEATED
    await assert_sound(house.desk.database, house.restaurant)


# --- by itself ---


async def test_a_party_is_done_when_its_time_and_the_grace_have_passed(house: StaffDesk) -> None:
    one = await house.write_down()
    never_came = await house.write_down(tables=["S1"], name="Never came")
    house.go_to(DINNER)
    await house.act("seat", one)
    house.go_to("2026-11-28T23:29")
    assert await house.staff.complete_overdue() == 0
    house.go_to("2026-11-28T23:30")
    assert await house.staff.complete_overdue() == 1
    assert await house.staff.complete_overdue() == 0
    states = {found.id: found.status for found in await house.desk.everything()}
    assert states == {one.id: S.COMPLETED, never_came.id: S.CONFIRMED}


async def test_bug_15_a_dinner_is_done_after_midnight_too(house: StaffDesk) -> None:
    one = await house.write_down(time="22:45")
    house.go_to("2026-11-28T22:45")
    await house.act("seat", one)
    house.go_to("2026-11-29T01:15")
    assert await house.staff.complete_overdue() == 1
    assert (await the_one(house)).status is S.COMPLETED


async def test_only_so_many_are_completed_in_one_go(house: StaffDesk) -> None:
    booked = [await house.write_down(tables=[table]) for table in ("T1", "S1", "S2")]
    house.go_to(DINNER)
    for one in booked:
        await house.act("seat", one)
    house.go_to("2026-11-29T03:00")
    assert [await house.staff.complete_overdue(limit=2) for _ in range(3)] == [2, 1, 0]


async def test_bug_11_it_is_the_party_that_sat_there_which_is_completed(house: StaffDesk) -> None:
    first = await house.write_down(date="2026-11-27", tables=["S1"])
    second = await house.write_down(tables=["S1"])
    house.go_to(DINNER)
    await house.act("seat", second)
    house.go_to("2026-11-28T23:45")
    await house.staff.complete_overdue()
    states = {found.id: found.status for found in await house.desk.everything()}
    assert states == {first.id: S.CONFIRMED, second.id: S.COMPLETED}


# --- races ---


async def test_of_staff_and_telephone_one_gets_the_last_table(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(one_table())
    house = StaffDesk(desk, "rest_one")
    callers = [desk.book(wish(name=f"Ana {n}"), restaurant="rest_one", call=f"call_{n}") for n in range(5)]
    staff = [house.write_down(name=f"Staff {n}") for n in range(5)]
    results = await asyncio.gather(
        *(pair for both in zip(callers, staff, strict=True) for pair in both), return_exceptions=True
    )
    assert all(not isinstance(one, BaseException) or isinstance(one, MaitreError) for one in results)
    assert len(await assert_sound(database, "rest_one")) == 1


async def test_two_of_the_staff_who_move_into_one_table_are_told_apart(
    database: Database, database_url: str, clock: FakeClock
) -> None:
    first = Desk(database, clock)
    await first.open(gaviota())
    other = Database(database_url)
    second = Desk(other, clock)
    await second.directory.refresh()
    one, two = StaffDesk(first), StaffDesk(second)
    ana = await one.write_down(date="2026-11-27", tables=["S1"])
    bea = await one.write_down(date="2026-11-27", tables=["S2"], name="Bea")
    moves = (one.change(ana, date="2026-11-28", tables=["T1"]), two.change(bea, date="2026-11-28", tables=["T1"]))
    outcomes = await asyncio.gather(*moves, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Reservation"]
    held = await assert_sound(database, "rest_gaviota")
    assert sorted(found.date for found in held) == ["2026-11-27", "2026-11-28"]
    await other.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "move", "call", "walk-in", *Deed]),
        st.integers(0, 5),
        st.integers(1, 8),
        st.sampled_from(["12:00", "13:30", "20:00", "21:00", "21:10", "22:30"]),
        st.integers(0, 90),
    ),
    min_size=5,
    max_size=25,
)


@pytest.mark.parametrize("backend", ["sqlite"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_the_staff_do_no_table_holds_two_parties(database: Database, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    clock = FakeClock()
    desk = Desk(database, clock)
    await desk.directory.refresh()
    id_ = f"rest_{len(desk.restaurants.all())}"
    await desk.open(gaviota(id_, phone="+34910000006"))
    house = StaffDesk(desk, id_)
    for what, which, party, time, minutes in steps:
        clock.advance(minutes * 60_000)
        try:
            await _step(house, what, which=which, party=party, time=time)
        except Conflict:
            continue
        finally:
            await assert_sound(database, id_)


async def _step(house: StaffDesk, what: str, *, which: int, party: int, time: str) -> None:
    known = await house.desk.everything(house.restaurant)
    fields = {"date": "2026-11-25", "time": time, "party_size": party, "force": True}
    if what == "write":
        await house.write_down(**fields)
    elif what == "call":
        said = wish(date="2026-11-25", time=time, party_size=party)
        await house.desk.book(said, restaurant=house.restaurant, call=f"call_{len(known)}", caller=OTHER)
    elif what == "walk-in":
        await house.walk_in(party)
    elif known and what == "move":
        await house.change(known[which % len(known)], **fields)
    elif known:
        one = await house.act(what, known[which % len(known)])
        assert (one.status in HOLDING) == (what in (Deed.CONFIRM, Deed.SEAT, Deed.REOPEN))
