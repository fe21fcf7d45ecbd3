import asyncio
import shutil
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from appliance.store.engine import Database
from support.databases import Shelf, keep_rows, sqlite_database
from support.desk import Desk, gaviota
from support.fake_clock import FakeClock
from support.throwaway_postgres import drop_database
from support.throwaway_postgres import new_database as copied


@pytest.fixture
async def desk(database: Database, clock: FakeClock, gaviota_is_open: None) -> Desk:
    """The Gaviota with its live tools; it is Wednesday, 25 November 2026, 11:00 there."""
    desk = Desk(database, clock)
    await desk.directory.refresh()
    return desk


@pytest.fixture
def gaviota_is_open(clock: FakeClock) -> None:
    """Asked for, directly or not, it gives the test a database with that restaurant in it: `new_database` sees to it.

    To open it anew took half of the time of these tests.
    """
    clock.new_id("audit")  # given out when it was opened


@pytest.fixture
def new_database(
    new_database: AbstractAsyncContextManager[str, bool | None],
    backend: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> AbstractAsyncContextManager[str, bool | None]:
    if "gaviota_is_open" not in request.fixturenames:
        return new_database
    if backend == "postgres":
        shelf: Shelf = request.getfixturevalue("gaviota_shelf")
        return shelf.database()
    return sqlite_database(tmp_path, template_url=request.getfixturevalue("sqlite_gaviota_url"))


@pytest.fixture(scope="session")
def sqlite_gaviota_url(sqlite_template_url: str) -> str:
    url = sqlite_template_url.replace("maitre.db", "gaviota.db")
    shutil.copyfile(*(one.removeprefix("sqlite:///") for one in (sqlite_template_url, url)))
    asyncio.run(_open_gaviota(url))
    return url


@pytest.fixture(scope="session")
def gaviota_shelf(postgres_url: str, postgres_template_url: str) -> Iterator[Shelf]:
    url = asyncio.run(copied(postgres_url, template_url=postgres_template_url))
    asyncio.run(_open_gaviota(url))
    asyncio.run(keep_rows(url))
    shelf = Shelf(postgres_url, url)
    yield shelf
    asyncio.run(shelf.clear())
    asyncio.run(drop_database(postgres_url, url))


async def _open_gaviota(url: str) -> None:
    database = Database(url)
    await Desk(database, FakeClock()).open(gaviota())
    await database.close()
