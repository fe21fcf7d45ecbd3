"""A house with one of everything in it, and for each operation that takes some knowing a request that it grants."""

from typing import Any

import httpx
import jwt

from appliance.contract import NewToken, NewUser
from appliance.domain.access import AT_THE_MACHINE
from appliance.loadtest.restaurants import demo_restaurants
from support.alert_channel import ALERTS, fire
from support.people import PASSWORD
from support.retell_bodies import sample
from support.serving import EVENTS, House

HOME = "/api/restaurants/rest_la_marea"
OPERATOR, STAFF = "pau@example.com", "eva@example.com"
_AGENT = demo_restaurants(1)[0].agent_id
_NIGHT = {"date": "2026-11-29", "time": "21:00", "party_size": 2, "name": "Luz"}
_EVENING = {"name": "Cena", "opens": "20:00", "last_seating": "22:00", "closes": "24:00"}


async def furnished(house: House) -> dict[str, str]:
    """The ids of what is there to be asked about."""
    spare = demo_restaurants(2)[1]
    await house.add(spare)
    await _with_people(house)
    await _with_days(house)
    await _with_calls(house)
    await _begun_factor(house, STAFF)
    return {
        "reservation": await _first(house, "/reservations"),
        "customer": await _first(house, "/customers"),
        "table": await _first(house, "/tables"),
        "user": await _first(house, "/users"),
        "message": await _first(house, "/messages"),
        "entry": await _first(house, "/waitlist"),
        "call": await _first(house, "/calls", "call_id"),
        "dead_task": await _dead(house, b"[]"),
        **await _alerts(house),
        "token": await _token(house, OPERATOR),
        "session": await _session(house, OPERATOR),
        "spare_restaurant": spare.card.id,
    }


async def _first(house: House, path: str, name: str = "id") -> str:
    id_: str = (await house.read(HOME + path))["items"][0][name]
    return id_


async def _dead(house: House, body: bytes) -> str:
    """What came of a signed body that is no event."""
    await house.post(EVENTS, body)
    newest: str = (await house.read("/api/admin/tasks", state="dead"))["items"][-1]["id"]
    return newest


async def _alerts(house: House) -> dict[str, str]:
    """The ids of two that are open, and of a test."""
    unknown_agent = await fire(house)
    (dead_letters,) = (await house.read(ALERTS, rule="dead_letters"))["items"]
    sent = await house.http.post(f"{ALERTS}/test", headers={"authorization": f"Bearer {house.token}"})
    return {"unknown_agent": unknown_agent, "dead_letters": dead_letters["id"], "alert_test": sent.json()["id"]}


async def _token(house: House, email: str) -> str:
    whose = await house.server.parts.users.one(email)
    return (await house.server.parts.api_tokens.make_for(whose, NewToken(name="till"))).row.id


async def _session(house: House, email: str) -> str:
    token = (await signed_in(house, email))["access_token"]
    id_: str = jwt.decode(token, options={"verify_signature": False})["sid"]
    return id_


async def _begun_factor(house: House, email: str) -> None:
    """A second factor that nobody asks for yet."""
    headers = {"authorization": f"Bearer {(await signed_in(house, email))['access_token']}"}
    begun = await house.http.post("/api/auth/factor", json={"password": PASSWORD}, headers=headers)
    assert begun.is_success, begun.text


async def signed_in(house: House, email: str) -> dict[str, Any]:
    answer = await house.http.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    told: dict[str, Any] = answer.json()
    return told


async def _with_people(house: House) -> None:
    for email, name, role, restaurant_id in (
        (OPERATOR, "Pau", "operator", ""),
        (STAFF, "Eva", "staff", "rest_la_marea"),
    ):
        new = NewUser(email=email, name=name, role=role, password=PASSWORD)
        await house.server.parts.users.add(AT_THE_MACHINE, new, restaurant_id=restaurant_id)


async def _with_days(house: House) -> None:
    """A region, whose holidays are known; a closed day, and two with hours of their own."""
    await _asked(house, "PATCH", "", {"region": "ES"})
    await _asked(house, "POST", "/closures", {"date": "2026-12-30"})
    for day in ("2026-12-24", "2026-12-31"):
        await _asked(house, "PUT", f"/special-days/{day}", [_EVENING])


async def _with_calls(house: House) -> None:
    """A call, its booking and its message; and somebody who waits for a night that is full."""
    await house.post(EVENTS, sample("10"))
    assert (await house.tool(sample("21")))["code"] == "booked"
    assert (await house.tool(sample("28")))["code"] == "message_taken"
    every = [table["name"] for table in (await house.read(HOME))["tables"]]
    await _asked(house, "POST", "/reservations", _NIGHT | {"tables": every, "force": True})
    caller = {"call_id": "call_luz", "agent_id": _AGENT, "from_number": "+34600111222"}
    assert (await house.tool({"name": "join_waitlist", "args": _NIGHT, "call": caller}))["code"] == "waitlisted"
    await house.settled()


async def _asked(house: House, method: str, path: str, body: Any = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {house.token}"}
    answer = await house.http.request(method, HOME + path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


async def right_requests(house: House, ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """By operation, as schemathesis takes them."""
    at = "/api/restaurants/{restaurant_id}"
    of_parts = {f"{method} {at}{path}": _request(**more) for method, path, more in await _of_parts(house, ids)}
    return of_parts | {
        "POST /api/admin/tasks/{deed}": _request(deed="retry", body={"ids": [ids["dead_task"]]}),
        "POST /api/admin/calls/{call_id}/replay": {"path_parameters": {"call_id": ids["call"]}},
        "POST /api/admin/alerts/{alert_id}/acknowledge": {"path_parameters": {"alert_id": ids["unknown_agent"]}},
        "POST /api/admin/alerts/{alert_id}/resolve": {"path_parameters": {"alert_id": ids["dead_letters"]}},
        "POST /api/admin/alerts/test": {},
        "POST /api/admin/backups": {},
        "POST /api/admin/restart": {},
        "GET /api/admin/alerts/test/{test_id}": {"path_parameters": {"test_id": ids["alert_test"]}},
        "POST /api/restaurants": _request(body={"name": "Bar Sol"}),
        "POST /api/auth/login": _request(body={"email": STAFF, "password": PASSWORD}),
        "POST /api/auth/refresh": _request(
            body={"refresh_token": (await signed_in(house, STAFF))["refresh_token"]},
        ),
        "POST /api/auth/tokens": _request(body={"name": "till"}),
        "POST /api/auth/factor": _request(body={"password": PASSWORD}),
        "DELETE /api/admin/users/{user_id}/factor": {"path_parameters": {"user_id": ids["user"]}},
        "DELETE /api/auth/sessions/{session_id}": {"path_parameters": {"session_id": ids["session"]}},
        "DELETE /api/auth/tokens/{token_id}": {"path_parameters": {"token_id": ids["token"]}},
    }


def _request(
    *, query: Any = None, body: Any = None, media_type: str = "application/json", **path: str
) -> dict[str, Any]:
    parts = {"path_parameters": {"restaurant_id": "rest_la_marea"} | path, "query": query}
    return parts if body is None else parts | {"body": body, "media_type": media_type}


async def _of_parts(house: House, ids: dict[str, str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and the rest of those about one restaurant."""
    file, floor, hours = [await house.read(f"{HOME}/{part}") for part in ("file", "floor", "hours")]
    tables = (await house.get(f"{HOME}/sheets/Mesas")).text
    calendar = (await _asked(house, "POST", "/calendar-feed")).json()["url"].partition("token=")[2]
    sol = {"email": "sol@example.com", "name": "Sol", "role": "staff", "password": PASSWORD}
    guest, user = {"customer_id": ids["customer"]}, {"user_id": ids["user"]}
    booking = {"reservation_id": ids["reservation"]}
    return [
        ("PUT", "", {"body": file}),
        ("PATCH", "", {"body": {"max_party": 9}}),
        ("PUT", "/floor", {"body": floor}),
        ("PUT", "/hours", {"body": hours}),
        ("POST", "/closures", {"body": {"date": "2027-01-07"}}),
        ("DELETE", "/closures", {"query": {"date": "2026-12-30"}}),
        ("POST", "/holidays/close", {"body": {"dates": ["2026-12-25"]}}),
        ("PUT", "/special-days/{day}", {"day": "2027-01-05", "body": [_EVENING]}),
        ("GET", "/special-days/{day}", {"day": "2026-12-24"}),
        ("DELETE", "/special-days/{day}", {"day": "2026-12-31"}),
        ("GET", "/sheets/{tab}", {"tab": "Mesas"}),
        ("POST", "/sheets/{tab}", {"tab": "Mesas", "body": tables, "media_type": "text/csv"}),
        ("GET", "/calendar", {"query": {"month": "2026-11"}}),
        ("GET", "/calendar.ics", {"query": {"token": calendar}}),
        ("GET", "/tables", {"query": {"at": "2026-11-28T21:00"}}),
        ("PATCH", "/tables/{table_id}", {"table_id": ids["table"], "body": {"active": True}}),
        ("GET", "/customers/{customer_id}", guest),
        ("PATCH", "/customers/{customer_id}", guest | {"body": {"notes": "ventana"}}),
        ("GET", "/customers/{customer_id}/export", guest),
        ("DELETE", "/customers/{customer_id}", guest | {"query": {"cancel": True}}),
        ("POST", "/reservations", {"body": _NIGHT | {"date": "2026-11-28"}}),
        ("GET", "/reservations/{reservation_id}", booking),
        ("PATCH", "/reservations/{reservation_id}", booking | {"body": {"notes": "ventana"}}),
        ("POST", "/reservations/{reservation_id}/{deed}", booking | {"deed": "confirm"}),
        ("POST", "/walk-ins", {"body": {"party_size": 1}}),
        ("GET", "/calls/{call_id}", {"call_id": ids["call"]}),
        ("POST", "/messages/{message_id}/handled", {"message_id": ids["message"]}),
        ("DELETE", "/waitlist/{entry_id}", {"entry_id": ids["entry"]}),
        ("POST", "/users", {"body": sol}),
        ("PATCH", "/users/{user_id}", user | {"body": {"name": "Eva María"}}),
        ("DELETE", "/users/{user_id}", user),
    ]
