"""A platform as full as the console is promised to bear: 300 restaurants, 10,000 calls of a day, 100 on the line."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvloop
from msgspec import Struct

from appliance.loadtest.restaurants import demo_restaurants
from benchmarks.measure import BenchmarkError
from benchmarks.memory import furnished
from benchmarks.processes import Server, demo
from benchmarks.requests import CHECK_AVAILABILITY, WEBHOOK, Line, ended_calls, line_up

RESTAURANTS, CALLS, ON_THE_LINE = 300, 10_000, 100
_CONNECTIONS = 32
_PATIENCE_S = 60
_QUESTION_EVERY_S = 0.1
"""So each of those on the line asks something every ten seconds."""
_QUESTIONS = 2_000


class FullHouse(Struct, frozen=True, kw_only=True):
    """A running server, and an operator's token for it."""

    server: Server
    token: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"


@contextmanager
def full_house() -> Iterator[FullHouse]:
    """Raises BenchmarkError when the server does not take all calls."""
    # The console asks as often as the operator's quota lets it: here as often as it ever does.
    with (
        furnished(RESTAURANTS) as (home, url),
        demo("appliance", home, url, MAITRE_ADMIN_REQUESTS="1000000") as server,
    ):
        house = FullHouse(server=server, token=server.ready["admin_token"])
        with _calling(house, server.ready["retell_api_key"]):
            yield house


@contextmanager
def _calling(house: FullHouse, key: str) -> Iterator[None]:
    lines = [
        Line(id=made_up.card.id, name=made_up.card.name, agent_id=made_up.agent_id, phone=made_up.number)
        for made_up in demo_restaurants(RESTAURANTS)
    ]
    over = threading.Event()
    uvloop.run(_send(house.server.port, ended_calls(lines, key=key, count=CALLS - ON_THE_LINE, prefix="0ed")))
    _wait_until_applied(house, on_the_line=0)  # those on the line are the newest
    begun = line_up(WEBHOOK, lines, key=key, count=ON_THE_LINE, prefix="ca11")
    uvloop.run(_send(house.server.port, begun))
    _wait_until_applied(house, on_the_line=ON_THE_LINE)
    questions = line_up(CHECK_AVAILABILITY, lines, key=key, count=_QUESTIONS, prefix="ca11", at_once=ON_THE_LINE)
    asking = threading.Thread(target=lambda: uvloop.run(_ask(house.server.port, questions, over)))
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()


async def _send(port: int, requests: list[bytes]) -> None:
    waiting = iter(requests)

    async def one_after_the_other() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 204"):
                raise BenchmarkError(head.decode())
        writer.close()

    await asyncio.gather(*(one_after_the_other() for _ in range(_CONNECTIONS)))


async def _ask(port: int, questions: list[bytes], over: threading.Event) -> None:
    """A tool call now and then, as the agents of those on the line make them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(_read_away(reader))
    for question in questions:
        if over.is_set():
            break
        writer.write(question)
        await asyncio.sleep(_QUESTION_EVERY_S)
    reading.cancel()
    writer.close()


async def _read_away(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        pass


def _wait_until_applied(house: FullHouse, *, on_the_line: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    with httpx.Client(base_url=house.url, headers={"Authorization": f"Bearer {house.token}"}, trust_env=False) as http:
        while time.monotonic() < deadline:
            told = http.get("/api/admin/overview").raise_for_status().json()
            if told["queue"]["ready"] == told["queue"]["running"] == 0 and told["calls_now"] == on_the_line:
                return
            time.sleep(0.2)
    raise BenchmarkError(f"the server did not take in {CALLS:,} calls within {_PATIENCE_S} s: {told['queue']}")
