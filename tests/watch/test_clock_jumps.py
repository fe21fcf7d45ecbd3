import pytest

from appliance.watch.clock_jumps import ClockJumps
from support.fake_clock import FakeClock

MINUTE_MS = 60_000


class Wall(FakeClock):
    """A clock that somebody can set."""

    set_ms = 0

    def now_ms(self) -> int:
        return super().now_ms() + self.set_ms


async def test_a_clock_that_goes_is_well() -> None:
    clock = Wall()
    jumps = ClockJumps(clock)
    for _ in range(3):
        clock.advance(MINUTE_MS)
        assert (await jumps.ask()).status == "pass"


async def test_what_ntp_slews_by_is_no_jump() -> None:
    clock = Wall()
    jumps = ClockJumps(clock)
    for _ in range(100):
        clock.advance(MINUTE_MS)
        clock.set_ms += 500
        assert (await jumps.ask()).status == "pass"


@pytest.mark.parametrize(
    ("jump_s", "output"),
    [
        (-90, "the clock was set 90 s back; is NTP on?"),
        (7200, "the clock was set 7200 s forward, or the machine slept; is NTP on?"),
    ],
)
async def test_a_jump_is_warned_of_for_an_hour(jump_s: int, output: str) -> None:
    clock = Wall()
    jumps = ClockJumps(clock)
    clock.set_ms = jump_s * 1000
    found = await jumps.ask()
    assert (found.status, found.value, found.output) == ("warn", jump_s, output)
    clock.advance(60 * MINUTE_MS)
    assert (await jumps.ask()).status == "warn"
    clock.advance(1)
    found = await jumps.ask()
    assert (found.status, found.value, found.output) == ("pass", 0, "")
