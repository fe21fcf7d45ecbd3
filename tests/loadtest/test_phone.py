from typing import Any

import httpx
import pytest

from appliance.clock import SystemClock
from appliance.loadtest.phone import PhonePlatform


async def test_a_delivery_is_signed_so_that_the_server_accepts_it(server: Any, platform: PhonePlatform) -> None:
    reply = await platform.post("/webhooks/retell", {"event": "call_started", "call": {"agent_name": "Recepción"}})
    assert (reply.ok, reply.problems) == (True, [])
    assert server.received == [("/webhooks/retell", {"event": "call_started", "call": {"agent_name": "Recepción"}})]


async def test_a_delivery_that_fails_once_is_tried_again_and_told(server: Any, platform: PhonePlatform) -> None:
    statuses = iter([503, 204])
    server.answer = lambda path, body: (next(statuses), None)
    reply = await platform.post("/webhooks/retell", {"event": "call_ended"})
    assert (reply.status, reply.problems) == (204, ["POST /webhooks/retell answered 503"])


async def test_a_delivery_is_given_up_after_three_tries(server: Any, platform: PhonePlatform) -> None:
    server.answer = lambda path, body: (500, None)
    reply = await platform.post("/webhooks/retell", {"event": "call_ended"})
    assert (reply.ok, len(server.received)) == (False, 3)
    assert reply.problems == ["POST /webhooks/retell answered 500 (3 times)"]


async def test_a_server_that_is_not_there_is_a_problem_not_a_crash(unused_tcp_port: int) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        url = f"http://127.0.0.1:{unused_tcp_port}"
        platform = PhonePlatform(http, url=url, key="k", clock=SystemClock(), pause_s=0)
        reply = await platform.post("/tools/retell/get_hours", {})
    assert (reply.status, len(reply.problems)) == (0, 1)
    assert reply.problems[0].startswith("POST /tools/retell/get_hours failed: ")


@pytest.mark.parametrize("status", [301, 401, 429])
async def test_only_a_2xx_counts_as_delivered(server: Any, platform: PhonePlatform, status: int) -> None:
    server.answer = lambda path, body: (status, None)
    assert not (await platform.post("/webhooks/retell", {})).ok
