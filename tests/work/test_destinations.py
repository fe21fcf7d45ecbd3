"""Where messages may go: to the internet under TLS, and to what else the operator named."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_address, ip_network
from typing import Any

import httpx
import pytest
from msgspec import Struct

from appliance.domain.networks import Network
from appliance.errors import Unprocessable
from appliance.work.destinations import client_for, why_not

OURS = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
INSIDE = [
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0.0.0.0:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
]


class Listener(Struct, kw_only=True):
    """A socket on loopback that notes what it hears first, and hangs up."""

    port: int = 0
    heard: list[bytes]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append(await reader.read(4096))
        writer.write(b"HTTP/1.1 204 So\r\n\r\n")
        writer.close()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    opened = Listener(heard=[])
    async with await asyncio.start_server(opened.serve, "127.0.0.1", 0) as server:
        opened.port = server.sockets[0].getsockname()[1]
        yield opened
        server.close()


async def post(url: str, networks: tuple[Network, ...] = ()) -> int:
    async with client_for(networks) as client:
        return (await client.post(url)).status_code


@pytest.mark.parametrize("url", INSIDE)
async def test_what_lies_inside_is_not_asked_however_it_is_written(listener: Listener, url: str) -> None:
    with pytest.raises(Unprocessable, match="not public"):
        await post(url.format(port=listener.port))
    assert listener.heard == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/", "http://localhost:{port}/"])
async def test_a_network_that_was_named_is_reached_also_without_tls(listener: Listener, url: str) -> None:
    assert await post(url.format(port=listener.port), OURS) == 204
    assert f"Host: {url[7:-8]}".encode() in listener.heard[0]


async def test_under_tls_it_is_the_name_that_must_be_proven_and_not_the_address(listener: Listener) -> None:
    with pytest.raises(httpx.ConnectError):
        await post(f"https://localhost:{listener.port}/", OURS)
    assert b"localhost" in listener.heard[0]


@pytest.mark.parametrize("name", ["nobody.invalid", "n" * 70 + ".invalid", "nadie..invalid"])
async def test_a_name_that_nobody_has_is_a_failure_to_connect(name: str) -> None:
    with pytest.raises(httpx.ConnectError):
        await post(f"https://{name}/")


async def test_where_one_address_does_not_answer_the_next_is_tried(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        return [(0, 0, 0, "", (address, listener.port)) for address in ("10.0.0.1", "127.0.0.9", "127.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    assert await post(f"http://two.example:{listener.port}/", OURS) == 204


@pytest.mark.parametrize(
    ("scheme", "address", "reason"),
    [
        ("https", "1.1.1.1", ""),
        ("https", "2606:4700:4700::1111", ""),
        ("http", "1.1.1.1", "https"),
        ("http", "10.1.2.3", ""),
        ("https", "10.1.2.3", ""),
        ("https", "10.2.0.1", "not public"),
        ("https", "169.254.169.254", "not public"),
        ("https", "192.168.1.1", "not public"),
        ("https", "100.64.0.1", "not public"),
        ("https", "fd00::1", "not public"),
        ("https", "fe80::1%eth0", "not public"),
        ("https", "::ffff:10.2.0.1", "not public"),
        ("https", "::ffff:10.1.2.3", ""),
    ],
)
def test_the_internet_is_reached_under_tls_and_inside_only_what_was_named(
    scheme: str, address: str, reason: str
) -> None:
    told = why_not(scheme, ip_address(address), (ip_network("10.1.0.0/16"),))
    assert reason in told
    assert bool(reason) == bool(told)
