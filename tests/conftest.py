from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
import uvloop
from hypothesis import settings

from appliance.store.engine import Database
from support import certificates, compilations, garbage, routings, shares, throwaway_postgres
from support.databases import BACKENDS, Shelf, migrated, postgres_database, sqlite_database
from support.fake_clock import FakeClock

if TYPE_CHECKING:  # the SDK whose types the fake goes by takes its time, and few tests need it
    from appliance.voice.retell.api import RetellApi
    from support.fake_retell import FakeRetell


def pytest_addoption(parser: pytest.Parser) -> None:
    # Here and not in tests/console, tests/crash and tests/fuzz, whose conftests are read after the command line.
    group = parser.getgroup("crash")
    group.addoption("--crash-rounds", type=int, default=8, metavar="N", help="Kill the server N times per database.")
    group.addoption("--crash-seed", type=int, metavar="SEED", help="Repeat the choices of a run that failed.")
    group = parser.getgroup("faults")
    group.addoption("--long-faults", action="store_true", help="Keep the database away for a minute, not for seconds.")
    group = parser.getgroup("install")
    group.addoption("--install", action="store_true", help="Also build, install, upgrade and remove the real thing.")
    group = parser.getgroup("fuzz")
    group.addoption(
        "--fuzz-examples",
        type=int,
        default=0,
        metavar="N",
        help="A long campaign: N requests at random of every route.",
    )
    group = parser.getgroup("backup")
    group.addoption("--backup-rows", type=int, default=6_000, metavar="N", help="Back up and restore so many rows.")
    group.addoption("--backup-kills", type=int, default=2, metavar="N", help="Kill backup and restore N times each.")
    group = parser.getgroup("console")
    group.addoption("--update-snapshots", action="store_true", help="What screens look like now is right.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long is no part of the usual suite: left out, and not skipped."""
    for option, marker in (("long_faults", "long_fault"), ("install", "install")):
        if not config.getoption(option):
            long = [item for item in items if item.get_closest_marker(marker)]
            config.hook.pytest_deselected(items=long)
            items[:] = [item for item in items if item not in long]
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = shares.dealt(items, workers)


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the server runs on; tests/console has Textual's."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_collection_finish() -> None:
    garbage.leave_alone_what_is_there()


def pytest_configure(config: pytest.Config) -> None:
    garbage.look_seldom()
    throwaway_postgres.provide(config)
    certificates.share()
    compilations.share()
    routings.share()
    # How long an example takes says nothing on a machine that others use, too.
    settings.register_profile("maitre", deadline=None)
    settings.load_profile("maitre")


@pytest.fixture(autouse=True)
def log_as_imported() -> None:
    """How a server of an earlier test set the log up, level and all, is nothing to the next."""
    structlog.reset_defaults()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The server that all tests share; databases of one's own are made on it."""
    return os.environ[throwaway_postgres.VARIABLE]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Asked for, directly or not, it runs the test on each database."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def sqlite_template_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'maitre.db'}"
    return asyncio.run(migrated(url))


@pytest.fixture(scope="session")
def postgres_template_url(postgres_url: str) -> Iterator[str]:
    url = asyncio.run(throwaway_postgres.new_database(postgres_url))
    yield asyncio.run(migrated(url))
    asyncio.run(throwaway_postgres.drop_database(postgres_url, url))


@pytest.fixture(scope="session")
def postgres_shelf(postgres_url: str, postgres_template_url: str) -> Iterator[Shelf]:
    shelf = Shelf(postgres_url, postgres_template_url)
    yield shelf
    asyncio.run(shelf.clear())


@pytest.fixture
def new_database(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AbstractAsyncContextManager[str, bool | None]:
    if backend == "postgres":
        shelf: Shelf = request.getfixturevalue("postgres_shelf")
        return shelf.database()
    return sqlite_database(tmp_path, template_url=request.getfixturevalue("sqlite_template_url"))


@pytest.fixture
async def database_url(new_database: AbstractAsyncContextManager[str, bool | None]) -> AsyncIterator[str]:
    """A database with the schema and nothing in it."""
    async with new_database as url:
        yield url


@pytest.fixture
async def raw_database_url(backend: str, postgres_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """A new database without even the schema."""
    fresh = sqlite_database(tmp_path, template_url=None)
    if backend == "postgres":
        fresh = postgres_database(postgres_url)
    async with fresh as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def retell() -> Iterator[FakeRetell]:
    """Retell's REST API on loopback."""
    from support.fake_retell_server import fake_retell

    with fake_retell() as fake:
        yield fake


@pytest.fixture
def pauses() -> list[float]:
    """For how many seconds `api` wished to wait before it tried again."""
    return []


@pytest.fixture
async def api(retell: FakeRetell, clock: FakeClock, pauses: list[float]) -> AsyncIterator[RetellApi]:
    from appliance.voice.retell.api import RetellApi
    from support.fake_retell import API_KEY

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    opened = RetellApi(clock, url=retell.url, key=API_KEY, pause=pause)
    yield opened
    await opened.aclose()
