from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.errors import Unavailable
from appliance.services.monitoring.rollups import KEPT_DAYS, MINUTE_MS
from appliance.store import rollups
from appliance.store.engine import Database
from appliance.store.rollups import Rollup
from appliance.watch.timings import Timing
from support.desk import Desk
from support.watched import GAVIOTA, Watched


@pytest.fixture
def new_node(desk: Desk, tmp_path: Path) -> Callable[[], Watched]:
    return lambda: Watched(desk, tmp_path)


@pytest.fixture
def node(new_node: Callable[[], Watched]) -> Watched:
    return new_node()


async def kept(database: Database, restaurant_id: str = GAVIOTA) -> list[Rollup]:
    async with database.read() as tx:
        return await rollups.between(tx, restaurant_id, 0, 1 << 60)


def counts(minutes: list[Rollup]) -> list[tuple[int, int]]:
    return [(one.requests, one.errors) for one in minutes]


async def test_a_minute_is_kept_once_it_is_over(node: Watched, database: Database) -> None:
    began = node.clock.now_ms()
    node.serve(0.02, 0.02)
    node.serve(0.3, status=500)
    node.pass_s(59)
    await node.rollups.keep()
    assert await kept(database) == []
    node.pass_s(2)
    await node.rollups.keep()
    (minute,) = await kept(database)
    assert (minute.minute, minute.requests, minute.errors) == (began, 3, 1)


async def test_what_comes_later_is_another_minute_s_and_nothing_is_counted_twice(
    node: Watched, database: Database
) -> None:
    for count in (1, 2, 3):
        node.serve(*[0.02] * count)
        node.pass_s(61)
        await node.rollups.keep()
        await node.rollups.keep()
    assert counts(await kept(database)) == counts(await kept(database, "")) == [(1, 0), (2, 0), (3, 0)]


async def test_a_minute_without_requests_is_kept_of_all_and_not_of_a_restaurant(
    node: Watched, database: Database
) -> None:
    node.pass_s(121)
    await node.rollups.keep()
    assert await kept(database) == []
    assert counts(await kept(database, "")) == [(0, 0), (0, 0)]
    assert all(one.memory and one.cpu is not None for one in await kept(database, ""))


async def test_percentiles_can_be_told_from_what_is_kept(node: Watched, database: Database) -> None:
    node.serve(*[0.02] * 90, *[2.0] * 10)
    node.pass_s(61)
    await node.rollups.keep()
    (minute,) = await kept(database)
    times = Timing()
    times.add_ranges(minute.request_times)
    assert 0.016 < times.percentile_s(0.5) <= 0.025
    assert 1.6 < times.percentile_s(0.95) < 2.5


async def test_the_halves_of_a_minute_of_two_processes_add_up(
    node: Watched, database: Database, new_node: Callable[[], Watched]
) -> None:
    node.serve(0.02)
    node.pass_s(20)
    await node.rollups.finish()
    following = new_node()
    following.serve(0.02, 0.02)
    following.pass_s(60)
    await following.rollups.keep()
    first, second = await kept(database)
    assert first.minute == second.minute
    assert (first.requests + second.requests) == 3


async def test_what_could_not_be_written_is_written_when_the_database_is_back(
    node: Watched, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.serve(0.02)
    node.pass_s(61)
    with monkeypatch.context() as away:
        away.setattr(database, "write", _refused)
        with pytest.raises(Unavailable):
            await node.rollups.keep()
    node.serve(0.02, 0.02)
    node.pass_s(60)
    await node.rollups.keep()
    assert counts(await kept(database)) == [(1, 0), (2, 0)]


def _refused(*_: object) -> None:
    raise Unavailable


async def test_nothing_is_lost_when_the_clock_is_set_back(node: Watched, database: Database) -> None:
    node.serve(0.02)
    node.pass_s(61)
    await node.rollups.keep()
    us = node.clock.stopwatch_us
    node.clock.stopwatch_us = lambda: us() + 120_000_000  # type: ignore[method-assign]
    node.clock.advance(-120_000)
    node.serve(0.02, 0.02)
    node.pass_s(190)
    await node.rollups.keep()
    assert sum(one.requests for one in await kept(database)) == 3


async def test_a_restaurant_that_is_not_there_has_no_minutes(node: Watched, database: Database) -> None:
    node.serve(0.02, of="rest_made_up")
    node.pass_s(61)
    await node.rollups.keep()
    assert await kept(database, "rest_made_up") == []
    assert counts(await kept(database, "")) == [(1, 0)]


async def test_what_is_older_than_ninety_days_goes(node: Watched, database: Database) -> None:
    node.serve(0.02)
    node.pass_s(61)
    await node.rollups.keep()
    node.clock.advance(KEPT_DAYS * 86_400_000 - 61_000)
    assert await node.rollups.sweep() == 0
    node.clock.advance(MINUTE_MS)
    assert await node.rollups.sweep() == 2
