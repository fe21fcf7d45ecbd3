import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from appliance.watch.loops import Beat, Loop, Loops, LoopSilent


class Bench:
    """Loops whose time goes on as told, and whose pauses are written down and over at once."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.pauses: list[float] = []
        self.told: list[tuple[str, Exception]] = []
        self.loops = Loops(lambda *told: self.told.append(told), now_s=lambda: self.now_s, sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    @property
    def silent_s(self) -> float:
        (state,) = self.loops.states()
        return state.silent_s


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.loops.stop()


class Work:
    """Breaks so many times; then it stands still, turning once whenever it is told to."""

    def __init__(self, *, breaks: int = 0, seconds: float = 0, bench: Bench | None = None) -> None:
        self.begun = 0
        self.stands = asyncio.Event()
        self.turn = asyncio.Event()
        self.turned = asyncio.Event()
        self._breaks = breaks
        self._seconds = seconds
        self._bench = bench

    async def __call__(self, beat: Beat) -> None:
        self.begun += 1
        if self.begun <= self._breaks:
            if self._bench:
                self._bench.now_s += self._seconds
            raise RuntimeError(f"{self.begun}")
        while True:
            self.stands.set()
            await self.turn.wait()
            self.turn.clear()
            beat()
            self.turned.set()

    async def stood(self) -> None:
        async with asyncio.timeout(5):
            await self.stands.wait()
        self.stands.clear()


async def test_a_loop_that_breaks_is_begun_anew_after_ever_longer_pauses(bench: Bench) -> None:
    work = Work(breaks=9)
    with capture_logs() as logs:
        bench.loops.start(Loop(name="one", every_s=1, work=work))
        await work.stood()
    assert work.begun == 10
    assert bench.pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert [(name, str(error)) for name, error in bench.told] == [("one", str(n)) for n in range(1, 10)]
    assert {(log["event"], log["loop"], log["log_level"]) for log in logs} == {("loop_restarted", "one", "error")}
    (state,) = bench.loops.states()
    assert (state.restarts, state.restarted_s) == (9, 0)


async def test_what_went_well_for_a_while_is_begun_anew_soon(bench: Bench) -> None:
    work = Work(breaks=4, seconds=61, bench=bench)
    bench.loops.start(Loop(name="one", every_s=1, work=work))
    await work.stood()
    assert bench.pauses == [1, 1, 1, 1]


async def test_a_loop_that_hangs_is_cancelled_and_begun_anew(bench: Bench) -> None:
    work = Work()
    bench.loops.start(Loop(name="one", every_s=1, work=work))
    await work.stood()
    bench.now_s = 31
    assert bench.loops.states()[0].stands_still
    bench.loops.look()
    await work.stood()
    assert (work.begun, bench.loops.states()[0].restarts) == (2, 1)
    ((name, error),) = bench.told
    assert (name, type(error), str(error)) == ("one", LoopSilent, "no turn for 31 s")


@pytest.mark.parametrize(("every_s", "patience_s"), [(0.1, 30), (1, 30), (60, 600)])
async def test_how_long_a_loop_may_be_silent_goes_by_its_pace(bench: Bench, every_s: float, patience_s: float) -> None:
    work = Work()
    bench.loops.start(Loop(name="one", every_s=every_s, work=work))
    await work.stood()
    bench.now_s = patience_s
    bench.loops.look()
    work.turn.set()
    async with asyncio.timeout(5):
        await work.turned.wait()
    assert (work.begun, bench.silent_s) == (1, 0)
    bench.now_s += patience_s + 1
    await work.stood()
    bench.loops.look()
    await work.stood()
    assert work.begun == 2


async def test_the_others_go_on_meanwhile(bench: Bench) -> None:
    broken, sound = Work(breaks=3), Work()
    bench.loops.start(Loop(name="broken", every_s=1, work=broken), Loop(name="sound", every_s=1, work=sound))
    await broken.stood()
    await sound.stood()
    assert (broken.begun, sound.begun) == (4, 1)
    assert [state.restarts for state in bench.loops.states()] == [3, 0]


async def test_a_loop_that_comes_to_its_end_is_done_for_good(bench: Bench) -> None:
    ended = asyncio.Event()

    async def short(_beat: Beat) -> None:
        ended.set()

    bench.loops.start(Loop(name="one", every_s=1, work=short))
    await ended.wait()
    await asyncio.gather(*bench.loops._tasks)
    assert (bench.loops.states(), bench.told, bench.pauses) == ([], [], [])


async def test_the_end_of_all_is_no_failure_of_any(bench: Bench) -> None:
    cleaned = asyncio.Event()

    async def work(_beat: Beat) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    bench.loops.start(Loop(name="one", every_s=1, work=work))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await bench.loops.stop()
    assert cleaned.is_set()
    assert (bench.told, bench.loops.states()) == ([], [])


async def test_the_watchdog_looks_by_itself() -> None:
    """By the machine's own time, at a loop that has been silent for long."""
    told = asyncio.Event()
    loops = Loops(lambda *_: told.set())
    work = Work()
    loops.start(Loop(name="one", every_s=1, work=work))
    await work.stood()
    loops._kept[0]._beat_s -= 31
    async with asyncio.timeout(5):
        await told.wait()
    await loops.stop()


async def test_who_looks_late_blames_nobody(bench: Bench) -> None:
    work = Work()
    bench.loops.start(Loop(name="one", every_s=1, work=work))
    await work.stood()
    bench.now_s = 3600
    bench.loops.look(late_s=3599)
    for _ in range(10):
        await asyncio.sleep(0)
    assert (work.begun, bench.told) == (1, [])
    bench.loops.look()
    await work.stood()
    assert work.begun == 2
