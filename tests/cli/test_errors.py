import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance import cli
from support.serving import House, serving

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"])


async def run(url: str, token: str, *arguments: str) -> Result:
    environment = {"HOME": "/nonexistent", "MAITRE_TOKEN": token}
    command = ["errors", "--url", url, *arguments]
    return await asyncio.to_thread(CliRunner().invoke, cli.maitre, command, env=environment, prog_name="maitre")


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> object:
    async with serving(database_url, tmp_path) as opened:
        await opened.get("/api/restaurants/rest_nowhere")
        await opened.get("/api/restaurants", limit=0)
        yield opened


@on_sqlite
async def test_what_failed_is_shown_newest_first(house: House) -> None:
    done = await run(house.url, house.token)
    assert (done.exit_code, done.stderr) == (0, "")
    count, by_category, _, _, headings, newest, older = done.stdout.splitlines()
    assert count == "2 since 2026-11-25 10:00:00+00:00"
    assert by_category == "by category: not_found 1, validation 1"
    assert headings.startswith("count  last seen")
    assert "GET /api/restaurants " in newest
    assert "limit: must be at least 1" in newest
    assert "GET /api/restaurants/{restaurant_id}" in older


@on_sqlite
async def test_programs_get_the_server_s_own_answer(house: House) -> None:
    done = await run(house.url, house.token, "--json", "--category", "not_found")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["total"]) == (0, 2)
    assert [group["code"] for group in report["groups"]] == ["not_found"]


@on_sqlite
async def test_nothing_failed_is_said_in_a_line(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as fresh:
        done = await run(fresh.url, fresh.token)
    assert (done.exit_code, done.stdout) == (0, "0 since 2026-11-25 10:00:00+00:00\n")


@on_sqlite
async def test_a_token_that_is_not_good_is_one_line_with_what_the_server_said(house: House) -> None:
    done = await run(house.url, "maitre_nobody")
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("maitre: A valid credential is required. (401, request ")


async def test_no_token_is_one_line_that_says_where_it_belongs() -> None:
    done = await run("http://127.0.0.1:1", "")
    assert done.exit_code == 1
    assert done.stderr.startswith("maitre: no token: set MAITRE_TOKEN")


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://[", "nonsense", "ftp://127.0.0.1"])
async def test_no_server_is_one_line(url: str, unused_tcp_port: int) -> None:
    there = url.format(port=unused_tcp_port)
    done = await run(there, "maitre_x")
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"maitre: no server answers at {there}: ")


async def test_another_server_is_told_from_ours(unused_tcp_port: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", unused_tcp_port):
        done = await run(f"http://127.0.0.1:{unused_tcp_port}", "maitre_x")
    assert done.exit_code == 1
    assert "does not answer like a Maitre" in done.stderr
