from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from appliance.contract import Booking, Slot, ToolAnswer
from appliance.loadtest.conversation import Ending, Outcome, Say, Use, converse
from appliance.loadtest.scenarios import CallPlan, Scenario

Plans = Callable[..., CallPlan]
BOOKING = Booking(
    id="res_1", date="2026-11-28", time="21:00", party_size=4, area="Salón", status="confirmed", name="Lucía"
)
FREE = ToolAnswer(ok=True, code="available", say="Sí, hay mesa.", available=True)
BOOKED = ToolAnswer(ok=True, code="booked", say="Queda confirmada.", reservation=BOOKING)
FOUND = ToolAnswer(ok=True, code="found", say="Sí, la tengo.", reservation=BOOKING)
CANCELLED = ToolAnswer(ok=True, code="cancelled", say="Queda cancelada.", reservation=BOOKING)
OFFERS = [Slot(date="2026-11-28", time="12:00"), Slot(date="2026-11-28", time="22:15")]
FULL = ToolAnswer(ok=True, code="full", say="No queda mesa.", available=False, alternatives=OFFERS)


def refused(code: str) -> ToolAnswer:
    return ToolAnswer(ok=False, code=code, say="Lo siento.")


def hold(plan: CallPlan, *answers: ToolAnswer) -> tuple[Ending, list[Use], list[Say]]:
    """The whole conversation, the tools answering in turn."""
    queue, used, said = list(answers), [], []
    conversation = converse(plan)
    answer: ToolAnswer | None = None
    try:
        while True:
            act = conversation.send(answer)
            answer = None
            if isinstance(act, Use):
                used.append(act)
                answer = queue.pop(0)
            else:
                said.append(act)
    except StopIteration as stop:
        assert not queue
        return stop.value, used, said


def test_a_free_table_is_booked_in_the_words_the_guest_used(make_plan: Plans) -> None:
    plan = make_plan()
    ending, used, said = hold(plan, FREE, BOOKED)
    assert ending == Ending(outcome=Outcome.BOOKED, booking=BOOKING)
    assert [act.tool for act in used] == ["check_availability", "create_reservation"]
    assert plan.wish is not None
    assert used[0].args == plan.wish.words
    assert used[1].args == plan.wish.words | {"name": plan.guest.name}
    assert Say("agent", "Queda confirmada.") in said


def test_the_answer_is_expected_to_echo_what_was_meant(make_plan: Plans) -> None:
    plan = make_plan()
    _, used, _ = hold(plan, FREE, BOOKED)
    assert plan.wish is not None
    assert used[0].meant == {
        "date": plan.wish.day.isoformat(),
        "time": plan.wish.time,
        "party_size": plan.wish.party,
    }


def test_the_nearest_alternative_is_taken_when_the_time_is_full(make_plan: Plans) -> None:
    ending, used, _ = hold(make_plan(), FULL, BOOKED)
    assert ending.outcome is Outcome.BOOKED
    assert (used[1].tool, used[1].args["date"], used[1].args["time"]) == ("create_reservation", "2026-11-28", "22:15")
    assert used[1].meant["time"] == "22:15"


def test_the_next_alternative_is_taken_when_somebody_was_faster(make_plan: Plans) -> None:
    _, used, _ = hold(make_plan(), FREE, msgspec.structs.replace(FULL, ok=False), BOOKED)
    assert [act.tool for act in used] == ["check_availability", "create_reservation", "create_reservation"]
    assert used[2].args["time"] == "22:15"


def test_another_day_is_asked_for_when_that_one_is_closed(make_plan: Plans) -> None:
    plan = make_plan(Scenario.CLOSED_DAY)
    _, used, _ = hold(plan, refused("closed_day"), FREE, BOOKED)
    assert plan.second_wish is not None
    assert used[1].args == plan.second_wish.words


def test_another_area_is_fine(make_plan: Plans) -> None:
    ending, used, _ = hold(make_plan(), refused("available_elsewhere"), BOOKED)
    assert ending.outcome is Outcome.BOOKED
    assert "area" not in used[1].args


def test_a_time_with_two_meanings_is_made_clear(make_plan: Plans) -> None:
    plan = make_plan()
    _, used, _ = hold(plan, refused("ambiguous_time"), FREE, BOOKED)
    assert plan.wish is not None
    assert used[1].args["time"] == plan.wish.time


@pytest.mark.parametrize("code", ["party_too_large", "unclear_date", "temporarily_unavailable"])
def test_the_guest_gives_up_when_nothing_is_offered(make_plan: Plans, code: str) -> None:
    assert hold(make_plan(), refused(code))[0] == Ending(outcome=Outcome.NO_TABLE)


def test_the_guest_does_not_ask_forever(make_plan: Plans) -> None:
    ending, used, _ = hold(make_plan(), *[refused("ambiguous_time")] * 4)
    assert (ending.outcome, len(used)) == (Outcome.NO_TABLE, 4)


def test_who_asks_for_the_hours_is_told_them(make_plan: Plans) -> None:
    hours = ToolAnswer(ok=True, code="hours", say="Abrimos de una a cinco.")
    ending, used, said = hold(make_plan(Scenario.HOURS), hours)
    assert (ending.outcome, used[0].tool) == (Outcome.INFORMED, "get_hours")
    assert Say("agent", "Abrimos de una a cinco.") in said


def test_without_a_booking_one_is_made_before_it_is_cancelled(make_plan: Plans) -> None:
    ending, used, _ = hold(make_plan(Scenario.CANCEL), FREE, BOOKED, FOUND, CANCELLED)
    assert ending == Ending(outcome=Outcome.CANCELLED, booking=BOOKING)
    assert [act.tool for act in used][2:] == ["find_reservation", "cancel_reservation"]


def test_a_guest_with_a_booking_only_cancels(make_plan: Plans) -> None:
    plan = msgspec.structs.replace(make_plan(Scenario.CANCEL), has_booking=True)
    ending, used, _ = hold(plan, FOUND, CANCELLED)
    assert (ending.outcome, len(used)) == (Outcome.CANCELLED, 2)


def test_of_several_bookings_the_first_is_cancelled(make_plan: Plans) -> None:
    plan = msgspec.structs.replace(make_plan(Scenario.CANCEL), has_booking=True)
    several = ToolAnswer(ok=True, code="which_one", say="¿Cuál?", reservations=[BOOKING])
    assert hold(plan, several, CANCELLED)[1][1].args["reservation_id"] == "res_1"


def test_a_booking_that_is_not_found_stays(make_plan: Plans) -> None:
    plan = msgspec.structs.replace(make_plan(Scenario.CANCEL), has_booking=True)
    assert hold(plan, refused("not_found"))[0].outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize("scenario", [Scenario.WRONG_NUMBER, Scenario.HANG_UP])
def test_who_does_not_want_the_restaurant_uses_no_tool(make_plan: Plans, scenario: Scenario) -> None:
    _, used, said = hold(make_plan(scenario))
    assert (used, bool(said)) == ([], True)


def test_a_guest_the_house_knows_is_greeted_by_name(make_plan: Plans) -> None:
    conversation: Any = converse(make_plan(), known_as="Lucía Fernández")
    assert "Lucía" in next(conversation).words


@pytest.mark.parametrize(("locale", "told"), [("es", {"language": "en"}), ("en", {})])
def test_the_agent_says_in_which_language_a_guest_speaks_where_it_is_not_the_houses(
    make_plan: Plans, locale: str, told: dict[str, str]
) -> None:
    plan = make_plan(Scenario.HOURS)
    card = msgspec.structs.replace(plan.line.card, locale=locale)
    guest = msgspec.structs.replace(plan.guest, language="en")
    plan = msgspec.structs.replace(plan, guest=guest, line=msgspec.structs.replace(plan.line, card=card))
    hours = ToolAnswer(ok=True, code="hours", say="We open at one.")
    assert hold(plan, hours)[1][0].args == told
