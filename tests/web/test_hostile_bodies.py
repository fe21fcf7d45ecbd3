"""Bodies that nobody sends who means well, to the API: each is the client's mistake and none is ours."""

import json

import httpx
import pytest

from appliance.services.restaurants import RestaurantService
from support.serving import House

HOME = "/api/restaurants/rest_la_marea"
ROUTES = [
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/refresh"),
    ("POST", "/api/auth/tokens"),
    ("PATCH", HOME),
    ("PUT", f"{HOME}/hours"),
    ("PUT", f"{HOME}/floor"),
    ("POST", f"{HOME}/reservations"),
    ("POST", f"{HOME}/closures"),
    ("POST", f"{HOME}/walk-ins"),
    ("POST", f"{HOME}/users"),
]
BOOKING = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana"}
LUNCH = {"name": "Comida", "opens": "13:00", "last_seating": "15:30", "closes": "17:30", "days": ["sat"]}
TABLE = {"name": "T1", "seats": 4}
DEEP = 100_000
HOSTILE = {
    "a deep list": b"[" * DEEP,
    "a deep list, closed": b"[" * DEEP + b"]" * DEEP,
    "a deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep where a text belongs": b'{"name":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a number without end": b'{"party_size":' + b"9" * 100_000 + b"}",
    "an exponent without end": b'{"party_size":1e999999999}',
    "no number": b'{"party_size":NaN}',
    "half a letter": b'{"name":"\\ud800"}',
    "no UTF-8": b'{"name":"\xff\xfe"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "the same key often": b"{" + b'"party_size":0,' * 50_000 + b'"party_size":0}',
    "keys without end": json.dumps({f"k{n}": n for n in range(50_000)}).encode(),
    "nothing": b"",
    "null": b"null",
    "a list": b"[1,2]",
    "a prototype": b'{"__proto__":{"role":"operator"},"constructor":{}}',
}


async def send(house: House, method: str, path: str, body: bytes) -> httpx.Response:
    headers = {"authorization": f"Bearer {house.token}", "content-type": "application/json"}
    return await house.http.request(method, path, content=body, headers=headers)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"),
    [
        ("POST", "/walk-ins", {"party_size": "4"}, "#/party_size"),
        ("POST", "/reservations", BOOKING | {"force": "true"}, "#/force"),
        ("PATCH", "", {"max_party": "4"}, "#/max_party"),
        ("PATCH", "/terms", {"enforce_webhooks": 0}, "#/enforce_webhooks"),
        ("PATCH", "/terms", {"api_requests": "null"}, "#/api_requests"),
        ("PUT", "/hours", [LUNCH | {"turn_minutes": "60"}], "#/0/turn_minutes"),
        (
            "PUT",
            "/floor",
            {"areas": [{"name": "A", "tables": [TABLE | {"accessible": 1}]}]},
            "#/areas/0/tables/0/accessible",
        ),
    ],
)
async def test_a_text_is_no_number_and_a_number_is_neither_true_nor_false(
    house: House, method: str, path: str, body: object, pointer: str
) -> None:
    answer = await send(house, method, HOME + path, json.dumps(body).encode())
    assert (answer.status_code, [one.get("pointer") for one in answer.json()["errors"]]) == (400, [pointer])


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_body_is_refused_as_the_client_s_mistake(house: House, name: str) -> None:
    for method, path in ROUTES:
        answer = await send(house, method, path, HOSTILE[name])
        assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.content) < 2_000, "it must not be sent back"
    assert (await house.http.get("/readyz")).status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("size", [(1 << 20) + 1, 5 << 20])
async def test_a_body_over_the_api_s_cap_is_refused(house: House, size: int) -> None:
    for method, path in ROUTES:
        answer = await send(house, method, path, b'{"name":"' + b"x" * size + b'"}')
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:maitre:problem:body_too_large"), path


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_file_may_be_longer_than_other_bodies(house: House) -> None:
    rows = b"ID;Fecha\n" + b"\n" * (2 << 20)
    assert (await send(house, "POST", f"{HOME}/sheets/Reservas", rows)).status_code != 413


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_recursion_of_ours_is_not_told_as_the_client_s(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(RestaurantService, "one", broken)
    assert (await house.get(HOME)).status_code == 500


NAMES = ["José María Ñíguez-Ó'Brien", "海鮮 太郎", "🦑🦐", "مطعم", "'; DROP TABLE x; --", "%0d%0a", "<b>Ana</b>"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_in_any_script_is_kept_as_it_was_written(house: House, name: str) -> None:
    body = {"date": "2026-11-27", "time": "21:00", "party_size": 2, "name": name, "phone": "+34600111222"}
    answer = await send(house, "POST", f"{HOME}/reservations", json.dumps(body).encode())
    assert answer.status_code == 201, answer.text
    (row,) = (await house.read(f"{HOME}/reservations", date="2026-11-27"))["items"]
    assert row["name"] == name


async def test_a_name_that_no_database_takes_is_no_fault_of_ours(house: House) -> None:
    body = {"date": "2026-11-27", "time": "21:00", "party_size": 2, "name": "a\0b", "phone": "+34600111222"}
    answer = await send(house, "POST", f"{HOME}/reservations", json.dumps(body).encode())
    assert answer.status_code < 500, answer.text


async def test_deep_arguments_of_a_tool_still_have_an_answer(house: House) -> None:
    for body in (HOSTILE["a deep list"], b'{"name":"get_hours","args":' + HOSTILE["a deep object"] + b"}"):
        assert (await house.tool(body))["ok"] is False
