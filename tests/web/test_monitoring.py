"""What operators read of the monitor over HTTP, on a real server."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog

from support.retell_bodies import sample
from support.serving import EVENTS, House, serving, until

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HOME = "rest_la_marea"
STREAM = "/api/admin/stream"


@asynccontextmanager
async def listening(house: House) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """The messages of the stream as they come."""
    headers = {"authorization": f"Bearer {house.token}"}
    async with house.http.stream("GET", STREAM, headers=headers) as response:
        assert (response.status_code, response.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        yield messages(response.aiter_lines())


async def messages(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, Any]]:
    event = ""
    async for line in lines:
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield event, json.loads(line.removeprefix("data: "))


async def test_the_overview_says_what_was_served_and_how_well_each_restaurant_is(house: House) -> None:
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    await house.tool(sample("20"))
    house.server.parts.monitor.tick()
    told = await house.read("/api/admin/overview")
    assert told["last_minute"]["tools"] == 1
    assert told["last_minute"]["requests"] >= 2
    assert told["last_minute"]["events"] == {"accepted": 1}
    assert told["worst"][0]["restaurant_id"] == HOME
    scores = await house.read("/api/admin/scores")
    assert (scores["total"], scores["items"][0]["score"]) == (1, 100)


async def test_the_figures_of_a_restaurant_are_those_of_its_own_traffic(house: House) -> None:
    house.clock.advance(1_000)
    await house.tool(sample("20"))
    await house.tool(sample("21"))
    await house.post(EVENTS, b"{}", **{"x-retell-signature": "wrong"})
    house.clock.advance(500)
    house.server.parts.monitor.tick()
    mine = await house.read("/api/admin/metrics", restaurant=HOME, step=1)
    assert (mine["restaurant_id"], mine["step_s"]) == (HOME, 1)
    assert [(point["requests"], point["tools"]) for point in mine["points"]] == [(2, 2)]
    everything = await house.read("/api/admin/metrics", step=1)
    assert sum(point["requests"] for point in everything["points"]) >= 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"restaurant": "rest_nowhere"}, 400),
        ({"to": "null"}, 400),
        ({"step": 0}, 400),
        ({"from": -1}, 400),
        ({"from": "yesterday"}, 400),
        ({"from": 10, "to": 5}, 400),
        ({"from": 0, "step": 1}, 400),
        ({"spep": 1}, 400),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(house: House, query: dict[str, Any], status: int) -> None:
    assert (await house.get("/api/admin/metrics", **query)).status_code == status


async def test_the_stream_begins_with_everything_and_goes_on_with_what_changes(house: House) -> None:
    async with asyncio.timeout(20), listening(house) as told:
        event, first = await anext(told)
        assert event == "snapshot"
        assert first["overview"]["restaurants"] == 1
        assert [row["restaurant_id"] for row in first["restaurants"]] == [HOME]
        assert (await house.post(EVENTS, sample("10"))).status_code == 204
        async for event, change in told:
            assert event == "delta"
            assert "restaurants" not in change
            if change["overview"]["calls_now"] == 1:
                break


async def test_the_stream_tells_what_is_logged_meanwhile(house: House) -> None:
    structlog.get_logger().error("loop_broke", loop="before")
    async with asyncio.timeout(20), listening(house) as told:
        _, first = await anext(told)
        assert "lines" not in first
        structlog.get_logger().error("loop_broke", loop="mill")
        async for _, change in told:
            if lines := change.get("lines"):
                break
    assert [line["fields"] for line in lines] == [{"loop": "mill"}]


async def test_who_listens_takes_no_place_of_the_api_and_leaves_when_they_go(house: House) -> None:
    lane, live = house.server.parts.edge.lanes.api, house.server.parts.live
    async with asyncio.timeout(20):
        async with listening(house) as one, listening(house) as two:
            await anext(one)
            await anext(two)
            assert (lane.inside, live.listeners) == (0, 2)
        await until(lambda: nobody_listens(house))


async def nobody_listens(house: House) -> bool:
    return house.server.parts.live.listeners == 0


async def test_how_long_somebody_listens_is_not_how_long_the_answer_took(house: House) -> None:
    async with listening(house) as told:
        await anext(told)
        house.clock.advance(600_000)
    await until(lambda: nobody_listens(house))

    async def counted() -> bool:
        return any(route.route == STREAM for route in house.server.parts.traffic.routes)

    await until(counted)
    timing = next(timing for route, timing in house.server.parts.traffic.routes.items() if route.route == STREAM)
    assert timing.percentile_s(1.0) < 10


async def test_only_so_many_may_listen(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.services.monitoring.live._MOST_LISTENERS", 2)
    async with asyncio.timeout(20):
        async with listening(house) as one, listening(house) as two:
            await anext(one)
            await anext(two)
            refused = await house.get(STREAM)
            assert (refused.status_code, refused.json()["retryable"]) == (503, True)
        await until(lambda: nobody_listens(house))
        async with listening(house) as again:
            assert (await anext(again))[0] == "snapshot"


async def test_after_a_quarter_of_an_hour_one_shows_who_one_is_again(house: House) -> None:
    async with asyncio.timeout(20), listening(house) as told:
        await anext(told)
        house.clock.advance(901_000)
        assert [event async for event, _ in told][-1:] in ([], ["delta"])


async def test_a_reader_who_does_not_read_is_dropped_and_the_others_are_told_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "appliance.services.monitoring.live._EVERY_S", 3_600
    )  # each message here is read before the next
    request = f"GET {STREAM} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {house.token}\r\n\r\n"
    live = house.server.parts.live
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        deaf.connect(("127.0.0.1", house.port))
        deaf.sendall(request.encode())

        async def heard() -> bool:
            return live.listeners == 1

        await until(heard)
        async with asyncio.timeout(60), listening(house) as told:
            await anext(told)
            for n in range(3_000):
                for _ in range(100):  # so that what the kernel takes in for the deaf one is soon full
                    structlog.get_logger().error("loop_broke", loop="x" * 1_000)
                began = time.monotonic()
                await live.tell()
                assert time.monotonic() - began < 1
                assert (await anext(told))[0] == "delta", n
                if live.listeners == 1:
                    break
            assert live.listeners == 1
            await live.tell()
            assert (await anext(told))[0] == "delta"


async def test_a_server_that_stops_does_not_wait_for_those_who_listen(database_url: str, tmp_path: Path) -> None:
    async with asyncio.timeout(30), serving(database_url, tmp_path) as house, listening(house) as told:
        await anext(told)
        began = time.monotonic()
        await house.server.stop()
        assert time.monotonic() - began < 5
        assert [event async for event, _ in told] in ([], ["delta"])


async def test_what_a_process_served_is_there_after_it_ended(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as first:
        first.clock.advance(30_000)
        await first.tool(sample("20"))
    async with serving(database_url, tmp_path) as second:
        second.clock.advance(120_000)
        found = await second.read("/api/admin/metrics", restaurant=HOME, step=60)
        assert [(point["requests"], point["tools"]) for point in found["points"]] == [(1, 1)]
