import asyncio
from collections.abc import Sequence

import pytest
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.testing import capture_logs

from appliance.errors import DatabaseBusy, Unavailable, Unprocessable
from appliance.work.group_commit import GroupCommit


class Ledger:
    """Commits batches of numbers, each only when told to go on; refuses those that it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.errors: dict[int, Exception] = {}
        self.busy = 0
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def commit(self, items: Sequence[int]) -> int:
        self.batches.append(list(items))
        await self.go_on.wait()
        if self.busy:
            self.busy -= 1
            raise DatabaseBusy
        for item in items:
            if item in self.errors:
                raise self.errors[item]
        return len(self.batches)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def commits(ledger: Ledger) -> GroupCommit[int, int]:
    return GroupCommit(ledger.commit, name="ledger", max_batch=4, max_waiting=6)


async def arrive(commits: GroupCommit[int, int], *items: int) -> list[asyncio.Task[int]]:
    arrived = [asyncio.create_task(commits.add(item)) for item in items]
    for _ in range(3):
        await asyncio.sleep(0)
    return arrived


async def test_a_lone_item_is_committed_at_once(ledger: Ledger, commits: GroupCommit[int, int]) -> None:
    assert await commits.add(1) == 1
    assert await commits.add(2) == 2
    assert ledger.batches == [[1], [2]]


async def test_items_that_nobody_waits_for_gather_for_one_commit(ledger: Ledger) -> None:
    commits = GroupCommit(ledger.commit, name="ledger", max_batch=4, max_waiting=6, gather_s=0.01)
    first = await arrive(commits, 1)
    later = await arrive(commits, 2, 3)
    assert ledger.batches == []
    await asyncio.gather(*first, *later)
    assert ledger.batches == [[1, 2, 3]]


async def test_what_arrives_during_a_commit_shares_the_next(ledger: Ledger, commits: GroupCommit[int, int]) -> None:
    ledger.go_on.clear()
    arrived = await arrive(commits, 1)
    arrived += await arrive(commits, 2, 3, 4)
    assert not any(one.done() for one in arrived)
    ledger.go_on.set()
    assert await asyncio.gather(*arrived) == [1, 2, 2, 2]
    assert ledger.batches == [[1], [2, 3, 4]]


async def test_a_crowd_is_cut_into_batches_in_order_of_arrival(ledger: Ledger, commits: GroupCommit[int, int]) -> None:
    await asyncio.gather(*await arrive(commits, *range(6)))
    assert ledger.batches == [[0, 1, 2, 3], [4, 5]]


async def test_more_than_can_wait_is_unavailable_and_the_rest_goes_on(
    ledger: Ledger, commits: GroupCommit[int, int]
) -> None:
    ledger.go_on.clear()
    arrived = await arrive(commits, 0)
    arrived += await arrive(commits, *range(1, 7))
    with pytest.raises(Unavailable):
        await commits.add(7)
    with capture_logs() as logs:
        commits.add_soon(8)
    assert [(log["event"], log["log_level"], log["commit"]) for log in logs] == [("item_lost", "error", "ledger")]
    ledger.go_on.set()
    await asyncio.gather(*arrived)
    assert await commits.add(9) == len(ledger.batches)


@pytest.mark.parametrize("error", [ValueError("bad"), Unprocessable("bad")])
async def test_one_bad_item_does_not_fail_its_neighbours(
    ledger: Ledger, commits: GroupCommit[int, int], error: Exception
) -> None:
    ledger.errors[2] = error
    outcomes = await asyncio.gather(*await arrive(commits, 1, 2, 3), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [int, type(error), int]


async def test_a_database_that_cannot_is_asked_once_a_batch(ledger: Ledger, commits: GroupCommit[int, int]) -> None:
    ledger.errors[2] = DatabaseBusy()
    outcomes = await asyncio.gather(*await arrive(commits, 1, 2, 3), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DatabaseBusy] * 3
    assert ledger.batches == [[1, 2, 3]]


async def test_a_waiter_who_leaves_takes_nobody_along(ledger: Ledger, commits: GroupCommit[int, int]) -> None:
    ledger.go_on.clear()
    first, *others = await arrive(commits, 1, 2, 3)
    first.cancel()
    others[0].cancel()
    ledger.go_on.set()
    assert await others[1] == 1
    assert ledger.batches == [[1, 2, 3]]


@pytest.mark.parametrize("error", [DatabaseBusy(), ValueError("bad")])
async def test_an_item_that_nobody_waits_for_is_logged_when_it_is_lost(
    ledger: Ledger, commits: GroupCommit[int, int], error: Exception
) -> None:
    ledger.errors[2] = error
    with capture_logs() as logs:
        commits.add_soon(1)
        await commits.flush()
        commits.add_soon(2)
        await commits.flush()
    assert [(log["event"], log["log_level"], log["reason"]) for log in logs] == [
        ("item_lost", "error", type(error).__name__)
    ]


async def test_an_item_that_nobody_waits_for_is_tried_again_when_the_database_was_busy(
    ledger: Ledger, commits: GroupCommit[int, int]
) -> None:
    ledger.busy = 2
    with capture_logs() as logs:
        commits.add_soon(7)
        await commits.flush()
    assert ledger.batches == [[7]] * 3
    assert logs == []


async def test_an_item_whose_sender_hears_of_its_failure_is_not_logged(
    ledger: Ledger, commits: GroupCommit[int, int]
) -> None:
    ledger.errors[2] = ValueError("bad")
    with capture_logs() as logs, pytest.raises(ValueError, match="bad"):
        await commits.add(2)
    assert logs == []


async def test_a_flush_waits_for_all_that_was_added(ledger: Ledger, commits: GroupCommit[int, int]) -> None:
    ledger.errors[2] = ValueError("nobody waits to hear of it")
    ledger.go_on.clear()
    for item in range(6):
        commits.add_soon(item)
    flushed = asyncio.create_task(commits.flush())
    await asyncio.sleep(0)
    assert not flushed.done()
    ledger.go_on.set()
    await flushed
    assert {item for batch in ledger.batches for item in batch} == set(range(6))
    await commits.flush()


async def test_what_is_logged_of_a_batch_is_not_of_the_request_that_came_first(
    commits: GroupCommit[int, int], ledger: Ledger
) -> None:
    ledger.errors[1] = Unprocessable("no")
    with bound_contextvars(request_id="req_1"), capture_logs(processors=[merge_contextvars]) as told:
        commits.add_soon(1)
        await commits.flush()
    (lost,) = told
    assert (lost["event"], "request_id" in lost) == ("item_lost", False)
