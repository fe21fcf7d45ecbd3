"""The way of the phone platform's events through the real inbox, queue and parser, worked off when the test says so."""

import asyncio
from typing import Any

import msgspec

from appliance.services.calls import Calls, Receipt
from appliance.services.directory import Directory
from appliance.services.phone_use import PhoneMeter
from appliance.store import inbox
from appliance.store.engine import Database
from appliance.voice.retell import payloads
from appliance.work.inbox import Inbox
from appliance.work.queue import Queue, QueueSettings
from support.fake_clock import FakeClock


class Switchboard:
    def __init__(self, database: Database, clock: FakeClock, directory: Directory) -> None:
        self.hung_up: list[tuple[str, str]] = []
        self.calls = Calls(
            database,
            clock,
            directory,
            Inbox(database),
            parsers={payloads.PROVIDER: payloads.call_event},
            wake=lambda: None,
            meter=PhoneMeter(clock),
            hung_up=lambda restaurant, call: self.hung_up.append((restaurant, call)),
        )
        self.queue = Queue(database, clock, inbox.APPLY, self.calls.apply, QueueSettings(batch=4))

    async def deliver(self, event: dict[str, Any] | bytes) -> Receipt:
        body = event if isinstance(event, bytes) else msgspec.json.encode(event)
        head = payloads.head(body)
        key = payloads.idempotency_key(head, body)
        return await self.calls.receive(head, key=key, headers={"content-type": "application/json"}, body=body)

    async def work_off(self) -> None:
        """Apply all that is ready, and what becomes ready by that."""
        while await self.queue._turn() or self.queue._running:
            if self.queue._running:
                await asyncio.wait(self.queue._running)


def call_event(name: str, *, call: str = "call_1", agent: str = "agent_rest_gaviota", **fields: Any) -> dict[str, Any]:
    about = {"call_id": call, "agent_id": agent, "call_type": "phone_call", "direction": "inbound"}
    return {"event": name, "call": about | {"from_number": "+34600111222", "to_number": "+34910000001"} | fields}


def life_of_a_call(call: str = "call_1", **more: Any) -> list[dict[str, Any]]:
    """What Retell sends of one call, in order."""
    said = [{"role": "agent", "content": "La Gaviota, dígame."}, {"role": "user", "content": "Quería una mesa."}]
    start, end = {"start_timestamp": 1_764_000_000_000}, {"end_timestamp": 1_764_000_090_000, "duration_ms": 90_000}
    ended = start | end | {"call_status": "ended", "disconnection_reason": "user_hangup", "transcript_object": said}
    analysis = {"call_summary": "Booked a table.", "user_sentiment": "Positive", "call_successful": True}
    return [
        call_event("call_started", call=call, call_status="ongoing", **start, **more),
        call_event("transcript_updated", call=call, transcript_object=said[:1], **start, **more),
        call_event("call_mood_ring", call=call, mood="green", **more),
        call_event("call_ended", call=call, **ended, **more),
        call_event("call_analyzed", call=call, call_analysis=analysis, **ended, **more),
    ]
