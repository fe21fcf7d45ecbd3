import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance import contract
from appliance.errors import ConfigError, MaitreError, Unavailable, Unprocessable
from appliance.services.views import Views
from appliance.web.complaints import plain_words
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

FIELDS = ["type", "title", "status", "detail", "instance", "retryable"]


async def test_every_problem_has_the_same_shape_and_an_id_of_its_own(house: House) -> None:
    answers = [
        await house.get("/nothing"),
        await house.http.get("/api/restaurants"),
        await house.http.put("/api/restaurants"),
        await house.get("/api/restaurants", limit=0),
        await house.http.post(EVENTS, content=b"{}"),
        await house.http.get(EVENTS),
    ]
    assert [answer.status_code for answer in answers] == [404, 401, 405, 400, 401, 405]
    for answer in answers:
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert ([name for name in problem if name != "errors"], problem["status"]) == (FIELDS, answer.status_code)
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
        monkeypatch.setattr(house.server.parts.calls, "receive", None)
        answer = await house.post(EVENTS, sample("10"))
    assert answer.status_code == 500
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["request_id"] == answer.json()["instance"]


BOOKING = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana"}
DEEDS = "confirm, seat, complete, cancel, no-show, reopen"
SHIFT = {"name": "Cena", "days": ["mon"], "opens": "20:00", "last_seating": "22:00", "closes": "24:00"}


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("POST", "/reservations", BOOKING | {"time": "9pm"}, "time: must be a time such as 21:00"),
        ("POST", "/reservations", BOOKING | {"date": "dec"}, "date: must be a date such as 2026-11-28"),
        ("POST", "/reservations", BOOKING | {"date": 3}, "date: must be a date such as 2026-11-28"),
        ("POST", "/reservations", BOOKING | {"force": "x"}, "force: must be true or false"),
        ("POST", "/reservations", BOOKING | {"status": "x"}, "status: must be one of confirmed, pending"),
        ("POST", "/reservations", BOOKING | {"planet": 1}, "planet: there is no such field"),
        (
            "POST",
            "/reservations",
            BOOKING | {"Partysize": 1},
            "Partysize: there is no such field; did you mean party_size?",
        ),
        (
            "PUT",
            "/hours",
            [SHIFT | {"last_seting": 1}],
            "[0].last_seting: there is no such field; did you mean last_seating?",
        ),
        ("POST", "/reservations", BOOKING | {"name": 3}, "name: must be a text"),
        ("POST", "/reservations", BOOKING | {"name": ""}, "name: must not be empty"),
        ("POST", "/reservations", BOOKING | {"name": "x" * 81}, "name: must have 80 characters or fewer"),
        ("POST", "/reservations", BOOKING | {"party_size": 0}, "party_size: must be at least 1"),
        ("POST", "/reservations", BOOKING | {"tables": []}, "tables: must not be empty"),
        ("POST", "/reservations", {"date": "2026-11-28"}, "time: is missing"),
        ("POST", "/reservations", BOOKING | {"x" * 500: 1}, "…: there is no such field"),
        ("POST", "/reservations", [], "body: must be an object"),
        ("PATCH", "", {"status": "x"}, "status: must be one of active, paused"),
        ("PATCH", "", {"high_chairs": "x"}, "high_chairs: must be a whole number or null"),
        ("PUT", "/hours", [SHIFT | {"odd": 1}], "[0].odd: there is no such field"),
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
            f"deed: must be one of {DEEDS}",
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


async def send(house: House, method: str, path: str, body: Any = None, **headers: str) -> Any:
    headers = {"authorization": f"Bearer {house.token}"} | headers
    answer = await house.http.request(method, f"/api/restaurants/rest_la_marea{path}", json=body, headers=headers)
    return answer.json()


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer", "detail"),
    [
        ("POST", "/reservations", BOOKING | {"time": "9pm"}, "#/time", "must be a time such as 21:00"),
        ("POST", "/reservations", BOOKING | {"a/b~c": 1}, "#/a~1b~0c", "there is no such field"),
        ("POST", "/reservations", [], "#", "must be an object"),
        ("PUT", "/hours", [SHIFT, SHIFT | {"opens": "8"}], "#/1/opens", "must be a time such as 21:00"),
        ("POST", "/reservations", BOOKING | {"area": "Luna"}, "#/area", "there is no area Luna"),
    ],
)
async def test_where_in_the_body_the_fault_lies_is_told_by_a_pointer(
    house: House, *, method: str, path: str, body: Any, pointer: str, detail: str
) -> None:
    told = await send(house, method, path, body)
    assert (told["status"], told["errors"]) == (400, [{"detail": detail, "pointer": pointer}])


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/calls?limit=0&offset=x", {"limit": "must be at least 1", "offset": "must be a whole number"}),
        ("POST", "/reservations/resv_x/dance", {"deed": f"must be one of {DEEDS}"}),
        ("GET", "/reservations.csv?from=x", {"from": "must be a date such as 2026-11-28"}),
        ("DELETE", "/closures", {"date": "is missing"}),
        ("GET", "/calls?limt=1", {"limt": "there is no such parameter; did you mean limit?"}),
    ],
)
async def test_every_parameter_that_is_wrong_is_told_by_its_name(
    house: House, method: str, path: str, found: dict[str, str]
) -> None:
    told = await send(house, method, path)
    assert {one["parameter"]: one["detail"] for one in told["errors"]} == found


async def test_a_sentence_that_begins_like_a_field_names_none_where_the_request_has_none(house: House) -> None:
    headers = {"authorization": f"Bearer {house.token}", "content-type": "text/csv"}
    path = "/api/restaurants/rest_la_marea/sheets/Mesas"
    told = (await house.http.post(path, content=b"a;b\n1;2\n", headers=headers)).json()
    assert (told["status"], told["detail"].partition(":")[0], "errors" in told) == (400, "Mesas", False)


@pytest.mark.parametrize(
    ("path", "body", "title", "detail"),
    [
        ("/calls/call_x", None, "No encontrado", "No existe esa llamada."),
        ("/reservations", BOOKING | {"time": "9pm"}, "Petición no válida", "time: debe ser una hora como 21:00"),
        ("/reservations", BOOKING | {"party_size": "x"}, "Petición no válida", "party_size: debe ser un número entero"),
        ("/calls?limt=1", None, "Petición no válida", "limt: no existe ese parámetro; ¿quería decir limit?"),
        (
            "/reservations",
            BOOKING | {"date": "2026-11-20"},
            "Conflicto",
            "Ese día ya ha pasado; con force se anota de todos modos, hasta un año después.",
        ),
        (
            "/sheets/Sala",
            {},
            "No encontrado",
            "No existe esa hoja; existen Turnos, Horarios, Configuracion, Mesas, Reservas.",
        ),
        ("/nothing", None, "No encontrado", "No existe."),
    ],
)
async def test_who_asks_for_spanish_is_told_in_spanish(
    house: House, path: str, body: Any, title: str, detail: str
) -> None:
    spanish = {"accept-language": "es-ES,es;q=0.9,en;q=0.8"}
    told = await send(house, "POST" if body else "GET", path, body, **spanish)
    assert (told["title"], told["detail"]) == (title, detail)


async def test_all_that_is_wrong_with_a_restaurant_is_told_in_spanish_and_each_where_it_is(house: House) -> None:
    changes = {"timezone": "Mars", "region": "XX"}
    told = await send(house, "PATCH", "", changes, **{"accept-language": "es"})
    assert told["errors"] == [
        {"pointer": "#/timezone", "detail": "'Mars' no es una zona horaria; escríbala como Europe/Madrid"},
        {
            "pointer": "#/region",
            "detail": "'XX' no se conoce; escriba el país como ES, o una parte de él como ES-VC",
        },
    ]


async def test_the_doors_and_what_stands_before_the_routes_speak_spanish_too(house: House) -> None:
    for method, path in (("POST", EVENTS), ("GET", EVENTS), ("GET", "/api//x"), ("GET", "/api/restaurants")):
        answers = [
            await house.http.request(method, path, headers={"accept-language": language}) for language in ("es", "fr")
        ]
        assert [answer.headers["content-language"] for answer in answers] == ["es", "en"]
        spanish, english = (answer.json() for answer in answers)
        assert spanish["type"] == english["type"]
        assert spanish["detail"] != english["detail"]


SECRET = "hunter2-and-a-very-secret-word"


@pytest.mark.parametrize(
    "error", [RuntimeError(SECRET), Unavailable(SECRET), Unprocessable(SECRET), ConfigError(SECRET)]
)
async def test_what_an_error_of_the_inside_says_is_told_to_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Views, "restaurants", broken)
    answer = await house.get("/api/restaurants")
    assert answer.status_code >= 422
    assert SECRET not in answer.text + str(answer.headers)
    counted = await house.read("/api/admin/errors")
    assert counted["total"] == 1
    if not isinstance(error, MaitreError):
        assert SECRET not in json.dumps(counted)


async def test_a_body_that_is_no_json_is_said_to_be_none(house: House) -> None:
    headers = {"authorization": f"Bearer {house.token}", "content-type": "application/json"}
    told = {}
    for body in (b"{x", b"{", b"[" * 100_000, b'{"name":"\xff"}'):
        answer = await house.http.patch("/api/restaurants/rest_la_marea", content=body, headers=headers)
        told[body[:2]] = (answer.status_code, answer.json()["detail"])
    assert told == {
        b"{x": (400, "The body is not valid JSON."),
        b"{": (400, "The body ends too early."),
        b"[[": (400, "The body is nested too deep."),
        b'{"': (400, "The body is not UTF-8."),
    }
