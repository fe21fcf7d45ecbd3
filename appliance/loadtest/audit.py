"""Asks the server's own API whether what the callers were told is true: bookings in the book, calls told to the end."""

import asyncio
from collections.abc import Sequence

import httpx
import msgspec
from msgspec import Struct

from appliance.loadtest.conversation import Outcome
from appliance.loadtest.report import CallReport

_PATIENCE_S = 15.0
_PAUSE_S = 0.25


class _Reservation(Struct):
    status: str


class _ReservationWithId(_Reservation):
    id: str


class _Book(Struct):
    items: list[_ReservationWithId]


class _Call(Struct):
    phase: str
    summary: str | None


_EXPECTED_STATUS = {Outcome.BOOKED: "confirmed", Outcome.CANCELLED: "cancelled"}


class Audit:
    """Reads with an admin's token. Events are applied a moment after they are acknowledged, so it waits for them."""

    def __init__(self, http: httpx.AsyncClient, *, url: str, token: str, patience_s: float = _PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    async def problems(self, reports: Sequence[CallReport]) -> list[str]:
        """What does not agree, in words."""
        deadline = asyncio.get_running_loop().time() + self._patience_s
        found = [await self._booking(report) for report in reports if report.reservation]
        found += [await self._call(report, deadline) for report in reports]
        return [problem for problem in found if problem]

    async def _booking(self, report: CallReport) -> str:
        assert report.reservation is not None
        booking, expected = report.reservation, _EXPECTED_STATUS.get(report.outcome, "")
        path = f"/api/restaurants/{report.restaurant_id}/reservations"
        rows: list[_ReservationWithId] = []
        reply = await self._get(path, date=booking.date, limit="500")
        if reply.is_success:
            rows = msgspec.json.decode(reply.content, type=_Book).items
        status = next((row.status for row in rows if row.id == booking.id), None)
        # The book may leave out what was cancelled.
        if status == expected or (status is None and expected == "cancelled"):
            return ""
        return f"{report.call_id} at {report.restaurant}: {booking.id} should be {expected}, is {status}"

    async def _call(self, report: CallReport, deadline: float) -> str:
        path = f"/api/restaurants/{report.restaurant_id}/calls/{report.call_id}"
        while True:
            reply = await self._get(path)
            said = str(reply.status_code)
            if reply.is_success:
                call = msgspec.json.decode(reply.content, type=_Call)
                said = call.phase
                if call.phase == "ended" and call.summary:
                    return ""
            if asyncio.get_running_loop().time() >= deadline:
                return f"{report.call_id} at {report.restaurant}: not told to the end by the API ({said})"
            await asyncio.sleep(_PAUSE_S)

    async def _get(self, path: str, **query: str) -> httpx.Response:
        return await self._http.get(self._url + path, params=query, headers=self._headers)
