import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.quotas import Quota
from appliance.guard.limits import Limiter
from support.fake_clock import FakeClock

QUOTA = Quota(name="basic", requests=5, window_s=60)


@pytest.fixture
def limiter(clock: FakeClock) -> Limiter:
    return Limiter(clock)


async def hits(limiter: Limiter, times: int, *key: str) -> list[bool]:
    return [(await limiter.hit(QUOTA, *key)).allowed for _ in range(times)]


async def test_as_many_pass_as_the_quota_says(limiter: Limiter) -> None:
    assert await hits(limiter, 7, "a") == [True] * 5 + [False] * 2


async def test_what_is_left_is_told(limiter: Limiter) -> None:
    assert [(await limiter.hit(QUOTA, "a")).remaining for _ in range(6)] == [4, 3, 2, 1, 0, 0]


async def test_a_refused_hit_does_not_count(limiter: Limiter, clock: FakeClock) -> None:
    await hits(limiter, 500, "a")
    clock.advance(120_000)
    assert await hits(limiter, 6, "a") == [True] * 5 + [False]


async def test_keys_and_quotas_do_not_share(limiter: Limiter) -> None:
    await hits(limiter, 5, "a")
    assert await hits(limiter, 1, "b") == [True]
    assert (await limiter.hit(Quota(name="other", requests=1, window_s=60), "a")).allowed


async def test_looking_counts_nothing(limiter: Limiter) -> None:
    assert all([(await limiter.look(QUOTA, "a")).allowed for _ in range(20)])
    await hits(limiter, 5, "a")
    assert not (await limiter.look(QUOTA, "a")).allowed


async def test_clearing_makes_room_at_once(limiter: Limiter) -> None:
    await hits(limiter, 9, "a")
    await limiter.clear(QUOTA, "a")
    assert await hits(limiter, 5, "a") == [True] * 5


async def test_counters_survive_a_restart(limiter: Limiter, clock: FakeClock) -> None:
    await hits(limiter, 4, "a")
    after = Limiter(clock)
    assert limiter.memory is not None
    assert after.memory is not None
    after.memory.restore(limiter.memory.snapshot())
    assert await hits(after, 2, "a") == [True, False]


async def test_a_million_keys_stay_within_the_bound_and_those_in_use_are_kept(clock: FakeClock) -> None:
    limiter = Limiter(clock, most_keys=1_000)
    assert limiter.memory is not None
    await hits(limiter, 5, "in use")
    for number in range(1_000_000):
        limiter.memory._window(f"flood {number}", 60, clock.now_ms() / 1000)
        if number % 500 == 0:
            assert not (await limiter.look(QUOTA, "in use")).allowed
    assert limiter.memory.size == 1_000


@given(steps=st.lists(st.integers(0, 90_000), max_size=40))
async def test_in_no_window_pass_more_than_twice_the_quota_and_waiting_as_told_helps(steps: list[int]) -> None:
    clock = FakeClock()
    limiter, passed = Limiter(clock), []
    for step in steps:
        clock.advance(step)
        verdict = await limiter.hit(QUOTA, "a")
        if verdict.allowed:
            passed.append(clock.now_ms())
    for at in passed:
        assert sum(at <= other < at + QUOTA.window_s * 1000 for other in passed) <= 2 * QUOTA.requests
    verdict = await limiter.look(QUOTA, "a")
    if not verdict.allowed:
        assert verdict.reset_s <= 2 * QUOTA.window_s
        clock.advance(verdict.reset_s * 1000)
        assert (await limiter.look(QUOTA, "a")).allowed
