"""The small things that the screens are made of."""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from appliance.contract import LiveView, MetricPoint
from support import logged, platforms
from support.stage import Stopwatch
from tui.charts import bar, rounded_up, squeezed, trend
from tui.config import ConfigFault, ConsoleConfig, read_config
from tui.feeds import Feed, pace_s
from tui.figures import Figures, span
from tui.link import LinkError, Quota, Refused, events
from tui.opening import console
from tui.picture import KEPT_S, Picture
from tui.theme import usual_theme
from tui.widgets.table import Column, Table

SPANISH = Figures("es")


def test_a_trend_has_the_newest_at_the_right_and_shows_what_is_more_than_nothing() -> None:
    assert trend([0, 1, 4, 8], width=6, height=1, top=8) == ["   ▁▄█"]
    assert trend([8], width=1, height=2, top=8) == ["█", "█"]
    assert trend([0.001], width=1, height=1, top=1_000) == ["▁"]


@given(st.lists(st.floats(0, 1e6), max_size=50), st.integers(0, 30), st.integers(1, 5), st.floats(0.1, 1e6))
def test_a_trend_is_never_larger_than_its_place(values: list[float], width: int, height: int, top: float) -> None:
    lines = trend(values, width=width, height=height, top=top)
    assert [len(line) for line in lines] == [width] * height


@given(st.lists(st.floats(0, 1e6), max_size=200), st.integers(1, 30))
def test_no_peak_is_lost_when_values_are_put_together(values: list[float], columns: int) -> None:
    kept = squeezed(values, columns=columns)
    assert len(kept) <= columns
    assert max(kept, default=0) == max(values, default=0)


@given(st.floats(0, 1e9))
def test_a_scale_reaches_above_the_highest_value(value: float) -> None:
    assert value <= rounded_up(value, least=10) <= max(value * 2.5, 10)


@pytest.mark.parametrize(("share", "text"), [(0, "    "), (0.5, "██  "), (1, "████"), (7, "████"), (0.03125, "▏   ")])
def test_a_bar_is_filled_to_the_eighth_of_a_character(share: float, text: str) -> None:
    assert bar(share, width=4) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (-3, "0 s"), (59.9, "59 s"), (60, "1 min"), (7_500, "2 h 05"), (180_000, "2 d 2 h")],
)
def test_a_span_is_told_in_its_largest_unit(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_figures_are_written_as_the_language_does() -> None:
    assert (SPANISH.count(1_234), Figures("en").count(1_234)) == ("1.234", "1,234")
    assert (SPANISH.share(0.021), SPANISH.share(0.5), SPANISH.share(None)) == ("2,1 %", "50 %", "–")
    assert (SPANISH.ms(96.4), SPANISH.ms(12_340)) == ("96 ms", "12,3 s")
    assert SPANISH.bytes(76_900_000_000) == "76,9 GB"


def test_who_may_ask_often_does_and_who_may_not_waits() -> None:
    assert pace_s(None) == 5
    assert pace_s(Quota(remaining=1_000, reset_s=900)) == 5
    assert pace_s(Quota(remaining=50, reset_s=900)) == 22.5
    assert pace_s(Quota(remaining=3, reset_s=400)) == 400


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (LinkError("link.silent"), True),
        (Refused("later", 429), True),
        (Refused("not yours", 403), False),
        (Refused("gone", 404), False),
        (LinkError("link.not_maitre"), False),
    ],
)
async def test_what_is_asked_for_once_is_asked_for_again_where_it_may_be_had_later(
    error: LinkError, *, again: bool
) -> None:
    async def ask() -> int:
        raise error

    now_s = Stopwatch()
    feed = Feed(ask, now_s, again=False)
    await feed.refresh()
    assert not feed.is_due(None)
    now_s.s += 5
    assert feed.is_due(None) is again


async def test_events_are_told_from_the_lines_of_a_stream() -> None:
    async def lines() -> AsyncIterator[str]:
        for line in (
            ": ping",
            "",
            "event: snapshot",
            "data: {}",
            "",
            "event: delta",
            "data: 1",
            "data: 2",
            "",
            "data: cut",
        ):
            yield line

    assert [one async for one in events(lines())] == [("snapshot", "{}"), ("delta", "1\n2")]


def test_a_delta_leaves_what_it_does_not_tell_and_a_snapshot_does_not() -> None:
    picture = Picture()
    one, two = platforms.health(1), platforms.health(2)
    picture.take(LiveView(at=1, overview=platforms.overview(), restaurants=[one, two]), whole=True, now_s=1)
    picture.take(LiveView(at=2, restaurants=[platforms.health(1, score=50)], gone=["rest_02"]), whole=False, now_s=2)
    assert [(row.restaurant_id, row.score) for row in picture.worst_first] == [("rest_01", 50)]
    assert (picture.overview is not None, picture.received_s) == (True, 2)
    picture.take(LiveView(at=3, restaurants=[two]), whole=True, now_s=3)
    assert list(picture.restaurants) == ["rest_02"]


def test_seconds_are_kept_in_order_once_and_not_for_ever() -> None:
    picture = Picture()
    for at in [*range(0, 2 * KEPT_S * 1_000, 1_000), 5]:
        picture.take(LiveView(at=at, second=platforms._second(at, 1)), whole=False, now_s=at)
    assert len(picture.seconds) == KEPT_S
    ats = [second.at for second in picture.seconds]
    assert ats == sorted(set(ats))


def test_what_is_recalled_stands_before_what_came_since() -> None:
    picture = Picture()
    picture.take(LiveView(at=9_000, second=platforms._second(9_000, 1)), whole=True, now_s=1)
    points: list[MetricPoint] = [platforms._point(at, 1) for at in (7_000, 8_000)]
    picture.remember(points)
    assert [second.at for second in picture.seconds] == [7_000, 8_000, 9_000]


def test_lines_that_come_again_after_a_break_are_kept_once_and_in_order() -> None:
    picture = Picture()
    first, second, third = (logged.line(at, "told_off") for at in (1, 2, 3))
    picture.take(LiveView(at=9, lines=[third]), whole=False, now_s=1)
    picture.log([first, second, third])
    assert list(picture.lines) == [first, second, third]


def test_the_file_says_theme_language_and_keys(tmp_path: Path) -> None:
    file = tmp_path / "console.toml"
    assert read_config(file) == ConsoleConfig()
    file.write_text('theme = "safe"\nlanguage = "en"\n[keys]\n"table.down" = "n"\n')
    assert read_config(file) == ConsoleConfig(theme="safe", language="en", keys={"table.down": "n"})


@pytest.mark.parametrize("text", ['theme = "pink"', "colour = 1", "not toml", 'keys = "x"'])
def test_a_file_that_makes_no_sense_is_told_with_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "console.toml"
    file.write_text(text)
    with pytest.raises(ConfigFault, match=r"console\.toml"):
        read_config(file)


@pytest.mark.parametrize(
    ("env", "theme"),
    [
        ({"TERM": "xterm-256color"}, "dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "linux"}, "plain"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "plain"),
    ],
)
def test_a_terminal_gets_the_colours_that_it_has(env: dict[str, str], theme: str) -> None:
    assert usual_theme(env) == theme


async def test_of_ten_thousand_rows_only_those_that_are_seen_are_drawn() -> None:
    drawn: list[int] = []

    def cell(row: int) -> str:
        drawn.append(row)
        return str(row)

    class Thousands(App[None]):
        def get_theme_variable_defaults(self) -> dict[str, str]:
            return {"quiet": "#888888"}

        def compose(self) -> ComposeResult:
            yield Table[int]([Column(title="n", cell=cell, width=8)], key=str, text=str)

    app = Thousands()
    async with app.run_test(size=(40, 20)) as pilot:
        table = app.query_one(Table)
        rows = list(range(10_000))
        random.Random(1).shuffle(rows)
        table.show(rows, nothing="")
        await pilot.pause()
        drawn.clear()
        table.show(rows, nothing="")
        await pilot.pause()
        assert 0 < len(drawn) <= 2 * 20


@pytest.mark.parametrize(("url", "token"), [("http://[nowhere", "x"), ("http://127.0.0.1:1", "llavé")])
def test_what_cannot_be_an_address_or_a_token_is_no_traceback(tmp_path: Path, url: str, token: str) -> None:
    with pytest.raises(ConfigFault):
        console(url, token, env={"HOME": str(tmp_path)}, read_only=False, start=None)
