from pathlib import Path

import pytest

from appliance.store.engine import Database
from support.backups import Keeper, fill

ROWS = 3_000


@pytest.fixture
async def keeper(database: Database, database_url: str, tmp_path: Path) -> Keeper:
    """Of a database with a little in it, to which nobody is connected."""
    await fill(database, ROWS)
    await database.close()
    return Keeper(database_url, tmp_path / "data")
