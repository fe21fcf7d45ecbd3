import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest

from support.serving import House, serving
from support.snapshots import Snapshots


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Textual's."""
    return {"asyncio": asyncio.new_event_loop}


@pytest.fixture(autouse=True)
def in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may want none; the pictures have some."""
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def snapshots(request: pytest.FixtureRequest, tmp_path: Path) -> Snapshots:
    return Snapshots(update=request.config.getoption("--update-snapshots"), seen_in=tmp_path)


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path) as opened:
        yield opened
