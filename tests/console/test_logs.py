"""The log is followed, sifted, and leads to the call that a line is about."""

import pytest

from appliance.contract import LiveView
from support import logged, platforms
from support.hands import Hands, at
from support.stage import painted


def events(hands: Hands) -> list[str]:
    return [row.event for row in hands.screen.table.shown]  # type: ignore[attr-defined]


async def log(hands: Hands, event: str) -> None:
    line = logged.line(platforms.NOW + len(events(hands)), event)
    hands.console.desk.picture.take(LiveView(at=line.at, lines=[line]), whole=False, now_s=1)
    hands.console.show()
    await hands.pilot.pause()


async def chosen_event(hands: Hands) -> str:
    return events(hands)[hands.shown.index(hands.chosen)]


async def test_what_is_new_is_followed_from_the_last_row_and_no_other() -> None:
    async with at("logs") as hands:
        assert await chosen_event(hands) == "signed_in"
        await log(hands, "plan_lapsed")
        assert await chosen_event(hands) == "plan_lapsed"
        await hands.press("k")
        await log(hands, "loop_broke")
        assert (await chosen_event(hands), events(hands)[-1]) == ("signed_in", "loop_broke")
        await hands.press("G")
        await log(hands, "signed_out")
        assert await chosen_event(hands) == "signed_out"


async def test_f_leaves_only_what_is_at_least_so_severe() -> None:
    async with at("logs") as hands:
        seen = [len(hands.shown)]
        for _ in range(3):
            await hands.press("f")
            seen.append(len(hands.shown))
        assert seen == [18, 5, 2, 18]


async def test_a_line_is_found_by_what_it_says() -> None:
    async with at("logs") as hands:
        await hands.press("slash", *"no space left")
        assert events(hands) == ["loop_broke"]


@pytest.mark.parametrize("keys", [["c"], ["enter", "c"]])
async def test_c_leads_to_the_call_of_the_line_and_escape_back(keys: list[str]) -> None:
    async with at("logs") as hands:
        await hands.press("slash", *"call_0001", "enter", *keys)
        await painted(hands.pilot, hands.console)
        hands.console.show()
        assert "3 Llamadas ›" in hands.at_the_top()
        await hands.press(*["escape"] * len(keys))
        assert hands.screen.place == "logs"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("call_gone", "Esa llamada no está entre las del último día."),
        ("loop_broke", "La línea no trata de ninguna llamada."),
    ],
)
async def test_a_line_that_leads_nowhere_says_so(text: str, told: str) -> None:
    async with at("logs") as hands:
        await hands.press("slash", *text, "enter", "c")
        await hands.pilot.pause()
        assert [note.message for note in hands.console._notifications] == [told]
