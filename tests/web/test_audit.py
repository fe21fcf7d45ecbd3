"""Who changed what: every route that changes something leaves an entry, and no entry can be altered."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from appliance.domain.access import Role
from appliance.loadtest.restaurants import demo_restaurants
from appliance.services.audit import COMMAND_LINE, acting
from appliance.services.host import Host
from appliance.store.engine import Database
from support.fake_clock import FakeClock
from support.people import PASSWORD, porch
from support.retell_bodies import sample
from support.routes import routes
from support.serving import EVENTS, House, serving

HOME = demo_restaurants(1)[0].card.id
HOST = Host(backup=("false",), is_kept=True)
"""A backup may be asked for, and a restart: what becomes of them is no entry."""
BASE = f"/api/restaurants/{HOME}"
GUEST = {"name": "Lucía Fernández", "phone": "+34600111222", "notes": "alergia a las nueces"}
BOOKING = {"date": "2026-11-28", "time": "21:00", "party_size": 2} | GUEST


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path, host=HOST, alert_channels=("json://127.0.0.1:1/nobody",)) as opened:
        yield opened


async def call(house: House, method: str, path: str, **body: Any) -> Any:
    headers = {"authorization": f"Bearer {house.token}"}
    response = await house.http.request(method, path, headers=headers, json=body or None)
    assert response.is_success, (method, path, response.text)
    return response.json() if response.content else None


async def entries(house: House, **which: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await house.read("/api/admin/audit", **which))["items"]
    return rows


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_an_entry_says_who_changed_what_and_from_where(house: House) -> None:
    await call(house, "PATCH", BASE, max_party=6)
    entry = (await entries(house))[0]
    assert re.fullmatch(r"ana@example\.com by token_\w+", entry["actor"])
    assert (entry["role"], entry["address"]) == ("operator", "127.0.0.1")
    assert (entry["action"], entry["restaurant_id"], entry["subject"]) == ("restaurant.changed", HOME, HOME)
    assert (entry["before"], entry["after"]) == ({"max_party": 8}, {"max_party": 6})
    assert entry["at"] == house.clock.now_ms()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_nothing_of_a_guest_s_person_goes_into_it(house: House) -> None:
    booked = await call(house, "POST", f"{BASE}/reservations", **BOOKING)
    await call(house, "PATCH", f"{BASE}/reservations/{booked['id']}", time="22:00", phone="+34600333444")
    changed, made = (await entries(house))[:2]
    assert (made["action"], changed["action"]) == ("reservation.created", "reservation.updated")
    assert (changed["before"]["time"], changed["after"]["time"]) == ("21:00", "22:00")
    assert (changed["before"]["phone"], changed["after"]["phone"]) == ("••••", "••••")
    shown = str([made, changed])
    assert not [word for word in ("Lucía", "600111222", "600333444", "nueces", "nut") if word in shown]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_no_password_and_no_token_goes_into_it(house: House) -> None:
    user = {"email": "eva@example.com", "name": "Eva", "role": "staff", "password": PASSWORD}
    made = await call(house, "POST", f"{BASE}/users", **user)
    await call(house, "PATCH", f"{BASE}/users/{made['id']}", password=PASSWORD[::-1])
    said = {"email": "eva@example.com", "password": PASSWORD[::-1]}
    session = (await house.http.post("/api/auth/login", json=said)).json()["access_token"]
    headers = {"authorization": f"Bearer {session}"}
    token = (await house.http.post("/api/auth/tokens", json={"name": "till"}, headers=headers)).json()["token"]
    shown = str(await entries(house))
    assert "argon2" not in shown
    assert not [word for word in (PASSWORD, PASSWORD[::-1], token) if word in shown]
    assert (await entries(house))[1]["after"] == {"password_hash": "••••"}


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_the_agent_on_the_phone_leaves_its_records_elsewhere(house: House) -> None:
    demo = demo_restaurants(1)[0]
    about = {"call_id": "call_1", "agent_id": demo.agent_id, "from_number": "+34600111222"}
    said = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Lucía"}
    assert (await house.tool({"name": "create_reservation", "call": about, "args": said}))["ok"] is True
    assert await entries(house, restaurant=HOME) == []


async def test_nobody_alters_an_entry(database: Database, clock: FakeClock) -> None:
    with acting(COMMAND_LINE):
        await porch(database, clock).add("ana@example.com", Role.OPERATOR)
    forbidden = ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"]
    if database.is_sqlite:
        forbidden.append(
            "INSERT OR REPLACE INTO audit SELECT id, at, 'nobody', role, '', '', '', '', '', '' FROM audit"
        )
    for statement in forbidden:
        with pytest.raises(Exception, match="entries of the audit are never changed"):
            async with database.write() as tx:
                await tx.execute(text(statement))
    async with database.read() as tx:
        assert (await tx.execute(text("SELECT actor, action FROM audit"))).all() == [("command line", "user.added")]


class Script:
    """Does one thing by each route that changes something, and notes which routes those were."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.done: set[tuple[str, str]] = set()

    async def do(
        self, method: str, template: str, *ids: str, body: Any = None, token: str = "", query: str = ""
    ) -> Any:
        """Whatever it answers; the change must have left an entry."""
        before = len(await entries(self.house, limit="500"))
        path = template.replace("{restaurant_id}", HOME)
        for id_ in ids:
            path = re.sub(r"\{\w+\}", id_, path, count=1)
        headers = {"authorization": f"Bearer {token or self.house.token}"}
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        response = await self.house.http.request(method, path + query, headers=headers, **sent)
        assert response.is_success, (method, path, response.text)
        assert len(await entries(self.house, limit="500")) > before, (method, template)
        self.done.add((method, template))
        return response.json() if response.content else None


async def use(house: House, tool: str, caller: int, **said: Any) -> dict[str, Any]:
    agent, number = demo_restaurants(1)[0].agent_id, f"+346000000{caller:02}"
    about = {"call_id": f"call_{caller}", "agent_id": agent, "from_number": number}
    return await house.tool({"name": tool, "call": about, "args": said})


async def book(script: Script) -> None:
    at = "/api/restaurants/{restaurant_id}"
    lucia = await script.do("POST", f"{at}/reservations", body=BOOKING)
    marta = await script.do("POST", f"{at}/reservations", body=BOOKING | {"name": "Marta", "phone": "+34600999888"})
    await script.do("PATCH", f"{at}/reservations/{{reservation_id}}", lucia["id"], body={"time": "21:30"})
    for one in (lucia, marta):
        await script.do("POST", f"{at}/reservations/{{reservation_id}}/{{deed}}", one["id"], "cancel")
    await script.do("POST", f"{at}/walk-ins", body={"party_size": 2})
    guest = (await script.house.read(f"{BASE}/customers"))["items"][0]["id"]
    await script.do("PATCH", f"{at}/customers/{{customer_id}}", guest, body={"notes": "junto a la ventana"})
    await script.do("DELETE", f"{at}/customers/{{customer_id}}", guest)
    assert (await use(script.house, "take_message", 1, message="que me llamen", name="Ana"))["ok"] is True
    callers = iter(range(2, 100))
    while (await use(script.house, "create_reservation", next(callers), **WAITS))["code"] == "booked":
        pass
    assert (await use(script.house, "join_waitlist", next(callers), **WAITS))["code"] == "waitlisted"
    message = (await script.house.read(f"{BASE}/messages"))["items"][0]["id"]
    await script.do("POST", f"{at}/messages/{{message_id}}/handled", message)
    entry = (await script.house.read(f"{BASE}/waitlist"))["items"][0]["id"]
    await script.do("DELETE", f"{at}/waitlist/{{entry_id}}", entry)


async def furnish(script: Script) -> None:
    at = "/api/restaurants/{restaurant_id}"
    await script.do("PATCH", at, body={"max_party": 7, "region": "ES-VC"})
    hours = (await script.house.read(f"{BASE}/hours"))["items"]
    await script.do("PUT", f"{at}/hours", body=[one | {"turn_minutes": 90} for one in hours])
    services = [{name: value for name, value in hours[0].items() if name != "days"}]
    await script.do("PUT", f"{at}/special-days/{{day}}", "2026-12-24", body=services)
    await script.do("DELETE", f"{at}/special-days/{{day}}", "2026-12-24")
    await script.do("POST", f"{at}/closures", body={"date": "2026-12-31"})
    await script.do("DELETE", f"{at}/closures", query="?date=2026-12-31")
    holiday = (await script.house.read(f"{BASE}/holidays", year=2027))["items"][0]["date"]
    await script.do("POST", f"{at}/holidays/close", body={"dates": [holiday]})
    table = (await script.house.read(f"{BASE}/tables"))["items"][0]["id"]
    await script.do("PATCH", f"{at}/tables/{{table_id}}", table, body={"active": False})
    floor = await script.house.read(f"{BASE}/floor")
    floor["areas"][0]["synonyms"] = ["al fondo"]
    await script.do("PUT", f"{at}/floor", body=floor)
    await script.do("POST", f"{at}/calendar-feed")
    await script.do("DELETE", f"{at}/calendar-feed")
    sheet = b"Fecha,Hora,Personas,Nombre,Telefono\n2026-12-12,21:00,2,Ana,600111222\n"
    await script.do("POST", f"{at}/sheets/{{tab}}", "Reservas", body=sheet)


async def people(script: Script) -> None:
    await script.do("DELETE", "/api/admin/limits/{restaurant_id}")
    await script.do("PUT", "/api/admin/log-level", body={"level": "error", "minutes": 1})
    at = "/api/restaurants/{restaurant_id}/users"
    user = {"email": "eva@example.com", "name": "Eva", "role": "staff", "password": PASSWORD}
    made = await script.do("POST", at, body=user)
    said = {"email": "eva@example.com", "password": PASSWORD}
    token = (await script.house.http.post("/api/auth/login", json=said)).json()["access_token"]
    passwords = {"old_password": PASSWORD, "new_password": PASSWORD[::-1]}
    await script.do("POST", "/api/auth/password", body=passwords, token=token)
    till = await script.do("POST", "/api/auth/tokens", body={"name": "till"}, token=token)
    await script.do("DELETE", "/api/auth/tokens/{token_id}", till["row"]["id"], token=token)
    await factor(script, token, PASSWORD[::-1])
    await script.house.http.post("/api/auth/login", json=said | {"password": PASSWORD[::-1]})
    await script.do("DELETE", "/api/auth/sessions", token=token)
    mine = await script.house.http.get("/api/auth/sessions", headers={"authorization": f"Bearer {token}"})
    await script.do("DELETE", "/api/auth/sessions/{session_id}", mine.json()["items"][0]["id"], token=token)
    await script.do("DELETE", "/api/admin/users/{user_id}/factor", made["id"])
    await script.do("PATCH", f"{at}/{{user_id}}", made["id"], body={"name": "Eva María"})
    await script.do("DELETE", f"{at}/{{user_id}}", made["id"])


async def factor(script: Script, token: str, password: str) -> None:
    """On and off, and begun again."""
    begun = await script.do("POST", "/api/auth/factor", body={"password": password}, token=token)
    code = pyotp.TOTP(begun["secret"]).at(script.house.clock.now_ms() // 1000)
    added = await script.do("POST", "/api/auth/factor/confirm", body={"code": code}, token=token)
    shown = {"password": password, "code": added["recovery_codes"][0]}
    await script.do("DELETE", "/api/auth/factor", body=shown, token=token)
    await script.do("POST", "/api/auth/factor", body={"password": password}, token=token)


async def tenants(script: Script) -> None:
    at = "/api/restaurants/{restaurant_id}"
    await script.do("PATCH", f"{at}/terms", body={"plan": "premium"})
    file = await script.house.read(f"{BASE}/file")
    await script.do("PUT", at, body=file | {"max_party": 5})
    await script.do("POST", "/api/restaurants", body={"name": "La Otra"})
    await script.do("DELETE", at, query="?force=true")


WAITS = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana"}


async def watch(script: Script) -> None:
    for deed in ("retry", "discard"):
        await script.house.post(EVENTS, b"[]")  # signed, and no event
        (dead,) = (await script.house.read("/api/admin/tasks", state="dead"))["items"]
        await script.do("POST", "/api/admin/tasks/{deed}", deed, body={"ids": [dead["id"]]})
        await script.house.settled()
    await script.house.post(EVENTS, sample("10"))
    await script.house.settled()
    call = (await script.house.read("/api/admin/calls"))["items"][0]["call_id"]
    await script.do("POST", "/api/admin/calls/{call_id}/replay", call)
    await script.do("POST", "/api/admin/alerts/test")
    await script.do("POST", "/api/admin/backups")
    await script.do("POST", "/api/admin/restart")
    server = script.house.server
    for _ in range(20):
        server.parts.traffic.event("unknown", "rejected")
    server.parts.monitor.tick()
    await server.parts.alerts.look()
    (alert,) = (await script.house.read("/api/admin/alerts", rule="signature_failures"))["items"]
    await script.do("POST", "/api/admin/alerts/{alert_id}/acknowledge", alert["id"])
    await script.do("POST", "/api/admin/alerts/{alert_id}/resolve", alert["id"])


OF_SESSIONS = {("POST", f"/api/auth/{what}") for what in ("login", "refresh", "logout")}
"""They change nothing that stays; the log tells of them."""


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_every_route_that_changes_something_leaves_an_entry(house: House) -> None:
    script = Script(house)
    for part in (book, furnish, people, watch, tenants):
        await part(script)
    changing = {(method, path) for method, path, _ in routes(house) if method != "GET"}
    assert changing - OF_SESSIONS - script.done == set()
