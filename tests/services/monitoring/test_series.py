from pathlib import Path

import pytest

from appliance.contract import MetricPoint
from appliance.errors import Invalid
from support.desk import Desk, wish
from support.watched import GAVIOTA, Watched

HOUR_MS = 3_600_000


@pytest.fixture
def watched(desk: Desk, tmp_path: Path) -> Watched:
    return Watched(desk, tmp_path)


def served(points: list[MetricPoint]) -> list[int]:
    return [point.requests for point in points]


async def test_the_last_hour_is_known_by_the_second(watched: Watched) -> None:
    began = watched.clock.now_ms()
    for count in (1, 0, 3):
        watched.serve(*[0.02] * count)
        watched.pass_s(1)
    found = await watched.series.read(None, None, None, 1)
    assert [(point.at - began, point.requests) for point in found.points] == [(0, 1), (1_000, 0), (2_000, 3)]
    assert all(point.memory and point.cpu is not None for point in found.points)
    mine = await watched.series.read(GAVIOTA, None, None, 1)
    assert [(point.at - began, point.requests) for point in mine.points] == [(0, 1), (2_000, 3)]
    assert mine.points[0].cpu is None


async def test_seconds_are_put_together_to_the_step_asked_for(watched: Watched) -> None:
    for _ in range(20):
        watched.serve(0.02)
        watched.pass_s(1)
    found = await watched.series.read(GAVIOTA, None, None, 5)
    assert (found.step_s, served(found.points)) == (5, [5, 5, 5, 5])


async def test_what_is_older_is_known_by_the_minute_and_percentiles_are_of_the_whole_step(watched: Watched) -> None:
    began = watched.clock.now_ms()
    for took in (*[0.02] * 19, 2.0):
        watched.serve(took)
        watched.pass_s(60)
    watched.pass_s(1)
    await watched.rollups.keep()
    watched.clock.advance(5 * HOUR_MS)
    (point,) = (await watched.series.read(GAVIOTA, began, began + HOUR_MS, 3_600)).points
    assert (point.at, point.requests) == (began, 20)
    assert point.p50_ms < 30
    assert point.p99_ms > 1_500


async def test_the_minutes_of_several_nodes_are_one(desk: Desk, watched: Watched, tmp_path: Path) -> None:
    other = Watched(desk, tmp_path)
    began = watched.clock.now_ms()
    for node in (watched, other):
        node.serve(0.02, 0.02)
    watched.pass_s(1)
    other.monitor.tick()
    watched.pass_s(60)
    await watched.rollups.keep()
    await other.rollups.finish()
    (point,) = (await watched.series.read(GAVIOTA, began, None, 60)).points
    assert point.requests == 4


async def test_calls_and_bookings_stand_beside_what_was_served(desk: Desk, watched: Watched) -> None:
    began = watched.clock.now_ms()
    await watched.call("call_1", successful=True, sentiment="Positive", cost_cents=12.0)
    await desk.book(wish())
    watched.serve(0.02)
    watched.pass_s(61)
    await watched.rollups.keep()
    for step in (30, 60):
        (point, *_) = (await watched.series.read(GAVIOTA, began, None, step)).points
        assert (point.at, point.requests, point.calls, point.calls_successful, point.bookings) == (began, 1, 1, 1, 1)
        assert point.cost_cents == 12.0


async def test_without_a_step_there_are_not_too_many_points(watched: Watched) -> None:
    now = watched.clock.now_ms()
    assert (await watched.series.read(None, now - 60_000, now, None)).step_s == 1
    assert (await watched.series.read(None, None, None, None)).step_s == 10
    assert (await watched.series.read(None, now - 2 * HOUR_MS, now, None)).step_s == 60
    assert (await watched.series.read(None, now - 90 * 24 * HOUR_MS, now, None)).step_s == 21_600


@pytest.mark.parametrize(
    ("age_ms", "step", "sentence"),
    [
        (2 * HOUR_MS, 30, "step: what is older than an hour"),
        (90 * 24 * HOUR_MS, 60, "step: that would be more than 3600 points"),
        (2 * HOUR_MS, 90, "step: above 60 seconds"),
        (0, 60, "from: must be before to"),
    ],
)
async def test_what_cannot_be_told_is_refused(watched: Watched, age_ms: int, step: int, sentence: str) -> None:
    now = watched.clock.now_ms()
    with pytest.raises(Invalid, match=sentence):
        await watched.series.read(None, now - age_ms, now, step)


async def test_a_restaurant_that_is_not_there_has_no_figures(watched: Watched) -> None:
    with pytest.raises(Invalid):
        await watched.series.read("rest_nowhere", None, None, None)


async def test_a_span_of_centuries_is_read_no_further_than_what_is_kept(watched: Watched) -> None:
    found = await watched.series.read(None, 0, 10**14, 7 * 86_400 * 50)
    assert len(found.points) == 0
    assert found.from_ > watched.clock.now_ms() - 500 * 24 * HOUR_MS
