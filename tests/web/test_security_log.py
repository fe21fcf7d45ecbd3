"""What the log tells of who came in, who was kept out, and who tried more than they may."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.people import PASSWORD
from support.serving import House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
HOME = demo_restaurants(1)[0].card.id
EVA = {"email": "eva@example.com", "password": PASSWORD}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path, log_level="info") as opened:
        user = EVA | {"name": "Eva", "role": "staff"}
        await opened.http.post(f"/api/restaurants/{HOME}/users", json=user, headers=bearing(opened.token))
        yield opened


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def log_in(house: House, password: str = PASSWORD) -> Any:
    return (await house.http.post("/api/auth/login", json=EVA | {"password": password})).json()


async def user_id(house: House, session: dict[str, Any]) -> str:
    found: str = (await house.http.get("/api/auth/me", headers=bearing(session["access_token"]))).json()["id"]
    return found


def told(capfd: pytest.CaptureFixture[str], event: str) -> list[dict[str, Any]]:
    lines = map(json.loads, capfd.readouterr().err.splitlines())
    return [line for line in lines if line["event"] == event]


async def test_signing_in_is_told(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    eva = await user_id(house, await log_in(house))
    (line,) = told(capfd, "signed_in")
    assert (line["user_id"], line["address"]) == (eva, "127.0.0.1")
    assert line["session_id"].startswith("session_")


async def test_a_wrong_password_is_told_with_whose_it_should_be(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    eva = await user_id(house, await log_in(house))
    await log_in(house, "not the password")
    (line,) = told(capfd, "login_failed")
    assert (line["user_id"], line["address"]) == (eva, "127.0.0.1")


async def test_signing_out_is_told(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    session = await log_in(house)
    eva = await user_id(house, session)
    await house.http.post("/api/auth/logout", headers=bearing(session["access_token"]))
    (line,) = told(capfd, "signed_out")
    assert line["user_id"] == eva


@pytest.mark.parametrize("path", ["/api/admin/audit", f"/api/restaurants/{HOME}/users", "/api/restaurants/rest_b/book"])
async def test_who_asks_for_what_they_may_not_have_is_told(
    house: House, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    session = await log_in(house)
    eva = await user_id(house, session)
    answer = await house.http.get(path, headers=bearing(session["access_token"]))
    assert answer.status_code in (403, 404)
    (line,) = told(capfd, "access_refused")
    assert (line["user_id"], line["path"], line["address"]) == (eva, path, "127.0.0.1")
    assert line["request_id"] == answer.headers["x-request-id"]


async def test_no_secret_and_no_address_of_a_person_is_told(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    session = await log_in(house)
    await log_in(house, "not the password")
    await house.http.get("/api/admin/audit", headers=bearing(session["access_token"]))
    written = capfd.readouterr().err
    secrets = (PASSWORD, "not the password", "eva@example.com", session["access_token"], session["refresh_token"])
    assert "signed_in" in written
    assert [secret for secret in secrets if secret in written] == []


async def test_no_client_begins_a_line_of_the_log(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    forged = '\n{"event":"signed_in","user_id":"user_x"}\r\n\x1b[2J'
    await house.http.post("/api/auth/login", json={"email": forged, "password": forged * 2})
    await house.http.get("/api/restaurants", headers={"user-agent": "a\tb", "authorization": "Bearer maitre_x"})
    await house.tool({"name": forged, "call": {"call_id": forged, "agent_id": forged}, "args": {}})
    written = capfd.readouterr().err
    assert "tool_restaurant_not_found" in written
    assert all(json.loads(line)["event"] != "signed_in" for line in written.splitlines())
    assert "\x1b" not in written
