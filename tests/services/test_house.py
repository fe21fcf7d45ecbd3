import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from appliance.contract import (
    ClosingFile,
    FloorFile,
    RestaurantChange,
    RulesEdit,
    ServiceFile,
    ShiftFile,
    TableEdit,
    TermsEdit,
)
from appliance.domain.restaurant import Closure, RestaurantCard, RestaurantStatus
from appliance.errors import Conflict, Invalid, NotFound, PreconditionFailed
from appliance.services.daybooks import DayBooks
from appliance.services.directory import Directory
from appliance.services.edits import written
from appliance.services.house import House
from appliance.store import restaurants
from appliance.store.engine import Database
from appliance.store.schema import metadata
from support.books import add_restaurant, small_restaurant
from support.desk import OTHER, Desk, gaviota, wish
from support.sound_book import assert_sound

GAVIOTA = "rest_gaviota"
SATURDAY = date(2026, 11, 28)
LUNCH = ServiceFile(name="Comida", opens="13:00", last_seating="15:30", closes="17:30")


@pytest.fixture
def house(desk: Desk) -> House:
    return house_of(desk)


def house_of(desk: Desk) -> House:
    return House(desk.database, desk.clock, desk.directory, desk.books)


def now(desk: Desk) -> RestaurantCard:
    card = desk.directory.card(GAVIOTA)
    assert card
    return card


def affected(change: RestaurantChange) -> list[tuple[str, str, str]]:
    return [(one.date, one.time, one.why) for one in change.affected]


def floor(card: RestaurantCard) -> FloorFile:
    file = written(card)
    return FloorFile(areas=file.areas, joined=file.joined)


def with_table(card: RestaurantCard, table_name: str, /, **changes: Any) -> FloorFile:
    """The floor with one table changed; without it when nothing is said of it."""
    plan = floor(card)
    areas = [
        replace(
            area,
            tables=[
                replace(table, **changes) if table.name == table_name else table
                for table in area.tables
                if changes or table.name != table_name
            ],
        )
        for area in plan.areas
    ]
    joined = [one for one in plan.joined if changes or table_name not in one.tables]
    return FloorFile(areas=areas, joined=joined)


# --- closed days ---


async def test_a_closed_day_is_not_offered_any_more(desk: Desk, house: House) -> None:
    assert (await desk.check(wish())).available
    await house.close(GAVIOTA, ClosingFile(date=SATURDAY, reason="Boda"))
    assert (await desk.check(wish())).code == "closed_day"
    assert now(desk).closures[0] == Closure(date=SATURDAY, reason="Boda")


async def test_bookings_on_a_day_that_is_closed_stay_and_are_named(desk: Desk, house: House) -> None:
    booked = (await desk.book(wish())).reservation
    await desk.book(wish(date="2026-11-27"), call="call_2", caller=OTHER)
    change = await house.close(GAVIOTA, ClosingFile(date=SATURDAY))
    (row,) = change.affected
    assert booked
    assert (row.id, row.name, row.phone, row.why) == (booked.id, "Lucía Fernández", "+34600111222", "closed")
    assert [one.id for one in await assert_sound(desk.database, GAVIOTA) if one.date == "2026-11-28"] == [booked.id]


async def test_closing_one_shift_names_its_bookings_only(desk: Desk, house: House) -> None:
    await desk.book(wish(time="14:00"))
    await desk.book(wish(), call="call_2", caller=OTHER)
    change = await house.close(GAVIOTA, ClosingFile(date=SATURDAY, shift="Cena"))
    assert affected(change) == [("2026-11-28", "21:00", "closed")]


async def test_a_booking_that_was_cancelled_or_is_over_is_not_named(desk: Desk, house: House) -> None:
    await desk.book(wish())
    await desk.cancel({})
    await desk.book(wish(date="2026-11-26"), call="call_2", caller=OTHER)
    desk.clock.advance(3 * 86_400_000)
    change = await house.close(GAVIOTA, ClosingFile(first=date(2026, 11, 26), last=SATURDAY))
    assert change.affected == []


async def test_who_missed_the_answer_hears_it_by_closing_again(desk: Desk, house: House) -> None:
    await desk.book(wish())
    first = await house.close(GAVIOTA, ClosingFile(date=SATURDAY, reason="Boda"))
    again = await house.close(GAVIOTA, ClosingFile(date=SATURDAY, reason="Boda"))
    assert (again.restaurant, again.affected) == (first.restaurant, first.affected)
    assert len(now(desk).closures) == 2


async def test_a_range_is_closed_from_its_first_day_to_its_last(desk: Desk, house: House) -> None:
    await house.close(GAVIOTA, ClosingFile(first=date(2027, 1, 7), last=date(2027, 1, 31), reason="Vacaciones"))
    closed = [one.date for one in now(desk).closures if one.reason == "Vacaciones"]
    assert (closed[0], closed[-1], len(closed)) == (date(2027, 1, 7), date(2027, 1, 31), 25)


@pytest.mark.parametrize(
    ("closing", "complaint"),
    [
        (ClosingFile(), "date:"),
        (ClosingFile(first=SATURDAY), "date:"),
        (ClosingFile(date=SATURDAY, last=SATURDAY), "date:"),
        (ClosingFile(first=date(2027, 1, 2), last=date(2027, 1, 1)), "to:"),
        (ClosingFile(first=date(2027, 1, 1), last=date(2028, 1, 3)), "to:"),
        (ClosingFile(date=SATURDAY, shift="Brunch"), "'Brunch'; there are Cena, Comida"),
    ],
)
async def test_a_closing_that_makes_no_sense_is_refused_by_name(
    desk: Desk, house: House, closing: ClosingFile, complaint: str
) -> None:
    with pytest.raises(Invalid, match=complaint):
        await house.close(GAVIOTA, closing)
    assert now(desk).closures == gaviota().closures


async def test_a_day_that_is_opened_again_is_offered_again(desk: Desk, house: House) -> None:
    await house.close(GAVIOTA, ClosingFile(date=SATURDAY))
    await house.reopen(GAVIOTA, SATURDAY, "")
    assert (await desk.check(wish())).available
    with pytest.raises(NotFound):
        await house.reopen(GAVIOTA, SATURDAY, "")


async def test_opening_the_day_leaves_a_closed_shift_closed(desk: Desk, house: House) -> None:
    for shift in ("", "Cena"):
        await house.close(GAVIOTA, ClosingFile(date=SATURDAY, shift=shift))
    await house.reopen(GAVIOTA, SATURDAY, "")
    assert (await desk.check(wish())).code == "outside_hours"
    assert (await desk.check(wish(time="14:00"))).available


# --- hours ---


def week(*services: ServiceFile, days: str = "mon tue wed thu fri sat sun") -> list[ShiftFile]:
    return [msgspec.convert(msgspec.to_builtins(one) | {"days": days.split()}, ShiftFile) for one in services]


async def test_new_hours_hold_at_once_and_name_the_bookings_outside_them(desk: Desk, house: House) -> None:
    await desk.book(wish())
    await desk.book(wish(time="14:00"), call="call_2", caller=OTHER)
    change = await house.hours(GAVIOTA, week(LUNCH))
    assert affected(change) == [("2026-11-28", "21:00", "outside_hours")]
    assert not (await desk.check(wish(date="2026-11-27"))).available
    assert (await desk.check(wish(date="2026-12-01", time="14:00"))).available  # a Tuesday


async def test_hours_that_make_no_sense_are_refused_by_name(desk: Desk, house: House) -> None:
    with pytest.raises(Invalid, match="shift Comida: opens, last_seating, closes must be in order"):
        await house.hours(GAVIOTA, week(replace(LUNCH, closes="12:00")))
    assert now(desk).shifts == gaviota().shifts


async def test_a_closure_of_a_shift_that_is_no_more_hinders_only_while_it_is_to_come(desk: Desk, house: House) -> None:
    await house.close(GAVIOTA, ClosingFile(date=SATURDAY, shift="Cena"))
    with pytest.raises(Invalid, match="closure 2026-11-28: shift: there is no 'Cena'"):
        await house.hours(GAVIOTA, week(LUNCH))
    desk.clock.advance(4 * 86_400_000)
    await house.hours(GAVIOTA, week(LUNCH))
    assert [one.reason for one in now(desk).closures] == ["Navidad"]


async def test_a_date_has_hours_of_its_own_until_they_are_taken_back(desk: Desk, house: House) -> None:
    tuesday = date(2026, 12, 1)
    await house.special_day(GAVIOTA, tuesday, [LUNCH])
    assert (await desk.check(wish(date=tuesday.isoformat(), time="14:00"))).available
    assert not (await desk.check(wish(date="2026-12-08", time="14:00"))).available
    await house.usual_day(GAVIOTA, tuesday)
    assert not (await desk.check(wish(date=tuesday.isoformat(), time="14:00"))).available
    with pytest.raises(NotFound):
        await house.usual_day(GAVIOTA, tuesday)


async def test_bookings_outside_the_hours_of_a_special_day_are_named(desk: Desk, house: House) -> None:
    await desk.book(wish())
    assert affected(await house.special_day(GAVIOTA, SATURDAY, [LUNCH])) == [("2026-11-28", "21:00", "outside_hours")]
    assert affected(await house.usual_day(GAVIOTA, SATURDAY)) == []


# --- holidays ---


async def test_the_region_s_holidays_are_told_with_what_the_house_does_then(desk: Desk, house: House) -> None:
    await house.rules(GAVIOTA, RulesEdit(region="ES-VC"))
    await house.special_day(GAVIOTA, date(2026, 1, 1), [LUNCH])
    kept = {one.date: (one.name_es, one.status) for one in await house.holidays(GAVIOTA, 2026)}
    assert kept["2026-10-09"] == ("Día de la Comunidad Valenciana", "open")
    assert kept["2026-01-01"] == ("Año Nuevo", "special")
    assert kept["2026-12-25"] == ("Natividad del Señor", "closed")
    assert kept["2026-12-08"] == ("Inmaculada Concepción", "closed")  # a Tuesday
    assert await house.holidays(GAVIOTA, None) == await house.holidays(GAVIOTA, 2026)


async def test_chosen_holidays_are_closed_under_their_names(desk: Desk, house: House) -> None:
    await house.rules(GAVIOTA, RulesEdit(region="ES"))
    await desk.book(wish(date="2027-01-06", time="14:00"))
    change = await house.close_holidays(GAVIOTA, [date(2027, 1, 6), date(2026, 12, 25)])
    assert affected(change) == [("2027-01-06", "14:00", "closed")]
    assert [(one.date.isoformat(), one.reason) for one in now(desk).closures] == [
        ("2026-12-25", "Natividad del Señor"),
        ("2027-01-06", "Epifanía del Señor"),
    ]


async def test_a_date_that_is_no_holiday_is_not_closed_as_one(desk: Desk, house: House) -> None:
    await house.rules(GAVIOTA, RulesEdit(region="ES"))
    with pytest.raises(Invalid, match="2026-12-24"):
        await house.close_holidays(GAVIOTA, [date(2026, 12, 24), date(2026, 12, 25)])
    assert now(desk).closures == gaviota().closures


async def test_without_a_region_there_are_no_holidays_to_offer(house: House) -> None:
    for ask in (house.holidays(GAVIOTA, 2026), house.close_holidays(GAVIOTA, [SATURDAY])):
        with pytest.raises(Conflict, match="ES-VC"):
            await ask


@pytest.mark.parametrize(
    ("region", "complaint"), [("ES-XX", "ES-AN, ES-AR"), ("XX", "ES-VC"), ("MC-CO", "there is only MC")]
)
async def test_an_unknown_region_is_refused_with_how_to_write_it(house: House, region: str, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint):
        await house.rules(GAVIOTA, RulesEdit(region=region))


# --- the floor ---


async def test_a_table_out_of_service_is_not_given_away_and_its_bookings_are_named(desk: Desk, house: House) -> None:
    await desk.book(wish())
    change = await house.table(GAVIOTA, "rest_gaviota_t1", TableEdit(out_from=SATURDAY, out_until=date(2026, 11, 29)))
    assert affected(change) == [("2026-11-28", "21:00", "table_out")]
    assert (await desk.check(wish(date="2026-11-29", area="terraza", time="14:00"))).code == "available_elsewhere"
    assert (await desk.check(wish(date="2026-11-30", area="terraza"))).code == "available"
    back = await house.table(GAVIOTA, "rest_gaviota_t1", TableEdit(out_from=None, out_until=None))
    assert back.affected == []
    assert now(desk).tables == gaviota().tables


async def test_an_outage_needs_both_of_its_dates_in_order(desk: Desk, house: House) -> None:
    for edit in (TableEdit(out_from=SATURDAY), TableEdit(out_from=SATURDAY, out_until=date(2026, 11, 27))):
        with pytest.raises(Invalid, match="table T1: out_from and out_until"):
            await house.table(GAVIOTA, "rest_gaviota_t1", edit)
    with pytest.raises(NotFound):
        await house.table(GAVIOTA, "rest_gaviota_t9", TableEdit(active=False))


async def test_a_new_floor_keeps_the_tables_that_keep_their_names_and_their_bookings(desk: Desk, house: House) -> None:
    booked = (await desk.book(wish(party_size=7))).reservation
    plan = floor(now(desk))
    terrace, room = plan.areas
    patio = replace(room, name="Patio", tables=[replace(table, seats=5) for table in reversed(room.tables)])
    change = await house.floor(GAVIOTA, replace(plan, areas=[patio, terrace]))
    old, new = gaviota().tables_by_id, now(desk).tables_by_id
    assert {id_: table.name for id_, table in new.items()} == {id_: table.name for id_, table in old.items()}
    assert now(desk).combinations == gaviota().combinations
    assert ([area.name for area in change.restaurant.areas], change.affected) == (["Patio", "Terraza"], [])
    assert booked
    assert [one.id for one in await assert_sound(desk.database, GAVIOTA)] == [booked.id]
    assert (await desk.check(wish(party_size=5, area="patio"), caller=OTHER)).code == "full"


async def test_a_renamed_area_is_still_where_its_tables_and_bookings_are(desk: Desk, house: House) -> None:
    booked = (await desk.book(wish(area="terraza"))).reservation
    plan = floor(now(desk))
    names = {"Terraza": "Azotea", "Salón": "Comedor"}
    renamed = [replace(area, name=names[area.name]) for area in plan.areas]
    await house.floor(GAVIOTA, replace(plan, areas=renamed))
    assert [(area.id, area.name) for area in now(desk).areas] == [
        ("rest_gaviota_terraza", "Azotea"),
        ("rest_gaviota_salon", "Comedor"),
    ]
    assert booked
    assert ((await desk.find()).reservation or booked).area == "Azotea"
    assert len(await assert_sound(desk.database, GAVIOTA)) == 1


async def test_a_table_is_renamed_with_its_bookings_and_what_it_is_joined_to(desk: Desk, house: House) -> None:
    await desk.book(wish(party_size=8))
    await house.table(GAVIOTA, "rest_gaviota_s1", TableEdit(name="Ventana", accessible=True))
    table = now(desk).tables_by_id["rest_gaviota_s1"]
    assert (table.name, table.accessible) == ("Ventana", True)
    assert now(desk).combinations == gaviota().combinations
    with pytest.raises(Invalid, match="'S2' is there 2 times"):
        await house.table(GAVIOTA, "rest_gaviota_s1", TableEdit(name="S2"))
    (one,) = await assert_sound(desk.database, GAVIOTA)
    assert one.table_ids == ("rest_gaviota_s1", "rest_gaviota_s2")


async def test_a_table_that_bookings_name_cannot_be_removed_with_the_floor(desk: Desk, house: House) -> None:
    await desk.book(wish())
    with pytest.raises(Conflict, match="T1"):
        await house.floor(GAVIOTA, with_table(now(desk), "T1"))
    await house.floor(GAVIOTA, with_table(now(desk), "S1"))
    assert [table.name for table in now(desk).tables] == ["T1", "S2"]


async def test_a_floor_that_makes_no_sense_is_refused_by_name(desk: Desk, house: House) -> None:
    with pytest.raises(Invalid, match="tables: 'S2' is there 2 times"):
        await house.floor(GAVIOTA, with_table(now(desk), "S1", name="S2"))
    with pytest.raises(Invalid, match="joined: tables: there is no 'S1'"):
        await house.floor(GAVIOTA, replace(floor(now(desk)), areas=with_table(now(desk), "S1").areas))


# --- rules ---


async def test_rules_left_out_stay_as_they_are(desk: Desk, house: House) -> None:
    await house.rules(GAVIOTA, RulesEdit(max_party=3, high_chairs=2))
    await house.rules(GAVIOTA, RulesEdit(high_chairs=None, name="La Gaviota Nueva"))
    assert now(desk) == replace(gaviota(), max_party=3, name="La Gaviota Nueva")
    assert (await desk.check(wish(party_size=4))).code == "party_too_large"


async def test_a_paused_restaurant_takes_no_bookings_until_it_is_resumed(desk: Desk, house: House) -> None:
    await house.rules(GAVIOTA, RulesEdit(status="paused"))
    assert (await desk.book(wish())).code == "restaurant_paused"
    await house.rules(GAVIOTA, RulesEdit(max_party=6))
    assert now(desk).status is RestaurantStatus.PAUSED
    await house.rules(GAVIOTA, RulesEdit(status="active"))
    assert (await desk.book(wish())).ok


async def test_the_time_zone_cannot_change_under_bookings_to_come(desk: Desk, house: House) -> None:
    await house.rules(GAVIOTA, RulesEdit(timezone="Atlantic/Canary"))
    await desk.book(wish())
    with pytest.raises(Conflict, match="timezone"):
        await house.rules(GAVIOTA, RulesEdit(timezone="Europe/Madrid"))
    with pytest.raises(Invalid, match="timezone: 'Mars' is no time zone"):
        await house.rules(GAVIOTA, RulesEdit(timezone="Mars"))


# --- several who edit ---


@pytest.fixture
async def elsewhere(desk: Desk) -> AsyncIterator[House]:
    """Another process on the same data, which has not heard of anything yet."""
    database = Database(desk.database.url)
    other = Desk(database, desk.clock)
    await other.directory.refresh()
    yield house_of(other)
    await database.close()


async def test_edits_of_different_things_at_once_do_not_undo_each_other(
    desk: Desk, house: House, elsewhere: House
) -> None:
    days = [date(2026, 12, day) for day in range(1, 9)]
    await asyncio.gather(
        *(who.close(GAVIOTA, ClosingFile(date=day)) for day, who in zip(days, [house, elsewhere] * 4, strict=True)),
        house.rules(GAVIOTA, RulesEdit(max_party=5)),
        elsewhere.rules(GAVIOTA, RulesEdit(buffer_minutes=15)),
        house.table(GAVIOTA, "rest_gaviota_s1", TableEdit(accessible=True)),
        elsewhere.table(GAVIOTA, "rest_gaviota_s2", TableEdit(active=False)),
    )
    await desk.directory.refresh()
    card = now(desk)
    assert {one.date for one in card.closures} == {*days, date(2026, 12, 25)}
    assert (card.max_party, card.buffer_minutes) == (5, 15)
    assert (card.tables_by_id["rest_gaviota_s1"].accessible, card.tables_by_id["rest_gaviota_s2"].active) == (
        True,
        False,
    )


async def test_bookings_and_edits_at_once_leave_a_sound_book(desk: Desk, house: House) -> None:
    bookings = [desk.book(wish(time=f"{20 + n}:00", name=f"Ana {n}"), call=f"call_{n}") for n in range(3)]
    edits = [house.floor(GAVIOTA, floor(gaviota())), house.hours(GAVIOTA, written(gaviota()).shifts)]
    *answers, _, _ = await asyncio.gather(*bookings, *edits)
    assert all(answer.ok for answer in answers if not isinstance(answer, RestaurantChange))
    assert len(await assert_sound(desk.database, GAVIOTA)) == 3


async def test_a_booking_that_waited_while_the_day_was_closed_is_named_or_refused(desk: Desk, house: House) -> None:
    async with desk.books.writing(GAVIOTA):
        closing = asyncio.create_task(house.close(GAVIOTA, ClosingFile(date=SATURDAY)))
        await waiting(desk, 1)
        booking = asyncio.create_task(desk.book(wish()))
        await waiting(desk, 2)
    change, answer = await closing, await booking
    assert [one.id for one in change.affected] == ([answer.reservation.id] if answer.reservation else [])


async def waiting(desk: Desk, count: int) -> None:
    """Until so many wait for their turn to write."""
    gate = desk.books._turns[GAVIOTA]
    async with asyncio.timeout(5):
        while sum(map(len, gate._waiting)) < count:  # noqa: ASYNC110 — the gate has no event for being waited at
            await asyncio.sleep(0)


async def test_an_unknown_restaurant_cannot_be_changed(house: House) -> None:
    with pytest.raises(NotFound):
        await house.rules("rest_nowhere", RulesEdit(max_party=3))
    assert not house._books._editions["rest_nowhere"]


# --- on condition ---


async def test_of_two_servers_whose_editors_read_the_same_one_wins(desk: Desk, house: House) -> None:
    """On Postgres they meet at the restaurant's row, on SQLite at the file."""
    seen = (await house.rules(GAVIOTA, RulesEdit(max_party=5))).etag
    other = Directory(desk.database)
    await other.refresh()
    elsewhere = House(desk.database, desk.clock, other, DayBooks(desk.database, desk.clock))
    edits = [
        one.rules(GAVIOTA, RulesEdit(max_party=party), only_if=[seen])
        for party, one in enumerate([house, elsewhere] * 4, start=10)
    ]
    ends = await asyncio.gather(*edits, return_exceptions=True)
    (won,) = (end for end in ends if isinstance(end, RestaurantChange))
    assert [type(end) for end in ends if end is not won] == [PreconditionFailed] * 7
    await desk.directory.refresh()
    assert now(desk).max_party == won.restaurant.max_party


async def test_an_etag_holds_until_the_next_edit_and_after_its_own(house: House) -> None:
    first = await house.rules(GAVIOTA, RulesEdit(max_party=5))
    second = await house.terms(GAVIOTA, TermsEdit(plan="premium"), only_if=[first.etag])
    with pytest.raises(PreconditionFailed):
        await house.remove(GAVIOTA, although_booked=False, only_if=[first.etag])
    await house.remove(GAVIOTA, although_booked=False, only_if=[second.etag])


# --- the whole of it ---


async def test_a_restaurant_written_anew_is_as_the_file_says_but_for_its_ids_and_status(
    desk: Desk, house: House
) -> None:
    await house.rules(GAVIOTA, RulesEdit(status="paused"))
    await desk.directory.refresh()
    agents, numbers = desk.directory.lines_of("retell", GAVIOTA)
    file = replace(written(now(desk)), name="Otra", agents=[*agents, "agent_new"], numbers=["+34910000009"])
    await house.rewrite(GAVIOTA, file, provider="retell")
    assert now(desk) == replace(gaviota(), name="Otra", status=RestaurantStatus.PAUSED)
    agents, numbers = desk.directory.lines_of("retell", GAVIOTA)
    assert (sorted(agents), numbers) == (["agent_new", "agent_rest_gaviota"], ["+34910000009"])


async def test_a_line_of_another_restaurant_cannot_be_taken(desk: Desk, house: House) -> None:
    await add_restaurant(desk.database, small_restaurant())
    file = replace(written(now(desk)), agents=["agent_rest_a"])
    with pytest.raises(Conflict, match="another restaurant's"):
        await house.rewrite(GAVIOTA, file, provider="retell")
    assert desk.directory.agent_of("retell", GAVIOTA) == "agent_rest_gaviota"


async def test_a_restaurant_with_bookings_to_come_is_removed_only_by_who_insists(desk: Desk, house: House) -> None:
    await desk.book(wish())
    with pytest.raises(Conflict, match=r"bookings to come \(1\)"):
        await house.remove(GAVIOTA, although_booked=False)
    assert now(desk) == gaviota()
    await house.remove(GAVIOTA, although_booked=True)
    assert desk.directory.card(GAVIOTA) is None
    with pytest.raises(NotFound):
        await house.remove(GAVIOTA, although_booked=True)


async def test_nothing_of_a_removed_restaurant_is_left_and_all_of_the_others(
    desk: Desk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.services.house._DELETED_AT_ONCE", 2)
    await desk.open(gaviota("rest_other", phone="+34910000002"))
    for restaurant in (GAVIOTA, "rest_other"):
        for n in range(3):
            said = wish(time=f"{20 + n}:00", name=f"Ana {n}")
            assert (await desk.book(said, restaurant=restaurant, call=f"{restaurant}_{n}")).ok
    before = await rows_of(desk.database, "rest_other")
    await house.remove(GAVIOTA, although_booked=True)
    assert await rows_of(desk.database, GAVIOTA) == {}
    assert await rows_of(desk.database, "rest_other") == before
    assert {"reservations", "customers", "tables", "tool_answers", "table_claims"} <= before.keys()


async def rows_of(database: Database, restaurant_id: str) -> dict[str, int]:
    """How many rows of each table say that they are the restaurant's."""
    counts = {}
    async with database.read() as tx:
        for table in metadata.sorted_tables:
            if "restaurant_id" in table.c:
                found = await tx.execute(select(table).where(table.c.restaurant_id == restaurant_id))
                counts[table.name] = len(found.all())
        counts["restaurants"] = int(await restaurants.card(tx, restaurant_id) is not None)
    return {name: count for name, count in counts.items() if count}
