from pathlib import Path

import pytest

from appliance.watch.loop_lag import LoopLag
from appliance.watch.machine import Machine
from appliance.watch.monitor import KEPT_S, Monitor
from appliance.watch.traffic import Traffic
from support.fake_clock import FakeClock

ONE, TWO = "rest_one", "rest_two"


class Watched:
    """A monitor, what it looks at, and the time."""

    def __init__(self, data_dir: Path) -> None:
        self.clock, self.traffic, self.lag = FakeClock(), Traffic(), LoopLag()
        self.monitor = Monitor(self.clock, self.traffic, Machine(data_dir), self.lag)

    def pass_s(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1_000)
            self.monitor.tick()

    def serve(self, count: int, *, status: int = 200, seconds: float = 0.02, of: str = ONE) -> None:
        for _ in range(count):
            self.traffic.request("api", "/api/x", status, seconds, of)

    def use_tool(self, count: int, *, outcome: str = "done", seconds: float = 0.02, of: str = ONE) -> None:
        for _ in range(count):
            self.traffic.tool("get_hours", outcome, seconds, of)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_window_counts_what_came_in_it_and_nothing_before(watched: Watched) -> None:
    watched.serve(5, status=500)
    watched.pass_s(60)
    watched.serve(3)
    watched.serve(1, status=503)
    watched.pass_s(60)
    found = watched.monitor.window(60)
    assert (found.seconds, found.requests, found.errors, found.error_rate) == (60, 4, 1, 0.25)
    assert watched.monitor.window(120).errors == 6


def test_percentiles_are_of_the_window_and_not_of_all_time(watched: Watched) -> None:
    watched.serve(1_000, seconds=0.001)
    watched.pass_s(30)
    watched.serve(10, seconds=2.0)
    watched.pass_s(1)
    assert watched.monitor.window(31).p50_ms < 2
    assert 1_500 < watched.monitor.window(30).p50_ms < 2_500


def test_a_restaurant_has_figures_of_its_own(watched: Watched) -> None:
    watched.use_tool(3, outcome="failed", seconds=0.4)
    watched.use_tool(1)
    watched.use_tool(7, of=TWO)
    watched.pass_s(1)
    one, two = (watched.monitor.window_of(id_, 60) for id_ in (ONE, TWO))
    assert (one.tools, one.tool_failures, one.tool_failure_rate) == (4, 3, 0.75)
    assert 300 < one.tool_p95_ms < 500
    assert (two.tools, two.tool_failures) == (7, 0)
    assert watched.monitor.window(60).tools == 11


def test_a_restaurant_nobody_called_has_nothing_and_takes_no_room(watched: Watched) -> None:
    watched.serve(1)
    watched.pass_s(600)
    assert watched.monitor.window_of(TWO, 300).requests == 0
    assert len(watched.monitor._of_restaurants._order) == 1


def test_a_window_says_how_much_of_it_is_known(watched: Watched) -> None:
    watched.pass_s(40)
    assert watched.monitor.window(300).seconds == watched.monitor.window_of(ONE, 300).seconds == 40


def test_before_the_first_second_nothing_is_known(watched: Watched) -> None:
    assert (watched.monitor.window(60).requests, watched.monitor.window(60).seconds) == (0, 0)


def test_those_with_traffic_are_known(watched: Watched) -> None:
    watched.serve(1, of=TWO)
    watched.pass_s(100)
    watched.serve(1)
    watched.pass_s(1)
    assert watched.monitor.active(60) == [ONE]
    assert sorted(watched.monitor.active(300)) == [ONE, TWO]


def test_an_hour_is_kept_and_no_more(watched: Watched) -> None:
    watched.serve(1)
    watched.pass_s(KEPT_S)
    assert watched.monitor.window(10 * KEPT_S).requests == watched.monitor.window_of(ONE, KEPT_S).requests == 1
    watched.pass_s(1)
    assert watched.monitor.window(10 * KEPT_S).requests == watched.monitor.window_of(ONE, KEPT_S).requests == 0
    assert not watched.monitor._of_restaurants._of


def test_when_too_many_are_busy_the_oldest_seconds_give_way_and_the_window_says_so(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched.monitor._of_restaurants, "_most", 20)
    for _ in range(30):
        watched.serve(1)
        watched.serve(1, of=TWO)
        watched.pass_s(1)
    found = watched.monitor.window_of(ONE, 60)
    assert (found.requests, found.seconds) == (10, 10)
    assert watched.monitor.window(60).requests == 60


def test_events_are_counted_by_what_became_of_them(watched: Watched) -> None:
    watched.traffic.event("call_started", "accepted")
    watched.pass_s(120)
    watched.traffic.event("unknown", "rejected")
    watched.traffic.event("call_ended", "rejected")
    watched.traffic.event("call_ended", "quarantined")
    watched.pass_s(1)
    assert watched.monitor.window(60).events == {"rejected": 2, "quarantined": 1}


def test_the_lag_of_the_loop_is_that_of_the_window(watched: Watched) -> None:
    watched.lag.timing.note(3.0)
    watched.pass_s(61)
    watched.lag.timing.note(0.1)
    watched.pass_s(1)
    assert 50 < watched.monitor.window(60).loop_lag_p99_ms < 130
    assert watched.monitor.window(62).loop_lag_p99_ms > 2_000


def test_a_clock_that_is_set_back_hides_nothing(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.serve(2)
    watched.pass_s(5)
    began = watched.clock.now_ms()
    monkeypatch.setattr(watched.clock, "now_ms", lambda: began - 3_600_000)
    watched.serve(1)
    watched.pass_s(1)
    assert watched.monitor.window(60).requests == 3


def test_the_machine_is_told_as_it_is(watched: Watched) -> None:
    watched.pass_s(3)
    found = watched.monitor.window(60)
    assert 0 <= found.cpu <= 1
    assert 0 < found.memory < 1
    assert found.process_memory_bytes > 10e6
