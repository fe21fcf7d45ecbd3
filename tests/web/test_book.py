from typing import Any

import httpx
import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.serving import House

HOME = "/api/restaurants/rest_la_marea"
DINNER = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana Ruiz"}

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


async def send(house: House, method: str, path: str, body: Any = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {house.token}"}
    return await house.http.request(method, f"{HOME}{path}", json=body, headers=headers)


async def write_down(house: House, **fields: Any) -> Any:
    response = await send(house, "POST", "/reservations", DINNER | fields)
    assert response.status_code == 201, response.text
    return response.json()


async def test_a_booking_is_written_down_changed_seated_and_completed(house: House) -> None:
    row = await write_down(house, phone="600123456", area="salón", needs=["celíaco"])
    assert (row["date"], row["time"], row["party_size"], row["status"]) == ("2026-11-28", "21:00", 2, "confirmed")
    assert (row["phone"], row["area"], row["source"], len(row["tables"])) == ("+34600123456", "Salón", "staff", 1)
    path = f"/reservations/{row['id']}"
    assert await house.read(f"{HOME}{path}") == row
    moved = await send(house, "PATCH", path, {"time": "21:30", "notes": "ventana"})
    assert (moved.status_code, moved.json()["time"], moved.json()["notes"]) == (200, "21:30", "ventana")
    house.clock.advance(82 * 3_600_000)  # it is nine in the evening
    for deed, status in (
        ("seat", "seated"),
        ("complete", "completed"),
        ("reopen", "seated"),
        ("complete", "completed"),
    ):
        done = await send(house, "POST", f"{path}/{deed}")
        assert (done.status_code, done.json()["status"]) == (200, status)
    assert [one["id"] for one in (await house.read(f"{HOME}/reservations", date="2026-11-28"))["items"]] == [row["id"]]


async def test_a_conflict_names_the_alternatives(house: House) -> None:
    row = await write_down(house)
    refused = await send(house, "POST", "/reservations", DINNER | {"tables": row["tables"]})
    problem = refused.json()
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert (problem["type"], problem["retryable"]) == ("urn:maitre:problem:conflict", False)
    assert len(problem["alternatives"]) == 3
    for slot in problem["alternatives"]:
        await write_down(house, **slot)


@on_sqlite
async def test_a_conflict_without_alternatives_does_not_speak_of_them(house: House) -> None:
    row = await write_down(house)
    refused = await send(house, "POST", f"/reservations/{row['id']}/complete")
    assert (refused.status_code, "alternatives" in refused.json()) == (409, False)
    assert refused.json()["detail"].endswith("seat, cancel, no-show.")


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"date": "hoy"}, "date"),
        ({"time": "9"}, "time"),
        ({"party_size": 0}, "party_size"),
        ({"party_size": "dos"}, "party_size"),
        ({"name": ""}, "name"),
        ({"tables": []}, "tables"),
        ({"tables": ["Z9"]}, "tables"),
        ({"area": "azotea"}, "area"),
        ({"phone": "12"}, "phone"),
        ({"status": "seated"}, "status"),
        ({"notes": "x" * 1001}, "notes"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_is_wrong_is_refused_by_name(house: House, fields: dict[str, Any], named: str) -> None:
    refused = await send(house, "POST", "/reservations", DINNER | fields)
    assert (refused.status_code, named in refused.json()["detail"]) == (400, True), refused.text
    assert (await house.read(f"{HOME}/reservations"))["total"] == 0


@on_sqlite
async def test_what_is_not_there_is_not_found(house: House) -> None:
    await house.add(demo_restaurants(2)[1])
    row = await write_down(house)
    elsewhere = f"/api/restaurants/rest_el_limonero/reservations/{row['id']}"
    headers = {"authorization": f"Bearer {house.token}"}
    for method, path in (
        ("GET", elsewhere),
        ("PATCH", elsewhere),
        ("POST", f"{elsewhere}/cancel"),
        ("GET", f"{HOME}/reservations/resv_x"),
        ("POST", f"{HOME}/reservations/resv_x/cancel"),
        ("POST", "/api/restaurants/rest_x/walk-ins"),
    ):
        body = {"party_size": 2} if method != "GET" else None
        missing = await house.http.request(method, path, json=body, headers=headers)
        assert missing.status_code == 404, (method, path, missing.text)
    unknown = await send(house, "POST", f"/reservations/{row['id']}/dance")
    assert unknown.status_code == 400


@on_sqlite
async def test_without_a_token_nothing_is_read_or_done(house: House) -> None:
    for method, path in (
        ("POST", "/reservations"),
        ("PATCH", "/reservations/x"),
        ("POST", "/reservations/x/cancel"),
        ("POST", "/walk-ins"),
        ("GET", "/book?date=2026-11-28"),
        ("GET", "/calendar?month=2026-11"),
        ("GET", "/tables"),
    ):
        refused = await house.http.request(method, HOME + path, json={} if method != "GET" else None)
        assert refused.status_code == 401, (method, path)


async def test_a_walk_in_sits_at_its_table_on_the_board(house: House) -> None:
    house.clock.advance(4 * 3_600_000)
    response = await send(house, "POST", "/walk-ins", {"party_size": 2, "name": "Bea"})
    assert response.status_code == 201, response.text
    seated = response.json()
    assert (seated["until"], seated["full_turn"], seated["reservation"]["status"]) == ("17:00", True, "seated")
    rows = {row["name"]: row for row in (await house.read(f"{HOME}/tables"))["items"]}
    (table,) = seated["reservation"]["tables"]
    assert (rows[table]["status"], rows[table]["party"]["name"]) == ("seated", "Bea")
    assert {row["status"] for name, row in rows.items() if name != table} == {"free"}
    later = {row["name"]: row for row in (await house.read(f"{HOME}/tables", at="2026-11-25T21:00"))["items"]}
    assert later[table]["status"] == "free"


async def test_the_day_book_and_the_calendar_agree(house: House) -> None:
    await write_down(house)
    await write_down(house, time="14:00", party_size=4, needs=["celíaco"])
    book = await house.read(f"{HOME}/book", date="2026-11-28")
    assert (book["covers"], book["totals"], book["status"]) == (6, {"confirmed": 2}, "open")
    assert [(one["shift"], one["covers"]) for one in book["services"]] == [("Comida", 4), ("Cena", 2)]
    assert book["reservations"][0]["kitchen_notes"][0].startswith("Celíaco")
    month = await house.read(f"{HOME}/calendar", month="2026-11")
    (day,) = [one for one in month["days"] if one["reservations"]]
    assert (day["date"], day["covers"], 0 < day["occupancy"] < 100) == ("2026-11-28", 6, True)


@on_sqlite
async def test_a_wrong_day_month_or_moment_is_refused_by_name(house: House) -> None:
    for path, name, values in (
        ("book", "date", ("", "hoy", "2026-02-30", "0001-01-01", "9999-12-31")),
        ("calendar", "month", ("", "2026-13", "diciembre", "9999-12")),
        ("tables", "at", ("", "ahora", "2026-11-28T25:00", "9999-12-31T23:59", "0001-01-01")),
    ):
        for value in values:
            refused = await house.get(f"{HOME}/{path}", **{name: value})
            assert (refused.status_code, refused.json()["detail"].split(":")[0]) == (400, name), (path, value)
        assert path == "tables" or (await house.get(f"{HOME}/{path}")).status_code == 400


async def test_staff_and_telephone_write_in_the_same_book(house: House) -> None:
    row = await write_down(house, phone="600111222")
    call = {"call_id": "call_1", "agent_id": demo_restaurants(1)[0].agent_id, "from_number": "+34600111222"}
    found = await house.tool({"name": "find_reservation", "args": {}, "call": call})
    assert (found["code"], found["reservation"]["id"]) == ("found", row["id"])
    cancelled = await house.tool({"name": "cancel_reservation", "args": {}, "call": call})
    assert cancelled["code"] == "cancelled"
    assert (await house.read(f"{HOME}/reservations/{row['id']}"))["status"] == "cancelled"
