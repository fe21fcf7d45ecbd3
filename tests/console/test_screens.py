"""How each screen looks, small and wide: with nothing in it, at work, and in trouble with the server gone."""

import asyncio
from collections.abc import Callable

import pytest

from support import platforms
from support.snapshots import Snapshots
from support.stage import Stage, Stopwatch, console_on, painted
from tui.screens import PLACES
from tui.theme import THEMES
from tui.watch import Phase

SIZES = [(80, 24), (120, 40)]
SCREENS = [place.id for place in PLACES]
LEADS = {"book": ("2", "b", "0")}
"""What must be chosen before there is something to be seen."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("how", [platforms.empty, platforms.busy], ids=lambda how: how.__name__)
async def test_a_screen_looks_as_it_did(
    screen: str, how: Callable[[], Stage], size: tuple[int, int], snapshots: Snapshots
) -> None:
    console = console_on(how(), start=screen)
    async with console.run_test(size=size) as pilot:
        await painted(pilot, console)
        await pilot.press(*LEADS.get(screen, ()))
        await painted(pilot, console)
        snapshots.check(f"{screen}-{how.__name__}-{size[0]}x{size[1]}", console.export_screenshot())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_server_that_is_gone_leaves_its_last_picture_grey(
    screen: str, size: tuple[int, int], snapshots: Snapshots
) -> None:
    stage, now_s = platforms.broken(), Stopwatch()
    console = console_on(stage, start=screen, now_s=now_s)
    async with console.run_test(size=size) as pilot:
        await painted(pilot, console)
        await pilot.press(*LEADS.get(screen, ()))
        await painted(pilot, console)
        stage.leave()
        async with asyncio.timeout(10):
            while console.desk.connection.phase is not Phase.LOST:
                await pilot.pause(0.02)
        now_s.s += 12
        console.show()
        await pilot.pause()
        await pilot.pause()
        snapshots.check(f"{screen}-broken-{size[0]}x{size[1]}", console.export_screenshot())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("how", [platforms.busy, platforms.broken], ids=lambda how: how.__name__)
async def test_a_call_in_full_looks_as_it_did(
    how: Callable[[], Stage], size: tuple[int, int], snapshots: Snapshots
) -> None:
    console = console_on(how(), start="calls")
    async with console.run_test(size=size) as pilot:
        await painted(pilot, console)
        await pilot.press("j", "j", "enter")
        await painted(pilot, console)
        snapshots.check(f"call-{how.__name__}-{size[0]}x{size[1]}", console.export_screenshot())


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
async def test_every_theme_can_be_shown_and_chosen(theme: str, snapshots: Snapshots) -> None:
    console = console_on(platforms.broken(), language="en", theme=theme)
    async with console.run_test(size=(80, 24)) as pilot:
        await painted(pilot, console)
        snapshots.check(f"theme-{theme}", console.export_screenshot())
        console.theme = "dark"
        await pilot.pause()


async def test_a_large_terminal_is_filled(snapshots: Snapshots) -> None:
    console = console_on(platforms.busy(), language="en")
    async with console.run_test(size=(200, 60)) as pilot:
        await painted(pilot, console)
        snapshots.check("pulse-busy-200x60", console.export_screenshot())


@pytest.mark.parametrize(("screen", "text"), [("queue", "frozen"), ("alerts", "snoozed"), ("restaurants", "on_leave")])
async def test_what_a_newer_server_calls_by_a_new_word_is_shown_as_it_is(screen: str, text: str) -> None:
    told = platforms.overview(restaurants=1)
    stage = platforms.stage(
        told,
        [platforms.health(0, status="on_leave")],
        tasks=[platforms.task(1, state="frozen")],
        alerts=[platforms.alert(1, state="snoozed", level="odd")],
    )
    console = console_on(stage, start=screen)
    async with console.run_test(size=(120, 40)) as pilot:
        await painted(pilot, console)
        await pilot.press("s", "s", "s")
        assert text in console.export_screenshot()
        await pilot.press("enter")
        await painted(pilot, console)
        assert text in console.export_screenshot()
