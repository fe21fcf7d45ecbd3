"""A key is answered by one picture, drawn once, without a pause before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.content import Content

from support.hands import Hands, at
from tui.app import Console
from tui.screens.listing import Listing
from tui.widgets.table import Table


@contextmanager
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The rows that are drawn meanwhile, each as often as it is."""
    rows: list[str] = []
    line = Table._line

    def noted(table: Table[Any], row: Any, width: int) -> Content:
        rows.append(table._key(row))
        return line(table, row, width)

    with monkeypatch.context() as patch:
        patch.setattr(Table, "_line", noted)
        yield rows


async def test_a_letter_of_a_filter_draws_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at("restaurants") as hands:
        await hands.press("slash")
        with drawn(monkeypatch) as rows:
            await hands.press("a")
            await hands.pilot.pause(0.1)
        assert sorted(rows) == sorted(hands.shown)


async def test_a_step_draws_the_two_rows_that_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at("restaurants") as hands:
        with drawn(monkeypatch) as rows:
            await hands.press("j")
            await hands.pilot.pause(0.1)
        assert set(rows) == set(hands.shown[:2])


async def test_a_filter_reads_each_row_once_for_all_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at("restaurants") as hands:
        read: list[str] = []
        table = _table(hands)
        text = table._text

        def noted(row: Any) -> str:
            read.append(table._key(row))
            return text(row)

        monkeypatch.setattr(table, "_text", noted)
        await hands.press("slash", *"mar")
        assert sorted(read) == sorted({table._key(row) for row in table._rows})


async def test_a_screen_that_stands_is_drawn_once_and_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at("restaurants") as hands:
        await hands.press("3")
        waited: list[Any] = []
        monkeypatch.setattr(Console, "set_timer", lambda _, delay, *args, **more: waited.append(delay))
        with drawn(monkeypatch) as rows:
            await hands.press("2")
            await hands.pilot.pause(0.1)
        assert waited == []
        assert sorted(rows) == sorted(hands.shown)


def _table(hands: Hands) -> Table[Any]:
    assert isinstance(hands.screen, Listing)
    return hands.screen.table
