import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from appliance.errors import StartError
from appliance.web.server import HttpServer
from appliance.web.unix_socket import UnixSocket
from support.echo import Echo
from support.raw_http import connect, connect_at
from support.serving import EVENTS, TOOLS, House, serving

GET = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


class Told(Echo):
    """Answers with the client's address."""

    def answer(self, scope: Any) -> bytes:
        address: str = scope["client"][0]
        return address.encode()


def server_at(path: Path, app: Any = None, port: int = 0) -> HttpServer:
    return HttpServer(app or Told(), host="127.0.0.1", port=port, socket_path=str(path))


@asynccontextmanager
async def listening(path: Path, app: Any = None) -> AsyncIterator[tuple[HttpServer, str]]:
    server = server_at(path, app)
    server.bind()
    try:
        yield server, server.start()
    finally:
        await server.stop(within_s=5)


async def get(path: Path) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(path))) as http:
        return await http.get("http://localhost/")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "maitre.sock"


async def test_it_answers_on_the_socket_and_on_its_port(path: Path) -> None:
    async with listening(path) as (_, url), httpx.AsyncClient(trust_env=False) as http:
        assert (await get(path)).status_code == 200
        assert (await http.get(url)).status_code == 200


async def test_who_comes_through_the_socket_is_on_this_machine(path: Path) -> None:
    async with listening(path):
        assert (await get(path)).text == "127.0.0.1"


@pytest.mark.parametrize("umask", [0o000, 0o077])
async def test_it_is_for_its_owner_and_their_group_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        async with listening(path):
            assert stat.filemode(path.stat().st_mode) == "srw-rw----"
    finally:
        os.umask(before)


async def test_the_socket_goes_with_the_server(path: Path) -> None:
    async with listening(path):
        pass
    assert not path.exists()


async def test_a_server_that_only_bound_takes_its_socket_away(path: Path) -> None:
    server = server_at(path)
    server.bind()
    assert await server.stop(within_s=5)
    assert not path.exists()


def left_by_a_killed_process(path: Path) -> None:
    program = (
        "import socket, sys, time; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); "
        "print(flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) as killed:
        assert killed.stdout
        killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    assert path.is_socket()


async def test_what_a_killed_server_left_behind_is_replaced(path: Path) -> None:
    left_by_a_killed_process(path)
    async with listening(path):
        assert (await get(path)).status_code == 200


async def test_of_two_servers_that_start_at_once_on_what_was_left_behind_one_gets_it(path: Path) -> None:
    for _ in range(50):
        left_by_a_killed_process(path)
        both = [UnixSocket(path), UnixSocket(path)]
        outcomes = await asyncio.gather(*(asyncio.to_thread(one.listen, 16) for one in both), return_exceptions=True)
        listeners = [one for one in outcomes if isinstance(one, socket.socket)]
        assert (len(listeners), path.is_socket()) == (1, True)
        listeners[0].close()
        path.unlink()


async def test_the_socket_of_a_server_that_runs_is_left_to_it(path: Path) -> None:
    async with listening(path):
        second = server_at(path)
        with pytest.raises(StartError, match=r"maitre\.sock: another program listens there"):
            second.bind()
        await second.stop(within_s=5)
        assert (await get(path)).status_code == 200


async def test_a_server_that_takes_nobody_in_at_the_moment_runs_all_the_same(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as busy, socket.socket(socket.AF_UNIX) as waiting:
        busy.bind(str(path))
        busy.listen(0)
        waiting.connect(str(path))
        with pytest.raises(StartError, match="another program listens there"):
            server_at(path).bind()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
async def test_what_is_no_socket_is_left_alone(path: Path, kind: str) -> None:
    make = {"file": path.touch, "folder": path.mkdir, "link": lambda: path.symlink_to(path.with_suffix(".file"))}
    make[kind]()
    with pytest.raises(StartError, match="there is something else than a socket"):
        server_at(path).bind()
    assert path.is_symlink() or path.exists()


async def test_a_folder_that_is_not_there_and_a_path_that_is_too_long_are_told(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"x\.sock: No such file or directory"):
        server_at(tmp_path / "none" / "x.sock").bind()
    with pytest.raises(StartError, match="path too long"):
        server_at(tmp_path / ("x" * 110)).bind()


async def test_a_socket_that_cannot_be_had_gives_the_port_back(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with pytest.raises(StartError):
        server_at(tmp_path / "none" / "x.sock", port=port).bind()
    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_a_socket_that_somebody_else_opened_there_meanwhile_stays_theirs(path: Path) -> None:
    async with listening(path):
        path.unlink()
        with socket.socket(socket.AF_UNIX) as theirs:
            theirs.bind(str(path))
    assert path.is_socket()


async def test_requests_under_way_and_those_on_their_way_are_answered_before_the_end(path: Path) -> None:
    app = Told()
    app.go.clear()
    async with listening(path, app) as (server, _):
        under_way, early = await connect_at(path), await connect_at(path)
        await under_way.send(GET)
        await app.met.wait()
        last = await connect_at(path)  # in the backlog, it may be
        stopping = asyncio.create_task(server.stop(within_s=10))
        await asyncio.sleep(0.05)
        with pytest.raises(FileNotFoundError):
            await connect_at(path)
        for one in (early, last):
            await one.send(GET)
        app.go.set()
        for one in (under_way, early, last):
            assert (await one.answer()).body == b"127.0.0.1"
        assert await stopping
        for one in (under_way, early, last):
            await one.close()


async def test_a_request_that_never_ends_holds_the_end_up_only_so_long(path: Path) -> None:
    app = Told()
    app.go.clear()
    async with listening(path, app) as (server, _):
        slow = await connect_at(path)
        await slow.send(GET)
        await app.met.wait()
        async with asyncio.timeout(3):
            assert not await server.stop(within_s=0.2)
        app.go.set()
        await slow.close()


async def test_a_port_without_a_socket_stops_as_quickly_as_ever() -> None:
    server = HttpServer(Told(), host="127.0.0.1", port=0)
    server.bind()
    server.start()
    async with asyncio.timeout(0.4):
        assert await server.stop(within_s=5)


async def test_the_connections_of_both_have_room_among_the_files_of_the_process(path: Path) -> None:
    async with listening(path) as (_, url):
        crowd = [await connect_at(path) for _ in range(100)]
        crowd.append(await connect(int(url.rpartition(":")[2])))
        for one in crowd:
            await one.send(GET)
        assert {(await one.answer()).status for one in crowd} == {200}
        for one in crowd:
            await one.close()


@pytest.mark.parametrize("backend", ["sqlite"])
class TestAWholeServer:
    @pytest.fixture
    async def house(self, database_url: str, tmp_path: Path, path: Path) -> AsyncIterator[House]:
        async with serving(database_url, tmp_path, socket=str(path)) as opened:
            yield opened

    @pytest.fixture
    async def local(self, house: House, path: Path) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(path)), base_url="http://localhost", timeout=20
        ) as http:
            yield http

    async def test_it_asks_for_a_token_like_everywhere(self, house: House, local: httpx.AsyncClient) -> None:
        assert (await local.get("/api/admin/overview")).status_code == 401
        mine = {"authorization": f"Bearer {house.token}"}
        assert (await local.get("/api/admin/overview", headers=mine)).status_code == 200

    async def test_the_live_stream_comes_through_and_ends_with_the_server(
        self, house: House, local: httpx.AsyncClient, path: Path
    ) -> None:
        mine = {"authorization": f"Bearer {house.token}"}
        async with local.stream("GET", "/api/admin/stream", headers=mine) as response:
            lines = response.aiter_lines()
            assert await anext(lines) == "event: snapshot"
            stopping = asyncio.create_task(house.server.stop())
            async with asyncio.timeout(5):
                assert [line async for line in lines][-1:] == [""]
            await stopping
        assert not path.exists()

    async def test_refusals_through_it_ban_nobody(self, house: House, local: httpx.AsyncClient) -> None:
        house.clock.advance(60_000)
        for _ in range(150):
            await local.get("/nothing")
        assert (await local.get("/livez")).status_code == 200
        assert (await house.http.get("/livez")).status_code == 200

    async def test_wrong_passwords_through_it_are_counted_as_those_of_this_machine(
        self, house: House, local: httpx.AsyncClient
    ) -> None:
        wrong = {"email": "nobody@example.com", "password": "no password of anybody"}
        statuses = [(await local.post("/api/auth/login", json=wrong)).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        assert (await house.http.post("/api/auth/login", json=wrong)).status_code == 429

    async def test_figures_for_prometheus_need_no_token_here_as_on_loopback(self, local: httpx.AsyncClient) -> None:
        assert (await local.get("/metrics")).status_code == 200
        assert (await local.get("/metrics", headers={"x-forwarded-for": "203.0.113.7"})).status_code == 401

    async def test_a_head_without_a_host_is_answered(self, house: House, path: Path) -> None:
        bare = await connect_at(path)
        await bare.send(b"GET /livez HTTP/1.0\r\n\r\n")
        assert (await bare.answer()).status == 200
        await bare.close()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_a_trusted_proxy_says_through_the_socket_is_believed(
    database_url: str, tmp_path: Path, path: Path
) -> None:
    trusting: dict[str, Any] = {"trusted_proxies": ("127.0.0.1",), "platform_addresses": ("100.20.5.228",)}
    async with (
        serving(database_url, tmp_path, socket=str(path), **trusting) as house,
        httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(path)), base_url="http://localhost") as proxy,
    ):
        body = b'{"name": "get_hours"}'

        async def status(door: str, address: str) -> int:
            headers = house.signed(body) | {"x-forwarded-for": address}
            return (await proxy.post(door, content=body, headers=headers)).status_code

        assert [await status(door, "203.0.113.7") for door in (EVENTS, TOOLS)] == [403, 403]
        assert 403 not in [await status(door, "100.20.5.228") for door in (EVENTS, TOOLS)]
