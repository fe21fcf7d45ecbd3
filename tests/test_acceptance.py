"""What a restaurateur would ask to be shown before handing over the telephone, on La Gaviota's own floor.

It is Wednesday, 25 November 2026, eleven in the morning in Madrid, unless a scenario goes elsewhere. Lunch and dinner
are served every day but Monday; M3 is for lunch only, the terrace (M6, M7) for dinner only.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from appliance.domain.reservation import ReservationStatus
from appliance.domain.restaurant import Area, RestaurantCard, Shift, Table
from appliance.services.aftercall import SETTLE, AfterCall
from appliance.store.engine import Database
from appliance.work.queue import Queue, QueueSettings, singly
from support.databases import held_by_another
from support.desk import CALLER, OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import FakeClock
from support.retell_bodies import VOICE_AGENT
from support.serving import EVENTS, House, serving
from support.sound_book import assert_sound
from support.switchboard import Switchboard, call_event

ID = "rest_gaviota"
FLOOR = (
    ("M1", 2, "Comedor 1", ()),
    ("M2", 2, "Comedor 1", ()),
    ("M3", 4, "Comedor 1", ("Comida",)),
    ("M4", 3, "Comedor 2", ()),
    ("M5", 3, "Comedor 2", ()),
    ("M6", 4, "Terraza", ("Cena",)),
    ("M7", 6, "Terraza", ("Cena",)),
    ("M8", 4, "Salón Privado", ()),
)
SERVICES = (("Comida", 13 * 60, 16 * 60, 18 * 60), ("Cena", 20 * 60, 24 * 60 + 30, 26 * 60 + 30))
MONDAY = 0
BY_THE_SLOT = {"Comida": (13 * 60, 15 * 60), "Cena": (20 * 60, 22 * 60)}


def la_gaviota(*, by_the_slot: bool = False, only: str = "", **changes: Any) -> RestaurantCard:
    """With fixed starts two hours apart when `by_the_slot`; with a single table when `only` it is there."""
    tables = tuple(
        Table(id=f"{ID}_{name}", name=name, area_id=f"{ID}_{area}", capacity=seats, shifts=shifts)
        for name, seats, area, shifts in FLOOR
        if only in ("", name)
    )
    shifts = tuple(
        Shift(
            weekday=day,
            name=name,
            opens=opens,
            last_seating=last,
            closes=closes,
            step_minutes=15,
            starts=BY_THE_SLOT[name] if by_the_slot else (),
        )
        for day in range(7)
        for name, opens, last, closes in SERVICES
        if day != MONDAY
    )
    rules = {"max_party": 6, "event_party": 13, "horizon_days": 30, "closures": (), "combinations": ()}
    areas = tuple(Area(id=f"{ID}_{name}", name=name) for name in dict.fromkeys(row[2] for row in FLOOR))
    return gaviota(ID, areas=areas, tables=tables, shifts=shifts, **rules | changes)


@pytest.fixture
async def gaviota_desk(database: Database, clock: FakeClock) -> Desk:
    return await opened(database, clock, la_gaviota())


@pytest.fixture
async def one_table_desk(database: Database, clock: FakeClock) -> Desk:
    """M8, for four, is all there is."""
    return await opened(database, clock, la_gaviota(only="M8"))


async def opened(database: Database, clock: FakeClock, card: RestaurantCard) -> Desk:
    desk = Desk(database, clock)
    await desk.open(card)
    return desk


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path) as house:
        yield house


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def party_of(size: int, **said: Any) -> dict[str, Any]:
    return wish(party_size=size, **said)


# --- the day ---


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("hoy", "2026-11-25"),
        ("mañana", "2026-11-26"),
        ("pasado mañana", "2026-11-27"),
        ("el sábado", "2026-11-28"),
        ("SABADO", "2026-11-28"),
        ("miercoles", "2026-12-02"),
        ("este viernes", "2026-11-27"),
        ("15 de diciembre", "2026-12-15"),
        ("15/12", "2026-12-15"),
        ("2026-12-01", "2026-12-01"),
    ],
)
async def test_the_day_is_the_one_that_was_said(gaviota_desk: Desk, said: str, understood: str) -> None:
    answer = await gaviota_desk.check(wish(date=said))
    assert (answer.code, answer.date) == ("available", understood)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("el viernes que viene", "ambiguous_date"),
        ("ayer", "past_date"),
        ("2026-11-20", "past_date"),
        ("26 de diciembre", "too_far_ahead"),
        ("15 de octubre", "too_far_ahead"),
        ("15/10", "too_far_ahead"),
        ("el lunes", "closed_day"),
        ("31 de noviembre", "impossible_date"),
        ("el día menos pensado", "unclear_date"),
        ("{{fecha}}", "missing_date"),
        ("", "missing_date"),
    ],
)
@pytest.mark.parametrize("tool", ["check_availability", "create_reservation"])
async def test_for_no_other_day_is_a_table_offered_or_booked(
    gaviota_desk: Desk, tool: str, said: str, code: str
) -> None:
    answer = await gaviota_desk.use(tool, wish(date=said))
    assert (answer.ok, answer.code) == (False, code)
    assert await gaviota_desk.everything() == []


# --- the hour ---


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("8:00", "20:00"),
        ("8 de la noche", "20:00"),
        ("9 y media", "21:30"),
        ("20.30", "20:30"),
        ("21:00", "21:00"),
        ("23:15", "23:15"),
        ("a las tres", "15:00"),
        ("doce y media de la noche", "00:30"),
    ],
)
async def test_the_hour_is_the_one_that_is_served(gaviota_desk: Desk, said: str, understood: str) -> None:
    answer = await gaviota_desk.check(wish(time=said))
    assert (answer.code, answer.time) == ("available", understood)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("18:30", "outside_hours"),
        ("las mil y quinientas", "unclear_time"),
        ("25:00", "impossible_time"),
        ("", "missing_time"),
    ],
)
async def test_no_other_hour_is_offered(gaviota_desk: Desk, said: str, code: str) -> None:
    answer = await gaviota_desk.check(wish(time=said))
    assert (answer.ok, answer.code) == (False, code)


async def test_with_fixed_starts_nine_o_clock_is_answered_with_eight_and_ten(
    database: Database, clock: FakeClock
) -> None:
    desk = await opened(database, clock, la_gaviota(by_the_slot=True))
    answer = await desk.check(wish(time="21:00"))
    assert (answer.ok, answer.code) == (False, "time_not_offered")
    evening = [slot.time for slot in answer.alternatives or [] if slot.time > "18:00"]
    assert evening == ["20:00", "22:00"]


# --- midnight, and the days that have 23 or 25 hours ---


async def test_a_minute_before_midnight_and_one_after_today_is_another_day(gaviota_desk: Desk) -> None:
    clock = gaviota_desk.clock
    clock.advance(moment("2026-11-25T22:59") - clock.now_ms())
    assert (await gaviota_desk.check(wish(date="hoy", time="14:00"))).date == "2026-11-25"
    assert (await gaviota_desk.check(wish(date="mañana"))).date == "2026-11-26"
    clock.advance(2 * 60_000)
    assert (await gaviota_desk.check(wish(date="hoy"))).date == "2026-11-26"
    assert (await gaviota_desk.check(wish(date="mañana"))).date == "2026-11-27"


@pytest.mark.parametrize(
    ("now", "night", "utc"),
    [
        ("2026-03-27T12:00", "2026-03-28", "2026-03-28T22:15"),
        ("2026-03-27T12:00", "2026-03-29", "2026-03-29T21:15"),
        ("2026-10-23T12:00", "2026-10-24", "2026-10-24T21:15"),
        ("2026-10-23T12:00", "2026-10-25", "2026-10-25T22:15"),
    ],
)
async def test_a_quarter_past_eleven_is_that_by_the_wall_clock_when_the_clocks_change(
    database: Database, now: str, night: str, utc: str
) -> None:
    desk = await opened(database, FakeClock(moment(now)), la_gaviota())
    assert (await desk.book(wish(date=night, time="23:15"))).code == "booked"
    (one,) = await assert_sound(database, ID)
    assert (one.date, one.time, one.starts_at) == (night, "23:15", moment(utc))
    assert one.ends_at - one.starts_at == 2 * 3_600_000


# --- how many, and where ---


@pytest.mark.parametrize(
    ("party", "code"), [(1, "booked"), (6, "booked"), (7, "party_too_large"), (13, "private_event")]
)
async def test_small_parties_are_booked_larger_ones_handed_over(gaviota_desk: Desk, party: int, code: str) -> None:
    assert (await gaviota_desk.book(party_of(party))).code == code


async def test_an_area_that_does_not_exist_is_said_not_to(gaviota_desk: Desk) -> None:
    answer = await gaviota_desk.check(wish(area="la azotea"))
    assert (answer.ok, answer.area) == (True, "Comedor 1")
    assert "zona" in answer.say.lower()


async def test_when_the_area_is_full_another_is_offered_not_booked(gaviota_desk: Desk) -> None:
    assert (await gaviota_desk.book(party_of(4, area="salón privado"))).code == "booked"
    rival = {"call": "call_2", "caller": OTHER}
    answer = await gaviota_desk.book(party_of(4, area="salón privado", name="Juan"), **rival)
    assert (answer.ok, answer.code) == (False, "area_full")
    assert len(await gaviota_desk.everything()) == 1


async def test_the_terrace_is_for_dinner_only(gaviota_desk: Desk) -> None:
    lunch = await gaviota_desk.check(wish(time="14:00", area="terraza"))
    assert (lunch.code, lunch.area) == ("available_elsewhere", "Comedor 1")
    dinner = await gaviota_desk.check(wish(time="21:00", area="terraza"))
    assert (dinner.code, dinner.area) == ("available", "Terraza")


# --- one table, one party ---


async def test_of_two_callers_for_the_last_table_exactly_one_gets_it(one_table_desk: Desk) -> None:
    callers = ({"call": "call_1", "caller": CALLER}, {"call": "call_2", "caller": OTHER})
    answers = await asyncio.gather(*(one_table_desk.book(wish(), **who) for who in callers))
    assert sorted(answer.code for answer in answers) == ["booked", "full"]
    assert len(await assert_sound(one_table_desk.database, ID)) == 1


async def test_a_call_that_tries_again_has_one_booking(gaviota_desk: Desk) -> None:
    first = await gaviota_desk.book(wish(), invocation="a")
    again = await gaviota_desk.book(wish(), invocation="b")
    assert first.reservation
    assert again.reservation
    assert (again.ok, again.reservation.id) == (True, first.reservation.id)
    assert len(await gaviota_desk.everything()) == 1


@pytest.mark.parametrize(("later", "code"), [("20:30", "full"), ("22:00", "booked")])
async def test_a_table_taken_at_eight_is_free_again_at_ten(one_table_desk: Desk, later: str, code: str) -> None:
    assert (await one_table_desk.book(wish(time="20:00"))).code == "booked"
    answer = await one_table_desk.book(wish(time=later, name="Juan"), call="call_2", caller=OTHER)
    assert answer.code == code


async def test_when_the_book_cannot_be_written_nobody_hears_confirmed(database_url: str, clock: FakeClock) -> None:
    database = Database(database_url, wait_s=0.1)
    desk = await opened(database, clock, la_gaviota())
    async with held_by_another(database_url):
        answer = await desk.book(wish())
    assert (answer.ok, answer.code, answer.reservation) == (False, "temporarily_unavailable", UNSET)
    assert "confirmad" not in answer.say
    assert await desk.everything() == []
    await database.close()


# --- cancelling and changing ---


async def test_cancelling_takes_the_next_booking_to_come(gaviota_desk: Desk) -> None:
    await gaviota_desk.book(wish(date="hoy", time="14:00"), call="call_1")
    await gaviota_desk.book(wish(date="el sábado"), call="call_2")
    gaviota_desk.clock.advance(6 * 3_600_000)  # lunch is over
    answer = await gaviota_desk.cancel(call="call_3")
    assert answer.code == "cancelled"
    assert answer.reservation
    assert answer.reservation.date == "2026-11-28"


async def test_of_two_bookings_it_is_asked_which_to_cancel(gaviota_desk: Desk) -> None:
    await gaviota_desk.book(wish(date="el viernes"), call="call_1")
    await gaviota_desk.book(wish(date="el sábado"), call="call_2")
    answer = await gaviota_desk.cancel(call="call_3")
    assert (answer.ok, len(answer.reservations or [])) == (False, 2)
    assert {one.status for one in await gaviota_desk.everything()} == {ReservationStatus.CONFIRMED}


async def test_a_change_to_a_full_hour_leaves_the_booking_as_it_was(one_table_desk: Desk) -> None:
    await one_table_desk.book(wish(time="20:00"), call="call_1")
    await one_table_desk.book(wish(time="22:00", name="Juan"), call="call_2", caller=OTHER)
    answer = await one_table_desk.modify({"new_time": "22:00"}, call="call_3")
    assert (answer.ok, answer.code) == (False, "full")
    held = await assert_sound(one_table_desk.database, ID)
    assert [(one.time, one.phone) for one in held] == [("20:00", CALLER), ("22:00", OTHER)]


async def test_a_booking_is_not_in_its_own_way_when_it_moves(one_table_desk: Desk) -> None:
    await one_table_desk.book(wish(time="20:00"), call="call_1")
    answer = await one_table_desk.modify({"new_time": "20:30"}, call="call_2")
    assert answer.code == "modified"
    assert [one.time for one in await assert_sound(one_table_desk.database, ID)] == ["20:30"]


# --- who calls ---


@pytest.mark.parametrize("said", ["caller_phone_number", "no_disponible", "{{phone}}", "", None])
async def test_what_an_agent_puts_for_a_number_it_lacks_is_the_number_on_the_line(
    gaviota_desk: Desk, said: str | None
) -> None:
    assert (await gaviota_desk.book(wish(phone=said))).code == "booked"
    (one,) = await gaviota_desk.everything()
    assert one.phone == CALLER


@pytest.mark.parametrize("written", ["+34 600 123 456", "600123456", "600 12 34 56", "0034600123456"])
async def test_a_number_is_the_same_however_it_is_written(gaviota_desk: Desk, written: str) -> None:
    await gaviota_desk.book(wish(phone="+34600123456"), call="call_1", caller="anonymous")
    said = {"name": "Lucía Fernández", "phone": written}
    found = await gaviota_desk.find(said, call="call_2", caller="anonymous")
    assert len(found.reservations or [found.reservation]) == 1
    assert found.code == "found"


async def test_a_caller_without_a_number_is_asked_for_one(gaviota_desk: Desk) -> None:
    answer = await gaviota_desk.book(wish(), caller="anonymous")
    assert (answer.ok, answer.code) == (False, "missing_phone")
    assert await gaviota_desk.everything() == []


# --- the phone platform's events ---


async def test_an_event_may_be_nested_or_flat(server: House) -> None:
    nested = call_event("call_started", call="call_nested", agent=VOICE_AGENT)
    flat = {"event": "call_started", "call_id": "call_flat", "agent_id": VOICE_AGENT, "data": {}}
    assert (await server.post(EVENTS, nested)).status_code == 204
    assert (await server.post(EVENTS, flat)).status_code == 204
    await server.settled()
    calls = (await server.read("/api/restaurants/rest_la_marea/calls"))["items"]
    assert {one["call_id"] for one in calls} == {"call_nested", "call_flat"}


async def test_an_event_with_a_wrong_signature_is_refused(server: House) -> None:
    body = msgspec.json.encode(call_event("call_started"))
    response = await server.http.post(EVENTS, content=body, headers=server.signed(body, key="key_of_somebody_else"))
    assert response.status_code == 401
    assert (await server.read("/api/admin/inbox"))["total"] == 0


async def test_an_event_that_comes_twice_has_no_second_effect(server: House) -> None:
    for _ in range(2):
        assert (await server.post(EVENTS, call_event("call_started"))).status_code == 204
    assert (await server.read("/api/admin/inbox"))["total"] == 1


async def test_an_event_of_an_unknown_agent_is_taken_and_set_aside(server: House) -> None:
    event = call_event("call_started", agent="agent_of_nobody", to_number="+34999999999")
    assert (await server.post(EVENTS, event)).status_code == 204
    (kept,) = (await server.read("/api/admin/inbox"))["items"]
    assert (kept["restaurant_id"], kept["state"]) == ("", "held")


async def test_a_table_kept_for_a_caller_who_hangs_up_is_the_next_caller_s(server: House) -> None:
    agent = "agent_one"
    await server.server.parts.restaurants.add(one_table(), agents=[("retell", agent)], numbers=["+34910009999"])

    async def check(call: str, number: str = CALLER) -> str:
        about = {"call_id": call, "agent_id": agent, "from_number": number}
        code: str = (await server.tool({"name": "check_availability", "call": about, "args": wish()}))["code"]
        return code

    other = "+34699887766"
    assert [await check("call_1"), await check("call_2", other)] == ["available", "full"]
    await server.post(EVENTS, call_event("call_ended", call="call_1", agent=agent, to_number="+34910009999"))
    await server.settled()
    assert await check("call_2", other) == "available"


async def test_the_analysis_of_a_call_books_nothing_a_second_time(gaviota_desk: Desk) -> None:
    desk = gaviota_desk
    await desk.book(wish())
    board = Switchboard(desk.database, desk.clock, desk.directory)
    said = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "customer_name": "Lucía Fernández"}
    await board.deliver(call_event("call_analyzed", call_analysis={"call_summary": "x", "custom_analysis_data": said}))
    await board.work_off()
    after = AfterCall(desk.database, desk.clock, desk.directory, desk.books, desk.holds)
    board.queue = Queue(desk.database, desk.clock, SETTLE, singly(after.settle), QueueSettings())
    await board.work_off()
    assert len(await desk.everything()) == 1
