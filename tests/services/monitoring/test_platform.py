from pathlib import Path

import pytest

from appliance.domain.handover import TransferOutcome, TransferReason
from appliance.store import transfers
from appliance.store.transfers import Transfer
from support.desk import Desk, one_table, wish
from support.switchboard import Switchboard, life_of_a_call
from support.watched import GAVIOTA, Watched

DAY_MS = 86_400_000


@pytest.fixture
def watched(desk: Desk, tmp_path: Path) -> Watched:
    return Watched(desk, tmp_path)


async def test_the_overview_counts_the_last_day(desk: Desk, watched: Watched) -> None:
    board = Switchboard(desk.database, desk.clock, desk.directory)
    for event in (life_of_a_call("call_1")[0], *life_of_a_call("call_2")):
        await board.deliver(event)
    await board.work_off()
    await board.deliver(b"{not json")
    await desk.book(wish())
    told = await watched.platform.overview()
    assert (told.restaurants, told.calls_today, told.calls_now, told.reservations_today) == (1, 2, 1, 1)
    assert (told.queue.ready, told.queue.dead) == (0, 1)
    desk.clock.advance(DAY_MS + 1)
    told = await watched.platform.overview()
    assert (told.calls_today, told.calls_now, told.reservations_today) == (0, 0, 0)


async def test_the_overview_says_how_the_calls_went_and_what_they_cost(watched: Watched) -> None:
    assert (await watched.platform.overview()).success_rate is None
    await watched.call("call_1", successful=True, sentiment="Positive", cost_cents=12.5)
    await watched.call("call_2", successful=False, sentiment="Negative", cost_cents=7.5)
    await watched.call("call_3", sentiment="Neutral")
    told = await watched.platform.overview()
    assert (told.success_rate, told.cost_cents_today) == (0.5, 20.0)
    assert told.negative_rate == pytest.approx(1 / 3)


async def test_the_overview_has_the_last_minute_and_the_machine(watched: Watched) -> None:
    watched.serve(0.02, status=500)
    watched.pass_s(61)
    watched.serve(0.02, 0.02)
    watched.use_tool(0.3)
    watched.traffic.event("unknown", "rejected")
    watched.pass_s(1)
    told = await watched.platform.overview()
    minute = told.last_minute
    assert (minute.seconds, minute.requests, minute.errors, minute.tools, minute.events) == (
        60,
        2,
        0,
        1,
        {"rejected": 1},
    )
    assert minute.tool_p95_ms > 200
    assert 0 < told.machine.memory < 1
    assert told.machine.disk_free_bytes > 0


async def test_the_restaurant_that_is_worst_off_comes_first_with_its_reasons(desk: Desk, watched: Watched) -> None:
    await desk.open(one_table(phone="+34910000009"))
    watched.use_tool(*[0.02] * 20)
    watched.use_tool(*[0.02] * 20, outcome="failed", of="rest_one")
    watched.pass_s(61)
    await watched.rollups.keep()
    worst, other = await watched.scores.worst_first()
    assert (worst.restaurant_id, worst.score, worst.tools, worst.tool_failures) == ("rest_one", 65, 20, 20)
    (reason,) = worst.reasons
    assert (reason.code, reason.points, reason.value, reason.of) == ("tool_failures", 35, 1.0, 20)
    assert (other.restaurant_id, other.score, other.reasons) == (GAVIOTA, 100, [])
    assert [row.restaurant_id for row in (await watched.platform.overview()).worst] == ["rest_one", GAVIOTA]


async def test_a_restaurant_nobody_called_is_not_called_unwell(watched: Watched) -> None:
    (row,) = await watched.scores.worst_first()
    assert (row.score, [reason.code for reason in row.reasons]) == (100, ["no_calls"])
    assert (row.success_rate, row.negative_rate) == (None, None)


async def test_everything_known_of_a_restaurant_counts(desk: Desk, watched: Watched) -> None:
    board = Switchboard(desk.database, desk.clock, desk.directory)
    for n in range(6):
        await watched.call(f"call_{n}", successful=False, sentiment="Negative")
    async with watched.database.write() as tx:
        for n in range(4):
            await transfers.add(tx, unanswered(f"transfer_{n}", f"call_{n}", watched.clock.now_ms()))
    watched.serve(*[0.02] * 30, status=500)
    watched.use_tool(*[3.0] * 20)
    for _ in range(200):
        watched.meter.webhook(desk.directory.cards()[0])
    await board.deliver(b'{"event": "call_started", "call": {"call_id": 7, "agent_id": "agent_gaviota"}}')
    watched.pass_s(61)
    await watched.rollups.keep()
    (row,) = await watched.scores.worst_first()
    assert {"tool_latency", "errors", "unsuccessful_calls", "negative_calls", "transfers_unanswered", "plan_use"} <= {
        reason.code for reason in row.reasons
    }
    assert row.score == max(100 - sum(reason.points for reason in row.reasons), 0)


def unanswered(id_: str, call_id: str, at: int) -> Transfer:
    return Transfer(
        id=id_,
        restaurant_id=GAVIOTA,
        call_id=call_id,
        attempt=1,
        number="+34910000001",
        reason=TransferReason.OTHER,
        outcome=TransferOutcome.UNANSWERED,
        requested_at=at,
        updated_at=at,
    )


async def test_many_who_ask_at_once_cost_one_look_and_the_next_is_half_a_minute_later(watched: Watched) -> None:
    first = await watched.scores.worst_first()
    await watched.call("call_1")
    assert await watched.scores.worst_first() is first
    watched.clock.advance(30_001)
    (row,) = await watched.scores.worst_first()
    assert row.calls == 1


async def test_what_was_more_than_a_day_ago_does_not_count(watched: Watched) -> None:
    await watched.call("call_1", successful=False)
    watched.use_tool(*[0.02] * 20, outcome="failed")
    watched.pass_s(61)
    await watched.rollups.keep()
    watched.clock.advance(DAY_MS)
    (row,) = await watched.scores.worst_first()
    assert (row.score, row.calls, row.tools) == (100, 0, 0)
