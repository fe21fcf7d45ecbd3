from pathlib import Path
from typing import Any

import httpx
import pytest

from support.retell_bodies import sample
from support.serving import House, serving

HOME = "/api/restaurants/rest_la_marea"
LUNCH = {"name": "Comida", "opens": "13:00", "last_seating": "15:30", "closes": "17:30"}
CHANGES = [
    ("PATCH", "", {"max_party": 6}),
    ("PUT", "/hours", [LUNCH | {"days": ["sat"]}]),
    ("PUT", "/special-days/2026-12-31", [LUNCH]),
    ("DELETE", "/special-days/2026-12-31", None),
    ("POST", "/closures", {"date": "2026-12-01"}),
    ("DELETE", "/closures?date=2026-12-01", None),
    ("POST", "/holidays/close", {"dates": ["2026-12-25"]}),
    ("PUT", "/floor", {"areas": []}),
    ("PATCH", "/tables/table_x", {"active": False}),
]

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


async def ask(house: House, method: str, path: str, body: Any = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {house.token}"}
    more = {} if body is None else {"json": body}
    return await house.http.request(method, HOME + path, headers=headers, **more)


async def change(house: House, method: str, path: str, body: Any = None) -> dict[str, Any]:
    response = await ask(house, method, path, body)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    assert list(told) == ["restaurant", "affected", "etag"]
    return told


async def complaint(house: House, method: str, path: str, body: Any = None, *, status: int = 400) -> str:
    response = await ask(house, method, path, body)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    detail: str = response.json()["detail"]
    return detail


async def test_a_day_is_closed_and_opened_again_and_its_bookings_are_named(house: House) -> None:
    booked = (await house.tool(sample("21")))["reservation"]
    closed = await change(house, "POST", "/closures", {"from": "2026-11-28", "to": "2026-11-29", "reason": "Obras"})
    assert closed["affected"] == [
        {name: booked[name] for name in ("id", "date", "time", "party_size", "name")}
        | {"phone": "+34611223344", "why": "closed"}
    ]
    listed = (await house.read(f"{HOME}/closures"))["items"]
    assert {"date": "2026-11-29", "reason": "Obras"} in listed
    assert (await house.read(f"{HOME}/book", date="2026-11-28"))["reservations"][0]["id"] == booked["id"]
    for day in ("2026-11-28", "2026-11-29"):
        opened = await change(house, "DELETE", f"/closures?date={day}")
    assert opened["affected"] == []
    assert "not closed" in await complaint(house, "DELETE", "/closures?date=2026-11-28", status=404)


async def test_a_closed_shift_is_opened_again_by_its_name(house: House) -> None:
    await change(house, "POST", "/closures", {"date": "2026-11-28", "shift": "Cena"})
    assert "not closed" in await complaint(house, "DELETE", "/closures?date=2026-11-28", status=404)
    await change(house, "DELETE", "/closures?date=2026-11-28&shift=Cena")


async def test_hours_are_written_in_the_form_in_which_they_are_read(house: House) -> None:
    week = (await house.read(f"{HOME}/hours"))["items"]
    before = await house.read(HOME)
    assert (await change(house, "PUT", "/hours", week))["restaurant"] == before
    await change(house, "POST", "/closures", {"date": "2027-01-01", "shift": "Comida"})
    shown = await change(house, "PUT", "/hours", [one | {"turn_minutes": 90, "max_covers": 20} for one in week])
    assert len(shown["restaurant"]["hours"]) == len(before["hours"])
    assert all(one["max_covers"] == 20 for one in (await house.read(f"{HOME}/hours"))["items"])


async def test_a_floor_is_written_in_the_form_in_which_it_is_read_and_keeps_its_ids(house: House) -> None:
    await house.tool(sample("21"))
    before = await house.read(HOME)
    floor = await house.read(f"{HOME}/floor")
    assert (await change(house, "PUT", "/floor", floor))["restaurant"] == before
    floor["areas"][0]["name"] = "Azotea"
    after = (await change(house, "PUT", "/floor", floor))["restaurant"]
    assert [table["id"] for table in after["tables"]] == [table["id"] for table in before["tables"]]
    assert len((await house.read(f"{HOME}/reservations"))["items"][0]["tables"]) == 1


async def test_a_table_is_put_out_of_service_and_back(house: House) -> None:
    (table, *_) = (await house.read(HOME))["tables"]
    outage = {"out_from": "2026-12-01", "out_until": "2026-12-03"}
    shown = await change(house, "PATCH", f"/tables/{table['id']}", outage | {"accessible": True})
    assert shown["restaurant"]["tables"][0] == table | outage | {"accessible": True}
    none = {"out_from": None, "out_until": None, "accessible": False}
    assert (await change(house, "PATCH", f"/tables/{table['id']}", none))["restaurant"]["tables"][0] == table
    assert "go together" in await complaint(house, "PATCH", f"/tables/{table['id']}", {"out_from": "2026-12-01"})


async def test_a_date_has_hours_of_its_own(house: House) -> None:
    route = "/special-days/2026-12-31"
    assert "no hours of its own" in await complaint(house, "GET", route, status=404)
    shown = await change(house, "PUT", route, [LUNCH])
    assert shown["restaurant"]["special_days"] == ["2026-12-31"]
    special = {"date": "2026-12-31", "shifts": [LUNCH]}
    assert await house.read(HOME + route) == special
    assert (await house.read(f"{HOME}/special-days"))["items"] == [special]
    assert (await change(house, "DELETE", route))["restaurant"]["special_days"] == []


async def test_the_holidays_of_the_region_are_offered_and_closed(house: House) -> None:
    assert "ES-VC" in await complaint(house, "GET", "/holidays?year=2027", status=409)
    assert (await change(house, "PATCH", "", {"region": "ES-AN"}))["restaurant"]["region"] == "ES-AN"
    offered = {one["date"]: one for one in (await house.read(f"{HOME}/holidays", year=2027))["items"]}
    assert (offered["2027-05-01"]["name_es"], offered["2027-05-01"]["status"]) == ("Fiesta del Trabajo", "open")
    shown = await change(house, "POST", "/holidays/close", {"dates": ["2027-05-01"]})
    assert {"date": "2027-05-01", "shift": None, "reason": "Fiesta del Trabajo"} in shown["restaurant"]["closures"]
    offered = {one["date"]: one for one in (await house.read(f"{HOME}/holidays", year=2027))["items"]}
    assert offered["2027-05-01"]["status"] == "closed"


async def test_rules_are_changed_one_by_one(house: House) -> None:
    before = await house.read(HOME)
    rules = {
        "max_party": 6,
        "event_party": 20,
        "buffer_minutes": 15,
        "high_chairs": 2,
        "transfer_number": "+34600000009",
        "transfer_when": "open",
        "status": "paused",
    }
    assert (await change(house, "PATCH", "", rules))["restaurant"] == before | rules
    assert (await change(house, "PATCH", "", {}))["restaurant"] == before | rules
    assert (await house.tool(sample("21")))["code"] == "restaurant_paused"
    assert (await change(house, "PATCH", "", {"high_chairs": None}))["restaurant"]["high_chairs"] is None


@on_sqlite
@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("PATCH", "", {"max_party": 0}, "max_party"),
        ("PATCH", "", {"planet": "Mars"}, "planet"),
        ("PATCH", "", {"plan": "enterprise"}, "plan"),
        ("PATCH", "", {"region": "Valencia"}, "region"),
        ("PATCH", "", {"region": "ES-XX"}, "region: 'ES-XX' is not known; there are ES, ES-AN"),
        ("PATCH", "", {"timezone": "Mars"}, "timezone"),
        ("PATCH", "", {"transfer_number": "600"}, "transfer_number"),
        ("PATCH", "", [], ""),
        ("PUT", "/hours", [LUNCH], "days"),
        ("PUT", "/hours", [LUNCH | {"days": ["sat"], "opens": "25 h"}], "[0].opens: "),
        ("PUT", "/hours", [LUNCH | {"days": ["sat"], "closes": "12:00"}], "shift Comida: opens, last_seating"),
        ("PUT", "/hours", [LUNCH | {"days": ["sat"]}] * 51, "50 items or fewer"),
        ("PUT", "/special-days/2026-13-31", [LUNCH], "date"),
        ("PUT", "/special-days/2026-12-31", [], "must not be empty"),
        ("POST", "/closures", {}, "date: name one date"),
        ("POST", "/closures", {"date": "mañana"}, "date"),
        ("POST", "/closures", {"date": "2026-12-01", "shift": "Brunch"}, "closure 2026-12-01: shift: there is no"),
        ("DELETE", "/closures", None, "date"),
        ("DELETE", "/closures?date=x", None, "date"),
        ("GET", "/holidays?year=20000", None, "year"),
        ("GET", "/holidays?year=null", None, "year"),
        ("POST", "/holidays/close", {"dates": []}, "dates"),
        ("PUT", "/floor", {"areas": [{"name": "A", "tables": [{"name": "T", "seats": 0}]}]}, "seats"),
        ("PUT", "/floor", {"areas": [{"name": "A"}, {"name": "A"}]}, "areas: 'A' is there 2 times"),
    ],
)
async def test_what_is_wrong_is_refused_by_name_and_changes_nothing(
    house: House, method: str, path: str, body: Any, named: str
) -> None:
    before = await house.read(HOME)
    assert named in await complaint(house, method, path, body)
    assert await house.read(HOME) == before


async def test_a_table_with_bookings_cannot_be_removed(house: House) -> None:
    await house.tool(sample("21"))
    (booked,) = (await house.read(f"{HOME}/reservations"))["items"]
    refused = await complaint(house, "PUT", "/floor", {"areas": []}, status=409)
    assert booked["tables"][0] in refused


@on_sqlite
async def test_nothing_is_changed_without_a_token_or_of_an_unknown_restaurant(house: House) -> None:
    before = await house.read(HOME)
    for method, path, body in CHANGES:
        more = {} if body is None else {"json": body}
        assert (await house.http.request(method, HOME + path, **more)).status_code == 401
        headers = {"authorization": f"Bearer {house.token}"}
        unknown = await house.http.request(method, f"/api/restaurants/rest_x{path}", headers=headers, **more)
        assert unknown.status_code == 404, (method, path)
    assert await house.read(HOME) == before


@on_sqlite
async def test_a_restaurant_s_own_system_may_be_in_the_networks_that_the_operator_allows(
    database_url: str, tmp_path: Path
) -> None:
    till, database = {"notify_url": "http://10.8.0.7/hook"}, {"notify_url": "http://127.0.0.1:5432/"}
    async with serving(database_url, tmp_path, notify_networks=("10.8.0.0/16",)) as house:
        assert (await change(house, "PATCH", "", till))["restaurant"]["notify_url"] == till["notify_url"]
        assert "notify_url: is not public" in await complaint(house, "PATCH", "", database)
