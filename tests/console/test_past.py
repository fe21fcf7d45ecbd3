"""Back in time over what is stored: whatever is of then says so, and now is one key away."""

import pytest
from msgspec.structs import replace

from appliance.contract import MetricPoint, MetricSeries
from support import platforms
from support.hands import Hands, at
from support.platforms import NOW
from support.snapshots import Snapshots
from support.stage import painted

METRICS = "/api/admin/metrics"
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
NEWEST = NOW - 2 * MINUTE_MS
"""The end of the newest minute that the server has surely written down."""


def minutes(to_ms: int, count: int = 60) -> MetricSeries:
    """Of an hour until then, as the server stores them."""
    points = [platforms._point(to_ms - (60 - n) * MINUTE_MS, 4) for n in range(count)]
    points = [replace(point, calls=1, calls_judged=1, calls_successful=1, bookings=1) for point in points]
    return series(points)


def series(points: list[MetricPoint]) -> MetricSeries:
    return MetricSeries(restaurant_id=None, from_=0, to=0, step_s=60, points=points)


async def travel(hands: Hands, *keys: str) -> tuple[int, int, int]:
    """What is asked for in the end: from, to, step in minutes before the newest one."""
    asked = len(hands.stage.wanted)
    await hands.press(*keys)
    while len(hands.stage.wanted) == asked:
        await hands.pilot.pause(0.02)
    await painted(hands.pilot, hands.console)
    path, told = hands.stage.wanted[-1]
    assert path == METRICS
    return (int(told["from"]) - NEWEST) // MINUTE_MS, (int(told["to"]) - NEWEST) // MINUTE_MS, int(told["step"])


def seen(hands: Hands) -> str:
    return hands.console.export_screenshot().replace("&#160;", " ")


async def test_a_bracket_goes_an_hour_back_and_the_other_leads_on_to_now() -> None:
    async with at("pulse") as hands:
        assert await travel(hands, "left_square_bracket") == (-60, 0, 60)
        assert await travel(hands, "left_square_bracket") == (-120, -60, 60)
        assert await travel(hands, "right_square_bracket") == (-60, 0, 60)
        await hands.press("right_square_bracket")
        hands.console.show()
        assert "ENTONCES" not in hands.at_the_top()


async def test_what_is_of_then_says_so_at_the_top_and_in_every_panel() -> None:
    async with at("pulse") as hands:
        hands.stage.answers[METRICS] = minutes(NEWEST)
        await travel(hands, "left_square_bracket")
        assert "ENTONCES 2026-11-27 10:58–11:58 UTC" in hands.at_the_top()
        assert {panel.border_subtitle for panel in hands.screen.query("Panel")} == {"▲ de entonces"}
        assert seen(hands).count("Esto no se guarda.") == 3


@pytest.mark.parametrize("key", ["p", "escape"])
async def test_one_key_leads_back_to_now(key: str) -> None:
    async with at("pulse") as hands:
        await travel(hands, "left_square_bracket", "left_square_bracket")
        await hands.press(key)
        hands.console.show()
        assert "ENTONCES" not in hands.at_the_top()
        assert "EN PAUSA" not in hands.at_the_top()
        assert "Esto no se guarda." not in seen(hands)


async def test_another_screen_shows_now_and_says_nothing_of_then() -> None:
    async with at("pulse") as hands:
        await travel(hands, "left_square_bracket")
        await hands.press("2")
        hands.console.show()
        assert "ENTONCES" not in hands.at_the_top()
        await hands.press("1")
        hands.console.show()
        assert "ENTONCES" in hands.at_the_top()


async def test_longer_spans_keep_their_end_in_coarser_samples() -> None:
    async with at("pulse") as hands:
        await travel(hands, "left_square_bracket")
        begin, end, step = await travel(hands, "w")
        assert (end - begin, step) == (360, 300)
        assert -5 < end <= 0
        begin, end, step = await travel(hands, "w")
        assert (end - begin, step) == (1_440, 1_200)


async def test_who_goes_back_fast_asks_once() -> None:
    async with at("pulse") as hands:
        before = len(hands.stage.wanted)
        for _ in range(4):  # at once: between keys that are pressed a slow machine rests long enough to ask
            hands.screen.action_travel(-1)  # type: ignore[attr-defined]
        assert await travel(hands, "left_square_bracket") == (-300, -240, 60)
        assert len([path for path, _ in hands.stage.wanted[before:] if path == METRICS]) == 1


async def test_a_gap_is_counted_and_nothing_is_not_taken_for_quiet() -> None:
    async with at("pulse") as hands:
        hands.stage.answers[METRICS] = minutes(NEWEST, count=43)
        await travel(hands, "left_square_bracket")
        assert "▲ 43/60 muestras" in seen(hands)
        hands.stage.answers[METRICS] = series([])
        await travel(hands, "left_square_bracket")
        assert seen(hands).count("Nada guardado.") == 5


async def test_a_server_that_does_not_answer_is_told_in_the_panels() -> None:
    async with at("pulse") as hands:
        hands.stage.leave()
        await hands.press("left_square_bracket")
        while hands.screen.past.error is None:  # type: ignore[attr-defined]
            await hands.pilot.pause(0.02)
        hands.console.show()
        await hands.pilot.pause()
        assert "✖ no responde ningún servidor" in seen(hands)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_then_looks_as_it_did(size: tuple[int, int], snapshots: Snapshots) -> None:
    async with at("pulse", size=size) as hands:
        hands.stage.answers[METRICS] = minutes(NEWEST, count=51)
        await travel(hands, "left_square_bracket")
        snapshots.check(f"pulse-then-{size[0]}x{size[1]}", hands.console.export_screenshot())
