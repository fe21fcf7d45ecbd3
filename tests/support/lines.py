"""Calls as a console may find them: on the line, over, gone wrong, and what is in them."""

from typing import Any

from appliance.contract import (
    CallDetail,
    CallEventRow,
    CallRow,
    MessageRow,
    PlatformCallRow,
    ReservationRow,
    ToolCallRow,
    TransferRow,
    TurnRow,
)

_GUESTS = ("Lucía Ferrer", "", "Marta Gil", "", "Pau Soler")
_SUMMARY = (
    "Una mesa para cuatro el sábado a las nueve y media, en la terraza si puede ser; una persona es alérgica a los "
    "frutos secos. Había sitio a las nueve y se reservó."
)


def line(number: int, now: int, **more: Any) -> PlatformCallRow:
    usual: dict[str, Any] = {
        "call_id": f"call_{number:04}",
        "provider": "retell",
        "restaurant_id": f"rest_{number % 13:02}",
        "channel": "phone",
        "phase": "ended",
        "direction": "inbound",
        "number": "" if number == 6 else f"••••{number * 37 % 1000:03}",
        "guest": "" if number == 6 else _GUESTS[number % len(_GUESTS)],
        "first_seen_at": now - number * 155_000,
        "started_at": now - number * 155_000,
        "ended_at": now - number * 155_000 + 131_000,
        "duration_ms": 131_000,
        "ended_because": "user_hangup",
        "sentiment": "Positive",
        "successful": True,
        "cost_cents": 14.2,
        "last_event": "call_analyzed",
        "last_event_at": now - number * 150_000 + 140_000,
        "last_tool": "create_reservation",
        "last_tool_ok": True,
        "last_tool_at": now - number * 155_000 + 90_000,
    }
    return PlatformCallRow(**(usual | more))


def ongoing(number: int, now: int, **more: Any) -> PlatformCallRow:
    """One that is on the line."""
    still = {"phase": "ongoing", "ended_at": None, "duration_ms": None, "ended_because": None, "cost_cents": None}
    told = {"successful": None, "sentiment": None, "last_event": "call_started", "last_tool_at": now - number * 3_000}
    begun = {"last_event_at": now - number * 155_000 + 300}
    return line(number, now, **(still | told | begun | more))


def busy(now: int) -> list[PlatformCallRow]:
    nothing_yet = {"last_tool": None, "last_tool_ok": None, "last_tool_at": None}
    return [
        ongoing(1, now, last_tool="check_availability"),
        line(3, now),
        ongoing(2, now, **nothing_yet),
        *(line(number, now) for number in range(4, 12)),
        line(12, now, successful=None, sentiment=None, **nothing_yet),
    ]


def broken(now: int) -> list[PlatformCallRow]:
    return [
        ongoing(1, now, last_tool_ok=False),
        line(2, now, successful=False, sentiment="Negative", last_tool_ok=False, ended_because="agent_hangup"),
        line(3, now, phase="error", successful=None, ended_because="error_llm_websocket_open", last_tool=None),
        line(4, now, phase="not_connected", successful=None, ended_because="dial_busy", duration_ms=0, last_tool=None),
        line(6, now),
    ]


def in_full(row: PlatformCallRow, **more: Any) -> CallDetail:
    """That call, with all that is known of it."""
    listed = {name: getattr(row, name) for name in CallRow.__struct_fields__ if hasattr(row, name)}
    at = row.first_seen_at
    usual: dict[str, Any] = {
        **listed,
        "from_number": "+34611223344" if row.number else None,
        "to_number": "+34910123456",
        "summary": _SUMMARY,
        "events": [_event("call_started", at), _event("call_ended", at + 131_000)],
        "transcript": [
            TurnRow(role="agent", content="La Marea, buenas noches. ¿En qué puedo ayudarle?", at_s=0.4),
            TurnRow(role="user", content="Quería mesa para cuatro el sábado, a las nueve y media.", at_s=5.1),
            TurnRow(role="agent", content="A las nueve y media está lleno; a las nueve sí tengo.", at_s=13.8),
            TurnRow(role="user", content="Pues a las nueve. Y una persona es alérgica a los frutos secos.", at_s=19.0),
        ],
        "tools": [
            _use("check_availability", at + 9_000, "full", 61.4, say="A las nueve y media no queda mesa."),
            _use("create_reservation", at + 27_000, "booked", 812.0, say="Reservado a nombre de Lucía Ferrer."),
        ],
        "reservations": [_booking(row)],
        "transfers": [],
        "messages": [],
        "recording_url": None,
        "transferred_to": None,
        "analysis": None,
    }
    return CallDetail(**(usual | more))


def gone_wrong(row: PlatformCallRow) -> CallDetail:
    """A tool failed, and nobody answered when the call was handed over."""
    at = row.first_seen_at
    failed = _use("create_reservation", at + 20_000, "failed", 3_004.0, ok=False, say="Ahora mismo no puedo reservar.")
    passed = TransferRow(
        number="+34910123456", reason="quiere hablar con alguien", outcome="unanswered", requested_at=at
    )
    left = MessageRow(
        id="left_1", about="callback", name="Lucía", phone="+34611223344", text="que la llamen mañana",
        call_id=row.call_id, created_at=at, handled_at=None,
    )  # fmt: skip
    return in_full(row, summary=None, reservations=[], tools=[failed], transfers=[passed], messages=[left])


def _event(name: str, at: int) -> CallEventRow:
    return CallEventRow(event=name, received_at=at + 300, applied_at=at + 320)


def _use(tool: str, at: int, code: str, ms: float, *, say: str, ok: bool = True) -> ToolCallRow:
    asked = {"date": "2026-11-28", "time": "21:30", "party_size": 4}
    answer = {"ok": ok, "code": code, "say": say}
    return ToolCallRow(tool=tool, arguments=asked, answer=answer, ok=ok, code=code, replayed=False, ms=ms, at=at)


def _booking(row: PlatformCallRow) -> ReservationRow:
    return ReservationRow(
        id="res_1", date="2026-11-28", time="21:00", party_size=4, status="confirmed", name="Lucía Ferrer",
        phone="+34611223344", area="Terraza", tables=["T4"], starts_at=0, ends_at=0, notes="", needs=["nuts"],
        source="phone", call_id=row.call_id, created_at=row.first_seen_at,
    )  # fmt: skip
