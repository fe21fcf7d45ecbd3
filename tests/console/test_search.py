"""A call that is not at hand is looked for at the server, and what comes from there says so."""

import pytest
from textual.widgets import Input

from appliance.contract import Page
from support import lines
from support.hands import Hands, at
from support.platforms import NOW
from support.snapshots import Snapshots
from support.stage import painted

CALLS = "/api/admin/calls"


def old(number: int) -> Page:  # type: ignore[type-arg]
    row = lines.line(number, NOW, restaurant_id="rest_01", guest="", last_tool="get_hours")
    return Page(items=[row], total=1)


async def look_for(hands: Hands, text: str) -> None:
    await hands.press("slash", *text)
    while hands.console.desk.search.asking:
        await hands.pilot.pause(0.02)
    await painted(hands.pilot, hands.console)


def searches(hands: Hands) -> list[str]:
    return [told["search"] for path, told in hands.stage.wanted if path == CALLS and "search" in told]


def there_are_more(hands: Hands) -> None:
    page: Page = hands.stage.answers[CALLS]  # type: ignore[type-arg, assignment]
    hands.console.desk.calls.value = Page(items=page.items, total=9_000, next=500)


def title(hands: Hands) -> str:
    return str(hands.screen.query_one("Table").border_title)


async def test_what_is_not_at_hand_comes_from_the_server_once_one_stops_typing() -> None:
    async with at("calls") as hands:
        hands.stage.answers[f"{CALLS}?611223344"] = old(4_321)
        await look_for(hands, "611223344")
        assert hands.shown == ["call_4321"]
        assert searches(hands) == ["611223344"]
        assert "⇣ 1 del servidor, hace 0 s" in title(hands)
        assert "⇣" in hands.console.export_screenshot().replace("&#160;", " ").partition("hace 0 s")[2]


async def test_what_is_at_hand_is_not_looked_for_where_there_is_no_more() -> None:
    async with at("calls") as hands:
        await look_for(hands, "call_00")
        assert len(hands.shown) > 0
        assert hands.console.desk.search.text == ""


async def test_a_few_at_hand_stand_before_those_of_the_server_where_there_are_more() -> None:
    async with at("calls") as hands:
        there_are_more(hands)
        hands.stage.answers[f"{CALLS}?call_0001"] = Page(items=[lines.line(1, NOW), *old(4_321).items], total=2)
        await look_for(hands, "call_0001")
        assert hands.shown == ["call_0001", "call_4321"]
        assert "⇣ 1 del servidor" in title(hands)


@pytest.mark.parametrize("text", ["zz", "!zzz"])
async def test_too_few_letters_and_an_inverted_filter_ask_nothing(text: str) -> None:
    async with at("calls") as hands:
        await look_for(hands, text)
        assert hands.console.desk.search.text == ""


async def test_that_the_server_has_none_either_is_said() -> None:
    async with at("calls") as hands:
        hands.stage.answers[f"{CALLS}?zzz"] = Page(items=[], total=0)
        await look_for(hands, "zzz")
        assert hands.shown == []
        assert "el servidor tampoco tiene más" in title(hands)


async def test_a_server_that_does_not_answer_is_said_too() -> None:
    async with at("calls") as hands:
        hands.stage.leave()
        await hands.press("slash", *"zzz")
        while hands.console.desk.search.asking:
            await hands.pilot.pause(0.02)
        hands.console.show()
        assert "✖ el servidor no busca: no responde ningún servidor" in title(hands)


async def test_escape_takes_what_came_from_the_server_away_with_the_filter() -> None:
    async with at("calls") as hands:
        before = hands.shown
        hands.stage.answers[f"{CALLS}?zzz"] = old(4_321)
        await look_for(hands, "zzz")
        await hands.press("escape")
        assert hands.shown == before
        assert "servidor" not in title(hands)


async def test_a_call_from_the_server_opens_like_any_other() -> None:
    async with at("calls") as hands:
        found = old(4_321)
        hands.stage.answers[f"{CALLS}?zzz"] = found
        detail = lines.in_full(found.items[0])
        hands.stage.answers["/api/restaurants/rest_01/calls/call_4321"] = detail
        await look_for(hands, "zzz")
        await hands.press("enter", "enter")
        await painted(hands.pilot, hands.console)
        assert hands.screen.crumbs != ()
        assert not hands.console.screen.query(Input)[0].has_focus


async def test_the_search_looks_as_it_did(snapshots: Snapshots) -> None:
    async with at("calls", size=(80, 24)) as hands:
        hands.stage.answers[f"{CALLS}?611223344"] = old(4_321)
        await look_for(hands, "611223344")
        snapshots.check("calls-searched-80x24", hands.console.export_screenshot())
