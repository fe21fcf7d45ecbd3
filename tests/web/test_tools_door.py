"""The door of the live tools, met as the server meets it: an application that is called and sends."""

import asyncio
import json
from typing import Any

import pytest

from support.serving import TOOLS, House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HOURS = {"name": "get_hours", "args": {}, "call": {"call_id": "c", "agent_id": "agent_7c1f0e5a9b3d4826a1e0f4c2d8"}}


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


async def _ask(house: House, send: Any) -> None:
    body = json.dumps(HOURS).encode()

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(name.encode(), value.encode()) for name, value in house.signed(body).items()]
    scope = {"type": "http", "method": "POST", "path": TOOLS, "raw_path": TOOLS.encode(), "headers": headers}
    await house.server.parts.application(scope | {"client": ("127.0.0.1", 5), "query_string": b""}, receive, send)
