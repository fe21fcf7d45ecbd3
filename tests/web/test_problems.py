import json
from pathlib import Path

import pytest

from appliance.services.views import Views
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

FIELDS = ["type", "title", "status", "detail", "instance", "retryable"]


async def test_every_problem_has_the_same_shape_and_an_id_of_its_own(house: House) -> None:
    answers = [
        await house.get("/nothing"),
        await house.http.get("/api/restaurants"),
        await house.http.post("/api/restaurants"),
        await house.get("/api/restaurants", limit=0),
        await house.http.post(EVENTS, content=b"{}"),
        await house.http.get(EVENTS),
    ]
    assert [answer.status_code for answer in answers] == [404, 401, 405, 400, 401, 405]
    for answer in answers:
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert (list(problem), problem["status"]) == (FIELDS, answer.status_code)
        assert problem["type"].startswith("urn:maitre:problem:")
    assert len({answer.json()["instance"] for answer in answers}) == len(answers)


async def test_a_method_that_a_route_does_not_take_is_told_which_it_does(house: House) -> None:
    assert "GET" in (await house.http.delete("/api/restaurants")).headers["allow"]


async def test_what_nobody_foresaw_is_logged_under_the_id_that_the_client_is_told(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(self: Views, **_: object) -> None:
        secret = "+34611223344"  # noqa: F841 — a local variable, which no log may show
        raise RuntimeError("the cellar is flooded")

    monkeypatch.setattr(Views, "restaurants", broken)
    async with serving(database_url, tmp_path) as house:
        answer = await house.get("/api/restaurants")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:maitre:problem:internal_error")
    assert "cellar" not in answer.text
    (line,) = capfd.readouterr().err.splitlines()
    logged = json.loads(line)
    assert logged["request_id"] == answer.json()["instance"]
    assert (logged["event"], logged["method"], logged["path"]) == ("request_broke", "GET", "/api/restaurants")
    assert logged["exception"][0]["exc_value"] == "the cellar is flooded"
    assert "+34611223344" not in line


async def test_what_breaks_at_a_door_is_logged_under_its_id_too(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serving(database_url, tmp_path) as house:
        monkeypatch.setattr(house.server._calls, "receive", None)
        answer = await house.post(EVENTS, sample("10"))
    assert answer.status_code == 500
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["request_id"] == answer.json()["instance"]
