from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.guard.floods import REFUSALS
from support.raw_http import connect
from support.retell_bodies import sample
from support.serving import EVENTS, INBOUND, TOOLS, House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

STRANGER, NEIGHBOUR = "203.0.113.7", "203.0.113.8"
HOURS = {"name": "get_hours", "args": {}, "call": {"call_id": "c", "agent_id": "agent_7c1f0e5a9b3d4826a1e0f4c2d8"}}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """It is behind a proxy of ours, which is this machine."""
    async with serving(database_url, tmp_path, trusted_proxies=("127.0.0.1",)) as opened:
        opened.clock.advance(60_000)
        yield opened


def seen_from(address: str, **headers: str) -> dict[str, str]:
    return {"x-forwarded-for": address} | headers


async def flood(house: House, path: str = "/nothing", method: str = "GET", address: str = STRANGER) -> httpx.Response:
    """One refusal more than is borne; what is said to the next."""
    for _ in range(REFUSALS + 1):
        answer = await house.http.request(method, path, headers=seen_from(address))
        assert 400 <= answer.status_code < 500
    return await house.http.request(method, path, headers=seen_from(address))


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/nothing", "GET"),
        ("//etc/passwd", "GET"),
        ("/api/restaurants", "GET"),
        ("/api/auth/login", "POST"),
        ("/livez", "DELETE"),
        (EVENTS, "POST"),
        (TOOLS, "POST"),
    ],
)
async def test_who_is_refused_too_often_is_not_listened_to_for_a_while(house: House, path: str, method: str) -> None:
    banned = await flood(house, path, method)
    assert (banned.status_code, banned.headers["retry-after"]) == (429, "60")
    assert banned.headers["content-type"] == "application/problem+json"
    assert banned.json()["type"].endswith("too_many_requests")
    assert (await house.http.get("/livez", headers=seen_from(STRANGER))).status_code == 429
    assert (await house.http.get("/livez", headers=seen_from(NEIGHBOUR))).status_code == 200
    house.clock.advance(60_000)
    assert (await house.http.get("/livez", headers=seen_from(STRANGER))).status_code == 200


async def test_signed_phone_traffic_passes_from_an_address_that_is_banned(house: House) -> None:
    await flood(house, EVENTS, "POST")
    assert (await house.http.post(EVENTS, headers=seen_from(STRANGER))).status_code == 429
    assert (await house.post(EVENTS, sample("10"), **seen_from(STRANGER))).status_code == 204
    assert (await house.post(INBOUND, sample("10"), **seen_from(STRANGER))).status_code == 200
    answer = await house.post(TOOLS, HOURS, **seen_from(STRANGER))
    assert (answer.status_code, answer.json()["ok"]) == (200, True)


async def test_a_banned_address_hears_so_before_its_body_is_taken_in(house: House) -> None:
    await flood(house)
    for path in ("/api/auth/login", EVENTS):
        connection = await connect(house.port)
        head = f"POST {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {STRANGER}\r\ncontent-length: 900000\r\n\r\n"
        await connection.send(head.encode())
        assert (await connection.answer()).status == 429
        await connection.close()


async def test_what_somebody_known_does_wrong_bans_nobody(house: House) -> None:
    headers = seen_from(STRANGER, authorization=f"Bearer {house.token}")
    for _ in range(REFUSALS + 20):
        answer = await house.http.get("/api/restaurants/rest_nobody", headers=headers)
    assert answer.status_code in (404, 429)
    assert (await house.http.get("/livez", headers=headers)).status_code == 200


async def test_what_is_right_never_bans(house: House) -> None:
    for _ in range(REFUSALS + 20):
        assert (await house.http.get("/livez", headers=seen_from(STRANGER))).status_code == 200


async def test_this_machine_is_never_banned(house: House) -> None:
    for _ in range(REFUSALS + 20):
        answer = await house.http.get("/nothing")
    assert answer.status_code == 404


async def test_only_our_own_proxies_are_believed(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house:
        answer = await flood(house)
        assert answer.status_code == 404  # it is this machine, whatever it says


RETELL: dict[str, Any] = {"trusted_proxies": ("127.0.0.1",), "platform_addresses": ("100.20.5.228", "2001:db8::/32")}


async def test_where_the_platform_s_addresses_are_set_no_other_may_knock(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, **RETELL) as house:
        for door, body in ((EVENTS, sample("10")), (INBOUND, sample("10")), (TOOLS, sample("10"))):
            refused = await house.post(door, body, **seen_from(STRANGER))
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:maitre:problem:forbidden")
            assert (await house.post(door, body)).status_code == 403
            for address in ("100.20.5.228", "2001:db8::7", f"{STRANGER}, 100.20.5.228"):
                assert (await house.post(door, body, **seen_from(address))).status_code in (200, 204)
        assert (await house.http.get("/livez", headers=seen_from(STRANGER))).status_code == 200


async def test_the_platform_s_address_alone_opens_nothing(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, **RETELL) as house:
        assert (await house.http.post(EVENTS, headers=seen_from("100.20.5.228"))).status_code == 401


async def test_events_that_are_one_too_many_ban_nobody(house: House) -> None:
    terms, credential = {"enforce_webhooks": True}, {"authorization": f"Bearer {house.token}"}
    await house.http.patch("/api/restaurants/rest_la_marea/terms", json=terms, headers=credential)
    card = house.server.parts.restaurants.one("rest_la_marea")
    for _ in range(1_000):
        house.server.parts.meter.webhook(card)
    event = {"event": "call_started", "call": HOURS["call"]}
    for _ in range(REFUSALS + 1):
        assert (await house.post(EVENTS, event, **seen_from(STRANGER))).status_code == 429
    assert (await house.http.get("/livez", headers=seen_from(STRANGER))).status_code == 200
