import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from appliance.clock import SystemClock
from appliance.contract import TaskRow
from appliance.errors import DatabaseDown, Unprocessable
from appliance.store import tasks
from appliance.store.engine import Database, Lane, Tx
from appliance.store.tasks import Task
from appliance.work.queue import Finish, Held, Queue, QueueSettings
from support.fake_clock import FakeClock

Work = Callable[[Task], Awaitable[None]]
SETTINGS = QueueSettings(concurrency=4, lease_ms=30_000, max_attempts=3, poll_ms=20)


class Bench:
    """A queue over one kind of task: `work` is done first, then the effect, one row, is written with the finish."""

    def __init__(self, database: Database, clock: FakeClock | SystemClock, **settings: int) -> None:
        self.database = database
        self.clock = clock
        self.done: list[str] = []
        self.batches: list[int] = []
        self.work: Work = self._nothing
        merged = {name: getattr(SETTINGS, name) for name in SETTINGS.__struct_fields__} | settings
        self.queue = Queue(database, clock, "note", self._handle, QueueSettings(**merged))

    async def _nothing(self, task: Task) -> None: ...

    async def _handle(self, batch: Sequence[Task], finish: Finish) -> None:
        self.batches.append(len(batch))
        for task in batch:
            await self.work(task)
        async with self.database.write(Lane.WORK) as tx:
            await tx.execute(
                text("INSERT INTO users (id, email, name, role, created_at) VALUES (:id, :id, '', 'operator', 0)"),
                [{"id": f"{task.id} try {task.attempts}"} for task in batch],
            )
            await finish(tx)
        self.done += [task.id for task in batch]

    async def add(self, *ids: str, lock: str = "", kind: str = "note") -> None:
        async with self.database.write() as tx:
            for id_ in ids:
                await tasks.add(
                    tx,
                    id_=id_,
                    kind=kind,
                    lock=lock or id_,
                    restaurant_id="rest_a",
                    payload="",
                    now_ms=self.clock.now_ms(),
                )

    async def effects(self) -> list[str]:
        async with self.database.read() as tx:
            return list((await tx.execute(text("SELECT id FROM users ORDER BY id"))).scalars())

    async def task(self, id_: str) -> TaskRow | None:
        async with self.database.read() as tx:
            return await tasks.one(tx, id_)

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(10):
            while not await condition():  # noqa: ASYNC110 — of the database one can only ask
                await asyncio.sleep(0.005)

    async def until_state(self, id_: str, state: str) -> TaskRow:
        async def reached() -> bool:
            found = await self.task(id_)
            return found is not None and found.state == state

        await self.until(reached)
        found = await self.task(id_)
        assert found is not None
        return found

    async def until_empty(self) -> None:
        async def empty() -> bool:
            async with self.database.read() as tx:
                depth = await tasks.depth(tx)
            return depth.ready + depth.running == 0

        await self.until(empty)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        loop = asyncio.create_task(self.queue.run())
        try:
            yield
        finally:
            await self.queue.drain(within_s=5)
            async with asyncio.timeout(5):
                await loop


@pytest.fixture
def bench(database: Database, clock: FakeClock) -> Bench:
    return Bench(database, clock)


async def test_a_task_is_worked_on_and_gone(bench: Bench) -> None:
    await bench.add("t1", "t2")
    async with bench.running():
        await bench.until_empty()
    assert sorted(bench.done) == ["t1", "t2"]
    assert await bench.effects() == ["t1 try 1", "t2 try 1"]


async def test_waking_the_queue_spares_the_wait_for_its_next_look(database: Database, clock: FakeClock) -> None:
    bench = Bench(database, clock, poll_ms=60_000)
    async with bench.running():
        await asyncio.sleep(0.05)
        await bench.add("t1")
        bench.queue.wake()
        await bench.until_empty()
    assert bench.done == ["t1"]


async def test_a_failure_for_the_moment_is_tried_again_after_a_wait(bench: Bench, clock: FakeClock) -> None:
    failures = iter([ConnectionError("the line is cut")])

    async def fail_once(_task: Task) -> None:
        for error in failures:
            raise error

    bench.work = fail_once
    await bench.add("t1")
    async with bench.running():
        await bench.until(_has_error(bench, "t1"))
        waiting = await bench.task("t1")
        assert waiting is not None
        assert (waiting.state, waiting.run_at - clock.now_ms()) == ("ready", 500)
        assert waiting.error == "ConnectionError: the line is cut"
        clock.advance(500)
        await bench.until_empty()
    assert await bench.effects() == ["t1 try 2"]


def _has_error(bench: Bench, id_: str) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        found = await bench.task(id_)
        return found is not None and found.error is not None

    return check


@pytest.mark.parametrize(
    ("error", "state"), [(Unprocessable("not an event"), "dead"), (Held("whose agent is this?"), "held")]
)
async def test_what_no_retry_can_make_right_is_set_aside_with_its_reason(
    bench: Bench, error: Exception, state: str
) -> None:
    async def fail(_task: Task) -> None:
        raise error

    bench.work = fail
    await bench.add("t1")
    async with bench.running():
        buried = await bench.until_state("t1", state)
    assert (buried.attempts, buried.error) == (1, str(error))
    assert await bench.effects() == []


async def test_a_task_that_keeps_failing_is_dead_after_its_last_try(database: Database, clock: FakeClock) -> None:
    bench = Bench(database, clock, lease_ms=10**9)
    tries = itertools.count(1)

    async def fail(_task: Task) -> None:
        raise RuntimeError(f"failure {next(tries)}")

    bench.work = fail
    await bench.add("t1")
    async with bench.running():

        async def dead() -> bool:
            clock.advance(1_000)
            found = await bench.task("t1")
            return found is not None and found.state == "dead"

        await bench.until(dead)
    buried = await bench.task("t1")
    assert buried is not None
    assert (buried.attempts, buried.error) == (3, "RuntimeError: failure 3")


async def test_tasks_of_another_kind_are_left_to_their_own_queue(bench: Bench) -> None:
    await bench.add("t1", kind="letter")
    await bench.add("t2")
    async with bench.running():
        await bench.until(_is_done(bench, "t2"))
    left = await bench.task("t1")
    assert left is not None
    assert (left.state, left.attempts) == ("ready", 0)


def _is_done(bench: Bench, id_: str) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return id_ in bench.done

    return check


async def test_a_batch_is_one_commit_for_tasks_of_different_calls(database: Database, clock: FakeClock) -> None:
    bench = Bench(database, clock, concurrency=1, batch=5)
    await bench.add("a1", "a2", lock="call_a")
    await bench.add("b1", "c1", "d1")
    async with bench.running():
        await bench.until_empty()
    assert bench.batches == [4, 1]
    assert bench.done[-1] == "a2"


async def test_one_bad_task_does_not_take_its_batch_with_it(database: Database, clock: FakeClock) -> None:
    bench = Bench(database, clock, concurrency=1, batch=5)

    async def refuse_one(task: Task) -> None:
        if task.id == "t2":
            raise Unprocessable("not an event")

    bench.work = refuse_one
    await bench.add("t1", "t2", "t3")
    async with bench.running():
        buried = await bench.until_state("t2", "dead")
        await bench.until_empty()
    assert (buried.attempts, buried.error) == (1, "not an event")
    assert await bench.effects() == ["t1 try 1", "t3 try 1"]


async def test_a_drain_hands_back_what_is_left_of_a_batch(database: Database, clock: FakeClock) -> None:
    bench = Bench(database, clock, concurrency=1, batch=3)
    at_work = asyncio.Event()

    async def get_stuck(task: Task) -> None:
        if len(bench.batches) == 1:
            raise RuntimeError("the batch as a whole fails")
        if task.id == "t2":
            at_work.set()
            await asyncio.sleep(60)

    bench.work = get_stuck
    await bench.add("t1", "t2", "t3")
    loop = asyncio.create_task(bench.queue.run())
    async with asyncio.timeout(5):
        await at_work.wait()
        await bench.queue.drain(within_s=0)
        await loop
        async with bench.database.read() as tx:
            left, _ = await tasks.page(tx, state="ready", limit=9, offset=0)
    assert bench.done == ["t1"]
    assert [(task.id, task.attempts) for task in left] == [("t2", 0), ("t3", 0)]


async def test_an_effect_whose_finish_fails_is_undone(bench: Bench) -> None:
    async def lose_the_lease(task: Task) -> None:
        async with bench.database.write() as tx:
            await tx.execute(text("UPDATE tasks SET lease = 'somebody else', state = 'running'"))

    bench.work = lose_the_lease
    await bench.add("t1")
    async with bench.running():

        async def worked_on() -> bool:
            async with bench.database.read() as tx:
                return (await tx.execute(text("SELECT lease FROM tasks"))).scalar() == "somebody else"

        await bench.until(worked_on)
    assert await bench.effects() == []
    left = await bench.task("t1")
    assert left is not None
    assert (left.state, left.error) == ("running", None)


async def test_tasks_of_a_call_run_in_order_while_calls_run_side_by_side(bench: Bench) -> None:
    at_work: set[str] = set()
    side_by_side = False

    async def watch(task: Task) -> None:
        nonlocal side_by_side
        assert task.lock not in at_work
        at_work.add(task.lock)
        side_by_side |= len(at_work) > 1
        await asyncio.sleep(0.002)
        at_work.discard(task.lock)

    bench.work = watch
    for n in range(5):
        await bench.add(f"a{n}", lock="call_a")
        await bench.add(f"b{n}", lock="call_b")
    async with bench.running():
        await bench.until_empty()
    assert side_by_side
    for call in "ab":
        assert [id_ for id_ in bench.done if id_[0] == call] == [f"{call}{n}" for n in range(5)]


async def test_no_more_than_its_concurrency_run_at_once(bench: Bench) -> None:
    at_work = most = 0

    async def watch(_task: Task) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.001)
        at_work -= 1

    bench.work = watch
    await bench.add(*(f"t{n:02}" for n in range(20)))
    async with bench.running():
        await bench.until_empty()
    assert most == SETTINGS.concurrency
    assert len(bench.done) == 20


async def test_a_drain_lets_finish_what_can_and_hands_back_the_rest(bench: Bench) -> None:
    started = 0

    async def two_are_quick(task: Task) -> None:
        nonlocal started
        started += 1
        await asyncio.sleep(0.05 if task.id < "t3" else 60)

    bench.work = two_are_quick
    await bench.add("t1", "t2", "t3", "t4", "t5")
    loop = asyncio.create_task(bench.queue.run())

    async def all_at_work() -> bool:
        return started == 4

    await bench.until(all_at_work)
    async with asyncio.timeout(5):
        await bench.queue.drain(within_s=0.5)
        await loop
    assert sorted(bench.done) == ["t1", "t2"]
    async with bench.database.read() as tx:
        left, _ = await tasks.page(tx, state=None, limit=9, offset=0)
    assert [(task.id, task.state, task.attempts) for task in left] == [
        ("t3", "ready", 0),
        ("t4", "ready", 0),
        ("t5", "ready", 0),
    ]


async def test_a_drain_that_takes_long_does_not_look_like_a_standstill(bench: Bench) -> None:
    at_work, may_end = asyncio.Event(), asyncio.Event()

    async def work(_: Task) -> None:
        at_work.set()
        await may_end.wait()

    bench.work = work
    await bench.add("one")
    async with bench.running():
        await at_work.wait()
        drained = asyncio.create_task(bench.queue.drain(within_s=10))
        await asyncio.sleep(0)
        before = bench.queue.turns

        async def turns_on() -> bool:
            return bench.queue.turns > before + 3

        await bench.until(turns_on)
        may_end.set()
        await drained
    assert bench.done == ["one"]


async def test_a_drain_waits_for_the_claim_that_is_under_way(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.add("t1")
    draining: list[asyncio.Task[None]] = []
    claim = tasks.claim

    async def claim_while_told_to_stop(tx: Tx, kind: str, **how: object) -> list[Task]:
        draining.append(asyncio.create_task(bench.queue.drain(within_s=5)))
        await asyncio.sleep(0)
        return await claim(tx, kind, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "claim", claim_while_told_to_stop)
    async with asyncio.timeout(5):
        await bench.queue.run()
        await asyncio.gather(*draining)
    assert bench.done == ["t1"]


async def test_a_queue_that_is_cancelled_leaves_no_worker_behind(bench: Bench) -> None:
    at_work = asyncio.Event()

    async def long(_task: Task) -> None:
        at_work.set()
        await asyncio.sleep(60)

    bench.work = long
    await bench.add("t1")
    loop = asyncio.create_task(bench.queue.run())
    await at_work.wait()
    loop.cancel()
    await asyncio.wait([loop])
    handed_back = await bench.task("t1")
    assert handed_back is not None
    assert handed_back.state == "ready"


async def test_a_task_longer_than_its_lease_is_kept_by_the_heartbeat(database: Database) -> None:
    bench = Bench(database, SystemClock(), lease_ms=600, poll_ms=10)

    async def long(_task: Task) -> None:
        await asyncio.sleep(1)

    bench.work = long
    await bench.add("t1")
    async with bench.running():
        await bench.until_empty()
    assert await bench.effects() == ["t1 try 1"]


async def test_a_task_that_hangs_is_cut_off_after_many_leases_and_tried_again(database: Database) -> None:
    bench = Bench(database, SystemClock(), lease_ms=200, poll_ms=10)

    async def hang_once(task: Task) -> None:
        if task.attempts == 1:
            await asyncio.Event().wait()

    bench.work = hang_once
    await bench.add("t1")
    async with bench.running():
        await bench.until_empty()
    assert await bench.effects() == ["t1 try 2"]
    assert bench.queue.outcomes == {"retried": 1, "done": 1}


@pytest.mark.parametrize("backend", ["postgres"])
async def test_two_nodes_share_the_work_and_do_nothing_twice(database: Database, clock: FakeClock) -> None:
    nodes = [Bench(database, clock), Bench(database, clock)]
    ids = [f"t{n:02}" for n in range(40)]
    await nodes[0].add(*ids)
    async with nodes[0].running(), nodes[1].running():
        await nodes[0].until_empty()
    assert await nodes[0].effects() == [f"{id_} try 1" for id_ in ids]
    assert sorted(nodes[0].done + nodes[1].done) == ids


async def test_a_task_whose_worker_went_silent_goes_to_another(bench: Bench, clock: FakeClock) -> None:
    await bench.add("t1")
    async with bench.running():
        await bench.until_empty()
        await bench.add("t2")
        async with bench.database.write() as tx:
            await tx.execute(
                text("UPDATE tasks SET state = 'running', attempts = 1, lease = 'x', lease_until = :until"),
                {"until": clock.now_ms() + 1},
            )
        clock.advance(SETTINGS.lease_ms)
        await bench.until_empty()
    assert "t2 try 2" in await bench.effects()


async def test_after_a_crash_sqlite_goes_on_at_once_and_postgres_when_the_lease_has_run_out(
    bench: Bench, clock: FakeClock
) -> None:
    await bench.add("t1")
    async with bench.database.write() as tx:
        until = clock.now_ms() + SETTINGS.lease_ms
        await tasks.claim(tx, "note", limit=1, after="", lease="x", lease_until=until, now_ms=clock.now_ms())
    async with bench.running():
        if not bench.database.is_sqlite:
            await asyncio.sleep(0.1)
            assert bench.done == []
            clock.advance(SETTINGS.lease_ms + 1)
        await bench.until_empty()
    assert await bench.effects() == ["t1 try 2"]


async def test_the_queue_outlives_a_database_that_is_gone_and_a_bug(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = tasks.claim
    faults = iter([DatabaseDown(), RuntimeError("a bug"), DatabaseDown()])

    async def claim_with_faults(tx: Tx, kind: str, **how: object) -> list[Task]:
        for fault in faults:
            raise fault
        return await claim(tx, kind, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(tasks, "claim", claim_with_faults)
    await bench.add("t1")
    async with bench.running():
        await bench.until_empty()
    assert bench.done == ["t1"]


async def test_a_failure_whose_verdict_cannot_be_written_is_tried_again_when_the_lease_has_run_out(
    bench: Bench, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back = tasks.put_back
    gone = asyncio.Event()

    async def no_database(*_: object, **__: object) -> None:
        monkeypatch.setattr(tasks, "put_back", put_back)
        gone.set()
        raise DatabaseDown

    failures = iter([RuntimeError("once")])

    async def fail_once(_task: Task) -> None:
        for error in failures:
            raise error

    monkeypatch.setattr(tasks, "put_back", no_database)
    bench.work = fail_once
    await bench.add("t1")
    async with bench.running():
        await gone.wait()
        clock.advance(SETTINGS.lease_ms + 1)
        await bench.until_empty()
    assert await bench.effects() == ["t1 try 2"]


async def test_the_heartbeat_of_the_loop_is_the_time_of_its_last_look(bench: Bench, clock: FakeClock) -> None:
    async def looked() -> bool:
        return bench.queue.last_turn_us == clock.stopwatch_us()

    async with bench.running():
        await bench.until(looked)
        clock.advance(5)
        await bench.until(looked)


async def test_while_somebody_is_on_the_line_a_worker_rests_longer_than_it_works(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    bench = Bench(database, clock, concurrency=1)
    monkeypatch.setattr(bench.queue, "_gives_way", lambda: True)
    monkeypatch.setattr(bench.queue, "_rest", lambda seconds: _noted(rests, seconds))

    async def take_20_ms(_task: Task) -> None:
        clock.advance(20)

    bench.work = take_20_ms
    await bench.add("t1", "t2")
    async with bench.running():
        await bench.until_empty()
        clock.advance(10_000)
        await bench.add("t3")
        await bench.until_empty()
        await bench.until(_has_rested(rests, 3))
        async with database.write() as tx:
            await tasks.add(
                tx, id_="t4", kind="note", lock="t4", restaurant_id="", payload="", now_ms=clock.now_ms() - 10_000
            )
        await bench.until_empty()
    assert rests == pytest.approx([0.18, 0.18, 0.18])


async def test_what_looking_for_work_took_counts_as_work(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    bench = Bench(database, clock, concurrency=1)
    claim = tasks.claim

    async def claim_in_30_ms(tx: Tx, *args: Any, **more: Any) -> list[Task]:
        clock.advance(30)
        return await claim(tx, *args, **more)

    monkeypatch.setattr(tasks, "claim", claim_in_30_ms)
    monkeypatch.setattr(bench.queue, "_gives_way", lambda: True)
    monkeypatch.setattr(bench.queue, "_rest", lambda seconds: _noted(rests, seconds))
    await bench.add("t1")
    async with bench.running():
        await bench.until(_has_rested(rests, 1))
    assert rests == pytest.approx([0.27])


async def _noted(rests: list[float], seconds: float) -> None:
    rests.append(seconds)


def _has_rested(rests: list[float], times: int) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return len(rests) == times

    return check
