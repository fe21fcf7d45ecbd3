from ipaddress import ip_network

import pytest

from appliance.guard import floods
from appliance.guard.floods import BANS_S, REFUSALS, WINDOW_S, Floods
from support.fake_clock import FakeClock

STRANGER, NEIGHBOUR = "203.0.113.7", "203.0.113.8"


@pytest.fixture
def guard(clock: FakeClock) -> Floods:
    clock.advance(WINDOW_S * 1000)
    return Floods(clock, never=[ip_network("10.0.0.0/8")])


def flood(guard: Floods, address: str = STRANGER, *, times: int = REFUSALS + 1) -> None:
    for _ in range(times):
        guard.note(address)


def test_who_is_refused_as_often_as_is_borne_is_not_banned(guard: Floods) -> None:
    flood(guard, times=REFUSALS)
    assert (guard.banned_s(STRANGER), bool(guard)) == (0, False)


def test_one_refusal_more_bans_that_address_and_no_other(guard: Floods) -> None:
    flood(guard)
    assert (guard.banned_s(STRANGER), guard.banned_s(NEIGHBOUR), bool(guard)) == (60, 0, True)


def test_refusals_that_come_slowly_never_ban(guard: Floods, clock: FakeClock) -> None:
    for _ in range(10 * REFUSALS):
        guard.note(STRANGER)
        clock.advance(2 * WINDOW_S * 1000 // REFUSALS)
    assert guard.banned_s(STRANGER) == 0


def test_each_ban_is_longer_than_the_one_before_up_to_the_longest(guard: Floods, clock: FakeClock) -> None:
    lasted = []
    for _ in range(len(BANS_S) + 1):
        flood(guard)
        lasted.append(guard.banned_s(STRANGER))
        clock.advance(lasted[-1] * 1000)
        assert guard.banned_s(STRANGER) == 0
    assert lasted == [60, 300, 1_800, 7_200, 7_200]


def test_a_ban_ends_at_its_time_also_for_who_goes_on_meanwhile(guard: Floods, clock: FakeClock) -> None:
    flood(guard)
    clock.advance(59_000)
    flood(guard)
    assert guard.banned_s(STRANGER) == 1
    clock.advance(1_000)
    guard.note(STRANGER)
    assert guard.banned_s(STRANGER) == 0


@pytest.mark.parametrize("jump_ms", [7_200_000, -7_200_000])
def test_a_ban_lasts_as_long_whatever_the_clock_is_set_to(guard: Floods, clock: FakeClock, jump_ms: int) -> None:
    flood(guard)
    clock.jump(jump_ms)
    assert guard.banned_s(STRANGER) == 60
    clock.advance(60_000)
    assert guard.banned_s(STRANGER) == 0


def test_a_day_without_a_ban_makes_the_next_one_a_first_one(guard: Floods, clock: FakeClock) -> None:
    flood(guard)
    clock.advance(60_000 + 86_400_000)
    flood(guard)
    assert guard.banned_s(STRANGER) == 60


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "10.1.2.3", "", "no address"])
def test_this_machine_our_proxies_and_what_is_no_address_are_never_banned(guard: Floods, address: str) -> None:
    flood(guard, address)
    assert guard.banned_s(address) == 0


def test_who_has_a_whole_ipv6_network_is_one(guard: Floods) -> None:
    for number in range(REFUSALS + 1):
        guard.note(f"2001:db8:0:1::{number:x}")
    assert guard.banned_s("2001:db8:0:1:ffff::1") == 60
    assert guard.banned_s("2001:db8:0:2::1") == 0


def test_ipv4_written_as_ipv6_is_the_same_address(guard: Floods) -> None:
    flood(guard, f"::ffff:{STRANGER}")
    assert guard.banned_s(STRANGER) == 60


def test_the_table_is_bounded_and_the_oldest_ban_goes_first(guard: Floods, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "_MOST_BANNED", 3)
    for number in range(5):
        flood(guard, f"198.51.100.{number}")
    assert [guard.banned_s(f"198.51.100.{number}") for number in range(5)] == [0, 0, 60, 60, 60]


def test_what_is_counted_is_bounded(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(floods, "_MOST_COUNTED", 100)
    guard = Floods(clock)
    for number in range(1_000):
        guard.note(f"198.51.{number >> 8}.{number & 255}")
    assert guard._refused.size == 100


def test_a_ban_is_logged_once(guard: Floods, capsys: pytest.CaptureFixture[str]) -> None:
    flood(guard, times=2 * REFUSALS)
    assert capsys.readouterr().out.count("address_banned") == 1
