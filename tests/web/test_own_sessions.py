"""One's own sessions over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.people import PASSWORD
from support.serving import House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
HOME = demo_restaurants(1)[0].card.id
EVA = {"email": "eva@example.com", "password": PASSWORD}
PATH = "/api/auth/sessions"


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path) as opened:
        user = EVA | {"name": "Eva", "role": "staff"}
        made = await ask(opened, "POST", f"/api/restaurants/{HOME}/users", opened.token, json=user)
        assert made.status_code == 201
        yield opened


async def ask(house: House, method: str, path: str, token: str, **more: Any) -> httpx.Response:
    return await house.http.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)


async def log_in(house: House, agent: str = "tablet") -> str:
    answer = await house.http.post("/api/auth/login", json=EVA, headers={"user-agent": agent})
    token: str = answer.json()["access_token"]
    return token


async def listed(house: House, token: str) -> dict[str, Any]:
    page: dict[str, Any] = (await ask(house, "GET", PATH, token)).json()
    return page


async def test_the_list_tells_by_what_program_and_from_where(house: House) -> None:
    page = await listed(house, await log_in(house, "Maitre door tablet"))
    [row] = page.pop("items")
    assert page == {"total": 1, "next": None}
    assert (row["user_agent"], row["address"], row["current"]) == ("Maitre door tablet", "127.0.0.1", True)


async def test_a_session_that_is_ended_is_answered_401(house: House) -> None:
    here, lost = await log_in(house), await log_in(house, "laptop")
    [row] = [row for row in (await listed(house, here))["items"] if not row["current"]]
    assert (await ask(house, "DELETE", f"{PATH}/{row['id']}", here)).status_code == 204
    assert (await ask(house, "GET", "/api/auth/me", lost)).status_code == 401
    assert (await ask(house, "GET", "/api/auth/me", here)).status_code == 200


async def test_all_others_are_answered_401(house: House) -> None:
    here, *others = [await log_in(house) for _ in range(3)]
    assert (await ask(house, "DELETE", PATH, here)).status_code == 204
    assert [(await ask(house, "GET", "/api/auth/me", token)).status_code for token in others] == [401, 401]
    assert (await listed(house, here))["total"] == 1


async def test_a_session_of_somebody_else_is_answered_404(house: House) -> None:
    eva = await log_in(house)
    id_ = (await listed(house, eva))["items"][0]["id"]
    answer = await ask(house, "DELETE", f"{PATH}/{id_}", house.token)
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no such session.")
    assert (await ask(house, "GET", "/api/auth/me", eva)).status_code == 200


async def test_the_audit_tells_which_session_was_ended_and_from_where_it_was(house: House) -> None:
    here, _ = await log_in(house), await log_in(house, "laptop")
    [row] = [row for row in (await listed(house, here))["items"] if not row["current"]]
    await ask(house, "DELETE", f"{PATH}/{row['id']}", here)
    entry = (await house.read("/api/admin/audit"))["items"][0]
    assert (entry["actor"], entry["action"], entry["subject"]) == ("eva@example.com", "session.ended", row["id"])
    assert entry["restaurant_id"] == HOME
    assert entry["before"] == {"address": "127.0.0.1", "user_agent": "laptop"}


async def test_the_audit_tells_how_many_others_were_ended(house: House) -> None:
    here, *_ = [await log_in(house) for _ in range(3)]
    me = (await ask(house, "GET", "/api/auth/me", here)).json()["id"]
    await ask(house, "DELETE", PATH, here)
    entry = (await house.read("/api/admin/audit"))["items"][0]
    assert (entry["action"], entry["subject"], entry["after"]) == ("user.sessions_ended", me, {"sessions": 2})
