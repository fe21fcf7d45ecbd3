"""The console's connection, with a real server at the other end."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from appliance.contract import CallRow, Page
from support.retell_bodies import sample
from support.serving import EVENTS, House, serving, until
from tui.desk import Desk
from tui.floor import tonight
from tui.link import Link, Refused
from tui.watch import Phase

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

HOME = "rest_la_marea"


@asynccontextmanager
async def watching(url: str, token: str) -> AsyncIterator[Desk]:
    loop = asyncio.get_running_loop()
    link = Link(url, token, language="es")
    desk = Desk(link, now_s=loop.time, rng=random.Random(1), tell=lambda: None)
    task = asyncio.create_task(desk.watch.run())
    try:
        yield desk
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await link.aclose()


async def become(desk: Desk, phase: Phase) -> None:
    async def is_so() -> bool:
        return desk.connection.phase is phase

    await until(is_so, within_s=30)


async def test_the_picture_is_what_the_server_tells_and_follows_it(house: House) -> None:
    async with watching(house.url, house.token) as desk:
        await become(desk, Phase.LIVE)
        assert list(desk.picture.restaurants) == [HOME]
        assert (await house.post(EVENTS, sample("10"))).status_code == 204

        async def rings() -> bool:
            return desk.picture.overview is not None and desk.picture.overview.calls_now == 1

        await until(rings)


async def test_it_watches_through_the_socket_and_finds_the_next_server_there(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "maitre.sock"
    async with (
        serving(database_url, tmp_path, socket=str(path)) as first,
        watching(f"unix:{path}", first.token) as desk,
    ):
        await become(desk, Phase.LIVE)
        assert list(desk.picture.restaurants) == [HOME]
        await first.server.stop()
        await become(desk, Phase.LOST)
        async with serving(database_url, tmp_path, socket=str(path)):
            await become(desk, Phase.LIVE)


async def test_what_was_before_it_looked_is_recalled(house: House) -> None:
    await house.tool(sample("20"))
    house.clock.advance(1_000)
    house.server.parts.monitor.tick()
    house.clock.advance(1_000)
    house.server.parts.monitor.tick()
    async with watching(house.url, house.token) as desk:
        await become(desk, Phase.LIVE)
        assert [second.tools for second in desk.picture.seconds][:2] == [1, 0]


async def test_a_server_that_stops_is_missed_at_once_and_found_again_when_it_is_back(
    database_url: str, tmp_path: Path
) -> None:
    async with serving(database_url, tmp_path) as first, watching(first.url, first.token) as desk:
        await become(desk, Phase.LIVE)
        await first.server.stop()
        before = desk.picture.overview
        await become(desk, Phase.LOST)
        assert desk.connection.why is not None
        assert desk.picture.overview is before
        async with serving(database_url, tmp_path, port=first.port):
            await become(desk, Phase.LIVE)
            assert list(desk.picture.restaurants) == [HOME]


async def test_a_wrong_token_is_told_from_a_server_that_is_away(house: House) -> None:
    async with watching(house.url, "nobody's") as desk:
        await become(desk, Phase.REFUSED)
        assert isinstance(desk.connection.why, Refused)


async def test_whoever_answers_and_is_no_maitre_is_no_server(house: House) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello")
        await writer.drain()
        writer.close()

    stranger = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with stranger, watching(f"http://127.0.0.1:{stranger.sockets[0].getsockname()[1]}", "token") as desk:
        await become(desk, Phase.LOST)


async def test_what_is_done_is_done_at_the_server(house: House) -> None:
    async with watching(house.url, house.token) as desk:
        await become(desk, Phase.LIVE)
        await desk.pause(HOME)
        assert desk.shown.restaurants[HOME].status == "paused"
        assert (await house.read(f"/api/restaurants/{HOME}"))["status"] == "paused"
        await desk.resume(HOME)
        assert (await house.read(f"/api/restaurants/{HOME}"))["status"] == "active"


async def test_a_day_book_is_that_of_the_restaurant_s_own_day(house: House) -> None:
    async with watching(house.url, house.token) as desk:
        await become(desk, Phase.LIVE)
        desk.open_book(HOME)
        assert desk.book is not None
        await desk.book.page.refresh()
        page, detail = desk.book.page.value, desk.book.house.value
        assert page is not None
        assert detail is not None
        assert page.date == tonight(detail.timezone, desk.now_ms()).isoformat()
        desk.book.turn(1)
        await desk.book.page.refresh()
        assert desk.book.page.value is not None
        assert desk.book.page.value.date > page.date


async def test_what_is_stuck_is_retried_and_given_up(house: House) -> None:
    await house.post(EVENTS, b"[]")
    async with watching(house.url, house.token) as desk:
        await desk.tasks[None].refresh()
        assert desk.tasks[None].value is not None
        (dead,) = desk.tasks[None].value.items
        assert await desk.retry([dead.id]) == 1
        await house.settled()
        assert await desk.discard([dead.id]) == 1
        assert desk.tasks[None].is_due(desk.link.quota)
        with pytest.raises(Refused) as refused:
            await desk.discard([dead.id])
        assert refused.value.detail == "Ninguna de estas es una tarea muerta o retenida."


async def test_what_is_left_is_the_operator_s_and_no_restaurant_s(house: House) -> None:
    async with watching(house.url, house.token) as desk:
        await desk.calls.refresh()
        left = desk.link.quota
        assert left is not None
        assert left.remaining > 1_000
        await desk.link.get(f"/api/restaurants/{HOME}/calls", Page[CallRow])
        assert desk.link.quota == left


async def test_a_call_is_opened_and_its_events_applied_once_more(house: House) -> None:
    await house.post(EVENTS, sample("12"))
    await house.settled()
    async with watching(house.url, house.token) as desk:
        await desk.calls.refresh()
        assert desk.calls.value is not None
        (row,) = desk.calls.value.items
        feed = desk.call(row)
        await feed.refresh()
        assert feed.value is not None
        assert (feed.value.call_id, [event.event for event in feed.value.events]) == (row.call_id, [row.last_event])
        assert await desk.replay(row.call_id) == 1


async def test_a_restaurant_is_given_its_requests_back(house: House) -> None:
    await house.read(f"/api/restaurants/{HOME}/calls")
    async with watching(house.url, house.token) as desk:
        used = []
        for _ in range(2):
            await desk.limits.refresh()
            assert desk.limits.value is not None
            used += [row.used for row in desk.limits.value.items]
            await desk.clear_limits(HOME)
        assert used == [1, 0]


async def test_an_alert_is_acknowledged_and_closed(house: House) -> None:
    for _ in range(20):
        house.server.parts.traffic.event("unknown", "rejected")
    house.server.parts.monitor.tick()
    await house.server.parts.alerts.look()
    async with watching(house.url, house.token) as desk:
        await desk.alerts.refresh()
        assert desk.alerts.value is not None
        (one,) = desk.alerts.value.items
        await desk.acknowledge(one.id)
        await desk.alerts.refresh()
        assert [row.state for row in desk.alerts.value.items] == ["acknowledged"]
        await desk.resolve(one.id)
        await desk.past_alerts.refresh()
        assert desk.past_alerts.value is not None
        assert [row.state for row in desk.past_alerts.value.items] == ["resolved"]


async def test_the_last_answer_stays_when_the_next_does_not_come(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as house, watching(house.url, house.token) as desk:
        await desk.tasks[None].refresh()
        before = desk.tasks[None].received_s
        await house.server.stop()
        await desk.tasks[None].refresh()
        assert (desk.tasks[None].value is not None, desk.tasks[None].received_s) == (True, before)
        assert desk.tasks[None].error is not None
