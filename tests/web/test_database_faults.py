import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from support.databases import in_batches, migrated, sqlite_database
from support.retell_bodies import sample
from support.serving import EVENTS, INBOUND, House, serving, until
from support.throwaway_postgres import Postgres, throwaway_postgres

BOOKING = sample("21")


@pytest.fixture
async def on_sqlite(sqlite_template_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with (
        sqlite_database(tmp_path, template_url=sqlite_template_url) as url,
        serving(url, tmp_path, db_wait_ms=300) as opened,
    ):
        yield opened


async def answers(house: House, path: str, code: int, status: str) -> bool:
    """Health is looked at every few seconds; whoever asks is told at once what was seen."""
    health = await house.http.get(path)
    return (health.status_code, health.json()["status"]) == (code, status)


async def is_in_trouble(house: House, code: str) -> None:
    """What each audience is told while the database cannot be used."""
    webhook = await house.post(EVENTS, sample("10"))
    problem = webhook.json()
    assert (webhook.status_code, problem["type"]) == (503, f"urn:maitre:problem:{code}")
    assert (problem["retryable"], int(webhook.headers["retry-after"]) > 0) == (True, True)
    answer = await house.tool(BOOKING)
    assert (answer["ok"], answer["code"]) == (False, "temporarily_unavailable")
    inbound = await house.post(INBOUND, sample("01"))
    assert (inbound.status_code, list(inbound.json())) == (200, ["call_inbound"])
    for path in ("/readyz", "/api/health"):
        await until(partial(answers, house, path, 503, "fail"))
    assert (await house.http.get("/livez")).status_code == 200


async def is_well(house: House) -> None:
    """Everything works, and what was refused meanwhile left no trace: the booking and the event are there once."""
    await until(partial(answers, house, "/readyz", 200, "pass"))
    assert (await house.post(EVENTS, sample("10"))).status_code == 204
    assert (await house.tool(sample("20")))["code"] == "available"
    assert (await house.tool(BOOKING))["ok"]
    assert {loop: count for loop, count in house.server.parts.loops.restarts.items() if count} == {}
    assert (await house.read("/api/restaurants/rest_la_marea/reservations"))["total"] == 1
    await house.settled()
    assert [row["state"] for row in (await house.read("/api/admin/inbox"))["items"]] == ["applied"]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """As another program would that writes and does not come to an end."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


async def test_a_locked_database_is_told_to_everyone_in_their_way_and_gets_over_it(
    on_sqlite: House, tmp_path: Path
) -> None:
    with locked(tmp_path / "maitre.db"):
        async with asyncio.timeout(15):
            await is_in_trouble(on_sqlite, "database_busy")
    await is_well(on_sqlite)


async def test_a_locked_database_still_lets_everyone_read(on_sqlite: House, tmp_path: Path) -> None:
    with locked(tmp_path / "maitre.db"):
        assert (await on_sqlite.tool(sample("20")))["code"] == "available"
        assert (await on_sqlite.get("/api/restaurants/rest_la_marea/reservations")).status_code == 200


async def test_a_full_disk_is_told_to_everyone_in_their_way_and_gets_over_it(on_sqlite: House) -> None:
    async def limit(pages: int) -> None:
        await in_batches(on_sqlite.server.parts.database, f"PRAGMA max_page_count = {pages}")

    await limit(1)  # SQLite takes it for as few as there are now
    big = json.dumps({"event": "call_ended", "call": {"call_id": "c", "x": "x" * 1_000_000}}).encode()
    refused = await on_sqlite.post(EVENTS, big)
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:maitre:problem:database_full")
    await limit(2**30)
    await is_well(on_sqlite)


def move_data(source: Path, target: Path) -> None:
    for file in source.glob("maitre.db*"):
        file.rename(target / file.name)


async def test_a_database_whose_file_went_away_is_down_until_it_is_back(on_sqlite: House, tmp_path: Path) -> None:
    await on_sqlite.read("/api/admin/overview")
    aside = tmp_path / "aside"
    aside.mkdir()
    move_data(tmp_path, aside)
    await is_in_trouble(on_sqlite, "database_down")
    move_data(aside, tmp_path)
    await is_well(on_sqlite)


async def test_a_bug_in_the_database_s_place_is_no_fault_to_retry(
    on_sqlite: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(on_sqlite.server.parts.calls._inbox, "accept", broken)
    broke = await on_sqlite.post(EVENTS, sample("10"))
    assert (broke.status_code, broke.json()["retryable"]) == (500, False)
    assert "secret" not in broke.text


@pytest.fixture(scope="module")
def own_server() -> Iterator[Postgres]:
    with throwaway_postgres() as server:
        yield server


async def test_a_postgres_that_stops_is_told_to_everyone_and_used_again_once_it_is_back(
    own_server: Postgres, tmp_path: Path
) -> None:
    url = await migrated(own_server.url)
    async with serving(url, tmp_path, db_wait_ms=500) as house:
        await asyncio.gather(*(house.read("/api/admin/overview") for _ in range(10)))
        await asyncio.to_thread(own_server.stop)
        try:
            await is_in_trouble(house, "database_down")
            told = await house.get("/api/health")
            assert told.json()["checks"]["database:responseTime"][0]["output"] == "The database does not answer."
            nobody = await house.http.get("/api/health")
            passed_on = await house.http.get("/api/health", headers=dict(told.request.headers) | {"via": "a proxy"})
            assert ("checks" in nobody.json(), "checks" in passed_on.json()) == (False, False)
            told = await house.get("/api/admin/overview")
            assert (told.status_code, told.json()["type"]) == (503, "urn:maitre:problem:database_down")
        finally:
            await asyncio.to_thread(own_server.start)
        await is_well(house)
