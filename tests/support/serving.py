"""A whole server in this process, with La Marea in it, and the phone platform and an operator as its clients."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from appliance.app import Server
from appliance.config import Settings
from appliance.loadtest.restaurants import DemoRestaurant, demo_restaurants
from appliance.services.host import Host
from appliance.voice.retell.signature import sign
from support import routings
from support.fake_clock import FakeClock
from support.people import cheap_passwords
from support.serve_process import KEY

EVENTS = "/webhooks/retell"
INBOUND = "/webhooks/retell/inbound"
TOOLS = "/tools/retell"


class House:
    """`http` talks to the server as an operator does, without a token where `headers={}` is given."""

    def __init__(self, server: Server, clock: FakeClock, url: str) -> None:
        self.server = server
        self.clock = clock
        self.url = url
        self.token = ""
        self.http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=20)

    @property
    def port(self) -> int:
        port = urlsplit(self.url).port
        assert port
        return port

    def signed(self, body: bytes, key: str = KEY) -> dict[str, str]:
        return {"content-type": "application/json", "x-retell-signature": sign(body, key, self.clock.now_ms())}

    async def post(self, path: str, body: bytes | dict[str, Any], **headers: str) -> httpx.Response:
        """A signed request of the phone platform."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post(path, content=content, headers=self.signed(content) | headers)

    async def tool(self, body: bytes | dict[str, Any], name: str = "") -> dict[str, Any]:
        """The tool's answer, which is a refusal or a deed, but always an answer."""
        response = await self.post(f"{TOOLS}/{name}".rstrip("/"), body)
        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        answer: dict[str, Any] = response.json()
        assert answer["say"]
        assert answer["code"]
        return answer

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.get(path, params=params, headers={"authorization": f"Bearer {self.token}"})

    async def read(self, path: str, **params: Any) -> Any:
        response = await self.get(path, **params)
        assert response.status_code == 200, response.text
        return response.json()

    async def status(self, path: str) -> tuple[int, str]:
        """What a door of health answers to anybody."""
        health = await self.http.get(path)
        return health.status_code, health.json()["status"]

    async def check(self, name: str) -> tuple[str, str]:
        """The status of a check and what it says."""
        health = await self.get("/api/health")
        (found,) = health.json()["checks"][name]
        return found["status"], found.get("output", "")

    async def metrics(self) -> dict[str, float]:
        """By name and labels as they are written: `maitre_queue_tasks{state="dead"}`."""
        self.clock.advance(1_100)  # they are read once a second
        lines = (await self.http.get("/metrics")).text.splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}

    async def alerts(self, *, after_s: int = 0) -> dict[str, str]:
        """The level of each that is open, looked at four times a minute meanwhile."""
        for _ in range(after_s // 15):
            self.clock.advance(15_000)
            self.server.parts.monitor.tick()
            await self.server.parts.alerts.look()
        await self.server.parts.alerts.look()
        rows = await self.read("/api/admin/alerts", state="open")
        return {row["rule"]: row["level"] for row in rows["items"]}

    async def settled(self) -> None:
        """Wait until all that was taken is applied or buried."""

        async def at_rest() -> bool:
            queue = (await self.read("/api/admin/overview"))["queue"]
            return queue["ready"] == queue["running"] == 0

        await until(at_rest)

    async def add(self, restaurant: DemoRestaurant) -> None:
        lines = {"agents": [("retell", restaurant.agent_id)], "numbers": [restaurant.number]}
        await self.server.parts.restaurants.add(restaurant.card, **lines)


@asynccontextmanager
async def serving(
    database_url: str, data_dir: Path, *, host: Host | None = None, **settings: Any
) -> AsyncIterator[House]:
    """A server on this database, open as long as the block; its clock stands still at the tests' usual instant."""
    usual: dict[str, Any] = {"port": 0, "retell_webhook_keys": (KEY,), "log_level": "error", "log_format": "json"}
    usual["admin_requests"] = 1_000_000  # tests look on all the time
    clock = FakeClock()
    clock._ids = time.monotonic_ns()  # a second server on the same data must not give out the ids of the first
    server = Server(Settings(data_dir=data_dir, database_url=database_url, **usual | settings), clock, host=host)
    vars(server.parts.passwords).update(vars(cheap_passwords()))
    house = House(server, clock, await server.start())
    try:
        house.token = await server.parts.api_tokens.operator(email="ana@example.com", name="Ana")
        if not server.parts.restaurants.all():
            await house.add(demo_restaurants(1)[0])
        yield house
    finally:
        await house.http.aclose()
        await server.stop()
        routings.give_back(server)


async def until(condition: Callable[[], Coroutine[Any, Any, bool]], *, within_s: float = 10) -> None:
    """Ask again and again until it holds; a test whose condition never holds fails by time."""
    async with asyncio.timeout(within_s):
        while not await condition():  # noqa: ASYNC110 — it holds in the server, which cannot set an event of ours
            await asyncio.sleep(0.02)
