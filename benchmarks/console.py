"""Whether the console keeps its promises: a quick first picture, quick keys, an idle processor, memory that stays.

All is measured before a real server with a full house. First paint, keys and processor time are those of the console
in a terminal: a key counts from when it is typed until the terminal has been told what it does. Textual's pilot
cannot tell that, for it draws nothing and waits longer than a key takes. A server tells one message a second, so the
day alone is played from a recording (`benchmarks.day`).
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import msgspec

from benchmarks.day import Day, Hours
from benchmarks.full_house import CALLS, ON_THE_LINE, RESTAURANTS, FullHouse, full_house
from benchmarks.measure import BenchmarkError
from benchmarks.report import Section, mark
from benchmarks.terminal import Terminal, console

_MOST_PAINT_S, _MOST_KEY_MS, _MOST_CPU, _MOST_GROWTH_MB = 1.0, 50, 0.03, 2.0
_PAINTS = 5
_SETTLED_S = 5.0
_KEY_PAUSE_S = 0.1
_STEPS = "jjjkjjkkjGkkgjjkjjjkg" * 2
_DAY_S = 240
_WARM_HOURS = 4
"""By then all screens were seen, and what is kept of the past is full."""

_Answer = Callable[[list[str], list[str]], bool]


def console_promises(*, seconds: float) -> tuple[list[Section], bool]:
    """Processor time is measured for four times so long."""
    with full_house() as house:
        rows = [
            _paint(house),
            *_keys(house),
            _cpu(house, "calls", seconds * 4, f"processor, {ON_THE_LINE} calls watched"),
            _day(house),
        ]
    head = (f"the console, {RESTAURANTS} restaurants and {CALLS:,} calls", "measured", "worst", "target", "")
    return [Section(head=head, rows=[row for row, _ in rows])], all(met for _, met in rows)


def _paint(house: FullHouse) -> tuple[tuple[str, ...], bool]:
    """Of the whole picture, live: the frame alone is there sooner."""
    times = []
    for _ in range(_PAINTS):
        with console(house.url, house.token) as terminal:
            framed_s = terminal.painted_s("1 Pulse")
            times.append(terminal.painted_s("● live"))
            _say(f"first paint: the frame after {framed_s:.2f} s, live after {times[-1]:.2f} s")
    median_s = statistics.median(times)
    met = median_s < _MOST_PAINT_S
    return (
        "first paint, live",
        f"{median_s:.2f} s",
        f"{max(times):.2f} s",
        f"< {_MOST_PAINT_S:g} s",
        mark(met=met),
    ), met


def _keys(house: FullHouse) -> list[tuple[tuple[str, ...], bool]]:
    """The ninety-fifth of a hundred counts: a shared machine holds up some."""
    rows = []
    with console(house.url, house.token) as terminal:
        terminal.painted_s("● live")
        terminal.watch(_SETTLED_S)
        _typed(terminal, "23589", _goes_to)  # each screen is made when it is first gone to
        rows.append(_answered("to another screen", _typed(terminal, "23589" * 5, _goes_to)))
        for screen, digit in (("restaurants", "2"), ("calls", "3")):
            terminal.answered_s(digit, _goes_to)
            terminal.watch(_SETTLED_S)
            rows.append(_answered(f"another row, {screen}", _typed(terminal, _STEPS, _moves)))
        terminal.answered_s("2", _goes_to)
        terminal.watch(1)
        terminal.answered_s("/", lambda was, now: was != now)
        rows.append(_answered("a letter of a filter", _typed(terminal, "marisqueria", _filters)))
    return rows


def _answered(what: str, times: list[float]) -> tuple[tuple[str, ...], bool]:
    p95_ms = statistics.quantiles(times, n=20, method="inclusive")[18] * 1000
    met = p95_ms < _MOST_KEY_MS
    _say(f"key, {what}: median {statistics.median(times) * 1000:.0f} ms")
    row = (f"key, {what} (p95)", f"{p95_ms:.0f} ms", f"{max(times) * 1000:.0f} ms", f"< {_MOST_KEY_MS} ms")
    return (*row, mark(met=met)), met


def _typed(terminal: Terminal, keys: str, is_answer: _Answer) -> list[float]:
    times = []
    for key in keys:
        terminal.watch(_KEY_PAUSE_S)
        times.append(terminal.answered_s(key, is_answer))
    return times


def _goes_to(was: list[str], now: list[str]) -> bool:
    return _titles(was) != _titles(now)


def _titles(lines: list[str]) -> str:
    """The first words of the second line, which is the upper edge of what is shown."""
    return lines[1][3:14]


def _moves(was: list[str], now: list[str]) -> bool:
    return _chosen(was) != _chosen(now)


def _chosen(lines: list[str]) -> list[tuple[int, str]]:
    """Where the chosen row is, and which, by what does not change while it is looked at."""
    return [(place, line[20:60]) for place, line in enumerate(lines) if line[1:2] == "›"]


def _filters(was: list[str], now: list[str]) -> bool:
    return _filter(was) != _filter(now)


def _filter(lines: list[str]) -> str:
    return lines[1].partition("/")[2].rstrip("─╮ ")


def _cpu(house: FullHouse, screen: str, seconds: float, what: str) -> tuple[tuple[str, ...], bool]:
    with console(house.url, house.token, "--screen", screen) as terminal:
        terminal.painted_s("● live")
        terminal.watch(_SETTLED_S)
        shares = []
        for _ in range(4):
            before_s, began_s = terminal.cpu_s(), time.perf_counter()
            terminal.watch(seconds / 4)
            shares.append((terminal.cpu_s() - before_s) / (time.perf_counter() - began_s))
    share = statistics.fmean(shares)
    met = share < _MOST_CPU
    return (what, f"{share:.1%} of a core", f"{max(shares):.1%}", f"< {_MOST_CPU:.0%}", mark(met=met)), met


def _day(house: FullHouse) -> tuple[tuple[str, ...], bool]:
    """The last hours against the first, once everything was seen: a leak goes on, and a full buffer does not."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.day"],
        input=msgspec.json.encode(Day(url=house.url, token=house.token)),
        capture_output=True,
        check=False,
        timeout=_DAY_S,
    )
    if done.returncode:
        raise BenchmarkError(done.stderr.decode()[-2000:])
    hours = msgspec.json.decode(done.stdout, type=Hours)
    _say(
        f"a day: {hours.told:,} messages, {hours.painted:,} pictures, MB each hour {[round(mb, 1) for mb in hours.mb]}"
    )
    early, late = hours.mb[_WARM_HOURS : _WARM_HOURS * 2], hours.mb[-_WARM_HOURS:]
    growth_mb = statistics.median(late) - statistics.median(early)
    met = growth_mb < _MOST_GROWTH_MB
    row = (
        f"memory gained in a day of {hours.told:,} messages",
        f"{growth_mb:+.1f} MB",
        f"{max(hours.mb):.0f} MB in all",
    )
    return (*row, f"< {_MOST_GROWTH_MB:g} MB", mark(met=met)), met


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
