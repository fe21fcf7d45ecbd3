import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.crash.victim import Victim, victim


@pytest.fixture
def crash_rounds(request: pytest.FixtureRequest) -> int:
    rounds: int = request.config.getoption("crash_rounds")
    return rounds


@pytest.fixture
def crash_seed(request: pytest.FixtureRequest) -> int:
    """In the report of a test that fails, like the values of all fixtures."""
    seed: int | None = request.config.getoption("crash_seed")
    return secrets.randbelow(1 << 32) if seed is None else seed


@pytest.fixture
async def server(raw_database_url: str, tmp_path: Path) -> AsyncIterator[Victim]:
    """Not started yet."""
    async with victim(raw_database_url, tmp_path / "data") as one:
        yield one
