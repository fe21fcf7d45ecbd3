"""The hands on calls: one is opened and looked through, and asked for no more often than it must be."""

import pytest
from msgspec.structs import replace

from appliance.contract import CallDetail, Page, PlatformCallRow
from support import platforms
from support.hands import at
from support.stage import Stopwatch, console_on, painted


async def test_f_shows_only_who_is_on_the_line() -> None:
    async with at("calls") as hands:
        assert len(hands.shown) == 5
        await hands.press("f")
        assert hands.shown == ["call_0001"]
        await hands.press("f")
        assert len(hands.shown) == 5


async def test_enter_opens_a_call_and_enter_again_what_a_tool_answered() -> None:
    async with at("calls") as hands:
        await hands.press("enter")
        await painted(hands.pilot, hands.console)
        await hands.press("f", "f")
        assert hands.shown == ["create_reservation 0"]
        await hands.press("enter")
        hands.console.show()
        assert "› herramienta" in hands.at_the_top()
        assert "2026-11-28" in hands.console.export_screenshot()
        await hands.press("escape", "escape")
        assert hands.screen.crumbs == ()


async def test_what_has_no_room_in_the_head_of_a_call_is_counted() -> None:
    stage = platforms.busy()
    (path,) = (path for path in stage.answers if path.endswith("call_0001"))
    call: CallDetail = stage.answers[path]  # type: ignore[assignment]
    stage.answers[path] = replace(call, reservations=call.reservations * 9)
    console = console_on(stage, start="calls")
    async with console.run_test(size=(80, 24)) as pilot:
        await painted(pilot, console)
        await pilot.press("enter")
        await painted(pilot, console)
        assert "… y 8 más" in console.export_screenshot().replace("&#160;", " ")


async def test_f_shows_one_kind_of_what_happened_in_a_call_after_the_other() -> None:
    async with at("calls") as hands:
        await hands.press("enter")
        await painted(hands.pilot, hands.console)
        seen = [len(hands.shown)]
        for _ in range(5):
            await hands.press("f")
            seen.append(len(hands.shown))
        assert seen == [7, 2, 1, 2, 2, 7]


async def test_a_call_is_asked_for_again_only_when_something_happened_in_it() -> None:
    now_s = Stopwatch()
    async with at("calls", now_s=now_s) as hands:
        await hands.press("enter")
        await painted(hands.pilot, hands.console)

        def asked() -> int:
            return sum(path.endswith("call_0001") for path in hands.stage.reads)

        async def look_again() -> None:
            lists = hands.stage.reads.count("/api/admin/calls")
            now_s.s += 60
            while hands.stage.reads.count("/api/admin/calls") == lists:
                await hands.pilot.pause(0.02)
            await painted(hands.pilot, hands.console)

        await look_again()
        await look_again()
        assert asked() == 1
        page: Page[PlatformCallRow] = hands.stage.answers["/api/admin/calls"]  # type: ignore[assignment]
        first, *others = page.items
        ended = replace(first, phase="ended", last_event="call_ended")
        hands.stage.answers["/api/admin/calls"] = Page(items=[ended, *others], total=page.total)
        await look_again()
        while asked() == 1:
            await hands.pilot.pause(0.02)


@pytest.mark.parametrize("keys", [[], ["enter"]])
async def test_a_capital_a_applies_a_call_again_once_the_word_is_typed(keys: list[str]) -> None:
    async with at("calls") as hands:
        await hands.press(*keys, "A", *"reaplicar", "enter")
        assert await hands.done() == [("POST", "/api/admin/calls/call_0001/replay", None)]
