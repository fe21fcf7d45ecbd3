"""Calls as merged from their events, and the log of which events they were."""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Row, func, select, text, tuple_

from appliance.domain.calls import CallFacts, CallState, facts_of
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx
from appliance.store.upsert import upsert_all

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
    """An event that was applied to a call."""

    inbox_id: str
    provider: str
    call_id: str
    event: str
    received_at: int
    applied_at: int


CallKey = tuple[str, str]
"""(provider, call id)"""

# Not FOR UPDATE: a call that has no row yet could not be held, and the first of two writers would be lost. In one
# order, so that two writers of the same calls wait for each other in turn.
_HOLD = text(f"""
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended(called, {_LOCKS}) AS key FROM unnest(CAST(:calls AS text[])) AS called
        ORDER BY key
    ) AS in_order
""")  # noqa: S608 — constants only


async def states(tx: Tx, keys: Collection[CallKey]) -> dict[CallKey, CallState]:
    """What is known so far of each call, held against other writers to the end of the transaction."""
    if tx.dialect.name != "sqlite":
        await tx.execute(_HOLD, {"calls": [f"{provider}:{call_id}" for provider, call_id in keys]})
    query = select(_c.provider, _c.call_id, _c.state).where(tuple_(_c.provider, _c.call_id).in_(keys))
    return {(row.provider, row.call_id): load(row.state, dict) for row in await tx.execute(query)}


async def save(tx: Tx, known: Mapping[CallKey, tuple[str, CallState]], *, now_ms: int) -> None:
    """Write what is known of each call, beside the id of its restaurant."""
    rows = [_row(key, restaurant_id, state, now_ms) for key, (restaurant_id, state) in known.items()]
    update = [name for name in rows[0] if name not in ("provider", "call_id", "first_seen_at")]
    await upsert_all(tx, s.calls, rows, on=("provider", "call_id"), update=update)


def _row(key: CallKey, restaurant_id: str, state: CallState, now_ms: int) -> dict[str, object]:
    facts = facts_of(state)
    row: dict[str, object] = {name: getattr(facts, name) for name in _FACTS}
    return row | {
        "provider": key[0],
        "call_id": key[1],
        "restaurant_id": restaurant_id,
        "channel": facts.channel or "phone",
        "phase": facts.phase or "ongoing",
        "cost_cents": None if facts.cost_cents is None else round(facts.cost_cents),
        "state": dump(state),
        "first_seen_at": now_ms,
        "updated_at": now_ms,
    }


async def log_events(tx: Tx, applied: Sequence[CallEvent]) -> None:
    """Note that these events were applied; each once, though it be replayed."""
    rows = [{name: getattr(event, name) for name in event.__struct_fields__} for event in applied]
    await upsert_all(tx, s.call_events, rows, on=("inbox_id",), update=("applied_at",))


async def events(tx: Tx, call_id: str) -> list[CallEvent]:
    e = s.call_events.c
    rows = await tx.execute(select(s.call_events).where(e.call_id == call_id).order_by(e.received_at, e.inbox_id))
    return [
        CallEvent(**row._mapping)  # noqa: SLF001 — SQLAlchemy's documented way to a mapping
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
