from typing import Any

import pytest

from appliance.domain.reservation import ReservationStatus, Source
from appliance.services.aftercall import SETTLE, AfterCall
from appliance.store import answers, messages
from appliance.store.messages import LeftMessage
from appliance.work.queue import Queue, QueueSettings, singly
from support.desk import CALLER, Desk, one_table, wish
from support.fake_clock import START_MS
from support.sound_book import assert_sound
from support.switchboard import Switchboard, call_event

# The call was on Tuesday evening; it is Wednesday by now.
LAST_EVENING_MS = START_MS - 15 * 3_600_000


class Board(Switchboard):
    """The switchboard, and what is done about a call once it is analysed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.database, desk.clock, desk.directory)
        after = AfterCall(desk.database, desk.clock, desk.directory, desk.books, desk.holds)
        self.wishes = Queue(desk.database, desk.clock, SETTLE, singly(after.settle), QueueSettings())

    async def analysed(self, *, agent: str = "agent_rest_gaviota", **said: Any) -> None:
        """Tell that the call was analysed, with what its analysis says of a booking, and do what follows."""
        event = call_event(
            "call_analyzed",
            agent=agent,
            start_timestamp=LAST_EVENING_MS,
            call_analysis={"call_summary": "x", "custom_analysis_data": said},
        )
        await self.deliver(event)
        await self.work_off()
        self.queue, applied = self.wishes, self.queue
        await self.work_off()
        self.queue = applied


@pytest.fixture
def board(desk: Desk) -> Board:
    return Board(desk)


WISHED = {"date": "2026-11-28", "time": "21:00", "party_size": 2, "customer_name": "Lucía Fernández"}


async def left(desk: Desk, restaurant: str = "rest_gaviota") -> list[LeftMessage]:
    async with desk.database.read() as tx:
        return await messages.of_call(tx, restaurant, "call_1")


async def test_a_wish_that_only_the_analysis_knows_is_kept_as_pending_for_the_staff(desk: Desk, board: Board) -> None:
    await board.analysed(**WISHED)
    (one,) = await assert_sound(desk.database, "rest_gaviota")
    assert (one.status, one.source, one.call_id) == (ReservationStatus.PENDING, Source.ANALYSIS, "call_1")
    assert (one.date, one.time, one.party_size, one.name) == ("2026-11-28", "21:00", 2, "Lucía Fernández")
    assert (one.phone, one.pending_until) == (CALLER, None)


async def test_tomorrow_is_the_day_after_the_call(desk: Desk, board: Board) -> None:
    await board.analysed(**WISHED | {"date": "mañana"})
    (one,) = await desk.everything()
    assert one.date == "2026-11-25"


async def test_what_a_tool_has_booked_is_not_booked_again(desk: Desk, board: Board) -> None:
    await desk.book(wish())
    await board.analysed(**WISHED)
    (one,) = await desk.everything()
    assert one.source is Source.PHONE_AGENT


async def test_what_was_booked_and_cancelled_in_the_call_is_not_brought_back(desk: Desk, board: Board) -> None:
    await desk.book(wish())
    await desk.cancel()
    await board.analysed(**WISHED)
    assert [one.status for one in await desk.everything()] == [ReservationStatus.CANCELLED]


async def test_an_analysis_told_twice_and_replayed_leaves_one_wish(desk: Desk, board: Board) -> None:
    await board.analysed(**WISHED)
    await board.analysed(**WISHED)
    await board.analysed(**WISHED | {"outcome": "reserved"})
    assert len(await desk.everything()) == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"date": "el día que sea"}, "unclear_date"),
        ({"date": "2026-12-01"}, "closed_day"),
        ({"party_size": 30}, "party_too_large"),
        ({"time": "no se sabe la hora"}, "unclear_time"),
    ],
)
async def test_a_wish_that_cannot_be_kept_is_a_note_with_the_reason(
    desk: Desk, board: Board, said: dict[str, Any], why: str
) -> None:
    await board.analysed(**WISHED | said)
    assert await desk.everything() == []
    (note,) = await left(desk)
    assert (note.about, note.name, note.phone) == ("wish", "Lucía Fernández", CALLER)
    assert f"({why})" in note.text


async def test_a_wish_for_a_full_house_is_a_note(desk: Desk, board: Board) -> None:
    await desk.open(one_table(phone="+34910000009"))
    await desk.book(wish(), restaurant="rest_one", call="call_other")
    await board.analysed(agent="agent_rest_one", **WISHED)
    (note,) = await left(desk, "rest_one")
    assert note.text.endswith("(full)")


async def test_a_table_that_is_on_offer_to_a_caller_is_not_taken_from_them(desk: Desk, board: Board) -> None:
    await desk.open(one_table(phone="+34910000009"))
    await desk.check(wish(), restaurant="rest_one", call="call_live", caller="+34699000111")
    await board.analysed(agent="agent_rest_one", **WISHED)
    (note,) = await left(desk, "rest_one")
    assert note.text.endswith("(full)")
    assert (await desk.book(wish(), restaurant="rest_one", call="call_live", caller="+34699000111")).ok


async def test_a_guest_who_has_rung_again_keeps_the_table_that_is_on_offer_to_them(desk: Desk, board: Board) -> None:
    await desk.open(one_table(phone="+34910000009"))
    await desk.check(wish(), restaurant="rest_one", call="call_again")
    await board.analysed(agent="agent_rest_one", **WISHED)
    assert await desk.everything("rest_one") == []
    assert (await desk.book(wish(), restaurant="rest_one", call="call_again")).ok


async def test_a_table_in_another_area_than_the_one_wished_for_says_so_to_the_staff(desk: Desk, board: Board) -> None:
    for number in range(40):
        said = wish(area="terraza", party_size=2)
        answer = await desk.book(said, call=f"call_{number + 10}", caller=f"+346990001{number:02}")
        if answer.code != "booked":
            break
    assert answer.code == "area_full"
    before = {one.id for one in await desk.everything()}
    await board.analysed(**WISHED | {"area": "terraza", "special_requests": "una vela"})
    (one,) = [one for one in await desk.everything() if one.id not in before]
    assert (one.status, one.area_wished) == (ReservationStatus.PENDING, False)
    assert one.notes == "una vela; Quería estar en Terraza, donde no quedaba mesa."


@pytest.mark.parametrize("said", [{}, {"outcome": "info_only"}, {"party_size": 4}, {"date": "2026-11-28"}])
async def test_an_analysis_that_speaks_of_no_booking_does_nothing(
    desk: Desk, board: Board, said: dict[str, Any]
) -> None:
    await board.analysed(**said)
    assert await desk.everything() == []
    assert await left(desk) == []


@pytest.mark.parametrize("said", [wish(party_size=None), wish(date="el día menos pensado")])
async def test_a_question_that_nobody_answered_has_not_dealt_with_the_wish(
    desk: Desk, board: Board, said: dict[str, Any]
) -> None:
    await desk.check(wish())
    await desk.book(said)
    await answers.record(desk.database, desk.trace)
    await board.analysed(**WISHED)
    (one,) = await desk.everything()
    assert one.source is Source.ANALYSIS
