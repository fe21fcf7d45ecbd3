import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance import contract
from appliance.services.views import Views
from appliance.web.problems import plain_words
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
    def broken(self: Views, *_args: object, **_: object) -> None:
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


BOOKING = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana"}
SHIFT = {"name": "Cena", "days": ["mon"], "opens": "20:00", "last_seating": "22:00", "closes": "24:00"}


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("POST", "/reservations", BOOKING | {"time": "9pm"}, "time: must be a time such as 21:00"),
        ("POST", "/reservations", BOOKING | {"date": "dec"}, "date: must be a date such as 2026-11-28"),
        ("POST", "/reservations", BOOKING | {"date": 3}, "date: must be a date such as 2026-11-28"),
        ("POST", "/reservations", BOOKING | {"force": "x"}, "force: must be true or false"),
        ("POST", "/reservations", BOOKING | {"status": "x"}, "status: must be one of confirmed, pending"),
        ("POST", "/reservations", BOOKING | {"nope": 1}, "data: Object contains unknown field `nope`"),
        ("PATCH", "", {"status": "x"}, "status: must be one of active, paused"),
        ("PATCH", "", {"transfer_number": "6"}, "transfer_number: must be a telephone number such as +34600123456"),
        ("PUT", "/hours", [SHIFT | {"opens": "8pm"}], "[0].opens: must be a time such as 21:00"),
        (
            "PUT",
            "/hours",
            [SHIFT, SHIFT | {"days": ["x"]}],
            "[1].days[0]: must be one of fri, mon, sat, sun, thu, tue, wed",
        ),
        ("POST", "/closures", {"from": "x"}, "from: must be a date such as 2026-11-28"),
        (
            "POST",
            "/reservations/resv_x/dance",
            None,
            "deed: must be one of confirm, seat, complete, cancel, no-show, reopen",
        ),
    ],
)
async def test_what_is_wrong_with_a_field_is_said_as_people_say_it(
    house: House, method: str, path: str, body: Any, detail: str
) -> None:
    headers = {"authorization": f"Bearer {house.token}"}
    refused = await house.http.request(method, f"/api/restaurants/rest_la_marea{path}", json=body, headers=headers)
    assert (refused.status_code, refused.json()["detail"]) == (400, detail)


def test_no_pattern_of_a_field_is_shown_as_it_is(backend: str) -> None:
    structs = [one for one in vars(contract).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    _, schemas = msgspec.json.schema_components([one for one in structs if one is not contract.Page])
    patterns = {json.loads(found) for found in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(schemas))}
    assert len(patterns) >= 6
    for pattern in patterns:
        told = plain_words(f"Expected `str` matching regex {pattern!r}", str, "")
        assert told.startswith("must be "), pattern
