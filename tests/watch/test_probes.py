import asyncio
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from appliance.watch.probes import Found, Probe, Probes
from support.fake_clock import FakeClock


class Question:
    """Answers, or fails, as told; counts how often it was asked. `now_s` is the time that nobody sets."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None
        self.now_s = 0.0

    async def ask(self) -> Found:
        self.asked += 1
        if self.error:
            raise self.error
        return Found(value=self.asked, unit="times")

    def probe(self, *, outside: bool = False) -> Probe:
        return Probe(name="a:b", ask=self.ask, every_s=10, deadline_s=0.05, rest_s=100, outside=outside)


async def turns(probes: Probes, enough: Callable[[], bool]) -> None:
    """Let the schedule turn until it is enough."""
    running = asyncio.create_task(probes.run())
    async with asyncio.timeout(10):
        while not enough():  # noqa: ASYNC110 — nothing of ours is told
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
def question(monkeypatch: pytest.MonkeyPatch) -> Question:
    monkeypatch.setattr("appliance.watch.probes._TURN_S", 0.001)
    return Question()


async def test_what_was_found_is_told_with_its_time_without_asking_again(clock: FakeClock, question: Question) -> None:
    probes = Probes(clock, question.probe())
    await probes.ask_inside()
    asked_at = clock.now_ms()
    clock.advance(5_000)
    for _ in range(10):
        seen = probes.seen()["a:b"]
        assert (seen.found.value, seen.at_ms) == (1, asked_at)
    assert question.asked == 1


async def test_each_is_asked_at_its_own_pace(clock: FakeClock, question: Question) -> None:
    probes = Probes(clock, question.probe(), now_s=lambda: question.now_s)
    turned = []
    await turns(probes, lambda: question.asked == 1)
    question.now_s = 9.9
    await turns(probes, lambda: len(turned) > 20 or turned.append(1) is not None)
    assert question.asked == 1
    question.now_s = 10
    await turns(probes, lambda: question.asked == 2)


@pytest.mark.parametrize(
    ("error", "outside", "status", "output"),
    [
        (ConnectionRefusedError("nobody there"), True, "warn", "nobody there"),
        (ConnectionRefusedError("nobody there"), False, "fail", "nobody there"),
        (RuntimeError("Ana +34600111222"), False, "fail", "RuntimeError"),
    ],
)
async def test_what_breaks_in_a_probe_is_what_it_found(
    clock: FakeClock, question: Question, *, error: Exception, outside: bool, status: str, output: str
) -> None:
    question.error = error
    probes = Probes(clock, question.probe(outside=outside))
    with capture_logs() as logs:
        for _ in range(3):
            await probes._asked[0].ask()
    found = probes.seen()["a:b"].found
    assert (found.status, found.output) == (status, output)
    assert probes.failures() == [("a:b", 3)]
    assert [(log["event"], log["probe"]) for log in logs] == [("probe_failed", "a:b")], "told once, not at each try"


async def test_a_probe_that_hangs_ends_at_its_deadline(clock: FakeClock) -> None:
    async def hang() -> Found:
        await asyncio.Event().wait()
        return Found()

    probes = Probes(clock, Probe(name="a:b", ask=hang, every_s=10, deadline_s=0.05, rest_s=10))
    await probes.ask_inside()
    assert probes.seen()["a:b"].found == Found(status="fail", output="no answer within 0.05 s")


async def test_one_that_hangs_keeps_no_other_waiting(clock: FakeClock, question: Question) -> None:
    hung = asyncio.Event()

    async def hang() -> Found:
        hung.set()
        await asyncio.Event().wait()
        return Found()

    stuck = Probe(name="s:s", ask=hang, every_s=1, deadline_s=60, rest_s=1)
    probes = Probes(clock, stuck, question.probe(), now_s=lambda: question.now_s)
    await turns(probes, lambda: question.asked == 1 and hung.is_set())
    assert list(probes.seen()) == ["a:b"]


async def test_what_failed_three_times_is_asked_less_often_until_it_answers(
    clock: FakeClock, question: Question
) -> None:
    question.error = ConnectionRefusedError()
    probes = Probes(clock, question.probe(), now_s=lambda: question.now_s)
    (asked,) = probes._asked
    for count in (1, 2):
        await asked.ask()
        question.now_s = 10 * count
        assert asked.is_due()
    await asked.ask()
    question.now_s += 99
    assert not asked.is_due()
    question.now_s += 1
    assert asked.is_due()
    question.error = None
    await asked.ask()
    question.now_s += 10
    assert asked.is_due()


async def test_what_nobody_looked_at_for_long_is_not_told_as_if_it_were_new(
    clock: FakeClock, question: Question
) -> None:
    probes = Probes(clock, question.probe(outside=True), now_s=lambda: question.now_s)
    await probes._asked[0].ask()
    question.now_s = 30
    assert probes.seen()["a:b"].found.status == "pass"
    question.now_s = 31
    assert probes.seen()["a:b"].found == Found(status="warn", output="not looked at for 31 s")


async def test_its_end_leaves_nothing_under_way_and_waits_for_it(clock: FakeClock) -> None:
    hung, tidied = asyncio.Event(), asyncio.Event()

    async def hang() -> Found:
        hung.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)  # a connection is given back
            tidied.set()
        return Found()

    probes = Probes(clock, Probe(name="s:s", ask=hang, every_s=1, deadline_s=60, rest_s=1))
    running = asyncio.create_task(probes.run())
    async with asyncio.timeout(5):
        await hung.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert tidied.is_set()
