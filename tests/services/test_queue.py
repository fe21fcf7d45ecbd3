import pytest

from appliance.errors import NotFound
from appliance.services.queue import QueueService
from appliance.store.engine import Database
from support.desk import Desk, gaviota, wish
from support.fake_clock import FakeClock
from support.switchboard import Switchboard, call_event


@pytest.fixture
def queue(desk: Desk) -> QueueService:
    return QueueService(desk.database, desk.clock)


@pytest.fixture
async def board(desk: Desk) -> Switchboard:
    """With one dead letter and one event of a stranger."""
    board = Switchboard(desk.database, desk.clock, desk.directory)
    await board.deliver(b"{not json")
    await board.deliver(call_event("call_started", agent="agent_stranger", to_number=""))
    return board


async def test_stuck_work_is_listed_by_state_a_page_at_a_time(queue: QueueService, board: Switchboard) -> None:
    first = await queue.list(state=None, limit=1)
    assert (len(first.items), first.total, first.next) == (1, 2, 1)
    last = await queue.list(state=None, limit=1, offset=1)
    assert (last.items[0].state, last.next) == ("held", None)
    assert [task.state for task in (await queue.list(state="dead", limit=10)).items] == ["dead"]
    assert (await queue.list(state="ready", limit=10)).items == []


async def test_a_task_says_which_lock_it_waits_for_and_that_is_no_call_where_there_is_none(
    queue: QueueService, board: Switchboard
) -> None:
    unreadable, held = (await queue.list(state=None, limit=10)).items
    assert (unreadable.lock, held.lock) == (unreadable.id, "call_1")


async def test_a_task_that_is_not_there_cannot_be_shown(queue: QueueService) -> None:
    with pytest.raises(NotFound, match="task_nope"):
        await queue.show("task_nope")


async def test_a_retry_makes_all_that_is_stuck_ready_or_only_what_is_named(
    queue: QueueService, board: Switchboard
) -> None:
    [dead] = (await queue.list(state="dead", limit=10)).items
    assert await queue.retry([dead.id]) == 1
    assert (await queue.list(state="ready", limit=10)).total == 1
    assert await queue.retry(None) == 1
    assert (await queue.list(state="ready", limit=10)).total == 2


async def test_retrying_what_cannot_be_read_buries_it_again(queue: QueueService, board: Switchboard) -> None:
    await queue.retry(None)
    await board.work_off()
    assert [task.state for task in (await queue.list(state=None, limit=10)).items] == ["dead", "held"]


async def test_what_is_discarded_leaves_the_queue_and_can_be_replayed(queue: QueueService, board: Switchboard) -> None:
    ids = [task.id for task in (await queue.list(state=None, limit=10)).items]
    assert await queue.discard(ids) == 2
    assert (await queue.list(state=None, limit=10)).total == 0
    assert await queue.replay(event_ids=ids) == 2


async def test_ready_work_is_not_discarded(queue: QueueService, board: Switchboard) -> None:
    await queue.retry(None)
    ids = [task.id for task in (await queue.list(state=None, limit=10)).items]
    with pytest.raises(NotFound):
        await queue.discard(ids)
    assert (await queue.list(state="ready", limit=10)).total == 2


async def test_a_message_is_shown_with_its_payload(database: Database, clock: FakeClock) -> None:
    desk = Desk(database, clock)
    await desk.open(gaviota(notify_url="https://till.example/hook"))
    await desk.book(wish())
    queue = QueueService(database, clock)
    [task] = (await queue.list(state="ready", limit=10)).items
    assert '"topic":"reservation.created"' in (await queue.show(task.id)).content
