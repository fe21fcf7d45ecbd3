"""Calls, and what came of them."""

from typing import Any

from msgspec import Struct

from appliance.contract.book import ReservationRow


class CallRow(Struct, frozen=True, kw_only=True):
    call_id: str
    provider: str
    channel: str
    phase: str
    direction: str | None
    from_number: str | None
    to_number: str | None
    started_at: int | None
    ended_at: int | None
    duration_ms: int | None
    ended_because: str | None
    summary: str | None
    sentiment: str | None
    successful: bool | None
    cost_cents: float | None
    first_seen_at: int


class PlatformCallRow(Struct, frozen=True, kw_only=True):
    """A call in the list of the whole platform: where it is and how far, and who is on the line only so much.

    Of `number` the last digits are told, and `guest` only to who may read guests; both are empty when unknown.
    `last_event` is what the phone platform told last, `last_tool` what the agent did; null before the first.
    """

    call_id: str
    provider: str
    restaurant_id: str
    channel: str
    phase: str
    direction: str | None
    number: str
    guest: str
    first_seen_at: int
    started_at: int | None
    ended_at: int | None
    duration_ms: int | None
    ended_because: str | None
    sentiment: str | None
    successful: bool | None
    cost_cents: float | None
    last_event: str | None = None
    last_event_at: int | None = None
    last_tool: str | None = None
    last_tool_ok: bool | None = None
    last_tool_at: int | None = None


class CallEventRow(Struct, frozen=True, kw_only=True):
    event: str
    received_at: int
    applied_at: int


class TurnRow(Struct, frozen=True, kw_only=True):
    role: str
    content: str
    at_s: float | None


class ToolCallRow(Struct, frozen=True, kw_only=True):
    """One use of a tool; `ms` is how long the answer took, `replayed` that it was given before."""

    tool: str
    arguments: dict[str, Any]
    answer: dict[str, Any]
    ok: bool
    code: str
    replayed: bool
    ms: float
    at: int


class TransferRow(Struct, frozen=True, kw_only=True):
    """A call handed over to a person. `outcome` is requested, answered or unanswered."""

    number: str
    reason: str
    outcome: str
    requested_at: int


class MessageRow(Struct, frozen=True, kw_only=True):
    """What a caller wants somebody to know. `about`: message, callback, or wish (of a booking)."""

    id: str
    about: str
    name: str
    phone: str
    text: str
    call_id: str
    created_at: int
    handled_at: int | None


class CallDetail(CallRow, frozen=True, kw_only=True):
    events: list[CallEventRow]
    transcript: list[TurnRow]
    tools: list[ToolCallRow]
    reservations: list[ReservationRow]
    transfers: list[TransferRow]
    messages: list[MessageRow]
    recording_url: str | None
    transferred_to: str | None
    analysis: dict[str, Any] | None
