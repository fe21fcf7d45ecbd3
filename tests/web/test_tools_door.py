"""The door of the live tools, met as the server meets it: an application that is called and sends."""

import asyncio
import json
from typing import Any

import pytest

from appliance.services.agent import booking, wording
from support.serving import TOOLS, House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

CALL = {"call_id": "c", "agent_id": "agent_7c1f0e5a9b3d4826a1e0f4c2d8"}
HOURS = {"name": "get_hours", "args": {}, "call": CALL}
TABLE = {"name": "check_availability", "args": {"date": "mañana", "time": "21:00", "party_size": 2}, "call": CALL}


async def test_the_answers_of_one_turn_leave_together(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    tools = house.server.parts.tools
    use = tools.use

    async def used(request: Any) -> Any:
        answer = await use(request)
        seen.append("answered")
        return answer

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            seen.append("left")

    monkeypatch.setattr(tools, "use", used)
    await asyncio.gather(*(_ask(house, send) for _ in range(8)))
    assert seen == ["answered"] * 8 + ["left"] * 8


async def test_those_who_ask_at_once_go_through_the_stages_of_an_answer_side_by_side(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    for where, name in ((booking, "wish_of"), (booking, "decide"), (wording, "offered")):
        monkeypatch.setattr(where, name, _noting(seen, name, getattr(where, name)))
    await asyncio.gather(*(_ask(house, _nowhere, TABLE) for _ in range(8)))
    assert seen == ["wish_of"] * 8 + ["decide"] * 8 + ["offered"] * 8


def _noting(seen: list[str], stage: str, step: Any) -> Any:
    def noting(*args: Any, **kwargs: Any) -> Any:
        seen.append(stage)
        return step(*args, **kwargs)

    return noting


async def _nowhere(message: Any) -> None:
    """Whoever asked does not listen."""


async def _ask(house: House, send: Any, asked: dict[str, Any] = HOURS) -> None:
    body = json.dumps(asked).encode()

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(name.encode(), value.encode()) for name, value in house.signed(body).items()]
    scope = {"type": "http", "method": "POST", "path": TOOLS, "raw_path": TOOLS.encode(), "headers": headers}
    await house.server.parts.application(scope | {"client": ("127.0.0.1", 5), "query_string": b""}, receive, send)
