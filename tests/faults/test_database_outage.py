"""The database goes away under load and comes back: by itself all is as it was, and nothing acknowledged is lost.

With `--long-faults` it is away for a minute, and the alert that follows is waited for.
"""

import asyncio
import random
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from support.crash.load import Load
from support.crash.story import EVENTS, TOOLS
from support.crash.victim import victim
from support.faults.outage import Account, outage
from support.throwaway_postgres import Postgres, throwaway_postgres

_PACE_S = 0.1
_PATIENCE_S = 10.0
"""After so long the phone platform gives an event up, to send it again."""
_SILENCE_S = 3.0
_TOLD = {"error_rate_high", "tool_failures", "tool_slow"}

Gone = AbstractAsyncContextManager[None]
Suffer = Callable[..., Awaitable[Account]]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """One of the test's own, to be stopped."""
    with throwaway_postgres() as server:
        yield server


@asynccontextmanager
async def locked(path: Path) -> AsyncIterator[None]:
    """By another program that writes and does not come to an end."""
    other = sqlite3.connect(path, isolation_level=None, timeout=20)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@asynccontextmanager
async def crashed(server: Postgres) -> AsyncIterator[None]:
    await asyncio.to_thread(server.stop, mode="immediate")
    try:
        yield
    finally:
        await asyncio.to_thread(server.start)


@asynccontextmanager
async def frozen(server: Postgres) -> AsyncIterator[None]:
    """As by a disk that hangs: connections stay, and answer nothing."""
    processes = server.processes()
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            process.send_signal(signal.SIGCONT)


@pytest.fixture
async def suffer(tmp_path: Path, request: pytest.FixtureRequest) -> Suffer:
    """Plays it all, on the database at this URL, and has what must hold in any case hold."""
    is_long: bool = request.config.getoption("long_faults")

    async def suffered(url: str, gone: Gone, *, for_s: int = 3) -> Account:
        load = Load(random.Random(), pace_s=_PACE_S)
        async with victim(url, tmp_path / "data") as server, asyncio.timeout(600 if is_long else 120):
            account = await outage(server, load, gone, for_s=60 if is_long else for_s, until_told=is_long)
            assert await server.stop() == 0
        request.node.add_report_section("call", "account", repr(account))
        assert not account.broken, "\n".join(account.broken[:50])
        assert account.slowest_s[EVENTS] < _PATIENCE_S
        assert account.slowest_s[TOOLS] < _SILENCE_S
        assert account.answers["event 503"] > account.refused_then_stored > 0, "it was away for somebody"
        assert account.alerts.keys() <= _TOLD
        assert account.alerts.get("error_rate_high") == ("critical" if is_long else None)
        return account

    return suffered


async def test_a_locked_sqlite_is_used_again_once_it_is_free(suffer: Suffer, tmp_path: Path) -> None:
    path = tmp_path / "maitre.db"
    # Writers wait for the lock one after the other, two seconds each: some seconds go by before many are refused.
    await suffer(f"sqlite:///{path}", locked(path), for_s=9)


async def test_a_postgres_that_crashes_is_used_again_once_it_is_back(suffer: Suffer, postgres: Postgres) -> None:
    await suffer(postgres.url, crashed(postgres))


@pytest.mark.long_fault  # events wait for eight seconds before they are refused
async def test_a_postgres_that_says_nothing_is_used_again_once_it_speaks(suffer: Suffer, postgres: Postgres) -> None:
    await suffer(postgres.url, frozen(postgres))
