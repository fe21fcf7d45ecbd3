from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.clock import SystemClock
from appliance.loadtest.conversation import Outcome
from appliance.loadtest.phone import PhonePlatform
from appliance.loadtest.play import play
from appliance.loadtest.report import CallReport, Finished, Moment, Rang
from appliance.loadtest.scenarios import CallPlan, Scenario

Plans = Callable[..., CallPlan]
BOOKING = {
    "id": "res_1",
    "date": "2026-11-28",
    "time": "21:00",
    "party_size": 4,
    "area": "Salón",
    "status": "confirmed",
    "name": "Lucía",
}
ANSWERS: dict[str, Any] = {
    "check_availability": {"ok": True, "code": "available", "say": "Hay mesa.", "available": True},
    "create_reservation": {"ok": True, "code": "booked", "say": "Confirmada.", "reservation": BOOKING},
    "find_reservation": {"ok": True, "code": "found", "say": "La tengo.", "reservation": BOOKING},
    "cancel_reservation": {"ok": True, "code": "cancelled", "say": "Cancelada.", "reservation": BOOKING},
    "get_hours": {"ok": True, "code": "hours", "say": "Abrimos."},
}
INBOUND = {"dynamic_variables": {"customer_name": ""}, "metadata": {"restaurant_id": "rest_la_marea"}}


def friendly(path: str, body: dict[str, Any]) -> tuple[int, Any]:
    if path.endswith("/inbound"):
        return 200, {"call_inbound": INBOUND}
    return (200, ANSWERS[path.rpartition("/")[2]]) if path.startswith("/tools") else (204, None)


async def played(plan: CallPlan, platform: PhonePlatform, moments: list[Moment] | None = None) -> CallReport:
    watch = (lambda _: None) if moments is None else moments.append
    return await play(plan, platform, clock=SystemClock(), watch=watch)


@pytest.mark.parametrize("scenario", Scenario)
async def test_every_scenario_plays_to_its_end(
    server: Any, platform: PhonePlatform, make_plan: Plans, scenario: Scenario
) -> None:
    server.answer = friendly
    report = await played(make_plan(scenario), platform)
    assert (report.scenario, report.problems) == (scenario, [])


async def test_the_report_tells_the_booking_and_each_step(
    server: Any, platform: PhonePlatform, make_plan: Plans
) -> None:
    server.answer = friendly
    report = await played(msgspec.structs.replace(make_plan(), tools_twice=False), platform)
    assert report.outcome is Outcome.BOOKED
    assert report.reservation is not None
    assert report.reservation.id == "res_1"
    assert [(step.tool, step.ok, step.code) for step in report.steps] == [
        ("check_availability", True, "available"),
        ("create_reservation", True, "booked"),
    ]


async def test_what_the_inbound_webhook_answered_comes_back_with_every_request(
    server: Any, platform: PhonePlatform, make_plan: Plans
) -> None:
    server.answer = friendly
    await played(make_plan(), platform)
    path, _ = server.received[0]
    assert path == "/webhooks/retell/inbound"
    assert all(body["call"]["metadata"] == INBOUND["metadata"] for _, body in server.received[1:])


@given(seed=st.integers(0, 1 << 32))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
async def test_one_event_comes_twice_and_two_in_the_wrong_order(
    server: Any, platform: PhonePlatform, make_plan: Plans, seed: int
) -> None:
    server.received.clear()
    server.answer = friendly
    await played(make_plan(seed=seed), platform)
    events = server.events()
    assert len(events) == 4
    assert set(events) == {"call_started", "call_ended", "call_analyzed"}
    firsts = list(dict.fromkeys(events))
    assert firsts in (
        ["call_started", "call_analyzed", "call_ended"],
        ["call_ended", "call_started", "call_analyzed"],
    )


async def test_a_call_never_ends_in_the_future(server: Any, platform: PhonePlatform, make_plan: Plans) -> None:
    server.answer = friendly
    await played(make_plan(), platform)
    ended = next(body["call"] for _, body in server.received if body.get("event") == "call_ended")
    assert ended["start_timestamp"] < ended["end_timestamp"] <= SystemClock().now_ms()
    assert ended["duration_ms"] == ended["end_timestamp"] - ended["start_timestamp"]


async def test_no_two_calls_share_an_id_even_of_the_same_plan(
    server: Any, platform: PhonePlatform, make_plan: Plans
) -> None:
    server.answer = friendly
    plan = make_plan()
    assert (await played(plan, platform)).call_id != (await played(plan, platform)).call_id


async def test_a_webhook_that_fails_is_told_in_the_report(
    server: Any, platform: PhonePlatform, make_plan: Plans
) -> None:
    server.answer = lambda path, body: (500, None) if path == "/webhooks/retell" else friendly(path, body)
    report = await played(make_plan(), platform)
    assert "POST /webhooks/retell answered 500 (3 times)" in report.problems
    assert report.outcome is Outcome.BOOKED


async def test_a_tool_that_misunderstands_is_told_in_the_report(
    server: Any, platform: PhonePlatform, make_plan: Plans
) -> None:
    answer = ANSWERS["check_availability"] | {"party_size": 40}
    server.answer = lambda path, body: (200, answer) if "check" in path else friendly(path, body)
    report = await played(make_plan(), platform)
    assert any("took party_size" in problem for problem in report.problems)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"ok": False, "code": "unclear_date", "say": "¿Qué día?"}, "refused with unclear_date"),
        ({"ok": True, "code": "available", "say": "", "available": True}, "nothing to say"),
        ({"okay": 1}, "did not answer as agreed"),
    ],
)
async def test_an_odd_answer_is_told_in_the_report(
    server: Any, platform: PhonePlatform, make_plan: Plans, answer: Any, told: str
) -> None:
    server.answer = lambda path, body: (200, answer) if "check" in path else friendly(path, body)
    report = await played(make_plan(), platform)
    assert any(told in problem for problem in report.problems)


async def test_a_tool_run_twice_must_book_one_table(server: Any, platform: PhonePlatform, make_plan: Plans) -> None:
    ids = iter(["res_1", "res_2"])

    def twice(path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if "create" in path:
            return 200, ANSWERS["create_reservation"] | {"reservation": BOOKING | {"id": next(ids)}}
        return friendly(path, body)

    server.answer = twice
    report = await played(msgspec.structs.replace(make_plan(), tools_twice=True), platform)
    assert report.problems == ["create_reservation ran twice and answered two different things"]


async def test_dynamic_variables_that_are_no_strings_are_told(
    server: Any, platform: PhonePlatform, make_plan: Plans
) -> None:
    odd = {"call_inbound": INBOUND | {"dynamic_variables": {"visits": 3}}}
    server.answer = lambda path, body: (200, odd) if path.endswith("/inbound") else friendly(path, body)
    report = await played(make_plan(), platform)
    assert report.problems == ["dynamic variables that are no strings: visits"]


async def test_who_watches_sees_the_call_from_ringing_to_its_report(
    server: Any, platform: PhonePlatform, make_plan: Plans
) -> None:
    server.answer = friendly
    moments: list[Moment] = []
    report = await played(make_plan(), platform, moments)
    assert isinstance(moments[0], Rang)
    assert moments[-1] == Finished(report.call_id, report)
    assert {moment.call_id for moment in moments} == {report.call_id}
