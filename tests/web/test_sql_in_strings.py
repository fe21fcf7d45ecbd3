"""SQL in every string that a client can send: it is kept or refused as the text it is, and nothing else comes of it."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import text

from appliance.loadtest.restaurants import demo_restaurants
from appliance.services.agent.arguments import _NAMES
from appliance.services.agent.tools import ALIASES
from appliance.store.engine import Database
from support.api_bodies import Document
from support.people import PASSWORD
from support.retell_bodies import sample
from support.serving import EVENTS, INBOUND, TOOLS, House, serving

HOME = demo_restaurants(1)[0].card.id
AGENT = demo_restaurants(1)[0].agent_id
BASE = f"/api/restaurants/{HOME}"
HOSTILE = [
    "' OR '1'='1",
    "'; DROP TABLE reservations; --",
    '") UNION SELECT password_hash FROM users --',
    "\\'; UPDATE users SET role = 'operator' WHERE ''='",
    "'||(SELECT CASE WHEN 1=1 THEN pg_sleep(60) END)||'",
    "％' ESCAPE '_%",
    "ʼ; DELETE FROM users; ’＇--",
    ":id $1 ? %(id)s {id} \\x27",
]
_SORTED = sorted(HOSTILE, key=len)
IN_PAIRS = [f"{short} {long}" for short, long in zip(_SORTED[:4], reversed(_SORTED[4:]), strict=True)]
"""Two at a time, which is as much as a name takes."""
UNTAKEN = "a'\0; DROP TABLE users; --"
"""Postgres takes no NUL in a text."""
SOUND = ("users", "reservations", "customers", "restaurants", "audit", "signing_keys", "alembic_version")
"""Tables whose rows must be there afterwards as before, by what `_SELECT` takes of each."""
RIGHT = {
    "restaurant_id": HOME,
    "day": "2026-11-28",
    "tab": "Reservas",
    "month": "2026-11",
    "email": "eva@example.com",
    "password": PASSWORD,
    "role": "staff",
    "name": "Ana",
}


_SELECT = {table: f"SELECT id FROM {table}" for table in SOUND} | {
    "alembic_version": "SELECT version_num FROM alembic_version",
    "reservations": "SELECT id || name || status FROM reservations",
    "users": "SELECT id || role || password_hash FROM users",
}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """Whatever a test sends to it: nothing of that may have been executed, and nothing have broken inside."""
    async with serving(database_url, tmp_path, limits_mode="shadow") as opened:
        booking = {"date": "2026-11-27", "time": "21:00", "party_size": 2, "name": "Lucía", "phone": "+34600111222"}
        assert (await send(opened, "POST", f"{BASE}/reservations", json=booking)).status_code == 201
        user = {"email": "eva@example.com", "name": "Eva", "role": "owner", "password": PASSWORD}
        assert (await send(opened, "POST", f"{BASE}/users", json=user)).status_code == 201
        before = await rows(database_url)
        yield opened
        after = await rows(database_url)
        assert {table: before[table] - after[table] for table in SOUND} == {table: set() for table in SOUND}
        broken = [one for one in (await opened.read("/api/admin/errors"))["groups"] if one["category"] in OURS]
        assert broken == []


OURS = ("database", "system")


async def rows(url: str) -> dict[str, set[Any]]:
    database = Database(url)
    try:
        async with database.read() as tx:
            return {table: set((await tx.execute(text(_SELECT[table]))).scalars()) for table in SOUND}
    finally:
        await database.close()


async def send(house: House, method: str, path: str, *, token: str = "", **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token or house.token}"} | more.pop("headers", {})
    return await house.http.request(method, path, headers=headers, **more)


async def signed_in(house: House) -> str:
    said = {"email": "eva@example.com", "password": PASSWORD}
    token: str = (await house.http.post("/api/auth/login", json=said)).json()["access_token"]
    return token


Sent = tuple[str, str, dict[str, Any]]


def requests(document: Document, hostile: Callable[[], str]) -> Iterator[Sent]:
    """One for every string of every route: that one hostile, the others right."""
    for method, path, operation in document.operations():
        if path.startswith("/api/"):
            yield from requests_of(document, method, path, operation, hostile)


def requests_of(
    document: Document, method: str, path: str, operation: dict[str, Any], hostile: Callable[[], str]
) -> Iterator[Sent]:
    right = document.parameters(operation, "path")
    rest: dict[str, Any] = {"params": document.parameters(operation, "query", required=True)}
    schema = document.body(operation)
    if schema is not None:
        rest["json"] = document.right(schema)
    for name in right:
        yield method, filled(path, right | {name: hostile()}), rest
    if (method, path) == ("DELETE", "/api/restaurants/{restaurant_id}"):
        return  # with the right id it would take the restaurant away
    for name in document.strings(operation, "query"):
        yield method, filled(path, right), rest | {"params": rest["params"] | {name: hostile()}}
    for name in document.strings(operation, "header"):
        yield method, filled(path, right), rest | {"headers": {name: hostile().replace("\0", "").encode()}}
    for body in document.bodies(schema or {}, hostile):
        yield method, filled(path, right), rest | {"json": body}


def filled(path: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return path


@pytest.mark.parametrize(
    ("backend", "texts"), [("sqlite", HOSTILE), ("postgres", HOSTILE), ("postgres", [UNTAKEN])], ids=str
)
async def test_no_string_of_any_route_is_taken_for_sql(house: House, texts: list[str]) -> None:
    document = Document((await house.http.get("/api/docs/openapi.json")).json(), RIGHT)
    session, codes = await signed_in(house), Counter[int]()
    for method, path, more in requests(document, cycle(texts).__next__):
        token = session if path.startswith("/api/auth") else ""
        answer = await send(house, method, path, token=token, **more)
        assert answer.status_code < 500, (method, path, more, answer.text)
        assert answer.status_code != 429 or path in GUESSED, path
        assert "argon2" not in answer.text, (method, path, more)
        codes[answer.status_code] += 1
    assert codes.total() > 200
    assert codes[200] + codes[201] > 10 or texts == [UNTAKEN], "some must get as far as the database"


GUESSED = ("/api/auth/login", "/api/auth/password")
"""Passwords are tried a few times only."""


async def keep(house: House, words: str, day: str) -> dict[str, str]:
    """Write the words wherever staff can write some; where, and what is read there afterwards."""
    booking = {"date": day, "time": "14:00", "party_size": 1, "force": True, "phone": "+34600111333"}
    booked = (await write(house, "POST", "/reservations", json=booking | {"name": words, "notes": words})).json()
    guest = (await house.read(f"{BASE}/customers", q="600111333"))["items"][0]["id"]
    await write(house, "PATCH", f"/customers/{guest}", json={"notes": words})
    seated = (await write(house, "POST", "/walk-ins", json={"party_size": 1, "name": words})).json()["reservation"]
    user = {"email": f"{house.clock.new_id('u')}@example.com", "name": words, "role": "staff", "password": PASSWORD}
    made = (await write(house, "POST", "/users", json=user)).json()["id"]
    table = (await house.read(f"{BASE}/tables"))["items"][-1]["id"]
    await write(house, "PATCH", f"/tables/{table}", json={"name": words})
    await write(house, "POST", "/closures", json={"date": "2027-02-01", "reason": words})
    return {
        "booking": (await house.read(f"{BASE}/reservations/{booked['id']}"))["name"],
        "its notes": (await house.read(f"{BASE}/reservations/{booked['id']}"))["notes"],
        "guest": (await house.read(f"{BASE}/customers/{guest}"))["notes"],
        "walk-in": (await house.read(f"{BASE}/reservations/{seated['id']}"))["name"],
        "user": {row["id"]: row["name"] for row in (await house.read(f"{BASE}/users"))["items"]}[made],
        "table": {row["id"]: row["name"] for row in (await house.read(f"{BASE}/tables"))["items"]}[table],
        "closure": (await house.read(f"{BASE}/closures"))["items"][-1]["reason"],
    }


async def write(house: House, method: str, path: str, **more: Any) -> httpx.Response:
    answer = await send(house, method, f"{BASE}{path}", **more)
    assert answer.is_success, (path, answer.text)
    return answer


async def test_what_staff_write_comes_back_as_it_was_written(house: House) -> None:
    for n, words in enumerate(IN_PAIRS):
        kept = await keep(house, words, f"2026-12-1{n}")
        assert kept == dict.fromkeys(kept, words)


async def test_what_is_searched_for_is_text_and_no_pattern(house: House) -> None:
    assert (await house.read(f"{BASE}/customers", q="Luc"))["total"] == 1
    for words in ("%", "_", "%%", "\\", *HOSTILE):
        assert (await house.read(f"{BASE}/customers", q=words))["total"] == 0, words


ABOUT = {"call_id": "call_1", "agent_id": AGENT, "from_number": "+34600111222"}
SAID = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana"}


async def test_no_argument_of_any_tool_is_taken_for_sql(house: House) -> None:
    hostile = cycle([*HOSTILE, UNTAKEN])
    for n, tool in enumerate(ALIASES.values()):
        for name in dict.fromkeys(name for names in _NAMES.values() for name in names):
            answer = await house.tool({"name": tool, "call": ABOUT, "args": SAID | {name: next(hostile)}})
            assert answer["code"] != "temporarily_unavailable", (tool, name)
        for field in ABOUT:
            about = ABOUT | {"call_id": f"call_{n}", field: next(hostile)}
            answer = await house.tool({"name": tool, "call": about, "args": SAID})
            assert answer["code"] != "temporarily_unavailable", (tool, field)


async def test_no_name_of_a_tool_is_taken_for_sql(house: House) -> None:
    for hostile in (*HOSTILE, UNTAKEN):
        assert (await house.tool({"name": hostile, "call": ABOUT, "args": SAID}))["code"] == "unknown_tool"
        path = f"{TOOLS}/{quote(hostile, safe='')}"
        assert (await house.post(path, {"call": ABOUT, "args": SAID})).status_code in (200, 404)


async def test_what_a_caller_says_is_kept_as_it_was_said(house: House) -> None:
    for words in HOSTILE:
        left = await house.tool({"name": "take_message", "call": ABOUT, "args": {"message": words, "name": "Ana"}})
        assert left["ok"] is True
    kept = (await house.read(f"{BASE}/messages"))["items"]
    assert {row["text"] for row in kept} == set(HOSTILE)


def altered(body: Any, hostile: Callable[[], str], had: set[str], place: str = "") -> Iterator[Any]:
    """The body as often as it has strings at places not `had` before, with another of them hostile each time."""
    if isinstance(body, str) and place not in had:
        had.add(place)
        yield hostile()
    elif isinstance(body, list):
        yield from ([one] for one in altered(body[0], hostile, had, f"{place}[]")) if body else ()
    elif isinstance(body, dict):
        for name, part in body.items():
            yield from (body | {name: one} for one in altered(part, hostile, had, f"{place}.{name}"))


async def test_no_field_of_an_event_is_taken_for_sql(house: House) -> None:
    hostile, had = cycle([*HOSTILE, UNTAKEN]).__next__, set[str]()
    for name in ("12", "11", "10", "51", "62"):
        for body in altered(json.loads(sample(name)), hostile, had):
            assert (await house.post(EVENTS, body)).status_code == 204
    await house.settled()
    ended = {row["state"] for row in (await house.read("/api/admin/inbox", limit=500))["items"]}
    assert ended <= {"applied", "held"}


async def test_no_field_of_an_inbound_call_is_taken_for_sql(house: House) -> None:
    hostile = cycle([*HOSTILE, UNTAKEN]).__next__
    for body in altered(json.loads(sample("01")), hostile, set()):
        answer = await house.post(INBOUND, body)
        assert (answer.status_code, "argon2" in answer.text) == (200, False)


async def test_what_an_event_tells_is_kept_as_it_was_told(house: House) -> None:
    for n, words in enumerate(HOSTILE):
        told = {"call_summary": words, "custom_analysis_data": {words: words}}
        call = ABOUT | {"call_id": f"call_{n}", "transcript": f"User: {words}", "call_analysis": told}
        assert (await house.post(EVENTS, {"event": "call_analyzed", "call": call})).status_code == 204
    await house.settled()
    for n, words in enumerate(HOSTILE):
        kept = await house.read(f"{BASE}/calls/call_{n}")
        assert (kept["summary"], kept["transcript"][0]["content"], kept["analysis"]) == (words, words, {words: words})
