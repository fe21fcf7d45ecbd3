"""From values to episodes and notices, at any instant."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.domain.episodes import RECOVERED, Episode, Level, State
from appliance.watch.rules import Change, Judge, Key, Notice, Rule, Telling

HOT = Rule(
    name="hot",
    levels={Level.WARNING: 80, Level.CRITICAL: 95},
    clear=70,
    unit="count",
    for_s=60,
    clear_for_s=120,
    cooldown_s=600,
    reminder_s=3600,
)
COLD = Rule(name="cold", of="restaurant", levels={Level.NOTICE: 20}, clear=30, unit="count", low=True, for_s=0)
PLATFORM: Key = ("hot", "")
TICK_S = 15


class Watch:
    """Looks every quarter of a minute and keeps the episodes as a database would: one open one a key."""

    def __init__(self, *rules: Rule, telling: Telling | None = None) -> None:
        self.judge = Judge(rules or (HOT, COLD))
        self.telling = telling or Telling()
        self.now_ms = 1_000_000_000
        self.episodes: dict[str, Episode] = {}
        self.notices: list[tuple[Notice, str]] = []

    def look(self, value: float | None, key: Key = PLATFORM) -> list[Change]:
        readings = {} if value is None else {key: value}
        changes = self.judge.look(
            readings,
            list(self.episodes.values()),
            now_ms=self.now_ms,
            telling=self.telling,
            new_id=lambda: f"alert_{len(self.episodes)}",
        )
        for change in changes:
            assert (change.before is None) == (change.after.id not in self.episodes)
            self.episodes[change.after.id] = change.after
            if change.notice:
                self.notices.append((change.notice, change.after.id))
        going = Counter(one.key for one in self.episodes.values() if not one.resolved_at)
        assert not going or max(going.values()) == 1
        return changes

    def keep(self, value: float | None, for_s: int, key: Key = PLATFORM) -> None:
        for _ in range(for_s // TICK_S):
            self.look(value, key)
            self.now_ms += TICK_S * 1000

    def told(self) -> list[str]:
        return [notice for notice, _ in self.notices]

    def only(self) -> Episode:
        (one,) = self.episodes.values()
        return one

    def acknowledge(self) -> None:
        one = self.only()
        self.episodes[one.id] = replace(one, acknowledged_at=self.now_ms, acknowledged_by="ana@example.com")


def test_what_is_bad_for_a_moment_is_no_alert() -> None:
    watch = Watch()
    watch.keep(85, 45)
    watch.keep(50, 600)
    assert watch.episodes == {}


def test_what_stays_bad_opens_once_and_is_told_once() -> None:
    watch = Watch()
    watch.keep(85, 1800)
    assert (watch.only().level, watch.only().state, watch.told()) == (Level.WARNING, State.OPEN, ["opened"])


def test_it_opens_at_the_threshold_itself_and_not_below() -> None:
    watch = Watch()
    watch.keep(79.9, 600)
    assert watch.episodes == {}
    watch.keep(80, 75)
    assert watch.only().value == 80


def test_what_gets_well_ends_by_itself_after_a_while_and_is_told() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.keep(69, 105)
    assert watch.only().state is State.OPEN
    watch.keep(69, 60)
    assert (watch.only().state, watch.only().resolved_by, watch.told()) == (State.RESOLVED, "", ["opened", "recovered"])


def test_between_bad_and_well_nothing_ends() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.keep(75, 3000)
    assert (watch.only().state, watch.told()) == (State.OPEN, ["opened"])


def test_it_ends_only_after_it_has_been_well_without_a_break() -> None:
    watch = Watch()
    watch.keep(85, 120)
    for _ in range(20):
        watch.keep(60, 90)
        watch.keep(75, 15)
    assert watch.only().state is State.OPEN


def test_what_gets_worse_is_the_same_episode_and_told_once_more() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.keep(97, 600)
    assert (watch.only().level, watch.told()) == (Level.CRITICAL, ["opened", "worse"])


def test_what_is_critical_from_the_beginning_is_told_once() -> None:
    watch = Watch()
    watch.keep(97, 600)
    assert (watch.only().level, watch.told()) == (Level.CRITICAL, ["opened"])


def test_what_gets_better_but_not_well_keeps_its_level() -> None:
    watch = Watch()
    watch.keep(97, 120)
    watch.keep(82, 600)
    watch.keep(97, 600)
    assert (watch.only().level, watch.told()) == (Level.CRITICAL, ["opened"])


def test_what_comes_back_at_once_waits_for_the_cooldown() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.keep(50, 150)
    watch.keep(85, 480)
    assert watch.told() == ["opened", "recovered"]
    watch.keep(85, 300)
    assert watch.told() == ["opened", "recovered", "opened"]


def test_an_open_episode_is_brought_to_mind_until_somebody_acknowledges_it() -> None:
    watch = Watch()
    watch.keep(85, 3600 * 2 + 300)
    assert watch.told() == ["opened", "reminder", "reminder"]
    watch.acknowledge()
    watch.keep(85, 3600 * 3)
    assert (watch.told(), watch.only().state) == (["opened", "reminder", "reminder"], State.ACKNOWLEDGED)


def test_an_acknowledged_episode_ends_by_itself_all_the_same() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.acknowledge()
    watch.keep(50, 150)
    assert (watch.only().state, watch.told()) == (State.RESOLVED, ["opened", "recovered"])


def test_what_was_acknowledged_and_gets_worse_is_told_and_to_be_acknowledged_anew() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.acknowledge()
    watch.keep(97, 120)
    assert (watch.only().state, watch.told()) == (State.OPEN, ["opened", "worse"])


def test_in_quiet_hours_only_what_is_critical_is_told() -> None:
    watch = Watch(telling=Telling(quiet=True))
    watch.keep(85, 600)
    assert (watch.only().state, watch.told()) == (State.OPEN, [])
    watch.keep(97, 120)
    assert watch.told() == ["opened"]
    watch.keep(50, 150)
    assert watch.told() == ["opened", "recovered"]


def test_after_quiet_hours_what_is_still_open_is_told_and_what_is_over_is_not() -> None:
    watch = Watch(telling=Telling(quiet=True))
    watch.keep(85, 120)
    watch.keep(50, 900)
    watch.keep(85, 600)
    watch.telling = Telling()
    watch.keep(85, 60)
    assert [one.state for one in watch.episodes.values()] == [State.RESOLVED, State.OPEN]
    assert watch.notices == [(Notice.OPENED, "alert_1")]


def test_the_end_of_what_was_told_before_quiet_hours_is_told_after_them() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.telling = Telling(quiet=True)
    watch.keep(50, 3600)
    assert watch.told() == ["opened"]
    watch.telling = Telling()
    watch.keep(50, 60)
    assert (watch.told(), watch.only().told) == (["opened", "recovered"], RECOVERED)


def test_what_is_critical_and_not_acknowledged_is_told_to_somebody_else_once() -> None:
    watch = Watch(telling=Telling(escalate_after_s=900))
    watch.keep(97, 900)
    assert watch.told() == ["opened"]
    watch.keep(97, 1200)
    assert watch.told() == ["opened", "escalated"]


@pytest.mark.parametrize("value", [85, 97])
def test_what_is_acknowledged_or_not_critical_is_told_to_nobody_else(value: float) -> None:
    watch = Watch(telling=Telling(escalate_after_s=900))
    watch.keep(value, 120)
    if value > 95:
        watch.acknowledge()
    watch.keep(value, 3000)
    assert "escalated" not in watch.told()


def test_of_a_rule_about_low_values_the_small_ones_are_bad() -> None:
    watch = Watch()
    at: Key = ("cold", "rest_a")
    watch.keep(25, 300, at)
    assert watch.episodes == {}
    watch.keep(20, 30, at)
    assert (watch.only().restaurant_id, watch.only().level) == ("rest_a", Level.NOTICE)
    watch.keep(31, 300, at)
    assert watch.only().state is State.RESOLVED


def test_restaurants_have_episodes_of_their_own() -> None:
    watch = Watch()
    for _ in range(2):
        for id_ in ("rest_a", "rest_b"):
            watch.look(10, ("cold", id_))
    assert {one.restaurant_id for one in watch.episodes.values()} == {"rest_a", "rest_b"}


def test_what_is_no_longer_measured_is_well() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.keep(None, 150)
    assert watch.only().state is State.RESOLVED


def test_an_episode_of_a_rule_that_is_gone_is_over() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.judge = Judge([COLD])
    watch.look(None)
    assert (watch.only().state, watch.told()) == (State.RESOLVED, ["opened", "recovered"])


def test_another_node_that_sees_the_trouble_keeps_it_open() -> None:
    watch = Watch()
    watch.keep(85, 120)
    for _ in range(40):
        one = watch.only()
        watch.episodes[one.id] = replace(one, seen_at=watch.now_ms)
        watch.keep(10, 30)
    assert watch.only().state is State.OPEN


def test_a_new_process_goes_on_with_the_episode_that_is_there() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.judge = Judge((HOT, COLD))
    watch.keep(85, 600)
    assert (watch.only().state, watch.told()) == (State.OPEN, ["opened"])


def test_a_new_process_waits_as_long_as_any_until_an_episode_is_over() -> None:
    watch = Watch()
    watch.keep(85, 120)
    watch.judge, watch.now_ms = Judge((HOT, COLD)), watch.now_ms + 3_600_000
    watch.keep(50, 105)
    assert watch.only().state is State.OPEN
    watch.keep(50, 60)
    assert watch.only().state is State.RESOLVED


@pytest.mark.parametrize("jump_s", [-7200, 7200])
def test_a_clock_that_jumps_opens_and_ends_nothing(jump_s: int) -> None:
    watch = Watch()
    watch.keep(85, 30)
    watch.now_ms += jump_s * 1000
    watch.keep(85, 45)
    assert watch.episodes == {}
    watch.keep(85, 60)
    assert watch.only().state is State.OPEN


def test_what_opened_while_the_clock_was_ahead_ends_once_it_is_right_and_well() -> None:
    watch = Watch()
    watch.now_ms += 7_200_000
    watch.keep(85, 120)
    watch.now_ms -= 7_200_000
    watch.keep(50, 150)
    assert (watch.only().state, watch.told()) == (State.RESOLVED, ["opened", "recovered"])
    watch.keep(85, 90)
    assert watch.told() == ["opened", "recovered"], "it is in its cooldown"


def test_what_another_node_saw_by_a_clock_that_is_a_little_ahead_was_seen_now() -> None:
    watch = Watch()
    watch.keep(85, 120)
    for _ in range(40):
        one = watch.only()
        watch.episodes[one.id] = replace(one, seen_at=watch.now_ms + 60_000)
        watch.keep(10, 30)
    assert watch.only().state is State.OPEN


VALUES = st.lists(st.tuples(st.sampled_from([0, 60, 69, 70, 75, 79, 80, 90, 95, 100]), st.integers(1, 20)), max_size=60)


@given(VALUES)
def test_whatever_the_values_one_episode_at_a_time_each_told_once_and_its_end_once(runs: Any) -> None:
    rule = replace(HOT, reminder_s=0)
    watch = Watch(rule)
    for value, ticks in runs:
        watch.keep(value, ticks * TICK_S)
    watch.keep(0, 600)
    for one in watch.episodes.values():
        told = Counter(notice for notice, id_ in watch.notices if id_ == one.id)
        assert one.state is State.RESOLVED
        assert (told["opened"], told["recovered"]) == (1, 1)
        assert told["worse"] <= (one.level is Level.CRITICAL)


@given(st.lists(st.floats(70, 94), min_size=10, max_size=200))
def test_what_goes_up_and_down_within_the_band_is_one_episode_and_one_message(values: list[float]) -> None:
    watch = Watch(replace(HOT, reminder_s=0))
    watch.keep(85, 120)
    for value in values:
        watch.keep(value, TICK_S)
    assert (len(watch.episodes), watch.told()) == (1, ["opened"])


@given(VALUES, st.lists(st.booleans(), min_size=1, max_size=60))
def test_in_and_out_of_quiet_hours_nothing_is_told_twice_and_no_end_without_a_beginning(runs: Any, quiet: Any) -> None:
    watch = Watch(replace(HOT, reminder_s=0))
    for at, (value, ticks) in enumerate(runs):
        watch.telling = Telling(quiet=quiet[at % len(quiet)])
        watch.keep(value, ticks * TICK_S)
    watch.telling = Telling()
    watch.keep(0, 600)
    for one in watch.episodes.values():
        told = Counter(notice for notice, id_ in watch.notices if id_ == one.id)
        assert told["opened"] <= 1
        assert told["recovered"] == told["opened"]
