from typing import Any

import httpx
import pytest

from appliance.contract import Booking
from appliance.loadtest.audit import Audit
from appliance.loadtest.conversation import Outcome
from appliance.loadtest.report import CallReport
from support.call_reports import call_report

BOOKING = Booking(
    id="res_1", date="2026-11-28", time="21:00", party_size=4, area="", status="confirmed", name="Lucía Fernández"
)
ENDED = {"phase": "ended", "summary": "Reservó mesa."}


def report(outcome: Outcome, reservation: Booking | None = BOOKING) -> CallReport:
    return call_report(outcome, reservation=reservation)


async def audited(told: CallReport, *, book: list[dict[str, Any]], call: dict[str, Any]) -> list[str]:
    """What is found when the API answers with this book and this call."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer token"
        if request.url.path == "/api/restaurants/rest_1/reservations":
            assert request.url.params["date"] == "2026-11-28"
            return httpx.Response(200, json={"items": book})
        assert request.url.path == "/api/restaurants/rest_1/calls/call_1"
        return httpx.Response(200 if call else 404, json=call)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await Audit(http, url="http://maitre.test", token="token", patience_s=0).problems([told])


@pytest.mark.parametrize(
    ("told", "book"),
    [
        (report(Outcome.BOOKED), [{"id": "res_1", "status": "confirmed"}]),
        (report(Outcome.CANCELLED), [{"id": "res_1", "status": "cancelled"}]),
        (report(Outcome.CANCELLED), []),
        (report(Outcome.INFORMED, None), []),
    ],
)
async def test_what_callers_were_told_and_the_book_agree(told: CallReport, book: list[dict[str, Any]]) -> None:
    assert await audited(told, book=book, call=ENDED) == []


@pytest.mark.parametrize(
    ("told", "book", "found"),
    [
        (report(Outcome.BOOKED), [], "res_1 should be confirmed, is None"),
        (
            report(Outcome.CANCELLED),
            [{"id": "res_1", "status": "confirmed"}],
            "res_1 should be cancelled, is confirmed",
        ),
    ],
)
async def test_a_book_that_says_otherwise_is_told(told: CallReport, book: list[dict[str, Any]], found: str) -> None:
    assert await audited(told, book=book, call=ENDED) == [f"call_1 at La Marea: {found}"]


@pytest.mark.parametrize(("call", "said"), [({"phase": "ongoing", "summary": None}, "ongoing"), ({}, "404")])
async def test_a_call_that_the_api_does_not_tell_to_its_end_is_told(call: dict[str, Any], said: str) -> None:
    found = await audited(report(Outcome.INFORMED, None), book=[], call=call)
    assert found == [f"call_1 at La Marea: not told to the end by the API ({said})"]
