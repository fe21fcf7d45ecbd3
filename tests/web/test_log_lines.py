"""Under what the lines of the log stand: the request, the call, the restaurant; and nobody's name."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from appliance.loadtest.restaurants import demo_restaurants
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving, until

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
DEMO = demo_restaurants(1)[0]
ABOUT = {"call_id": "call_of_ana", "agent_id": DEMO.agent_id, "from_number": "+34600111222"}


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path, log_level="info") as opened:
        yield opened


def told(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


async def breaking(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("no book for +34600111222")

    monkeypatch.setattr(house.server.parts.books, "get", broken)
    asked = {"name": "check_availability", "call": ABOUT, "args": {"date": "2026-11-28", "time": "21:00"}}
    assert (await house.tool(asked | {"args": asked["args"] | {"party_size": 2}}))["ok"] is False


async def test_what_breaks_on_the_phone_says_in_which_call_and_whose(
    house: House, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await breaking(house, monkeypatch)
    (line,) = [line for line in told(capfd) if line["event"] == "tool_broke"]
    assert (line["call_id"], line["restaurant_id"]) == ("call_of_ana", DEMO.card.id)
    assert line["request_id"].startswith("req_")
    assert line["exception"][0]["exc_value"] == "no book for ••••222"


async def test_an_operator_reads_the_last_lines_from_afar_with_people_hidden_in_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (await house.read("/api/admin/logs"))["last"]
    await breaking(house, monkeypatch)
    told = await house.read("/api/admin/logs", after=before, level="error")
    (line,) = [line for line in told["items"] if line["event"] == "tool_broke"]
    assert (line["level"], line["call_id"], line["restaurant_id"]) == ("error", "call_of_ana", DEMO.card.id)
    assert line["fields"]["exception"].startswith("RuntimeError: no book for ••••222 (test_log_lines.py:")
    assert (await house.read("/api/admin/logs", after=told["last"]))["items"] == []


async def test_the_next_request_of_a_connection_is_about_nobody_s_call(
    house: House, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await breaking(house, monkeypatch)
    assert (await house.http.post(EVENTS, content=sample("10"))).status_code == 401
    (line,) = [line for line in told(capfd) if line["event"] == "signature_refused"]
    assert not {"call_id", "restaurant_id"} & line.keys()


async def test_work_that_fails_later_says_which_task_it_was_and_whose(
    house: House, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("so it is")

    monkeypatch.setattr(house.server.parts.calls, "_merge", broken)
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    (row,) = (await house.read("/api/admin/inbox"))["items"]

    async def failed() -> bool:
        lines.extend(told(capfd))
        return any(line["event"] == "task_failed" for line in lines)

    lines: list[dict[str, Any]] = []
    await until(failed)
    line = next(line for line in lines if line["event"] == "task_failed")
    assert (line["task"], line["restaurant_id"]) == (row["id"], DEMO.card.id)


async def test_what_is_asked_of_a_restaurant_stands_under_it(
    house: House, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("so it is")

    monkeypatch.setattr(house.server.parts.restaurants, "one", broken)
    assert (await house.get(f"/api/restaurants/{DEMO.card.id}")).status_code == 500
    (line,) = [line for line in told(capfd) if line["event"] == "request_broke"]
    assert line["restaurant_id"] == DEMO.card.id


async def test_the_level_is_changed_while_the_server_runs(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    headers = {"authorization": f"Bearer {house.token}"}
    quiet = await house.http.put("/api/admin/log-level", json={"level": "error", "minutes": 5}, headers=headers)
    assert quiet.json() == {"level": "error", "usual": "info", "until": house.clock.now_ms() + 300_000}
    await house.http.post(EVENTS, content=sample("10"))
    assert [line["event"] for line in told(capfd)] == ["log_level_changed"]
    await house.http.put("/api/admin/log-level", json={"level": "info"}, headers=headers)
    house.clock.advance(2_000)
    await house.http.post(EVENTS, content=sample("10"))
    assert "signature_refused" in [line["event"] for line in told(capfd)]
    entries = (await house.read("/api/admin/audit"))["items"]
    assert [(one["action"], one["after"]["level"]) for one in entries[:2]] == [
        ("log_level.changed", "info"),
        ("log_level.changed", "error"),
    ]
