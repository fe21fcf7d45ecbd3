from typing import Any

import msgspec
import pytest

from appliance.domain.access import AT_THE_MACHINE
from appliance.services.views import Views, page, restaurant_detail
from appliance.store import answers
from support.desk import CALLER, OTHER, Desk, gaviota, one_table, wish
from support.fake_clock import START_MS
from support.switchboard import Switchboard, life_of_a_call


@pytest.fixture
def views(desk: Desk) -> Views:
    return Views(desk.database, desk.clock, desk.directory)


def _wire(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def test_a_page_names_the_next_until_the_last() -> None:
    assert page([1, 2], total=5, offset=0).next == 2
    assert page([3], total=3, offset=2).next is None
    assert page([], total=3, offset=9).next is None


async def test_restaurants_are_a_page_of_rows(desk: Desk, views: Views) -> None:
    await desk.open(one_table(name="Alfa", phone="+34910000009"))
    first = views.restaurants(AT_THE_MACHINE, limit=1, offset=0)
    assert (_wire(first)["total"], first.next, first.items[0].name) == (2, 1, "Alfa")
    assert _wire(views.restaurants(AT_THE_MACHINE, limit=1, offset=1))["items"] == [
        {
            "id": "rest_gaviota",
            "name": "La Gaviota",
            "plan": "basic",
            "status": "active",
            "timezone": "Europe/Madrid",
            "locale": "es",
            "phone": "+34910000001",
        }
    ]


def test_a_restaurant_is_shown_with_its_floor_and_hours() -> None:
    detail = _wire(restaurant_detail(gaviota(), now_ms=START_MS))
    assert [area["name"] for area in detail["areas"]] == ["Terraza", "Salón"]
    assert detail["tables"][0] | {"id": ""} == {
        "id": "",
        "name": "T1",
        "area": "Terraza",
        "capacity": 2,
        "min_party": 1,
        "shifts": [],
        "active": True,
        "accessible": False,
        "out_from": None,
        "out_until": None,
    }
    assert (len(detail["hours"]), detail["closures"]) == (
        12,
        [{"date": "2026-12-25", "shift": None, "reason": "Navidad"}],
    )


async def test_the_book_is_told_by_day_or_whole(desk: Desk, views: Views) -> None:
    await desk.book(wish(party_size=8, notes="cumpleaños"))
    await desk.book(wish(date="mañana"), call="call_2", caller=OTHER)
    saturday = await views.reservations(gaviota(), date="2026-11-28", limit=10, offset=0)
    assert saturday.total == 1
    row = _wire(saturday)["items"][0]
    assert {
        name: row[name] for name in ("date", "time", "party_size", "status", "name", "phone", "area", "tables")
    } == {
        "date": "2026-11-28",
        "time": "21:00",
        "party_size": 8,
        "status": "confirmed",
        "name": "Lucía Fernández",
        "phone": CALLER,
        "area": "Salón",
        "tables": ["S1", "S2"],
    }
    assert (row["notes"], row["source"], row["call_id"]) == ("cumpleaños", "phone_agent", "call_1")
    whole = await views.reservations(gaviota(), date=None, limit=1, offset=0)
    assert (whole.items[0].date, whole.total, whole.next) == ("2026-11-26", 2, 1)


async def test_a_call_is_shown_with_its_tools_and_its_bookings(desk: Desk, views: Views) -> None:
    board = Switchboard(desk.database, desk.clock, desk.directory)
    for event in life_of_a_call():
        await board.deliver(event)
    await board.work_off()
    await desk.check(wish())
    await desk.book(wish())
    await desk.book(wish())
    await answers.record(desk.database, desk.trace)
    call = await views.call(gaviota(), "call_1")
    assert [(use.tool, use.code, use.replayed) for use in call.tools] == [
        ("check_availability", "available", False),
        ("create_reservation", "booked", False),
        ("create_reservation", "booked", True),
    ]
    assert call.tools[0].arguments == wish()
    assert [one.name for one in call.reservations] == ["Lucía Fernández"]
    assert len(call.events) == 5
    listed = await views.calls(gaviota(), limit=10, offset=0)
    assert [(row.call_id, row.channel, row.phase) for row in listed.items] == [("call_1", "phone", "ended")]


async def test_the_inbox_tells_what_became_of_each_event(desk: Desk, views: Views) -> None:
    board = Switchboard(desk.database, desk.clock, desk.directory)
    await board.deliver(life_of_a_call()[0])
    await board.work_off()
    desk.clock.advance(1)
    await board.deliver(b"{not json")
    rows = await views.inbox(limit=10, offset=0)
    assert [(row.event, row.state) for row in rows.items] == [("unreadable", "dead"), ("call_started", "applied")]
    assert [task.state for task in (await views.tasks(state=None, limit=10, offset=0)).items] == ["dead"]
