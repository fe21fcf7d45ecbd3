"""Calls whose events never came, fetched from a fake of the platform's API over real HTTP."""

import asyncio
import json
from typing import Any

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from appliance.contract import CallDetail
from appliance.errors import NotFound, PlatformDown, PlatformRefused
from appliance.services import reconcile as module
from appliance.services.reconcile import Reconcile
from appliance.services.views import Views
from appliance.store import calls, inbox, watermarks
from appliance.store.engine import Database
from appliance.voice.retell.api import RetellApi
from appliance.voice.retell.history import RetellHistory
from support.desk import Desk, one_table
from support.fake_clock import START_MS, FakeClock
from support.fake_retell import FakeRetell, Trouble
from support.switchboard import Switchboard, call_event

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
AN_HOUR_AGO = {"start_timestamp": START_MS - HOUR, "end_timestamp": START_MS - HOUR + 90_000}


@pytest.fixture
def board(desk: Desk) -> Switchboard:
    return Switchboard(desk.database, desk.clock, desk.directory)


@pytest.fixture
def reconcile(desk: Desk, board: Switchboard, api: RetellApi) -> Reconcile:
    return reconciling(desk, board, api)


def reconciling(desk: Desk, board: Switchboard, api: RetellApi) -> Reconcile:
    return Reconcile(desk.database, desk.clock, desk.directory, board.calls, RetellHistory(api))


async def known(desk: Desk, call: str = "call_1") -> CallDetail:
    card = desk.directory.card("rest_gaviota")
    assert card
    return await Views(desk.database, desk.clock, desk.directory).call(card, call)


async def arrived(database: Database, call: str = "call_1") -> list[str]:
    """The events of a call in the order in which they were stored."""
    async with database.read() as tx:
        rows, _ = await inbox.page(tx, limit=1000, offset=0)
    return [row.event for row in reversed(rows) if row.call_id == call]


async def told(board: Switchboard, fake_call: dict[str, Any], *events: str) -> None:
    """The platform's webhooks about a call do arrive."""
    for event in events:
        await board.deliver({"event": event, "call": fake_call})
    await board.work_off()


# --- what never arrived ---


async def test_a_call_nobody_heard_of_is_fetched_with_its_analysis(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    retell.add_call("call_1", **AN_HOUR_AGO)
    await reconcile.sweep()
    await board.work_off()
    call = await known(desk)
    assert (call.phase, call.summary, call.sentiment) == ("ended", "Booked a table.", "Positive")
    assert [turn.content for turn in call.transcript] == ["La Gaviota, dígame.", "Quería una mesa."]
    assert await arrived(desk.database) == ["call_analyzed"]
    assert board.hung_up == [("rest_gaviota", "call_1")]
    assert (reconcile.counts.found, reconcile.counts.fetched, reconcile.counts.failed) == (1, 1, 0)


async def test_the_same_round_again_changes_nothing(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile, api: RetellApi
) -> None:
    call = retell.add_call("call_1", **AN_HOUR_AGO)
    await reconcile.sweep()
    await board.work_off()
    before = await known(desk)
    call["recording_url"] = "https://signed.example/anew"  # as with every answer
    for again in (reconcile, reconciling(desk, board, api)):  # also after a new start
        await again.sweep()
        await board.work_off()
    assert await known(desk) == before
    assert (reconcile.counts.runs, reconcile.counts.found, reconcile.counts.fetched) == (2, 1, 1)
    assert len(retell.asked("GET", "/v2/get-call/")) == 1


async def test_two_servers_that_look_at_once_store_it_once(
    desk: Desk, board: Switchboard, retell: FakeRetell, api: RetellApi
) -> None:
    retell.add_call("call_1", **AN_HOUR_AGO)
    one, other = reconciling(desk, board, api), reconciling(desk, board, api)
    retell.add_call("call_2", **AN_HOUR_AGO)
    await asyncio.gather(one.sweep(), other.sweep())
    assert await arrived(desk.database) == ["call_analyzed"]
    assert one.counts.fetched + other.counts.fetched == 2


async def test_the_webhook_that_comes_after_all_changes_nothing(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    call = retell.add_call("call_1", **AN_HOUR_AGO)
    await reconcile.sweep()
    await board.work_off()
    before = await known(desk)
    ended = {name: value for name, value in call.items() if name != "call_analysis"}
    await told(board, ended, "call_ended")
    await told(board, call, "call_analyzed")
    after = await known(desk)
    assert len(after.events) == 3
    assert replace(after, events=before.events) == before


async def test_what_has_arrived_is_not_fetched(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    call = retell.add_call("call_1", **AN_HOUR_AGO)
    await told(board, call, "call_started", "call_ended", "call_analyzed")
    await reconcile.sweep()
    assert retell.asked("GET", "/v2/get-call/") == []
    assert reconcile.counts.found == 0


async def test_what_lies_in_the_inbox_unapplied_has_arrived(
    board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    await board.deliver({"event": "call_analyzed", "call": retell.add_call("call_1", **AN_HOUR_AGO)})
    await reconcile.sweep()
    assert reconcile.counts.found == 0


async def test_only_the_analysis_is_fetched_where_only_it_is_missing(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    call = retell.add_call("call_1", **AN_HOUR_AGO)
    await told(board, call | {"call_analysis": None}, "call_ended")
    await reconcile.sweep()
    await board.work_off()
    assert await arrived(desk.database) == ["call_ended", "call_analyzed"]
    assert (await known(desk)).summary == "Booked a table."


async def test_a_call_that_was_not_analysed_is_told_as_ended_and_later_as_analysed(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    call = retell.add_call("call_1", call_analysis=None, **AN_HOUR_AGO)
    await reconcile.sweep()
    call["call_analysis"] = {"call_summary": "Late."}
    await reconcile.sweep()
    await board.work_off()
    assert await arrived(desk.database) == ["call_ended", "call_analyzed"]
    assert (await known(desk)).summary == "Late."


async def test_a_call_just_over_is_left_to_its_webhooks_for_three_minutes(
    retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    retell.add_call("call_1", start_timestamp=START_MS - HOUR, end_timestamp=START_MS - 3 * MINUTE + 1)
    await reconcile.sweep()
    assert reconcile.counts.found == 0
    clock.advance(1)
    await reconcile.sweep()
    assert reconcile.counts.fetched == 1


async def test_calls_of_others_in_the_same_workspace_are_none_of_ours(
    desk: Desk, retell: FakeRetell, reconcile: Reconcile
) -> None:
    retell.add_call("call_1", agent_id="agent_of_a_dentist", to_number="+34999", **AN_HOUR_AGO)
    await reconcile.sweep()
    assert await arrived(desk.database) == []
    assert retell.asked("GET", "/v2/get-call/") == []


async def test_whose_a_call_is_also_its_metadata_and_its_number_say(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    await desk.open(one_table(phone="+34910000009"))
    stranger: dict[str, Any] = {"agent_id": "agent_x", "to_number": None} | AN_HOUR_AGO
    retell.add_call("call_1", metadata={"restaurant_id": "rest_gaviota"}, **stranger)
    retell.add_call("call_2", **stranger | {"to_number": "+34910000009rest_one"})
    await reconcile.sweep()
    await board.work_off()
    assert (await known(desk)).phase == "ended"
    with pytest.raises(NotFound):
        await known(desk, "call_2")
    assert reconcile.counts.fetched == 2


# --- from where to where ---


async def test_the_first_round_looks_a_day_back_and_each_later_one_back_to_the_last(
    desk: Desk, retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    await reconcile.sweep()
    clock.advance(5 * MINUTE)
    await reconcile.sweep()
    asked = [one.body["filter_criteria"]["start_timestamp"]["value"] for one in retell.asked("POST", "/v3/list-calls")]
    overlap = 135 * MINUTE  # the longest call, and a little
    assert asked == [[START_MS - DAY - overlap, START_MS], [START_MS - overlap, START_MS + 5 * MINUTE]]
    async with desk.database.read() as tx:
        assert await watermarks.read(tx, "calls of retell") == START_MS + 5 * MINUTE
    assert reconcile.counts.until == reconcile.counts.finished_at == START_MS + 5 * MINUTE


async def test_what_happened_while_the_server_was_down_for_a_week_is_fetched_at_its_start(
    desk: Desk, board: Switchboard, retell: FakeRetell, api: RetellApi, clock: FakeClock
) -> None:
    await reconciling(desk, board, api).sweep()
    clock.advance(7 * DAY)
    for day in range(7):
        began = START_MS + day * DAY + HOUR
        retell.add_call(f"call_{day}", start_timestamp=began, end_timestamp=began + MINUTE)
    after_start = reconciling(desk, board, api)
    await after_start.sweep()
    await board.work_off()
    assert after_start.counts.fetched == 7
    assert (await known(desk, "call_0")).summary == "Booked a table."


async def test_a_clock_that_was_set_back_leaves_no_gap(
    desk: Desk, board: Switchboard, retell: FakeRetell, api: RetellApi, clock: FakeClock
) -> None:
    async with desk.database.write() as tx:
        await watermarks.write(tx, "calls of retell", START_MS + 365 * DAY)
    retell.add_call("call_1", **AN_HOUR_AGO)
    again = reconciling(desk, board, api)
    await again.sweep()
    assert (again.counts.fetched, again.counts.until) == (1, START_MS)


async def test_a_round_asks_about_so_many_and_the_next_goes_on_from_there(
    retell: FakeRetell, reconcile: Reconcile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_ASKED", 2)
    for number in range(5):
        began = START_MS - 10 * HOUR + number * HOUR
        retell.add_call(f"call_{number}", start_timestamp=began, end_timestamp=began + MINUTE)
    fetched, until = [], []
    for _ in range(3):
        await reconcile.sweep()
        fetched.append(reconcile.counts.fetched)
        until.append(reconcile.counts.until)
    assert fetched == [2, 4, 5]
    assert until == [START_MS - 8 * HOUR, START_MS - 6 * HOUR, START_MS]
    assert len(retell.asked("GET", "/v2/get-call/")) == 5


# --- our own calls that stand still ---


async def test_a_call_of_ours_whose_end_never_came_is_asked_about_once_it_should_be_over(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    await board.deliver(call_event("call_started", call_status="ongoing"))
    await board.work_off()
    retell.add_call("call_1")  # without its times no list has it
    clock.advance(125 * MINUTE)
    await reconcile.sweep()
    assert (await known(desk)).phase == "ongoing"
    clock.advance(1)
    await reconcile.sweep()
    await board.work_off()
    assert ((await known(desk)).phase, (await known(desk)).summary) == ("ended", "Booked a table.")


async def test_a_call_that_is_still_on_the_line_is_asked_about_again_in_an_hour(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    await board.deliver(call_event("call_started", call_status="ongoing"))
    await board.work_off()
    call = retell.add_call("call_1", call_status="ongoing")
    clock.advance(3 * HOUR)
    for _ in range(3):
        await reconcile.sweep()
    assert len(retell.asked("GET", "/v2/get-call/")) == 1
    call["call_status"] = "ended"
    clock.advance(HOUR)
    await reconcile.sweep()
    assert reconcile.counts.fetched == 1


async def test_a_call_without_its_analysis_is_asked_about_after_ten_minutes(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    call = retell.add_call("call_1")
    await told(board, call | {"call_analysis": None}, "call_ended")
    clock.advance(10 * MINUTE)
    await reconcile.sweep()
    assert reconcile.counts.fetched == 0
    clock.advance(1)
    await reconcile.sweep()
    await board.work_off()
    assert (await known(desk)).summary == "Booked a table."


async def test_a_call_the_platform_does_not_know_is_closed_as_it_stands(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    await board.deliver(call_event("call_started", call_status="ongoing"))
    await board.work_off()
    clock.advance(3 * HOUR)
    await reconcile.sweep()
    await board.work_off()
    call = await known(desk)
    assert (call.phase, call.ended_because, call.from_number) == ("ended", None, "+34600111222")
    assert (reconcile.counts.fetched, reconcile.counts.gone) == (1, 1)
    clock.advance(2 * HOUR)
    await reconcile.sweep()
    assert (reconcile.counts.fetched, reconcile.counts.gone) == (1, 1)


async def test_what_stood_still_for_three_days_is_asked_about_no_more(
    board: Switchboard, retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    await board.deliver(call_event("call_started", call_status="ongoing"))
    await board.work_off()
    clock.advance(3 * DAY + 1)
    await reconcile.sweep()
    assert retell.asked("GET", "/v2/get-call/") == []


# --- trouble ---


async def test_while_the_platform_is_down_the_round_fails_and_the_next_begins_where_it_did(
    retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    await reconcile.sweep()
    retell.fail(503, times=4)
    clock.advance(5 * HOUR)
    retell.add_call("call_1", start_timestamp=START_MS + MINUTE, end_timestamp=START_MS + 2 * MINUTE)
    with pytest.raises(PlatformDown):
        await reconcile.sweep()
    assert (reconcile.counts.until, reconcile.counts.finished_at) == (START_MS, START_MS)
    assert reconcile.counts.last_error == "The phone platform answered with status 503."
    await reconcile.sweep()
    assert (reconcile.counts.fetched, reconcile.counts.last_error) == (1, "")


async def test_one_call_that_cannot_be_had_does_not_keep_the_others_back(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile
) -> None:
    for number in range(3):
        retell.add_call(f"call_{number}", **AN_HOUR_AGO)
    retell.trouble = [Trouble(200, where="/get-call/call_0", body=b'{"call_id": "call_0"')]
    with capture_logs() as logs:
        await reconcile.sweep()
    assert (reconcile.counts.found, reconcile.counts.fetched, reconcile.counts.failed) == (3, 2, 1)
    assert [one["call_id"] for one in logs if one["event"] == "missed_event_not_fetched"] == ["call_0"]
    await reconcile.sweep()
    assert reconcile.counts.fetched == 3


async def test_a_platform_that_answers_with_another_call_is_not_believed(
    desk: Desk, retell: FakeRetell, reconcile: Reconcile
) -> None:
    call = retell.add_call("call_1", **AN_HOUR_AGO)
    lie = json.dumps(call | {"call_id": "call_2"}).encode()
    retell.trouble = [Trouble(200, where="/get-call/", body=lie)]
    await reconcile.sweep()
    assert (await arrived(desk.database), await arrived(desk.database, "call_2")) == ([], [])
    assert reconcile.counts.failed == 1


async def test_three_calls_that_cannot_be_had_end_the_round(retell: FakeRetell, reconcile: Reconcile) -> None:
    for number in range(9):
        retell.add_call(f"call_{number}", **AN_HOUR_AGO)
    retell.fail(403, times=9, where="/get-call/")
    with pytest.raises(PlatformRefused):
        await reconcile.sweep()
    assert len(retell.asked("GET", "/v2/get-call/")) == 3
    assert reconcile.counts.until == 0


async def test_an_odd_call_in_the_list_does_not_keep_the_others_back(
    desk: Desk, retell: FakeRetell, reconcile: Reconcile
) -> None:
    call = retell.add_call("call_1", **AN_HOUR_AGO)
    items = json.dumps({"items": [{"call_id": 7}, call | {"agent_id": None}, call]}).encode()
    retell.trouble = [Trouble(200, where="/v3/list-calls", body=items)]
    await reconcile.sweep()
    assert (await arrived(desk.database), reconcile.counts.fetched) == (["call_analyzed"], 1)


async def test_a_list_of_something_else_ends_the_round(retell: FakeRetell, reconcile: Reconcile) -> None:
    retell.trouble = [Trouble(200, where="/v3/list-calls", body=b'{"items": {"call_id": "call_1"}}')]
    with pytest.raises(PlatformDown, match="something else"):
        await reconcile.sweep()


async def test_a_guest_who_was_forgotten_is_not_fetched_again(
    desk: Desk, board: Switchboard, retell: FakeRetell, reconcile: Reconcile, clock: FakeClock
) -> None:
    call = retell.add_call("call_1", **AN_HOUR_AGO)
    await told(board, call | {"call_analysis": None}, "call_ended")
    async with desk.database.write() as tx:
        await calls.erase(tx, [("retell", "call_1")], now_ms=clock.now_ms())
    clock.advance(20 * MINUTE)
    await reconcile.sweep()
    await board.work_off()
    after = await known(desk)
    assert (after.from_number, after.summary, after.transcript) == (None, None, [])
