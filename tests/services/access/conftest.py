import pytest

from appliance.domain.access import Role
from appliance.store.engine import Database
from support.fake_clock import FakeClock
from support.people import ANA, EVA, Porch, porch


@pytest.fixture
async def door(database: Database, clock: FakeClock) -> Porch:
    opened = porch(database, clock)
    for email in (ANA, EVA):
        await opened.add(email, Role.OPERATOR)
    return opened
