"""Calls as merged from their events, and the log of which events they were."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Row, func, or_, select, text, true, tuple_

from appliance.contract import CallRow, PlatformCallRow
from appliance.domain.calls import CallFacts, CallState, erased, facts_of
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
    "cost_cents",
    "erased_at",
]
"""What the list shows stands in columns of its own, so that it reads no transcripts; `state` is where all is kept."""
_LISTED = [_c[name] for name in CallRow.__struct_fields__]


class Call(Struct, frozen=True, kw_only=True):
    """A call as listed, and all that is known of it."""

    row: CallRow
    facts: CallFacts


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


async def save(tx: Tx, known: Mapping[CallKey, CallState], *, now_ms: int) -> None:
    """Write what is known of each call; whose it is must be known."""
    rows = [_row(key, state, now_ms) for key, state in known.items()]
    update = [name for name in rows[0] if name not in ("provider", "call_id", "first_seen_at")]
    await upsert_all(tx, s.calls, rows, on=("provider", "call_id"), update=update)


def _row(key: CallKey, state: CallState, now_ms: int) -> dict[str, object]:
    facts = facts_of(state)
    row: dict[str, object] = {name: getattr(facts, name) for name in _FACTS}
    return row | {
        "provider": key[0],
        "call_id": key[1],
        "restaurant_id": facts.restaurant_id,
        "channel": facts.channel or "phone",
        "phase": facts.phase or "ongoing",
        "guest_number": facts.to_number if facts.direction == "outbound" else facts.from_number,
        "state": dump(state),
        "first_seen_at": now_ms,
        "updated_at": now_ms,
    }


async def erase(tx: Tx, keys: Collection[CallKey], *, now_ms: int) -> None:
    """Let go of all that is known of who was on the line and what was said."""
    known = await states(tx, keys)
    if known:
        await save(tx, {key: erased(state, now_ms=now_ms) for key, state in known.items()}, now_ms=now_ms)


async def log_events(tx: Tx, applied: Sequence[CallEvent]) -> None:
    """Note that these events were applied; each once, though it be replayed."""
    rows = [{name: getattr(event, name) for name in event.__struct_fields__} for event in applied]
    await upsert_all(tx, s.call_events, rows, on=("inbox_id",), update=("applied_at",))


async def events(tx: Tx, provider: str, call_id: str) -> list[CallEvent]:
    e = s.call_events.c
    mine = (e.provider == provider) & (e.call_id == call_id)
    rows = await tx.execute(select(s.call_events).where(mine).order_by(e.received_at, e.inbox_id))
    return [
        CallEvent(**row._mapping)  # noqa: SLF001 — SQLAlchemy's documented way to a mapping
        for row in rows
    ]


async def one(tx: Tx, restaurant_id: str, call_id: str) -> Call | None:
    mine = (_c.restaurant_id == restaurant_id) & (_c.call_id == call_id)
    row = (await tx.execute(select(*_LISTED, _c.state).where(mine))).first()
    return Call(row=_row_of(row), facts=facts_of(load(row.state, dict))) if row else None


async def page(tx: Tx, restaurant_id: str, *, limit: int, offset: int) -> tuple[list[CallRow], int]:
    """The restaurant's calls, newest first, and how many there are in all."""
    mine = _c.restaurant_id == restaurant_id
    total = (await tx.execute(select(func.count()).select_from(s.calls).where(mine))).scalar_one()
    query = select(*_LISTED).where(mine).order_by(_c.first_seen_at.desc(), _c.call_id).limit(limit).offset(offset)
    return [_row_of(row) for row in await tx.execute(query)], total


_WHERE_AND_HOW_FAR = [
    _c[name] for name in PlatformCallRow.__struct_fields__ if name in _c and name not in ("number", "guest")
]
_GUEST = (s.customers.c.restaurant_id == _c.restaurant_id) & (s.customers.c.phone == _c.guest_number)


class Sought(Struct, frozen=True, kw_only=True):
    """What is looked for: part of a call's id, or a call of one of these restaurants.

    With a `name` (folded) or `digits` also a guest of that name or number; empty where nobody may look for one.
    """

    call_id: str
    restaurants: Collection[str] = ()
    name: str = ""
    digits: str = ""

    @property
    def clause(self) -> ColumnElement[bool]:
        found = [_c.call_id.icontains(self.call_id, autoescape=True), _c.restaurant_id.in_(self.restaurants)]
        if self.name:
            found.append(s.customers.c.name_key.contains(self.name, autoescape=True))
        if self.digits:
            found.append(_c.guest_number.contains(self.digits, autoescape=True))
        return or_(*found)


async def everywhere(
    tx: Tx, *, since_ms: int, limit: int, offset: int, sought: Sought | None = None
) -> tuple[list[PlatformCallRow], int]:
    """All restaurants' calls first seen since, newest first, each with what happened last; how many there are."""
    wanted = (_c.first_seen_at >= since_ms) & (sought.clause if sought else true())
    source = s.calls.outerjoin(s.customers, _GUEST) if sought else s.calls
    total = (await tx.execute(select(func.count()).select_from(source).where(wanted))).scalar_one()
    return await _listed(tx, wanted, limit=limit, offset=offset), total


async def named(tx: Tx, call_id: str, restaurants: Collection[str]) -> list[PlatformCallRow]:
    """The call of that id, however old, in one of these restaurants."""
    return await _listed(tx, _c.restaurant_id.in_(restaurants) & (_c.call_id == call_id), limit=2, offset=0)


async def _listed(tx: Tx, wanted: ColumnElement[bool], *, limit: int, offset: int) -> list[PlatformCallRow]:
    who = (func.coalesce(_c.guest_number, "").label("number"), func.coalesce(s.customers.c.name, "").label("guest"))
    query = select(*_WHERE_AND_HOW_FAR, *who).select_from(s.calls.outerjoin(s.customers, _GUEST)).where(wanted)
    rows = await tx.execute(query.order_by(_c.first_seen_at.desc(), _c.call_id).limit(limit).offset(offset))
    found = [PlatformCallRow(**row._mapping) for row in rows]  # noqa: SLF001 — SQLAlchemy's documented way to a mapping
    return await with_what_was_last(tx, found) if found else []


async def with_what_was_last(tx: Tx, rows: Sequence[PlatformCallRow]) -> list[PlatformCallRow]:
    """The calls, each with its last event and its last tool."""
    e, t = s.call_events.c, s.tool_calls.c
    ids = [row.call_id for row in rows]
    mine = e.provider.in_({row.provider for row in rows}) & e.call_id.in_(ids)
    events_ = select(e.provider, e.call_id, e.event, e.received_at).where(mine).order_by(e.received_at, e.inbox_id)
    used = select(t.restaurant_id, t.call_id, t.tool, t.ok, t.at).where(t.call_id.in_(ids)).order_by(t.at, t.id)
    # In order, so that of each call the last one stays.
    last: dict[tuple[str, str], dict[str, object]] = {
        (one.provider, one.call_id): {"last_event": one.event, "last_event_at": one.received_at}
        for one in await tx.execute(events_)
    }
    did: dict[tuple[str, str], dict[str, object]] = {
        (one.restaurant_id, one.call_id): {"last_tool": one.tool, "last_tool_ok": one.ok, "last_tool_at": one.at}
        for one in await tx.execute(used)
    }
    return [
        replace(row, **last.get((row.provider, row.call_id), {}), **did.get((row.restaurant_id, row.call_id), {}))
        for row in rows
    ]


async def unsettled(
    tx: Tx, provider: str, *, last_event: str, since_ms: int, ongoing_until_ms: int, ended_until_ms: int, limit: int
) -> list[tuple[str, str]]:
    """(call id, restaurant id) of calls first seen since, newest first, of which something should be known by now.

    Those that are on the line although they were first seen before `ongoing_until_ms`, and those seen before
    `ended_until_ms` that are over and whose `last_event` never arrived.
    """
    i = s.inbox.c
    heard_out = select(i.id).where(i.call_id == _c.call_id, i.provider == _c.provider, i.event == last_event).exists()
    overdue = (_c.phase == "ongoing") & (_c.first_seen_at < ongoing_until_ms)
    unanalysed = (_c.phase != "ongoing") & (_c.first_seen_at < ended_until_ms)
    mine = (_c.provider == provider) & (_c.channel != "chat") & _c.erased_at.is_(None) & (_c.first_seen_at >= since_ms)
    query = select(_c.call_id, _c.restaurant_id).where(mine, overdue | unanalysed, ~heard_out)
    rows = await tx.execute(query.order_by(_c.first_seen_at.desc(), _c.call_id).limit(limit))
    return [(row.call_id, row.restaurant_id) for row in rows]


async def counts(tx: Tx, since_ms: int, until_ms: int) -> dict[str, int]:
    """How many calls each restaurant got from one moment to another; those without any are not told."""
    then = (_c.first_seen_at >= since_ms) & (_c.first_seen_at < until_ms)
    rows = await tx.execute(select(_c.restaurant_id, func.count().label("n")).where(then).group_by(_c.restaurant_id))
    return {row.restaurant_id: row.n for row in rows}


async def count_since(tx: Tx, since_ms: int) -> tuple[int, int]:
    """(calls first seen since, how many of them are on the line now)."""
    ongoing = func.count().filter(_c.phase == "ongoing")
    seen, now = (await tx.execute(select(func.count(), ongoing).where(_c.first_seen_at >= since_ms))).one()
    return seen, now


def _row_of(row: Row[*tuple[Any, ...]]) -> CallRow:
    return CallRow(**{name: getattr(row, name) for name in CallRow.__struct_fields__})
