"""The day book: one restaurant's tables by the hour, its guests, and how seldom it is asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.contract import DayBookView
from support import nights, platforms
from support.hands import Hands, at
from support.snapshots import Snapshots
from support.stage import URL, Stopwatch, console_on, painted
from tui.app import Console
from tui.daybook import DayBook
from tui.link import Link, Quota

BOOK = "/api/restaurants/rest_00/book"


@asynccontextmanager
async def at_the_book(*keys: str, **more: Any) -> AsyncIterator[Hands]:
    async with at("restaurants", **more) as hands:
        await hands.press("b")
        await painted(hands.pilot, hands.console)
        await hands.press(*keys)
        await painted(hands.pilot, hands.console)
        yield hands


def seen(console: Console) -> str:
    return console.export_screenshot().replace("&#160;", " ")


async def turned(hands: Hands, key: str, to: str) -> None:
    await hands.press(key)
    await painted(hands.pilot, hands.console)
    assert to in hands.screen.table.border_title


async def test_b_opens_the_book_of_the_restaurant_and_0_leads_back_to_it() -> None:
    async with at_the_book() as hands:
        assert (hands.screen.place, hands.shown[:2]) == ("book", ["T1", "T2"])
        assert "La Marea · vie 2026-11-27" in seen(hands.console)
        await hands.press("1", "0")
        assert hands.shown[:2] == ["T1", "T2"]
        assert hands.stage.reads.count(BOOK) == 1


async def test_b_does_so_from_a_restaurant_in_full_and_out_of_what_was_opened_in_the_book() -> None:
    async with at_the_book("j", "enter") as hands:
        assert hands.screen.crumbs == ("clientes",)
        await hands.press("2", "enter", "b")
        assert (hands.screen.place, hands.screen.crumbs) == ("book", ())


async def test_before_a_restaurant_was_chosen_it_is_said_how_to_and_the_keys_do_no_harm() -> None:
    async with at("book") as hands:
        await hands.press("right_square_bracket", "t", "enter", "r")
        assert "Elija un restaurante: pantalla 2, tecla b." in seen(hands.console)


async def test_where_there_is_one_restaurant_only_it_is_that_one() -> None:
    stage = platforms.stage(
        platforms.overview(restaurants=1), [platforms.health(0)], house=nights.house(), days=nights.busy(platforms.NOW)
    )
    console = console_on(stage, start="book")
    async with console.run_test(size=(80, 24)) as pilot:
        await painted(pilot, console)
        await painted(pilot, console)
        assert "La Marea · vie 2026-11-27" in seen(console)


async def test_brackets_and_letters_turn_to_the_days_around_and_t_back_to_today() -> None:
    async with at_the_book() as hands:
        await turned(hands, "left_square_bracket", "jue 2026-11-26")
        assert "cerrado: Obras" in seen(hands.console)
        await turned(hands, "l", "vie 2026-11-27")
        await turned(hands, "right_square_bracket", "sáb 2026-11-28")
        await turned(hands, "h", "vie 2026-11-27")
        await turned(hands, "h", "jue 2026-11-26")
        await turned(hands, "t", "vie 2026-11-27 · 13 · hoy")


async def test_enter_shows_the_guests_of_the_table_f_those_of_all_and_enter_again_one_in_full() -> None:
    async with at_the_book("j", "enter") as hands:
        assert hands.shown == ["res_01", "res_05"]
        await hands.press("f")
        assert len(hands.shown) == 5
        assert "no vino" in seen(hands.console)
        await hands.press("f", "G", "enter")
        hands.console.show()
        assert "clientes › Lucía Ferrer" in hands.at_the_top()
        await hands.pilot.pause()
        assert "+34611220005" in seen(hands.console)
        await hands.press("escape", "escape", "escape")
        assert hands.shown[0] == "T1"


async def test_guests_without_a_table_are_found_too() -> None:
    async with at_the_book("G", "enter") as hands:
        assert hands.shown == ["res_04"]


async def test_the_filter_finds_the_table_of_a_guest() -> None:
    async with at_the_book("slash", *"lucia") as hands:
        assert hands.shown == ["T2"]


async def test_its_day_is_asked_for_once_a_minute_and_the_restaurant_once() -> None:
    now_s, plenty = Stopwatch(), Quota(remaining=1_000, reset_s=900)
    link = Link(URL, "token", language="es", transport=platforms.busy())
    book = DayBook(link, "rest_00", now_ms=lambda: platforms.NOW, now_s=now_s)
    await book.page.refresh()
    dues = []
    for later_s in (0, 59.5, 0.5):
        now_s.s += later_s
        dues.append([feed.is_due(plenty) for feed in book.feeds])
    assert dues == [[False, False], [False, False], [False, True]]


async def test_r_asks_for_the_day_and_the_restaurant_at_once() -> None:
    async with at_the_book() as hands:
        reads = hands.stage.reads
        await hands.press("r")
        while reads.count(BOOK) < 2:
            await hands.pilot.pause(0.02)
        assert reads.count("/api/restaurants/rest_00") == 2


async def test_a_table_turns_red_when_the_time_of_its_party_is_over_without_asking() -> None:
    now_s = Stopwatch()
    async with at_the_book(now_s=now_s) as hands:
        page = hands.stage.answers[f"{BOOK}?2026-11-27"]
        assert isinstance(page, DayBookView)
        (overdue, *_) = page.reservations
        book = hands.console.desk.book
        assert book is not None
        book.page.value = replace(page, reservations=[replace(overdue, ends_at=platforms.NOW + 30_000)])
        hands.console.show()
        assert hands.screen.table.shown[1].standing == "seated"
        now_s.s += 30
        hands.console.show()
        assert hands.screen.table.shown[1].standing == "overdue"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_guests_look_as_they_did(size: tuple[int, int], snapshots: Snapshots) -> None:
    console = console_on(platforms.busy(), start="restaurants", language="en")
    async with console.run_test(size=size) as pilot:
        await painted(pilot, console)
        await pilot.press("b")
        await painted(pilot, console)
        await pilot.press("enter")
        await painted(pilot, console)
        await pilot.press("f")
        await pilot.pause()
        snapshots.check(f"guests-busy-{size[0]}x{size[1]}", console.export_screenshot())
