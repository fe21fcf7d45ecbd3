"""What the operator sees of failures: those of requests, of the phone's doors, and of what goes on behind them."""

from collections.abc import Callable
from typing import Any

import pytest

from appliance import jobs
from appliance.errors import DatabaseFull
from appliance.services.agent.tools import Tool
from appliance.services.views import Views
from appliance.store import inbox
from support.retell_bodies import sample
from support.serving import EVENTS, INBOUND, TOOLS, House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HOME = "/api/restaurants/rest_la_marea"


async def groups(house: House, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await house.read("/api/admin/errors", **asked))["groups"]
    return found


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


async def test_a_failure_is_counted_by_what_it_is_and_where(house: House) -> None:
    missing = await house.get(f"{HOME}/calls/call_1")
    await house.get(f"{HOME}/calls/call_2")
    await house.http.get("/api/restaurants")
    told = await house.read("/api/admin/errors")
    assert (told["total"], told["since"]) == (3, house.clock.now_ms())
    assert told["by_category"] == {"not_found": 2, "authentication": 1}
    assert told["by_severity"] == {"low": 2, "medium": 1}
    assert told["by_route"] == {f"GET {HOME.replace('rest_la_marea', '{restaurant_id}')}/calls/{{call_id}}": 2, "GET /api/restaurants": 1}  # fmt: skip  # noqa: E501
    assert told["by_restaurant"] == {"rest_la_marea": 2}
    group = told["groups"][1]
    assert (group["kind"], group["code"], group["count"]) == ("NotFound", "not_found", 2)
    assert group["where"] == "services/views.py:Views.call"
    assert group["last"][1]["request_id"] == missing.json()["instance"]


async def test_paths_and_methods_that_somebody_makes_up_are_one_route(house: House) -> None:
    for number in range(30):
        await house.get(f"/api/made-up-{number}")
        await house.http.request(f"ODD{number}", "/api/restaurants")
        await house.post(f"{TOOLS}/tool_{number}", b"{}", **{"x-retell-signature": "v=1,d=0"})
    told = await house.read("/api/admin/errors")
    assert told["total"] == 90
    assert set(told["by_route"]) <= {"(no route)", "/api/restaurants", f"POST {TOOLS}"}


async def test_what_the_doors_refuse_is_counted_too(house: House) -> None:
    await house.http.post(EVENTS, content=b"{}")
    (group,) = await groups(house)
    assert (group["route"], group["category"]) == (f"POST {EVENTS}", "authentication")


async def test_what_nobody_foresaw_is_counted_without_its_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Views, "restaurants", failing(RuntimeError("postgresql://maitre:hunter2@db")))
    answer = await house.get("/api/restaurants")
    (group,) = await groups(house, severity="high")
    assert (group["kind"], group["code"], group["category"]) == ("RuntimeError", "internal_error", "system")
    (case,) = group["last"]
    assert (case["detail"], case["request_id"]) == ("", answer.json()["instance"])


async def test_a_fault_of_the_database_is_critical(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.server.parts.calls, "receive", failing(DatabaseFull()))
    assert (await house.post(EVENTS, sample("10"))).status_code == 503
    (group,) = await groups(house, category="database")
    assert (group["code"], group["severity"], group["route"]) == ("database_full", "critical", f"POST {EVENTS}")


async def test_no_telephone_number_is_kept(house: House) -> None:
    body = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "name": "Ana", "phone": "600 12 34 56 78 90 12 34"}
    headers = {"authorization": f"Bearer {house.token}"}
    refused = await house.http.post(f"{HOME}/reservations", json=body, headers=headers)
    assert (refused.status_code, "600 12" in refused.text) == (400, True)
    assert "600 12" not in str(await groups(house))


async def test_work_that_fails_behind_the_doors_is_counted_with_its_restaurant(house: House) -> None:
    house.server.parts.calls._parsers = {}
    assert (await house.post(EVENTS, sample("12"))).status_code == 204
    await house.settled()
    (group,) = await groups(house)
    assert (group["route"], group["code"], group["severity"]) == (f"queue {inbox.APPLY}", "unprocessable", "high")
    assert group["last"][0]["restaurant_id"] == "rest_la_marea"


async def test_a_job_and_a_loop_that_fail_are_counted(house: House) -> None:
    server = house.server
    job = next(jobs.of(server.parts))
    server.parts._note_failed_job(job, DatabaseFull())
    server.parts._note_broken_loop("events", ValueError("+34600123456"))
    assert [(one["route"], one["last"][0]["detail"]) for one in await groups(house)] == [
        ("loop events", ""),
        (f"job {job.name}", "The database has no room left."),
    ]


async def test_an_odd_category_is_refused_with_those_that_there_are(house: House) -> None:
    answer = await house.get("/api/admin/errors", category="odd")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("category: must be one of ")


async def test_a_tool_that_fails_is_counted_although_the_caller_hears_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Tool(use=failing(RuntimeError("+34600123456")))  # type: ignore[arg-type]
    monkeypatch.setitem(house.server.parts.tools._tools, "check_availability", broken)  # type: ignore[arg-type]
    assert (await house.tool(sample("20")))["ok"] is False
    (group,) = await groups(house)
    assert (group["route"], group["kind"]) == ("tool check_availability", "RuntimeError")
    assert (group["last"][0]["restaurant_id"], group["last"][0]["detail"]) == ("rest_la_marea", "")


async def test_an_inbound_call_that_fails_is_counted_although_the_phone_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.server.parts.doors._inbound, "answer", failing(DatabaseFull()))
    assert (await house.post(INBOUND, sample("01"))).status_code == 200
    (group,) = await groups(house)
    assert (group["route"], group["code"]) == (f"POST {INBOUND}", "database_full")
