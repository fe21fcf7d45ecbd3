"""The inbox: every authentic event exactly as it came, and the task that will apply it, in one commit."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam, case, func, literal, select, text

from appliance.contract import InboxRow
from appliance.store import schema as s
from appliance.store.codec import storable
from appliance.store.engine import Database, Tx

_i = s.inbox.c

APPLY = "event.apply"
"""The kind of the task that applies an inbox row; its id is the row's."""


class NewEvent(Struct, frozen=True, kw_only=True):
    """An event as it arrives. `state` and `error` are those its task starts with: ready, held or dead, and why."""

    id: str
    idempotency_key: str
    provider: str
    event: str
    call_id: str
    restaurant_id: str
    headers: str
    body: bytes
    received_at: int
    state: str = "ready"
    error: str | None = None


class StoredEvent(Struct, frozen=True, kw_only=True):
    id: str
    provider: str
    event: str
    call_id: str
    restaurant_id: str
    body: bytes
    received_at: int
    applied_at: int | None


_COLUMNS = (*s.ARRIVING, "kind", "lock", "state", "error")

# Takes the whole batch in one statement, one round trip: columns as arrays.
_POSTGRES = text(f"""
    WITH batch AS (
        SELECT * FROM unnest(
            CAST(:id AS text[]), CAST(:idempotency_key AS text[]), CAST(:provider AS text[]), CAST(:event AS text[]),
            CAST(:call_id AS text[]), CAST(:restaurant_id AS text[]), CAST(:headers AS text[]),
            CAST(:received_at AS bigint[]), CAST(:body AS bytea[]),
            CAST(:kind AS text[]), CAST(:lock AS text[]), CAST(:state AS text[]), CAST(:error AS text[])
        ) AS row ({", ".join(_COLUMNS)})
    ), fresh AS (
        INSERT INTO inbox ({", ".join(s.ARRIVING)})
        SELECT {", ".join(s.ARRIVING)} FROM batch ON CONFLICT (call_id, idempotency_key) DO NOTHING RETURNING id
    ), queued AS (
        INSERT INTO tasks (id, kind, lock, restaurant_id, payload, state, attempts, run_at, error, created_at)
        SELECT id, kind, lock, COALESCE(restaurant_id, ''), '', state, 0, received_at, error, received_at
        FROM batch JOIN fresh USING (id)
    )
    SELECT id FROM fresh
    """)  # noqa: S608 — constants only


async def accept(database: Database, rows: Sequence[NewEvent]) -> set[str]:
    """Commit the rows whose key is new, each with its task; the ids of those that were new."""
    if database.is_sqlite:
        return await _accept_sqlite(database, rows)
    # Sorted: two nodes that insert the same keys in different orders would wait for each other for ever.
    ordered = sorted(rows, key=lambda row: row.idempotency_key)
    columns = dict(zip(_COLUMNS, zip(*map(_values, ordered), strict=True), strict=True))
    async with database.write() as tx:
        return set((await tx.execute(_POSTGRES, columns)).scalars())


async def _accept_sqlite(database: Database, rows: Sequence[NewEvent]) -> set[str]:
    added = await database.insert_many("arrivals", _COLUMNS, list(map(_values, rows)))
    ids = {row.id for row in rows}
    if added == 2 * len(rows):  # each, and its task
        return ids
    async with database.read() as tx:
        return set((await tx.execute(select(_i.id).where(_i.id.in_(ids)))).scalars())


def _values(row: NewEvent) -> tuple[str | bytes | int | None, ...]:
    """The row as `_COLUMNS`."""
    call_id = storable(row.call_id)
    return (
        row.id,
        storable(row.idempotency_key),
        row.provider,
        storable(row.event),
        call_id,
        row.restaurant_id or None,
        storable(row.headers),
        row.received_at,
        row.body,
        APPLY,
        call_id or row.id,  # the events of a call wait for each other; one without a call waits for nobody
        row.state,
        storable(row.error) if row.error else None,
    )


async def has(tx: Tx, call_id: str, key: str) -> bool:
    which = (_i.call_id == call_id) & (_i.idempotency_key == key)
    return (await tx.execute(select(_i.id).where(which))).first() is not None


async def arrived(tx: Tx, provider: str, call_ids: Collection[str]) -> dict[str, set[str]]:
    """Call id → the names of its events that have arrived, applied or not."""
    found: dict[str, set[str]] = {call_id: set() for call_id in call_ids}
    query = select(_i.call_id, _i.event).where(_i.call_id.in_(found), _i.provider == provider)
    for row in await tx.execute(query):
        found[row.call_id].add(row.event)
    return found


async def stored(tx: Tx, id_: str) -> StoredEvent | None:
    row = (await tx.execute(select(s.inbox).where(_i.id == id_))).first()
    return _event(row) if row else None


_SMALL_BYTES = 64 << 10
_WITH_SMALL_BODIES = select(
    *(column for column in _i if column is not _i.body),
    case((func.length(_i.body) <= _SMALL_BYTES, _i.body)).label("body"),
).where(_i.id.in_(bindparam("ids", expanding=True)))


async def each_stored(tx: Tx, ids: Sequence[str]) -> AsyncIterator[StoredEvent | None]:
    """The events in the order of their ids, None for one that is not there.

    They are read all at once, but for large bodies: of these, one at a time is in memory.
    """
    found = {row.id: row for row in await tx.execute(_WITH_SMALL_BODIES, {"ids": ids})}
    for id_ in ids:
        row = found.get(id_)
        yield _event(row) if row and row.body is not None else await stored(tx, id_)


def _event(row: Any) -> StoredEvent:
    return StoredEvent(
        id=row.id,
        provider=row.provider,
        event=row.event,
        call_id=row.call_id,
        restaurant_id=row.restaurant_id or "",
        body=row.body,
        received_at=row.received_at,
        applied_at=row.applied_at,
    )


_APPLIED = s.inbox.update().where(_i.id == bindparam("inbox_id")).values(restaurant_id=bindparam("owner"))


async def mark_applied(tx: Tx, owners: Mapping[str, str], *, now_ms: int) -> None:
    """Note of these events (id → restaurant id) that they were applied, and to whose call."""
    rows = [{"inbox_id": id_, "owner": owner} for id_, owner in owners.items()]
    await tx.execute(_APPLIED.values(applied_at=now_ms), rows)


async def since(tx: Tx, since_ms: int) -> AsyncIterator[NewEvent]:
    """The events received since, the oldest first, as they would arrive: one that waits for a person waits again."""
    task = s.tasks.c
    query = (
        select(*(_i[name] for name in s.ARRIVING), task.state, task.error)
        .outerjoin(s.tasks, task.id == _i.id)
        .where(_i.received_at >= since_ms, func.length(_i.body) > 0)
        .order_by(_i.id)
    )
    async for row in await tx.stream(query):
        as_it_came = {name: getattr(row, name) for name in s.ARRIVING} | {"restaurant_id": row.restaurant_id or ""}
        waits = row.state in ("held", "dead")
        yield NewEvent(**as_it_came, state=row.state if waits else "ready", error=row.error if waits else None)


async def blank(tx: Tx, ids: Sequence[str]) -> None:
    """Let go of what events say. Their keys stay, so that one delivered once more is still known for what it is."""
    if ids:
        await tx.execute(s.inbox.update().where(_i.id.in_(ids)).values(headers="{}", body=b""))


_LISTED = (_i.id, _i.provider, _i.event, _i.call_id, _i.received_at, _i.applied_at)


async def page(tx: Tx, *, limit: int, offset: int) -> tuple[list[InboxRow], int]:
    """The events received, newest first (ids sort by age), and how many there are in all."""
    total = (await tx.execute(select(func.count()).select_from(s.inbox))).scalar_one()
    query = (
        select(*_LISTED, _i.restaurant_id, func.length(_i.body).label("body_bytes"), s.tasks.c.state, s.tasks.c.error)
        .outerjoin(s.tasks, s.tasks.c.id == _i.id)
        .order_by(_i.id.desc())
    )
    rows = await tx.execute(query.limit(limit).offset(offset))
    return [
        InboxRow(
            **{column.name: getattr(row, column.name) for column in _LISTED},
            restaurant_id=row.restaurant_id or "",
            body_bytes=row.body_bytes,
            state=row.state or ("discarded" if row.applied_at is None else "applied"),
            error=row.error,
        )
        for row in rows
    ], total


async def queue_again(tx: Tx, *, ids: Sequence[str], call_id: str, now_ms: int) -> int:
    """Queue a task for each of these events, or of this call's, that has none; how many were queued."""
    which = _i.id.in_(ids) if ids else _i.call_id == call_id
    waiting = select(s.tasks.c.id).where(s.tasks.c.id == _i.id).exists()
    # Of one whose guest was erased nothing is left to apply.
    told = func.length(_i.body) > 0
    values = select(
        _i.id,
        literal(APPLY),
        func.coalesce(func.nullif(_i.call_id, ""), _i.id),
        func.coalesce(_i.restaurant_id, ""),
        *map(literal, ("", "ready", 0, now_ms, now_ms)),
    ).where(which, told, ~waiting)
    columns = ["id", "kind", "lock", "restaurant_id", "payload", "state", "attempts", "run_at", "created_at"]
    return (await tx.execute(s.tasks.insert().from_select(columns, values))).rowcount
