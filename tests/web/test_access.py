"""Who reaches which route: every route of the server, by every role, at home and next door."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.domain.access import PERMISSIONS, Permission, Role
from appliance.loadtest.restaurants import demo_restaurants
from appliance.web.guards import ANYBODY
from support.people import PASSWORD
from support.routes import routes
from support.serving import House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> Any:
    async with serving(database_url, tmp_path) as house:
        first, second = demo_restaurants(2)
        await house.add(second)
        people = {Role.OPERATOR: house.token}
        for role in (Role.OWNER, Role.MANAGER, Role.STAFF):
            people[role] = await signed_up(house, first.card.id, role)
        yield house, people, first.card.id, second.card.id


async def signed_up(house: House, restaurant_id: str, role: Role) -> str:
    """The access token of a new user of that restaurant."""
    email = f"{role}@{restaurant_id}.example".replace("_", "-")
    user = {"email": email, "name": role.value, "role": role.value, "password": PASSWORD}
    made = await call(house, "POST", f"/api/restaurants/{restaurant_id}/users", house.token, json=user)
    assert made.status_code == 201, made.text
    said = await house.http.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    assert said.status_code == 200, said.text
    token: str = said.json()["access_token"]
    return token


async def call(house: House, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with house.http.stream(method, path, headers=headers, **more) as response:
        if "event-stream" not in response.headers.get("content-type", ""):  # which never ends
            await response.aread()
        return response


def at(path: str, restaurant_id: str) -> str:
    return path.replace("{restaurant_id}", restaurant_id).replace("{", "").replace("}", "")


async def test_every_route_says_what_it_asks_for(town: Any) -> None:
    house, *_ = town
    found = list(routes(house))
    assert len(found) > 40
    assert [route for route in found if route[2] not in {*Permission, ANYBODY}] == []


async def test_what_takes_no_credential_is_known(town: Any) -> None:
    house, *_ = town
    assert {path for _, path, permission in routes(house) if permission == ANYBODY} == {
        "/livez",
        "/readyz",
        "/api/health",
        "/metrics",
        "/api/auth/login",
        "/api/auth/refresh",
        "/api/docs",
        "/api/docs/{path}",
        "/api/docs/openapi.json",
        "/api/restaurants/{restaurant_id}/calendar.ics",
    }


async def test_the_api_document_says_the_same_of_credentials(town: Any) -> None:
    house, *_ = town
    document = (await house.http.get("/api/docs/openapi.json")).json()
    for method, path, permission in routes(house):
        if not path.startswith("/api/docs"):
            credentials = document["paths"][path][method.lower()]["security"]
            assert ({"token": []} in credentials) == (permission != ANYBODY or path in ("/api/health", "/metrics"))


@pytest.mark.parametrize("token", ["", "maitre_nobody", "a.b.c", "x" * 5000])
async def test_without_a_good_credential_every_route_answers_401(town: Any, token: str) -> None:
    house, _, first, _ = town
    for method, path, permission in routes(house):
        if permission != ANYBODY:
            response = await call(house, method, at(path, first), token)
            assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer"), path


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_reaches_what_its_permissions_say_and_nothing_else(town: Any, role: Role) -> None:
    house, people, first, _ = town
    for method, path, permission in routes(house):
        # What a signed-out session could not show any more is looked at by tests of their own.
        if permission == ANYBODY or path == "/api/auth/logout":
            continue
        status = (await call(house, method, at(path, first), people[role])).status_code
        assert (status != 403) == (Permission(permission) in PERMISSIONS[role]), (method, path, status)
        assert status not in (401, 500), (method, path)


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.STAFF])
async def test_the_restaurant_next_door_does_not_exist(town: Any, role: Role) -> None:
    house, people, _, second = town
    for method, path, permission in routes(house):
        if "{restaurant_id}" in path and permission != ANYBODY:
            there, nowhere = [
                (await call(house, method, at(path, id_), people[role])).json() for id_ in (second, "rest_nowhere")
            ]
            assert there["status"] == 404, (method, path)
            assert {**there, "instance": ""} == {**nowhere, "instance": ""}, (method, path)


async def test_a_list_of_restaurants_is_of_one_s_own(town: Any) -> None:
    house, people, first, second = town
    listed = {role: (await call(house, "GET", "/api/restaurants", people[role])).json() for role in people}
    assert {row["id"] for row in listed[Role.OPERATOR]["items"]} == {first, second}
    for role in (Role.OWNER, Role.MANAGER, Role.STAFF):
        assert [row["id"] for row in listed[role]["items"]] == [first]
        assert listed[role]["total"] == 1


async def test_me_says_who_one_is_and_what_one_may(town: Any) -> None:
    house, people, first, _ = town
    me = (await call(house, "GET", "/api/auth/me", people[Role.STAFF])).json()
    assert (me["role"], me["restaurant_id"]) == ("staff", first)
    assert set(me["permissions"]) == PERMISSIONS[Role.STAFF]


async def test_signing_in_takes_five_wrong_passwords_and_then_says_when_to_come_back(town: Any) -> None:
    house, *_ = town
    body = {"email": "ana@example.com", "password": "not the password"}
    answers = [await house.http.post("/api/auth/login", json=body) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 1800


async def test_a_closed_account_is_out_at_once(town: Any) -> None:
    house, people, first, _ = town
    users = (await call(house, "GET", f"/api/restaurants/{first}/users", people[Role.OWNER])).json()["items"]
    staff = next(user for user in users if user["role"] == "staff")
    path = f"/api/restaurants/{first}/users/{staff['id']}"
    assert (await call(house, "PATCH", path, people[Role.OWNER], json={"active": False})).status_code == 200
    assert (await call(house, "GET", "/api/auth/me", people[Role.STAFF])).status_code == 401


async def test_an_owner_makes_no_operator(town: Any) -> None:
    house, people, first, _ = town
    user = {"email": "boss@example.com", "name": "Boss", "role": "operator", "password": PASSWORD}
    made = await call(house, "POST", f"/api/restaurants/{first}/users", people[Role.OWNER], json=user)
    assert made.status_code == 403


async def test_the_users_of_another_restaurant_are_out_of_reach(town: Any) -> None:
    house, people, first, second = town
    await signed_up(house, second, Role.STAFF)
    theirs = (await call(house, "GET", f"/api/restaurants/{second}/users", house.token)).json()["items"][0]
    path = f"/api/restaurants/{first}/users/{theirs['id']}"
    for method in ("PATCH", "DELETE"):
        assert (await call(house, method, path, people[Role.OWNER], json={"name": "Mine"})).status_code == 404


async def test_an_email_that_is_taken_is_told_of(town: Any) -> None:
    house, people, first, _ = town
    user = {
        "email": "Staff@" + f"{first}.example".replace("_", "-"),
        "name": "S",
        "role": "staff",
        "password": PASSWORD,
    }
    made = await call(house, "POST", f"/api/restaurants/{first}/users", people[Role.OWNER], json=user)
    assert (made.status_code, made.json()["detail"]) == (409, "email: is somebody's already")


async def test_a_token_for_users_only_makes_no_owner(town: Any) -> None:
    house, people, first, _ = town
    token = {"name": "hr", "scopes": ["users:write"]}
    made = (await call(house, "POST", "/api/auth/tokens", people[Role.OWNER], json=token)).json()["token"]
    user = {"email": "boss@example.com", "name": "Boss", "role": "owner", "password": PASSWORD}
    assert (await call(house, "POST", f"/api/restaurants/{first}/users", made, json=user)).status_code == 403


async def test_one_s_own_password_is_not_changed_without_the_old_one(town: Any) -> None:
    house, people, first, _ = town
    me = (await call(house, "GET", "/api/auth/me", people[Role.OWNER])).json()
    path = f"/api/restaurants/{first}/users/{me['id']}"
    changed = await call(house, "PATCH", path, people[Role.OWNER], json={"password": PASSWORD[::-1]})
    assert changed.status_code == 409


async def test_what_somebody_signed_in_may_not_do_bans_nobody(town: Any) -> None:
    house, people, first, _ = town
    statuses = [
        (await call(house, "GET", f"/api/restaurants/{first}/users", people[Role.STAFF])).status_code
        for _ in range(130)
    ]
    assert set(statuses) == {403}
    assert (await call(house, "GET", "/api/auth/me", people[Role.STAFF])).status_code == 200


@pytest.mark.parametrize("email", ["a\u0000@example.com", "a\u202eb@example.com", "a\u001b@example.com"])
async def test_an_email_that_cannot_be_read_is_none(town: Any, email: str) -> None:
    house, people, first, _ = town
    user = {"email": email, "name": "X", "role": "staff", "password": PASSWORD}
    assert (
        await call(house, "POST", f"/api/restaurants/{first}/users", people[Role.OWNER], json=user)
    ).status_code == 400
