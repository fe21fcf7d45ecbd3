"""Calls as merged from their events, and the log of which events they were."""

from msgspec import Struct
from sqlalchemy import Row, func, select

from appliance.domain.calls import CallFacts, CallState, facts_of
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx
from appliance.store.upsert import upsert

_c = s.calls.c
_LOCKS = 1
"""Seeds the advisory locks of calls, so that they are not those of tasks."""
_FACTS = [
    "channel",
    "phase",
    "direction",
    "from_number",
    "to_number",
    "started_at",
    "ended_at",
    "duration_ms",
    "ended_because",
    "summary",
    "sentiment",
    "successful",
]


class Call(Struct, frozen=True, kw_only=True):
    provider: str
    call_id: str
    restaurant_id: str
    facts: CallFacts
    first_seen_at: int
    updated_at: int


class CallEvent(Struct, frozen=True, kw_only=True):
    inbox_id: str
    event: str
    received_at: int
    applied_at: int


async def state(tx: Tx, provider: str, call_id: str) -> CallState:
    """What is known so far, held against other writers to the end of the transaction; empty for a new call."""
    if tx.dialect.name != "sqlite":
        # Not FOR UPDATE: a call that has no row yet could not be held, and the first of two writers would be lost.
        key = func.hashtextextended(f"{provider}:{call_id}", _LOCKS)
        await tx.execute(select(func.pg_advisory_xact_lock(key)))
    query = select(_c.state).where(_c.provider == provider, _c.call_id == call_id)
    text = (await tx.execute(query)).scalar()
    return load(text, dict) if text else {}


async def save(tx: Tx, *, provider: str, call_id: str, restaurant_id: str, state: CallState, now_ms: int) -> None:
    facts = facts_of(state)
    row: dict[str, object] = {name: getattr(facts, name) for name in _FACTS}
    row |= {
        "provider": provider,
        "call_id": call_id,
        "restaurant_id": restaurant_id,
        "channel": facts.channel or "phone",
        "phase": facts.phase or "ongoing",
        "cost_cents": None if facts.cost_cents is None else round(facts.cost_cents),
        "state": dump(state),
        "first_seen_at": now_ms,
        "updated_at": now_ms,
    }
    keep = ("provider", "call_id", "first_seen_at")
    await tx.execute(
        upsert(tx, s.calls, row, on=("provider", "call_id"), update=[name for name in row if name not in keep])
    )


async def log_event(tx: Tx, *, provider: str, call_id: str, event: CallEvent) -> None:
    """Note that an event was applied; once, though it be replayed."""
    row: dict[str, object] = {
        "inbox_id": event.inbox_id,
        "provider": provider,
        "call_id": call_id,
        "event": event.event,
    }
    row |= {"received_at": event.received_at, "applied_at": event.applied_at}
    await tx.execute(upsert(tx, s.call_events, row, on=("inbox_id",), update=("applied_at",)))


async def events(tx: Tx, call_id: str) -> list[CallEvent]:
    e = s.call_events.c
    rows = await tx.execute(select(s.call_events).where(e.call_id == call_id).order_by(e.received_at, e.inbox_id))
    return [
        CallEvent(inbox_id=row.inbox_id, event=row.event, received_at=row.received_at, applied_at=row.applied_at)
        for row in rows
    ]


async def one(tx: Tx, restaurant_id: str, call_id: str) -> Call | None:
    row = (await tx.execute(select(s.calls).where(_c.restaurant_id == restaurant_id, _c.call_id == call_id))).first()
    return _call(row) if row else None


async def page(tx: Tx, restaurant_id: str, *, limit: int, offset: int) -> tuple[list[Call], int]:
    """The restaurant's calls, newest first, and how many there are in all."""
    mine = _c.restaurant_id == restaurant_id
    total = (await tx.execute(select(func.count()).select_from(s.calls).where(mine))).scalar_one()
    query = select(s.calls).where(mine).order_by(_c.first_seen_at.desc(), _c.call_id).limit(limit).offset(offset)
    return [_call(row) for row in await tx.execute(query)], total


async def count_since(tx: Tx, since_ms: int) -> tuple[int, int]:
    """(calls first seen since, calls on the line now)."""
    seen = await tx.execute(select(func.count()).select_from(s.calls).where(_c.first_seen_at >= since_ms))
    now = await tx.execute(
        select(func.count()).select_from(s.calls).where(_c.phase == "ongoing", _c.updated_at >= since_ms)
    )
    return seen.scalar_one(), now.scalar_one()


def _call(row: Row[tuple[object, ...]]) -> Call:
    return Call(
        provider=row.provider,
        call_id=row.call_id,
        restaurant_id=row.restaurant_id,
        facts=facts_of(load(row.state, dict)),
        first_seen_at=row.first_seen_at,
        updated_at=row.updated_at,
    )
