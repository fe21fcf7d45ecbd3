from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from support.serving import House, serving


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with serving(database_url, tmp_path) as opened:
        yield opened
