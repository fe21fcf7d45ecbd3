"""Taking restaurants on and off, and what was agreed with them, over HTTP."""

from typing import Any

import httpx
import pytest

from appliance.contract import NewUser
from appliance.domain.access import AT_THE_MACHINE
from support.people import PASSWORD
from support.retell_bodies import sample
from support.serving import House

HOME = "/api/restaurants/rest_la_marea"
TERMS = {"plan": "premium", "plan_until": "2026-12-31", "api_requests": 700, "enforce_webhooks": True}
NEW = {
    "name": "Casa Pepa",
    "agents": ["agent_pepa"],
    "numbers": ["+34960000001"],
    "areas": [{"name": "Sala", "tables": [{"name": "S1", "seats": 4}]}],
} | TERMS
DAY_MS = 86_400_000

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


async def ask(house: House, method: str, path: str, body: Any = None, token: str = "") -> httpx.Response:
    sent = {} if body is None else {"json": body}
    return await house.http.request(method, path, headers={"authorization": f"Bearer {token or house.token}"}, **sent)


async def owner(house: House) -> str:
    """The access token of the owner of La Marea."""
    new = NewUser(email="eva@example.com", name="Eva", role="owner", password=PASSWORD)
    await house.server.parts.users.add(AT_THE_MACHINE, new, restaurant_id="rest_la_marea")
    said = {"email": "eva@example.com", "password": PASSWORD}
    token: str = (await house.http.post("/api/auth/login", json=said)).json()["access_token"]
    return token


async def test_a_restaurant_is_taken_on_and_its_calls_are_known(house: House) -> None:
    made = await ask(house, "POST", "/api/restaurants", NEW)
    assert (made.status_code, made.headers["location"]) == (201, "/api/restaurants/rest_casa_pepa")
    shown = await house.get(made.headers["location"])
    assert (shown.json(), shown.headers["etag"]) == (made.json(), made.headers["etag"])
    assert {name: shown.json()[name] for name in TERMS} == TERMS
    asked = {"name": "get_hours", "args": {}, "call": {"call_id": "call_p", "agent_id": "agent_pepa"}}
    assert (await house.tool(asked))["code"] != "unknown_restaurant"


async def test_a_restaurant_is_taken_on_once(house: House) -> None:
    assert (await ask(house, "POST", "/api/restaurants", NEW)).status_code == 201
    again = await ask(house, "POST", "/api/restaurants", NEW)
    assert (again.status_code, "rest_casa_pepa" in again.json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"planet": "Mars"}, "planet"),
        ({"plan": "gold"}, "plan"),
        ({"plan_until": "soon"}, "plan_until"),
        ({"api_requests": 0}, "api_requests"),
        ({"enforce_webhooks": "yes"}, "enforce_webhooks"),
        ({"timezone": "Mars"}, "timezone"),
        ({"id": "Casa Pepa"}, "id"),
        ({"numbers": ["600"]}, "numbers"),
    ],
)
async def test_what_is_wrong_with_a_new_restaurant_is_told_by_name_and_none_is_made(
    house: House, change: dict[str, Any], named: str
) -> None:
    refused = await ask(house, "POST", "/api/restaurants", NEW | change)
    assert (refused.status_code, named in refused.json()["detail"]) == (400, True)
    assert (await house.read("/api/restaurants"))["total"] == 1


async def test_what_is_read_as_a_file_is_what_is_written_as_one(house: House) -> None:
    before, file = await house.read(HOME), await house.read(f"{HOME}/file")
    same = await ask(house, "PUT", HOME, file)
    assert same.json()["restaurant"] == before
    changed = (await ask(house, "PUT", HOME, file | {"max_party": 5} | TERMS)).json()["restaurant"]
    assert changed == before | {"max_party": 5, "plan_now": "premium"} | TERMS
    assert await house.read(f"{HOME}/file") == file | {"max_party": 5} | TERMS


async def test_a_restaurant_is_not_written_under_the_address_of_another(house: House) -> None:
    await ask(house, "POST", "/api/restaurants", NEW)
    file = await house.read(f"{HOME}/file")
    refused = await ask(house, "PUT", "/api/restaurants/rest_casa_pepa", file)
    assert (refused.status_code, refused.json()["detail"]) == (400, "id: must be rest_casa_pepa here, or left out")
    unknown = await ask(house, "PUT", "/api/restaurants/rest_nowhere", NEW)
    assert unknown.status_code == 404


async def test_a_restaurant_goes_by_force_only_while_bookings_are_to_come(house: House) -> None:
    assert (await house.tool(sample("21")))["code"] == "booked"
    kept = await ask(house, "DELETE", HOME)
    assert (kept.status_code, kept.json()["type"]) == (409, "urn:maitre:problem:conflict")
    assert (await house.get(HOME)).status_code == 200
    assert (await ask(house, "DELETE", f"{HOME}?force=true")).status_code == 204
    assert (await house.get(HOME)).status_code == 404


async def test_terms_are_changed_one_by_one(house: House) -> None:
    before = await house.read(HOME)
    shown = (await ask(house, "PATCH", f"{HOME}/terms", TERMS)).json()["restaurant"]
    assert shown == before | {"plan_now": "premium"} | TERMS
    nothing = {"plan_until": None, "api_requests": None}
    shown = (await ask(house, "PATCH", f"{HOME}/terms", nothing)).json()["restaurant"]
    assert shown == before | {"plan_now": "premium"} | TERMS | nothing


@pytest.mark.parametrize("edit", [{"max_party": 4}, {"api_requests": -1}, {"plan": None}, {"plan_until": "2026-13-01"}])
async def test_terms_are_nothing_but_terms(house: House, edit: dict[str, Any]) -> None:
    before = await house.read(HOME)
    assert (await ask(house, "PATCH", f"{HOME}/terms", edit)).status_code == 400
    assert await house.read(HOME) == before


@pytest.mark.parametrize(("field", "value"), TERMS.items())
async def test_an_owner_reads_the_terms_and_changes_none_of_them(house: House, field: str, value: object) -> None:
    token = await owner(house)
    before = (await ask(house, "GET", HOME, token=token)).json()
    assert (await ask(house, "PATCH", f"{HOME}/terms", {field: value}, token)).status_code == 403
    by_the_rules = await ask(house, "PATCH", HOME, {field: value}, token)
    assert (by_the_rules.status_code, by_the_rules.json()["errors"][0]["pointer"]) == (400, f"#/{field}")
    for path in ("/hours", "/floor"):
        body = (await ask(house, "GET", HOME + path, token=token)).json()
        body = body.get("items", body)
        assert (await ask(house, "PUT", HOME + path, body, token)).status_code == 200
    assert await house.read(HOME) == before


async def test_an_owner_s_edit_leaves_the_terms_as_they_are(house: House) -> None:
    await ask(house, "PATCH", f"{HOME}/terms", TERMS)
    shown = (await ask(house, "PATCH", HOME, {"max_party": 4}, await owner(house))).json()["restaurant"]
    assert {name: shown[name] for name in TERMS} == TERMS


async def test_only_operators_take_restaurants_on_and_off(house: House) -> None:
    token = await owner(house)
    file = await house.read(f"{HOME}/file")
    for method, path, body in (
        ("POST", "/api/restaurants", NEW),
        ("PUT", HOME, file),
        ("DELETE", HOME, None),
        ("GET", f"{HOME}/file", None),
    ):
        assert (await ask(house, method, path, body, token)).status_code == 403, (method, path)


async def test_the_day_after_its_last_a_plan_counts_as_basic(house: House) -> None:
    await ask(house, "PATCH", f"{HOME}/terms", {"plan": "premium", "plan_until": "2026-11-25", "api_requests": 700})
    during = await house.get(HOME)
    assert during.headers["ratelimit-policy"] == '"premium";q=700;w=900'
    house.clock.advance(2 * DAY_MS)
    after = await house.get(HOME)
    assert after.headers["ratelimit-policy"] == '"basic";q=100;w=900'
    assert after.json() == during.json() | {"plan_now": "basic", "plan_lapsed": True}
    assert after.headers["etag"] != during.headers["etag"]
    rows = (await house.read("/api/admin/limits"))["items"]
    assert [(row["plan"], row["requests"]) for row in rows] == [("basic", 100)]


async def test_who_answers_for_a_restaurant_is_in_the_audit(house: House) -> None:
    file = (await house.read(f"{HOME}/file")) | {"agents": ["agent_new"], "numbers": ["+34960000001"]}
    assert (await ask(house, "PUT", HOME, file)).status_code == 200
    entry = (await house.read("/api/admin/audit"))["items"][0]
    assert entry["after"] == {"agents": ["agent_new"], "numbers": ["+34960000001"]}
    assert entry["before"].keys() == entry["after"].keys()
