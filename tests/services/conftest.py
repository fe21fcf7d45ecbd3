import pytest

from appliance.store.engine import Database
from support.desk import Desk, gaviota
from support.fake_clock import FakeClock


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> Desk:
    """The Gaviota with its live tools; it is Wednesday, 25 November 2026, 11:00 there."""
    desk = Desk(database, clock)
    await desk.open(gaviota())
    return desk
