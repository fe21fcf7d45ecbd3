from typing import Any

import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.serving import House

HOME = "/api/restaurants/rest_la_marea"
DINNER = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana Ruiz"}
AGENT = demo_restaurants(1)[0].agent_id

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


async def use(house: House, tool: str, number: int, **arguments: Any) -> dict[str, Any]:
    call = {"call_id": f"call_{tool}_{number}", "agent_id": AGENT, "from_number": f"+34600000{number:03}"}
    return await house.tool({"name": tool, "args": arguments, "call": call})


async def send(house: House, method: str, path: str) -> int:
    headers = {"authorization": f"Bearer {house.token}"}
    return (await house.http.request(method, HOME + path, headers=headers)).status_code


async def fill(house: House) -> int:
    """Book tables for two on Saturday at nine until there is none; how many there were."""
    for number in range(100):
        answer = await use(house, "create_reservation", number, **DINNER)
        if answer["code"] != "booked":
            assert answer["code"] == "full"
            return number
    raise AssertionError("the house is never full")


async def test_who_waits_is_listed_offered_a_table_and_taken_off(house: House) -> None:
    last = await fill(house)
    for number in (500, 501):
        answer = await use(house, "join_waitlist", number, **DINNER, notes="ventana")
        assert (answer["code"], "reservation" in answer) == ("waitlisted", False)
    page = await house.read(f"{HOME}/waitlist", date="2026-11-28")
    first, second = page["items"]
    assert page["total"] == 2
    assert (first["phone"], first["times"], first["state"]) == ("+34600000500", ["21:00"], "waiting")
    assert (first["name"], first["party_size"], first["notes"]) == ("Ana Ruiz", 2, "ventana")
    assert (await use(house, "cancel_reservation", last - 1))["code"] == "cancelled"
    first, second = (await house.read(f"{HOME}/waitlist", open="true"))["items"]
    assert (first["state"], second["state"]) == ("offered", "waiting")
    offer = await house.read(f"{HOME}/reservations/{first['reservation_id']}")
    assert (offer["status"], offer["source"], offer["phone"]) == ("pending", "waitlist", "+34600000500")
    assert await send(house, "DELETE", f"/waitlist/{first['id']}") == 204
    first, second = (await house.read(f"{HOME}/waitlist"))["items"]
    assert (first["state"], second["state"]) == ("left", "offered")
    assert await send(house, "POST", f"/reservations/{second['reservation_id']}/confirm") == 200
    assert (await house.read(f"{HOME}/waitlist", open="true"))["items"] == []


async def test_the_server_passes_an_offer_on_by_itself(house: House) -> None:
    last = await fill(house)
    for number in (500, 501):
        await use(house, "join_waitlist", number, **DINNER)
    await use(house, "cancel_reservation", last - 1)
    house.clock.advance(31 * 60_000)
    schedule = house.server.parts.schedule
    (job,) = [one for one in schedule.jobs if one.name == "waitlist-offers"]
    await schedule._do(job)
    states = [one["state"] for one in (await house.read(f"{HOME}/waitlist"))["items"]]
    assert states == ["missed", "offered"]


@on_sqlite
async def test_an_entry_that_is_not_there_is_not_found(house: House) -> None:
    assert await send(house, "DELETE", "/waitlist/wait_x") == 404
    assert (await house.get("/api/restaurants/rest_x/waitlist")).status_code == 404
    wrong = await house.get(f"{HOME}/waitlist", date="sábado")
    assert (wrong.status_code, wrong.json()["detail"].split(":")[0]) == (400, "date")


@on_sqlite
async def test_without_a_token_nobody_sees_who_waits(house: House) -> None:
    for method, path in (("GET", "/waitlist"), ("DELETE", "/waitlist/wait_x")):
        assert (await house.http.request(method, HOME + path)).status_code == 401
