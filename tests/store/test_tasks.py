import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from appliance.contract import TaskRow
from appliance.store import tasks
from appliance.store.engine import Database
from appliance.store.tasks import Task, take_turns
from support.fake_clock import START_MS


async def add(database: Database, id_: str, *, lock: str = "", restaurant: str = "rest_a", at: int = START_MS) -> None:
    async with database.write() as tx:
        await tasks.add(tx, id_=id_, kind="k", lock=lock or id_, restaurant_id=restaurant, payload="p", now_ms=at)


async def claim(
    database: Database, *, limit: int = 10, after: str = "", lease: str = "lease_1", now_ms: int = START_MS
) -> list[Task]:
    async with database.write() as tx:
        return await tasks.claim(
            tx, "k", limit=limit, after=after, lease=lease, lease_until=now_ms + 1000, now_ms=now_ms
        )


async def claim_ids(database: Database, **how: object) -> list[str]:
    return [task.id for task in await claim(database, **how)]  # type: ignore[arg-type]


async def finish(database: Database, task: Task) -> bool:
    async with database.write() as tx:
        return await tasks.finish(tx, [task])


async def recover(database: Database, *, expired_before: int | None, max_attempts: int = 3) -> int:
    async with database.write() as tx:
        return await tasks.recover(tx, "k", expired_before=expired_before, max_attempts=max_attempts)


async def one(database: Database, id_: str) -> TaskRow:
    async with database.read() as tx:
        found = await tasks.one(tx, id_)
    assert found is not None
    return found


async def test_what_was_put_off_too_far_is_brought_forward_and_nothing_else(database: Database) -> None:
    for id_, due in (("t1", 900), ("t2", 7_200_000)):
        await add(database, id_, at=START_MS + due)
    async with database.write() as tx:
        await tasks.bring_forward(tx, "other", due_after=START_MS + 900, now_ms=START_MS)
    assert await claim_ids(database) == []
    async with database.write() as tx:
        await tasks.bring_forward(tx, "k", due_after=START_MS + 900, now_ms=START_MS)
    assert await claim_ids(database) == ["t2"]


# --- claiming --------------------------------------------------------------------------------------------------------


async def test_a_claimed_task_is_as_it_was_added_and_counts_its_try(database: Database) -> None:
    await add(database, "t1", lock="call_1")
    assert await claim(database) == [
        Task(
            id="t1",
            kind="k",
            lock="call_1",
            restaurant_id="rest_a",
            payload="p",
            attempts=1,
            lease="lease_1",
            created_at=START_MS,
        )
    ]
    assert await claim(database) == []
    assert (await one(database, "t1")).state == "running"


async def test_tasks_under_one_lock_run_one_at_a_time_oldest_first(database: Database) -> None:
    for id_ in ("t3", "t1", "t2"):
        await add(database, id_, lock="call_1")
    for expected in ("t1", "t2", "t3"):
        [task] = await claim(database)
        assert task.id == expected
        assert await claim(database) == []
        await finish(database, task)


async def test_an_older_task_that_comes_late_waits_for_the_one_at_work(database: Database) -> None:
    await add(database, "t2", lock="call_1")
    [second] = await claim(database)
    await add(database, "t1", lock="call_1")
    assert await claim(database) == []
    await finish(database, second)
    assert await claim_ids(database) == ["t1"]


async def test_a_task_that_waits_for_its_next_try_keeps_the_later_ones_of_its_lock_waiting(database: Database) -> None:
    await add(database, "t1", lock="call_1")
    await add(database, "t2", lock="call_1")
    [first] = await claim(database)
    async with database.write() as tx:
        await tasks.put_back(tx, first, run_at=START_MS + 500, error="not yet")
    assert await claim(database) == []
    assert await claim_ids(database, now_ms=START_MS + 500) == ["t1"]


@pytest.mark.parametrize("state", ["dead", "held"])
async def test_a_buried_task_lets_the_later_ones_of_its_lock_pass(database: Database, state: str) -> None:
    await add(database, "t1", lock="call_1")
    await add(database, "t2", lock="call_1")
    [first] = await claim(database)
    async with database.write() as tx:
        await tasks.bury(tx, first, state=state, error="no use")
    assert await claim_ids(database) == ["t2"]
    buried = await one(database, "t1")
    assert (buried.state, buried.error) == (state, "no use")


async def test_ten_thousand_tasks_of_one_restaurant_do_not_delay_the_first_of_another(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(
            text(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
                "INSERT INTO tasks (id, kind, lock, restaurant_id, payload, state, attempts, run_at, created_at) "
                "SELECT 'a' || (100000 + i), 'k', 'l' || i, 'rest_a', '', 'ready', 0, 0, 0 FROM n"
            )
        )
    await add(database, "z1", restaurant="rest_b")
    await add(database, "z2", restaurant="rest_c")
    assert await claim_ids(database, limit=4) == ["a100001", "z1", "z2", "a100002"]


async def test_turns_go_on_after_the_restaurant_last_served(database: Database) -> None:
    for restaurant in ("rest_a", "rest_b", "rest_c"):
        for n in range(2):
            await add(database, f"{restaurant}_{n}", restaurant=restaurant)
    assert await claim_ids(database, limit=1, after="rest_a") == ["rest_b_0"]
    assert await claim_ids(database, limit=1, after="rest_b") == ["rest_c_0"]
    assert await claim_ids(database, limit=4, after="rest_c") == ["rest_a_0", "rest_b_1", "rest_c_1", "rest_a_1"]


Pairs = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 99).map(str)), unique=True, max_size=30)


@given(Pairs, st.integers(1, 40), st.sampled_from(["", "a", "c", "e"]))
def test_nobody_gets_a_second_turn_while_another_waits_for_a_first(
    waiting: list[tuple[str, str]], limit: int, after: str
) -> None:
    pairs = [(restaurant, f"{restaurant}{number}") for restaurant, number in waiting]
    chosen = take_turns(pairs, limit=limit, after=after)
    assert len(chosen) == min(limit, len(pairs))
    assert len(set(chosen)) == len(chosen)
    had, has = Counter(id_[0] for id_ in chosen), Counter(restaurant for restaurant, _ in pairs)
    for restaurant in has:
        assert had[restaurant] == has[restaurant] or had[restaurant] >= max(had.values()) - 1
        mine = [id_ for owner, id_ in pairs if owner == restaurant]
        assert [id_ for id_ in chosen if id_[0] == restaurant] == mine[: had[restaurant]]


async def test_claimers_at_once_never_share_a_task_nor_a_lock(database: Database) -> None:
    for n in range(60):
        await add(database, f"t{n:02}", lock=f"call_{n % 12}", restaurant=f"rest_{n % 5}")
    at_work: set[str] = set()
    done: list[str] = []

    async def node(name: str) -> None:
        turn = 0
        while len(done) < 60:
            turn += 1
            claimed = await claim(database, limit=3, lease=f"{name}_{turn}")
            for task in claimed:
                assert task.lock not in at_work
                at_work.add(task.lock)
            for task in claimed:
                await asyncio.sleep(0)
                done.append(task.id)
                at_work.discard(task.lock)
                assert await finish(database, task)

    async with asyncio.timeout(30):
        await asyncio.gather(*map(node, "abcd"))
    assert sorted(done) == [f"t{n:02}" for n in range(60)]
    for call in range(12):
        mine = [id_ for id_ in done if int(id_[1:]) % 12 == call]
        assert mine == sorted(mine)


@pytest.mark.parametrize("backend", ["postgres"])
async def test_a_claim_under_way_on_one_node_stops_no_other_node(database: Database) -> None:
    await add(database, "t1", lock="call_1")
    async with database.write() as tx:
        first = await tasks.claim(tx, "k", limit=9, after="", lease="one", lease_until=1, now_ms=START_MS)
        await add(database, "t0", lock="call_1")  # older, of the same call, and committed in between
        await add(database, "t2", lock="call_2")
        assert await claim_ids(database, lease="other") == ["t2"]
    assert [task.id for task in first] == ["t1"]
    assert await claim(database, lease="other") == []
    await finish(database, first[0])
    assert await claim_ids(database, lease="other") == ["t0"]


# --- leases ----------------------------------------------------------------------------------------------------------


async def test_a_task_is_finished_once(database: Database) -> None:
    await add(database, "t1")
    [task] = await claim(database)
    assert await finish(database, task)
    assert not await finish(database, task)


async def test_whoever_lost_the_lease_cannot_finish_nor_settle(database: Database) -> None:
    await add(database, "t1")
    [slow] = await claim(database)
    assert await recover(database, expired_before=START_MS + 1001) == 1
    [quick] = await claim(database, lease="lease_2")
    assert not await finish(database, slow)
    async with database.write() as tx:
        await tasks.put_back(tx, slow, run_at=0, error="late")
        await tasks.bury(tx, slow, state="dead", error="late")
        await tasks.hand_back(tx, slow)
    assert (await one(database, "t1")).state == "running"
    assert quick.attempts == 2
    assert await finish(database, quick)


async def test_a_lease_that_is_prolonged_in_time_is_not_recovered(database: Database) -> None:
    await add(database, "t1")
    await claim(database)
    assert await recover(database, expired_before=START_MS + 1000) == 0
    async with database.write() as tx:
        await tasks.heartbeat(tx, ["lease_1"], lease_until=START_MS + 5000)
    assert await recover(database, expired_before=START_MS + 4999) == 0
    assert await recover(database, expired_before=START_MS + 5001) == 1


async def test_recovering_all_takes_leases_that_run_on(database: Database) -> None:
    await add(database, "t1")
    await claim(database)
    assert await recover(database, expired_before=None) == 1
    assert await claim_ids(database) == ["t1"]


async def test_a_task_that_took_its_process_down_too_often_is_buried(database: Database) -> None:
    await add(database, "t1")
    for _ in range(3):
        assert await claim_ids(database) == ["t1"]
        await recover(database, expired_before=None, max_attempts=3)
    buried = await one(database, "t1")
    assert buried.state == "dead"
    assert "ended with its process" in (buried.error or "")


async def test_a_task_handed_back_has_not_been_tried(database: Database) -> None:
    await add(database, "t1")
    [task] = await claim(database)
    async with database.write() as tx:
        await tasks.hand_back(tx, task)
    waiting = await one(database, "t1")
    assert (waiting.state, waiting.attempts) == ("ready", 0)


# --- the dead, the held, the list ------------------------------------------------------------------------------------


async def bury(database: Database, id_: str, state: str) -> None:
    await add(database, id_)
    [task] = await claim(database)
    async with database.write() as tx:
        await tasks.bury(tx, task, state=state, error="why")


async def test_buried_tasks_come_to_life_fresh(database: Database) -> None:
    for id_, state in (("t1", "dead"), ("t2", "held"), ("t3", "dead"), ("t4", "dead")):
        await bury(database, id_, state)
    async with database.write() as tx:
        assert await tasks.revive(tx, ids=["t1", "t2", "nobody"], states=["dead"], now_ms=START_MS) == 1
        assert await tasks.revive(tx, ids=None, states=["dead"], now_ms=START_MS) == 2
    revived = await one(database, "t1")
    assert (revived.state, revived.attempts, revived.error) == ("ready", 0, None)
    assert (await one(database, "t2")).state == "held"
    assert await claim_ids(database) == ["t1", "t3", "t4"]


async def test_only_buried_tasks_can_be_discarded(database: Database) -> None:
    await bury(database, "t1", "dead")
    await bury(database, "t2", "held")
    await add(database, "t3")
    async with database.write() as tx:
        assert await tasks.discard(tx, ["t1", "t2", "t3"]) == 2
    async with database.read() as tx:
        found, total = await tasks.page(tx, state=None, limit=9, offset=0)
    assert ([task.id for task in found], total) == (["t3"], 1)


async def test_the_depth_counts_each_state_and_names_the_oldest_that_waits(database: Database) -> None:
    async with database.read() as tx:
        assert await tasks.depth(tx) == tasks.Depth()
    await bury(database, "t1", "dead")
    await add(database, "t2", at=START_MS - 7)
    await claim(database)
    await add(database, "t3")
    async with database.read() as tx:
        assert await tasks.depth(tx) == tasks.Depth(ready=1, running=1, dead=1, oldest_at=START_MS - 7)


async def test_pages_are_by_state_and_age(database: Database) -> None:
    for n in range(4):
        await add(database, f"t{n}")
    async with database.read() as tx:
        found, total = await tasks.page(tx, state="ready", limit=2, offset=1)
        assert ([task.id for task in found], total) == (["t1", "t2"], 4)
        assert await tasks.page(tx, state="dead", limit=2, offset=0) == ([], 0)
