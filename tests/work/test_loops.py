import asyncio
import time
from collections.abc import AsyncIterator, Callable

import pytest

from appliance.work import loops
from appliance.work.loops import Loop, Loops
from support.serving import until


class Mill:
    """A loop that turns as it is told to."""

    def __init__(self, *rounds: Callable[[], object]) -> None:
        self.rounds = list(rounds)
        self.begun = self.turns = 0
        self.stands = asyncio.Event()

    async def run(self) -> None:
        self.begun += 1
        if self.rounds:
            self.rounds.pop(0)()
        while not self.stands.is_set():
            self.turns += 1
            await asyncio.sleep(0.001)
        await asyncio.Event().wait()

    def loop(self, *, silent_s: float = 60) -> Loop:
        return Loop(name="mill", run=self.run, turns=lambda: self.turns, silent_s=silent_s)


def breaks() -> None:
    raise RuntimeError("so it is")


def cancels() -> None:
    """As when something that it waits for is called off."""
    raise asyncio.CancelledError


@pytest.fixture
async def kept(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Loops, list[str]]]:
    monkeypatch.setattr(loops, "_FIRST_REST_S", 0)
    told: list[str] = []
    opened = Loops(lambda name, error: told.append(f"{name}: {error}"))
    yield opened, told
    await opened.stop()


async def test_a_loop_that_breaks_begins_again_and_is_counted(kept: tuple[Loops, list[str]]) -> None:
    (opened, told), mill = kept, Mill(breaks, breaks)
    opened.keep(mill.loop())

    async def turns() -> bool:
        return mill.turns > 0

    await until(turns)
    assert (mill.begun, opened.restarts["mill"], told) == (3, 2, ["mill: so it is"] * 2)


async def test_a_loop_that_somebody_else_cancels_begins_again(kept: tuple[Loops, list[str]]) -> None:
    (opened, told), mill = kept, Mill(cancels)
    opened.keep(mill.loop())

    async def turns() -> bool:
        return mill.turns > 0

    await until(turns)
    assert (mill.begun, opened.restarts["mill"], told) == (2, 1, ["mill: it was cancelled"])


async def test_a_loop_that_stands_still_is_begun_again(kept: tuple[Loops, list[str]]) -> None:
    (opened, told), mill = kept, Mill()
    opened.keep(mill.loop(silent_s=0.05))

    async def turns() -> bool:
        return mill.turns > 0

    async def again() -> bool:
        return mill.begun > 1

    await until(turns)
    mill.stands.set()
    await until(again)
    assert told[0] == "mill: it has not turned for 0.05 seconds"


async def test_a_loop_that_turns_is_left_alone_however_long_it_runs(kept: tuple[Loops, list[str]]) -> None:
    (opened, told), mill = kept, Mill()
    opened.keep(mill.loop(silent_s=0.2))

    async def has_run_for_long() -> bool:
        return mill.turns > 300

    await until(has_run_for_long)
    assert (mill.begun, told) == (1, [])
    assert opened.silent_s["mill"] < 0.2


async def test_who_asks_for_how_long_a_loop_is_silent_need_not_wait_for_the_next_look(
    kept: tuple[Loops, list[str]],
) -> None:
    (opened, _), mill = kept, Mill()
    opened.keep(mill.loop(silent_s=900))

    async def turns() -> bool:
        return mill.turns > 50

    await until(turns)
    assert opened.silent_s["mill"] == 0


async def test_a_process_that_stood_still_as_a_whole_begins_no_loop_anew(kept: tuple[Loops, list[str]]) -> None:
    (opened, told), turned = kept, asyncio.Event()
    turns = begun = 0

    async def run() -> None:
        nonlocal turns, begun
        begun += 1
        while True:
            await asyncio.sleep(0.1)  # due after the next look, which is due after 50 ms
            turns += 1
            turned.set()

    opened.keep(Loop(name="slow", run=run, turns=lambda: turns, silent_s=0.2))
    await asyncio.sleep(0)
    time.sleep(0.5)  # noqa: ASYNC251 — nobody turns meanwhile
    await turned.wait()
    assert (begun, told) == (1, [])


async def test_a_loop_that_ends_by_itself_is_not_begun_again(kept: tuple[Loops, list[str]]) -> None:
    opened, told = kept

    async def once() -> None:
        pass

    await opened.keep(Loop(name="once", run=once, turns=lambda: 0))
    assert (opened.restarts["once"], told) == (0, [])


async def test_what_breaks_again_and_again_is_begun_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 8:
            raise asyncio.CancelledError

    monkeypatch.setattr(loops.asyncio, "sleep", rest)
    with pytest.raises(asyncio.CancelledError):
        await Loops()._forever(Mill(*[breaks] * 9).loop())
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_the_end_of_all_loops_is_the_end_of_their_work(kept: tuple[Loops, list[str]]) -> None:
    (opened, _), mill = kept, Mill()
    opened.keep(mill.loop())

    async def turns() -> bool:
        return mill.turns > 0

    await until(turns)
    await opened.stop()
    before = mill.turns
    await asyncio.sleep(0.01)
    assert mill.turns == before
