from datetime import date

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from appliance.domain.restaurant import Plan
from appliance.services.directory import Directory
from appliance.services.plans import Plans
from appliance.store import restaurants
from appliance.store.engine import Database
from support.books import add_restaurant, small_restaurant
from support.fake_clock import FakeClock

TODAY = date(2026, 11, 25)
DAY_MS = 86_400_000

AGREED = small_restaurant(plan=Plan.PREMIUM, plan_until=TODAY)


@pytest.fixture
async def directory(database: Database) -> Directory:
    await add_restaurant(database, AGREED)
    await add_restaurant(database, small_restaurant("rest_b"))
    directory = Directory(database)
    await directory.refresh()
    return directory


async def test_the_operator_is_told_once_that_a_plan_is_over(clock: FakeClock, directory: Directory) -> None:
    plans = Plans(clock, directory)
    with capture_logs() as logs:
        await plans.tell_of_lapsed()
        assert logs == []
        clock.advance(2 * DAY_MS)
        await plans.tell_of_lapsed()
        await plans.tell_of_lapsed()
    about = {"restaurant_id": AGREED.id, "plan": "premium", "plan_until": "2026-11-25"}
    assert logs == [{"event": "plan_lapsed", "log_level": "warning"} | about]


async def test_the_operator_is_told_again_when_the_next_one_is_over(
    database: Database, clock: FakeClock, directory: Directory
) -> None:
    plans = Plans(clock, directory)
    clock.advance(2 * DAY_MS)
    await plans.tell_of_lapsed()
    async with database.write() as tx:
        await restaurants.save(tx, replace(AGREED, plan_until=date(2026, 11, 27)), now_ms=clock.now_ms())
    await directory.refresh()
    with capture_logs() as logs:
        await plans.tell_of_lapsed()
        assert logs == []
        clock.advance(2 * DAY_MS)
        await plans.tell_of_lapsed()
    assert [entry["plan_until"] for entry in logs] == ["2026-11-27"]
