import random
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from appliance.clock import SystemClock
from appliance.loadtest.phone import PhonePlatform
from appliance.loadtest.restaurants import demo_restaurants
from appliance.loadtest.scenarios import CallPlan, Line, Scenario, plan_call
from appliance.voice.retell.signature import verify

KEY = "key_0123456789abcdef"
NOW_MS = 1_795_800_000_000

Answer = Callable[[str, dict[str, Any]], tuple[int, Any]]


class AnsweringMachine:
    """A server of a few lines, as an ASGI app: checks the signature, keeps what it was sent, answers as told."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, Any]]] = []
        self.answer: Answer = lambda path, body: (204, None)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive()).get("more_body", False):
            body += message["body"]
        body += message["body"]
        header = dict(scope["headers"]).get(b"x-retell-signature", b"").decode()
        if not verify(body, header, [KEY], SystemClock().now_ms()):
            status, answer = 401, None
        else:
            payload = msgspec.json.decode(body)
            self.received.append((scope["path"], payload))
            status, answer = self.answer(scope["path"], payload)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": msgspec.json.encode(answer) if answer else b""})

    def events(self) -> list[str]:
        return [payload["event"] for path, payload in self.received if path == "/webhooks/retell"]


@pytest.fixture
def server() -> AnsweringMachine:
    return AnsweringMachine()


@pytest.fixture
def platform(server: AnsweringMachine) -> PhonePlatform:
    http = httpx.AsyncClient(transport=httpx.ASGITransport(server))
    return PhonePlatform(http, url="http://maitre.test", key=KEY, clock=SystemClock(), pause_s=0)


@pytest.fixture
def line() -> Line:
    demo = demo_restaurants()[0]
    return Line(card=demo.card, agent_id=demo.agent_id, number=demo.number)


@pytest.fixture
def make_plan(line: Line) -> Callable[..., CallPlan]:
    def make(scenario: Scenario = Scenario.BOOK, seed: int = 5) -> CallPlan:
        return plan_call(line, random.Random(seed), now_ms=NOW_MS, scenario=scenario)

    return make
