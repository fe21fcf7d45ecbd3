"""Each lane has its own room. A ceiling of none is a lane that is full already."""

import asyncio
import threading
from collections.abc import AsyncIterator
from functools import partial
from itertools import islice
from pathlib import Path

import httpx
import pytest

from appliance.guard.lanes import Room
from appliance.guard.passwords import AT_ONCE as PASSWORDS_AT_ONCE
from appliance.services.exports import Exports
from appliance.services.restaurants import RestaurantService
from appliance.voice.retell.signature import sign
from appliance.web import raw
from support.fake_clock import START_MS
from support.raw_http import Connection, connect
from support.retell_bodies import sample
from support.serve_process import KEY
from support.serving import EVENTS, INBOUND, TOOLS, House, serving, until

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

AGENT = "agent_7c1f0e5a9b3d4826a1e0f4c2d8"
HOURS = {"name": "get_hours", "args": {}, "call": {"call_id": "c", "agent_id": AGENT}}
CALL = {"event": "call_inbound", "call_inbound": {"agent_id": AGENT, "from_number": "+34600111222", "to_number": "+34"}}


async def test_a_full_lane_of_events_has_them_sent_again_and_shuts_nobody_else_out(house: House) -> None:
    house.server.parts.edge.lanes.webhooks.most = 0
    full = await house.post(EVENTS, sample("10"))
    assert (full.status_code, full.headers["retry-after"]) == (503, "2")
    assert full.json()["retryable"] is True
    assert (await house.tool(HOURS))["ok"] is True
    assert (await house.get("/api/restaurants")).status_code == 200
    house.server.parts.edge.lanes.webhooks.most = 1
    assert (await house.post(EVENTS, sample("10"))).status_code == 204


async def test_a_full_lane_of_tools_has_a_sentence_to_say_and_shuts_nobody_else_out(house: House) -> None:
    house.server.parts.edge.lanes.tools.most = 0
    answer = await house.tool(HOURS)
    assert (answer["ok"], answer["code"]) == (False, "temporarily_unavailable")
    english = await house.tool(HOURS | {"args": {"language": "en"}})
    assert (answer["say"] != english["say"], english["code"]) == (True, "temporarily_unavailable")
    assert (await house.post(EVENTS, sample("10"))).status_code == 204


async def test_a_full_lane_of_calls_leaves_no_phone_ringing(house: House) -> None:
    assert (await house.post(INBOUND, CALL)).json()["call_inbound"] != {}
    house.server.parts.edge.lanes.inbound.most = 0
    assert (await house.post(INBOUND, CALL)).json() == {"call_inbound": {}}


async def test_a_full_api_says_so_at_once_while_the_phone_and_the_probes_go_on(house: House) -> None:
    house.server.parts.edge.lanes.api.most = 0
    full = await house.get("/api/restaurants")
    assert (full.status_code, full.headers["retry-after"]) == (503, "2")
    assert full.headers["content-type"] == "application/problem+json"
    for path in ("/livez", "/readyz", "/api/health"):
        assert (await house.http.get(path)).status_code == 200
    assert (await house.tool(HOURS))["ok"] is True
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    assert (await house.post(INBOUND, CALL)).json()["call_inbound"] != {}


async def test_places_are_free_again_whatever_became_of_those_who_had_them(house: House) -> None:
    wanted = [house.get("/api/restaurants"), house.get("/api/restaurants/rest_nobody"), house.http.get("/nothing")]
    await asyncio.gather(*wanted, *(house.post(EVENTS, sample("10")) for _ in range(5)), house.tool(HOURS))
    lanes = house.server.parts.edge.lanes
    every = (lanes.api, lanes.passwords, lanes.webhooks, lanes.tools, lanes.inbound)
    assert [lane.inside for lane in every] == [0] * 5


async def test_what_breaks_gives_its_place_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the cellar is flooded")

    monkeypatch.setattr(RestaurantService, "one", broken)
    assert (await house.get("/api/restaurants/rest_la_marea")).status_code == 500
    assert house.server.parts.edge.lanes.api.inside == 0


@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/login/"])
async def test_three_hundred_who_sign_in_at_once_keep_nobody_else_waiting(
    database_url: str, tmp_path: Path, path: str
) -> None:
    """Each from an address of its own, and no password is looked at before the others have been served."""
    async with serving(database_url, tmp_path, trusted_proxies=("127.0.0.1",)) as house:
        go, lane = threading.Event(), house.server.parts.edge.lanes.passwords
        busy = [house.server.parts.passwords._threads.submit(go.wait, 30) for _ in range(PASSWORDS_AT_ONCE)]
        logins = [asyncio.create_task(sign_in(house, path, number)) for number in range(300)]
        try:
            async with asyncio.timeout(15):
                refused = [await first for first in islice(asyncio.as_completed(logins), 300 - lane.most)]
                await until(partial(is_served, house))  # in the end: the machine may be busy besides
                assert (await house.tool(HOURS))["ok"] is True
        finally:
            go.set()
        assert {(answer.status_code, answer.headers["retry-after"]) for answer in refused} == {(503, "2")}
        answers = [answer.status_code for answer in await asyncio.gather(*logins)]
        assert (answers.count(503), answers.count(401)) == (300 - lane.most, lane.most)
        assert (lane.inside, [one.result() for one in busy]) == (0, [True] * PASSWORDS_AT_ONCE)


async def is_served(house: House) -> bool:
    return (await house.get("/api/restaurants")).status_code == 200


async def sign_in(house: House, path: str, number: int) -> httpx.Response:
    guess = {"email": f"guest{number}@example.com", "password": "not the password"}
    address = f"198.51.{number // 250}.{number % 250}"
    return await house.http.post(path, json=guess, headers={"x-forwarded-for": address})


async def test_who_changes_a_password_waits_with_those_who_sign_in(house: House) -> None:
    house.server.parts.edge.lanes.passwords.most = 0
    body = {"old_password": "one old password", "new_password": "one new password"}
    headers = {"authorization": f"Bearer {house.token}"}
    assert (await house.http.post("/api/auth/password", json=body, headers=headers)).status_code == 503
    assert (await house.get("/api/auth/me")).status_code == 200


async def slow_body(house: House, path: str, head: str) -> Connection:
    """Begins a body of which nothing more comes."""
    connection = await connect(house.port)
    await connection.send(f"POST {path} HTTP/1.1\r\nhost: x\r\n{head}content-length: 900\r\n\r\n{{".encode())
    return connection


async def test_bodies_that_do_not_come_take_no_room_from_those_that_do(house: House) -> None:
    slow = [await slow_body(house, "/api/auth/login", "content-type: application/json\r\n") for _ in range(130)]
    slow += [await slow_body(house, TOOLS, f"x-retell-signature: v=1,d={'0' * 64}\r\n") for _ in range(130)]
    assert (await house.get("/api/restaurants")).status_code == 200
    assert (await house.tool(HOURS))["ok"] is True
    for connection in slow:
        await connection.close()


async def test_downloads_that_go_on_for_long_take_no_room_from_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = asyncio.Event()

    async def endless(*_: object, **__: object) -> AsyncIterator[bytes]:
        yield b"first page"
        await go.wait()

    monkeypatch.setattr(Exports, "sheet", endless)
    path = "/api/restaurants/rest_la_marea/sheets/Reservas"
    downloads = [asyncio.create_task(house.get(path)) for _ in range(20)]
    async with asyncio.timeout(5):
        assert (await house.get("/api/restaurants")).status_code == 200
    go.set()
    assert {answer.status_code for answer in await asyncio.gather(*downloads)} == {200}


async def test_bodies_that_are_arriving_are_bounded_all_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(1 << 20)
    monkeypatch.setattr(raw, "_arriving", room)
    for path in (EVENTS, "/api/auth/login"):
        answer = await house.post(path, b"x" * (3 << 20))
        assert (answer.status_code, answer.headers["retry-after"], room.taken) == (503, "2", 0)
    body = b'{"event":"x","call":{"call_id":"' + b"x" * 200_000 + b'"}}'
    signed = {"x-retell-signature": sign(body, KEY, START_MS)}
    assert (await house.http.post(EVENTS, content=body, headers=signed)).status_code == 204
    assert room.taken == 0


async def keep_busy(house: House, lag_s: float, *, for_s: float) -> None:
    """What the loop's look at itself says of it, told at once: before it sees that the tests' own is not late."""
    overload = house.server.parts.edge.lanes.overload
    for _ in range(round(for_s / (0.1 + lag_s))):
        overload.note(lag_s, 0.1 + lag_s)


async def test_a_process_that_does_not_keep_up_shuts_the_api_and_answers_the_phone(house: House) -> None:
    await keep_busy(house, 0.6, for_s=4.2)
    for path in ("/api/restaurants", "/api/admin/overview"):
        shut = await house.get(path)
        assert (shut.status_code, shut.headers["retry-after"], shut.json()["retryable"]) == (503, "2", True)
    login = await house.http.post("/api/auth/login", json={"email": "ana@example.com", "password": "guess"})
    assert login.status_code == 503
    for path in ("/livez", "/readyz", "/api/health", "/metrics"):
        assert (await house.http.get(path)).status_code == 200
    assert "maitre_overloaded 1.0" in (await house.http.get("/metrics")).text
    assert (await house.tool(HOURS))["ok"] is True
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    assert (await house.post(INBOUND, CALL)).json()["call_inbound"] != {}
    await keep_busy(house, 0.0, for_s=11)
    assert (await house.get("/api/restaurants")).status_code == 200
