import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from appliance.errors import StartError
from appliance.web import server
from appliance.web.server import HttpServer
from support.echo import Echo
from support.raw_http import Connection, connect
from support.serving import until


class Large:
    """Answers with more than any buffer between it and the client holds."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * (64 << 20)})


@asynccontextmanager
async def listening(app: Any, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[tuple[HttpServer, str]]:
    server = HttpServer(app, host=host, port=port)
    server.bind()
    try:
        yield server, server.start()
    finally:
        await server.stop(within_s=5)


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


async def get(url: str) -> int:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(url)).status_code


GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]"), ("localhost", "")])
async def test_any_free_port_is_found_and_told(host: str, shown: str) -> None:
    async with listening(Echo(), host=host) as (_, url):
        assert url.startswith(f"http://{shown}")
        assert await get(url) == 200


async def test_a_port_in_use_is_refused_and_not_shared() -> None:
    async with listening(Echo()) as (_, url):
        second = HttpServer(Echo(), host="127.0.0.1", port=port_of(url))
        with pytest.raises(StartError, match=f"port {port_of(url)}: Address already in use"):
            second.bind()


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "not an address", "999.1.1.1"])
async def test_an_address_that_is_not_this_machine_s_is_refused(host: str) -> None:
    with pytest.raises(StartError, match="Cannot listen on"):
        HttpServer(Echo(), host=host, port=0).bind()


async def test_a_port_can_be_had_again_as_soon_as_it_was_given_up() -> None:
    async with listening(Echo()) as (_, url):
        idle = await connect(port_of(url))
        await idle.send(GET)
        await idle.answer()
    async with listening(Echo(), port=port_of(url)) as (_, again):
        assert await get(again) == 200
    await idle.close()


async def test_who_comes_between_bind_and_start_is_answered_after_it() -> None:
    server = HttpServer(Echo(), host="127.0.0.1", port=0)
    server.bind()
    assert server._listener
    early = await connect(server._listener.getsockname()[1])
    await early.send(GET)
    server.start()
    assert (await early.answer()).status == 200
    await early.close()
    await server.stop(within_s=5)


async def test_a_server_that_only_bound_gives_its_port_back() -> None:
    server = HttpServer(Echo(), host="127.0.0.1", port=0)
    server.bind()
    assert server._listener
    port = server._listener.getsockname()[1]
    assert await server.stop(within_s=5)
    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_a_request_under_way_is_answered_before_the_end_and_new_ones_are_not_taken() -> None:
    app = Echo()
    app.go.clear()
    async with listening(app) as (server, url):
        waiting = await connect(port_of(url))
        await waiting.send(GET)
        await app.met.wait()
        stopping = asyncio.create_task(server.stop(within_s=10))
        await refused(port_of(url))
        app.go.set()
        assert (await waiting.answer()).body == b"ok"
        assert await stopping
    await waiting.close()


async def refused(port: int) -> None:
    """Wait until nobody listens any more."""
    async with asyncio.timeout(5):
        while True:
            try:
                late = await connect(port)
            except ConnectionError:
                return
            await late.close()
            await asyncio.sleep(0.01)


async def nothing(_: Connection) -> None:
    pass


async def a_whole_request(connection: Connection) -> None:
    await connection.send(GET)
    await connection.answer()


@pytest.mark.parametrize("done_before", [nothing, a_whole_request])
async def test_idle_connections_do_not_hold_up_the_end(done_before: Callable[[Connection], Any]) -> None:
    async with listening(Echo()) as (server, url):
        idle = await connect(port_of(url))
        await done_before(idle)
        async with asyncio.timeout(3):
            assert await server.stop(within_s=10)
        assert await idle.ended()
        await idle.close()


@pytest.mark.parametrize("half", [b"GET / HT", b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc"])
async def test_a_client_that_stops_in_the_middle_holds_up_the_end_only_so_long(half: bytes) -> None:
    app = Echo()
    async with listening(app) as (server, url):
        slow = await connect(port_of(url))
        await slow.send(half)
        other = await connect(port_of(url))
        await a_whole_request(other)  # by now the server has read what came before
        async with asyncio.timeout(3):
            assert not await server.stop(within_s=0.2)
        await slow.close()
        await other.close()


async def test_more_clients_than_upstream_s_usual_number_are_served_at_once() -> None:
    app = Echo()
    async with listening(app) as (_, url):
        crowd = [await connect(port_of(url)) for _ in range(200)]
        for one in crowd:
            await one.send(GET)
        assert {(await one.answer()).status for one in crowd} == {200}
        for one in crowd:
            await one.close()


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: "], ids=["silent", "in its head"])
async def test_a_client_that_does_not_finish_its_head_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(server, "_HEAD_MS", 200)
    async with listening(Echo()) as (_, url):
        slow = await connect(port_of(url))
        await slow.send(begun)
        assert await slow.ended()
        await slow.close()
        assert await get(url) == 200


async def test_a_head_that_trickles_is_given_no_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_HEAD_MS", 300)
    async with listening(Echo()) as (_, url):
        slow = await connect(port_of(url))
        await slow.send(b"GET / HTTP/1.1\r\n")
        ended = asyncio.create_task(slow.ended())
        async with asyncio.timeout(5):
            while not ended.done():
                with suppress(ConnectionError):
                    await slow.send(b"x-slow: 1\r\n")
                await asyncio.sleep(0.05)
        assert ended.result()
        await slow.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nx-long: " + b"y" * 100_000,
        b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nhost: x",
        b"GET / HTTP/1.1\r\nhost: x" + b"\r\nx-many: y" * 200,
    ],
    ids=["a long line", "a long address", "many lines"],
)
async def test_a_head_that_is_too_large_is_refused_before_the_application(head: bytes) -> None:
    app = Echo()
    async with listening(app) as (_, url):
        large = await connect(port_of(url))
        await large.send(head + b"\r\n\r\n")
        assert (await large.answer()).status == 431
        assert not app.met.is_set()
        await large.close()


async def test_a_client_that_never_reads_its_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_UNREAD_MS", 500)
    async with listening(Large()) as (_, url):
        with socket.create_connection(("127.0.0.1", port_of(url))) as greedy:
            greedy.sendall(GET)
            await until(partial(is_served, greedy))
            await until(partial(is_given_up, greedy))


async def is_served(client: socket.socket) -> bool:
    return not await is_given_up(client)


async def is_given_up(client: socket.socket) -> bool:
    """Whether the server's end of a connection to this process is gone."""
    ends = {one.raddr for one in psutil.Process().net_connections("tcp") if one.raddr}
    return client.getsockname() not in ends


def room_where_files_are(soft: int, hard: int) -> str:
    """In a process of its own, whose limits these are; and what its soft limit is then."""
    program = (
        "import resource; from appliance.web.server import room_for_connections as room; "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard})); "
        "print(room(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("soft", "hard", "room"),
    [
        (1024, 1024, "768 1024"),
        (1024, 4096, "3840 4096"),
        (1024, 16_000, "8192 8448"),
        (12_000, 16_000, "8192 12000"),
        (200, 200, "64 200"),
    ],
)
def test_as_many_connections_are_taken_as_the_process_may_have_files_for(soft: int, hard: int, room: str) -> None:
    assert room_where_files_are(soft, hard) == room


async def test_a_thousand_silent_clients_shut_nobody_out() -> None:
    async with listening(Echo()) as (_, url):
        crowd = [await connect(port_of(url)) for _ in range(1_000)]
        assert await get(url) == 200
        for one in crowd:
            await one.close()


async def test_a_server_may_be_stopped_in_the_instant_of_its_start_and_more_than_once() -> None:
    async with listening(Echo()) as (server, url):
        assert await server.stop(within_s=5)
        assert await server.stop(within_s=5)
    with socket.create_server(("127.0.0.1", port_of(url))):
        pass


async def test_the_end_can_be_waited_for() -> None:
    async with listening(Echo()) as (server, _):
        ended = asyncio.create_task(server.ended())
        await server.stop(within_s=5)
        async with asyncio.timeout(5):
            await ended


@asynccontextmanager
async def on_a_socket_kept_open(app: Any) -> AsyncIterator[tuple[HttpServer, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as kept:
        server = HttpServer(app, host="192.0.2.1", port=1, inherited=kept.dup())
        server.bind()
        server.start()
        try:
            yield server, kept
        finally:
            await server.stop(within_s=5)


async def test_an_inherited_socket_is_served_whatever_address_is_set() -> None:
    async with on_a_socket_kept_open(Echo()) as (_, kept):
        assert await get(f"http://127.0.0.1:{kept.getsockname()[1]}") == 200


async def test_who_comes_to_an_inherited_socket_during_the_stop_is_answered_by_the_next_server() -> None:
    app = Echo()
    app.go.clear()
    async with on_a_socket_kept_open(app) as (server, kept):
        port = kept.getsockname()[1]
        under_way = await connect(port)
        await under_way.send(GET)
        await app.met.wait()
        stopping = asyncio.create_task(server.stop(within_s=10))
        await asyncio.sleep(0)  # by now it takes no more
        late = await connect(port)
        await late.send(GET)
        app.go.set()
        assert (await under_way.answer()).body == b"ok"
        assert await stopping
        after = await connect(port)
        await after.send(GET)
        following = HttpServer(Echo(), host="", port=0, inherited=kept.dup())
        following.bind()
        following.start()
        assert (await late.answer()).body == b"ok"
        assert (await after.answer()).body == b"ok"
        await following.stop(within_s=5)
        for one in (under_way, late, after):
            await one.close()


async def test_who_had_connected_before_the_stop_may_still_send_a_moment_after_it() -> None:
    async with on_a_socket_kept_open(Echo()) as (server, kept):
        early = await connect(kept.getsockname()[1])
        other = await connect(kept.getsockname()[1])
        await a_whole_request(other)  # by now the first has been accepted, too
        stopping = asyncio.create_task(server.stop(within_s=10))
        await asyncio.sleep(0.05)
        await early.send(GET)
        assert (await early.answer()).body == b"ok"
        assert await stopping
        await early.close()
        await other.close()
