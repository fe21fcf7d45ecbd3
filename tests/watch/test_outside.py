"""Probes of what is elsewhere, against servers of the test's own on this machine."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from appliance.clock import SystemClock
from appliance.watch import outside
from appliance.watch.probes import Found, Probe, Probes

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


async def seen(probe: Probe) -> Found:
    probes = Probes(SystemClock(), probe)
    await probes._asked[0].ask()
    return probes.seen()[probe.name].found


@asynccontextmanager
async def service(status: str) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def reached(url: str) -> Found:
    async with httpx.AsyncClient(trust_env=False) as http:
        probe = outside.answers("retell", url, http, SystemClock())
        assert (probe.name, probe.outside) == ("retell:responseTime", True)
        return await seen(probe)


@pytest.mark.parametrize("status", ["200 OK", "401 Unauthorized", "404 Not Found"])
async def test_a_service_that_answers_is_well_also_when_it_wants_a_credential(status: str) -> None:
    async with service(status) as url:
        found = await reached(url)
    assert (found.status, found.unit) == ("pass", "ms")
    assert found.value


async def test_a_service_that_fails_is_warned_of() -> None:
    async with service("502 Bad Gateway") as url:
        assert await reached(url) == Found(status="warn", output="it answered with status 502")


async def test_a_service_that_is_not_there_is_warned_of(unused_tcp_port: int) -> None:
    assert await reached(f"http://127.0.0.1:{unused_tcp_port}/") == Found(
        status="warn", output="no answer: ConnectError"
    )


@asynccontextmanager
async def https(folder: Path, *, days: int) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """A server with a certificate of its own making, and what trusts that."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = ("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    to = ("-days", str(days), "-keyout", str(key), "-out", str(cert))
    await asyncio.to_thread(subprocess.run, [*made, *named, *to], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context) as server:
        yield (
            f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/base",
            ssl.create_default_context(cafile=str(cert)),
        )


@pytest.mark.parametrize(("days", "status"), [(90, "pass"), (13, "warn")])
async def test_a_certificate_says_how_long_it_is_good_and_warns_two_weeks_before(
    tmp_path: Path, days: int, status: str
) -> None:
    async with https(tmp_path, days=days) as (url, trust):
        found = await seen(outside.certificate(url, SystemClock(), trust))
    assert (found.status, found.unit) == (status, "days")
    assert found.value == pytest.approx(days, abs=0.01)
    assert found.output == ("" if status == "pass" else "it ends in 13.0 days; is it renewed by itself?")


async def test_a_certificate_that_nobody_trusts_is_warned_of(tmp_path: Path) -> None:
    async with https(tmp_path, days=90) as (url, _):
        found = await seen(outside.certificate(url, SystemClock()))
    assert found.status == "warn"
    assert found.output.startswith("it is not good: ")


async def test_an_address_where_nobody_listens_is_warned_of(unused_tcp_port: int) -> None:
    found = await seen(outside.certificate(f"https://127.0.0.1:{unused_tcp_port}", SystemClock()))
    assert found.status == "warn"
    assert "Connect" in found.output
