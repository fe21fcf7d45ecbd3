"""The second factor over HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from appliance.guard.lanes import LaneFull
from appliance.loadtest.restaurants import demo_restaurants
from support.people import PASSWORD
from support.serving import House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
HOME = demo_restaurants(1)[0].card.id
EVA = {"email": "eva@example.com", "password": PASSWORD}
PATH = "/api/auth/factor"
NEEDED = "urn:maitre:problem:second_factor_needed"


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path, log_level="info") as opened:
        user = EVA | {"name": "Eva", "role": "owner"}
        made = await ask(opened, "POST", f"/api/restaurants/{HOME}/users", opened.token, json=user)
        assert made.status_code == 201
        yield opened


async def ask(house: House, method: str, path: str, token: str, **more: Any) -> httpx.Response:
    return await house.http.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)


async def log_in(house: House, language: str = "en", **more: str) -> httpx.Response:
    return await house.http.post("/api/auth/login", json=EVA | more, headers={"accept-language": language})


async def token_of(house: House, **more: str) -> str:
    token: str = (await log_in(house, **more)).json()["access_token"]
    return token


def code(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(house.clock.now_ms() // 1000)


async def turned_on(house: House, token: str) -> tuple[str, list[str]]:
    """The secret, and the recovery codes."""
    begun = await ask(house, "POST", PATH, token, json={"password": PASSWORD})
    secret: str = begun.json()["secret"]
    added = await ask(house, "POST", f"{PATH}/confirm", token, json={"code": code(house, secret)})
    assert added.status_code == 200, added.text
    codes: list[str] = added.json()["recovery_codes"]
    return secret, codes


def logged(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


async def test_it_is_begun_confirmed_asked_for_and_turned_off(house: House) -> None:
    token = await token_of(house)
    secret, codes = await turned_on(house, token)
    state = (await ask(house, "GET", PATH, token)).json()
    assert state == {"enabled_at": house.clock.now_ms(), "recovery_codes_left": 10}
    house.clock.advance(30_000)
    assert (await log_in(house)).json()["type"] == NEEDED
    assert (await log_in(house, code=code(house, secret))).status_code == 200
    ended = await ask(house, "DELETE", PATH, token, json={"password": PASSWORD, "code": codes[0]})
    assert (ended.status_code, ended.content) == (204, b"")
    assert (await log_in(house)).status_code == 200


async def test_the_secret_comes_as_an_address_that_apps_read(house: House) -> None:
    begun = (await ask(house, "POST", PATH, await token_of(house), json={"password": PASSWORD})).json()
    read = pyotp.parse_uri(begun["uri"])
    assert (read.secret, read.name, read.issuer) == (begun["secret"], "eva@example.com", "Maitre")


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("en", "The password is right; send a code of the second factor with it."),
        ("es", "La contraseña es correcta; envíe con ella un código del segundo factor."),
    ],
)
async def test_who_has_the_password_alone_is_told_so_in_their_language(
    house: House, language: str, detail: str
) -> None:
    await turned_on(house, await token_of(house))
    answer = await log_in(house, language)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert (answer.json()["type"], answer.json()["detail"]) == (NEEDED, detail)


async def test_a_wrong_password_is_answered_as_if_there_were_no_second_factor(house: House) -> None:
    secret, _ = await turned_on(house, await token_of(house))
    house.clock.advance(30_000)
    right = code(house, secret)
    answers = [await log_in(house, password="not the password", **more) for more in ({}, {"code": right})]
    nobody = await house.http.post("/api/auth/login", json=EVA | {"email": "nobody@example.com"})
    told = [{**answer.json(), "instance": ""} for answer in (*answers, nobody)]
    assert told == [told[0]] * 3
    assert told[0]["type"] == "urn:maitre:problem:unauthenticated"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", PATH, {"password": PASSWORD}),
        ("POST", f"{PATH}/confirm", {"code": "123456"}),
        ("DELETE", PATH, {"password": PASSWORD, "code": "123456"}),
    ],
)
async def test_a_machine_s_token_turns_nothing_on_or_off(house: House, method: str, path: str, body: Any) -> None:
    answer = await ask(house, method, path, house.token, json=body)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "Only who signed in with a password has a second factor."


async def test_an_operator_takes_it_away_from_somebody_else(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    eva = await token_of(house)
    await turned_on(house, eva)
    user_id = (await ask(house, "GET", "/api/auth/me", eva)).json()["id"]
    assert (await ask(house, "DELETE", f"/api/admin/users/{user_id}/factor", eva)).status_code == 403
    taken = await ask(house, "DELETE", f"/api/admin/users/{user_id}/factor", house.token)
    assert taken.status_code == 204
    (line,) = (line for line in logged(capfd.readouterr().err) if line["event"] == "factor_cleared")
    assert line["user_id"] == user_id
    assert (await ask(house, "GET", "/api/auth/me", eva)).status_code == 401
    assert (await log_in(house)).status_code == 200


async def test_the_key_lies_beside_the_data_for_nobody_else_to_read(house: House, tmp_path: Path) -> None:
    await turned_on(house, await token_of(house))
    assert (tmp_path / "factor.key").stat().st_mode & 0o777 == 0o600


async def test_what_looks_at_a_password_here_has_the_room_of_passwords(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await token_of(house)

    async def full() -> None:
        raise LaneFull

    monkeypatch.setattr(house.server.parts.edge.lanes.passwords, "turn", full)
    for method in ("POST", "DELETE"):
        assert (await ask(house, method, PATH, token, json={"password": PASSWORD})).status_code == 503


async def test_the_log_tells_of_it_and_of_no_secret(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    token = await token_of(house)
    secret, codes = await turned_on(house, token)
    house.clock.advance(30_000)
    await log_in(house, code="000000000")
    await log_in(house, code=codes[1])
    await ask(house, "DELETE", PATH, token, json={"password": "not the password", "code": codes[0]})
    await ask(house, "DELETE", PATH, token, json={"password": PASSWORD, "code": codes[0]})
    written = capfd.readouterr().err
    lines = logged(written)
    events = ("signed_in", "factor_added", "second_factor_failed", "factor_change_failed", "factor_removed")
    told = [line for line in lines if line["event"] in events]
    assert [line["event"] for line in told] == [
        "signed_in",
        "factor_added",
        "second_factor_failed",
        "signed_in",
        "factor_change_failed",
        "factor_removed",
    ]
    assert [line["shown"] for line in told if "shown" in line] == ["nothing", "recovery_code"]
    assert len({line["user_id"] for line in told}) == 1
    assert [one for one in (secret, *codes, PASSWORD) if one in written] == []


async def test_where_it_is_required_all_else_is_shut_until_it_is_on(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path, require_second_factor="all") as house:
        await ask(
            house, "POST", f"/api/restaurants/{HOME}/users", house.token, json=EVA | {"name": "E", "role": "staff"}
        )
        token = await token_of(house)
        shut = await ask(house, "GET", f"/api/restaurants/{HOME}/tables", token)
        assert (shut.status_code, shut.json()["detail"]) == (
            403,
            "Turn your second factor on first, at /api/auth/factor.",
        )
        assert (await ask(house, "GET", "/api/auth/me", token)).json()["permissions"] == ["account"]
        await turned_on(house, token)
        assert (await ask(house, "GET", f"/api/restaurants/{HOME}/tables", token)).status_code == 200
