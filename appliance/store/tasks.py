"""The task queue's table: what is ready, who works on what until when, what gave up and why."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from msgspec import Struct
from sqlalchemy import Row, bindparam, func, select, text

from appliance.contract import TaskRow
from appliance.store import schema as s
from appliance.store.engine import Tx

_t = s.tasks.c
_LOCKS = 0
"""Seeds the advisory locks of tasks."""


class Task(Struct, frozen=True, kw_only=True):
    """A piece of work. `attempts` counts this one; `lease` proves to the store that it is still ours."""

    id: str
    kind: str
    lock: str
    restaurant_id: str
    payload: str
    attempts: int
    lease: str
    created_at: int


class Depth(Struct, frozen=True, kw_only=True):
    """How much waits. `oldest_at` is when the oldest ready or running task was made; 0 with none."""

    ready: int = 0
    running: int = 0
    dead: int = 0
    held: int = 0
    oldest_at: int = 0


async def add(tx: Tx, *, id_: str, kind: str, lock: str, restaurant_id: str, payload: str, now_ms: int) -> None:
    row = {"id": id_, "kind": kind, "lock": lock, "restaurant_id": restaurant_id, "payload": payload}
    await tx.execute(s.tasks.insert(), row | {"state": "ready", "attempts": 0, "run_at": now_ms, "created_at": now_ms})


# A task is workable when no older one lives under its lock and none under that lock is being worked on. The OFFSET
# keeps Postgres from turning the question, one look into an index, into a join with the whole table.
_WORKABLE = """
    NOT EXISTS (
        SELECT 1 FROM tasks AS older
        WHERE older.lock = c.lock AND older.id < c.id AND older.state IN ('ready', 'running') LIMIT 1 OFFSET 0
    )
    AND c.lock NOT IN (SELECT busy.lock FROM tasks AS busy WHERE busy.kind = c.kind AND busy.state = 'running')
"""
# The first few workable tasks of every restaurant. The recursive part walks the index from restaurant to restaurant,
# so that one restaurant's backlog is never read through.
_RESTAURANTS = """
    WITH RECURSIVE waiting (restaurant_id) AS (
        SELECT min(restaurant_id) FROM tasks WHERE kind = :kind AND state = 'ready'
        UNION ALL
        SELECT (
            SELECT min(restaurant_id) FROM tasks
            WHERE kind = :kind AND state = 'ready' AND restaurant_id > waiting.restaurant_id
        )
        FROM waiting WHERE waiting.restaurant_id IS NOT NULL
    )
"""
_HEADS = f"""
    SELECT {{columns}} FROM tasks AS c
    WHERE c.kind = :kind AND c.state = 'ready' AND c.restaurant_id = waiting.restaurant_id AND c.run_at <= :now
    AND {_WORKABLE}
    ORDER BY c.run_at, c.id LIMIT :each
"""  # noqa: S608 — constants only
_HEADS_SQLITE = text(
    f"{_RESTAURANTS} SELECT tasks.id, tasks.restaurant_id, tasks.run_at FROM waiting "  # noqa: S608 — constants only
    f"CROSS JOIN tasks ON tasks.id IN ({_HEADS.format(columns='c.id')})"
)
_HEADS_POSTGRES = text(
    f"{_RESTAURANTS} SELECT head.id, head.restaurant_id, head.run_at FROM waiting "  # noqa: S608 — constants only
    f"CROSS JOIN LATERAL ({_HEADS.format(columns='c.id, c.restaurant_id, c.run_at')}) AS head"
)
# Between the look and the taking, another Postgres node may take a task, or bring an older one of the same lock. So
# the locks of the tasks are held to the end of the transaction, those that another node holds are left to it, and
# then — a new statement sees what was committed meanwhile — only those that are still workable are taken.
_HOLD_LOCKS = text(f"""
    SELECT id FROM tasks WHERE id IN :ids AND state = 'ready'
    AND pg_try_advisory_xact_lock(hashtextextended(lock, {_LOCKS})) FOR UPDATE SKIP LOCKED
""").bindparams(bindparam("ids", expanding=True))  # noqa: S608 — constants only
_TAKE = text(f"""
    UPDATE tasks AS c SET state = 'running', attempts = attempts + 1, lease = :lease, lease_until = :lease_until
    WHERE c.id IN :ids AND c.state = 'ready' AND {_WORKABLE}
    RETURNING {", ".join(Task.__struct_fields__)}
""").bindparams(bindparam("ids", expanding=True))  # noqa: S608 — constants only


async def claim(tx: Tx, kind: str, *, limit: int, after: str, lease: str, lease_until: int, now_ms: int) -> list[Task]:
    """Take up to `limit` workable tasks of a kind under `lease`: each restaurant in turn, beginning after `after`."""
    on_sqlite = tx.dialect.name == "sqlite"
    heads = await tx.execute(
        _HEADS_SQLITE if on_sqlite else _HEADS_POSTGRES, {"kind": kind, "now": now_ms, "each": limit}
    )
    waiting = sorted((row.run_at, row.id, row.restaurant_id) for row in heads)
    chosen = take_turns([(restaurant_id, id_) for _, id_, restaurant_id in waiting], limit=limit, after=after)
    ids = chosen
    if chosen and not on_sqlite:
        ids = list((await tx.execute(_HOLD_LOCKS, {"ids": chosen})).scalars())
    if not ids:
        return []
    rows = await tx.execute(_TAKE, {"ids": ids, "lease": lease, "lease_until": lease_until})
    claimed = {row.id: Task(**row._mapping) for row in rows}  # noqa: SLF001 — SQLAlchemy's documented way
    return [claimed[id_] for id_ in chosen if id_ in claimed]


def take_turns(workable: Iterable[tuple[str, str]], *, limit: int, after: str) -> list[str]:
    """Up to `limit` ids of (restaurant, id) pairs: everybody's first, beginning after `after`, then the seconds.

    Within a restaurant the order given is kept.
    """
    by_restaurant: dict[str, list[str]] = {}
    for restaurant_id, id_ in workable:
        by_restaurant.setdefault(restaurant_id, []).append(id_)
    order = sorted(by_restaurant, key=lambda restaurant_id: (restaurant_id <= after, restaurant_id))
    rounds = zip_longest(*(by_restaurant[restaurant_id] for restaurant_id in order))
    return [id_ for turn in rounds for id_ in turn if id_ is not None][:limit]


async def heartbeat(tx: Tx, leases: Sequence[str], *, lease_until: int) -> None:
    ours = (_t.state == "running") & _t.lease.in_(leases)
    await tx.execute(s.tasks.update().where(ours).values(lease_until=lease_until))


async def finish(tx: Tx, batch: Sequence[Task]) -> bool:
    """Take the done tasks away. False when a lease was lost: somebody else has that task, our work must not count."""
    ours = _t.id.in_([task.id for task in batch]) & _t.lease.in_({task.lease for task in batch})
    return (await tx.execute(s.tasks.delete().where(ours))).rowcount == len(batch)


async def put_back(tx: Tx, task: Task, *, run_at: int, error: str | None) -> None:
    await _settle(tx, task, state="ready", run_at=run_at, error=error)


async def hand_back(tx: Tx, task: Task) -> None:
    """Leave a task that we did not get to finish to whoever claims next, as if it had not been tried."""
    await _settle(tx, task, state="ready", attempts=task.attempts - 1)


async def bury(tx: Tx, task: Task, *, state: str, error: str) -> None:
    """Stop trying: `dead` or `held`, with the reason."""
    await _settle(tx, task, state=state, error=error)


async def _settle(tx: Tx, task: Task, **values: object) -> None:
    await tx.execute(
        s.tasks.update().where(_t.id == task.id, _t.lease == task.lease).values(**values, lease=None, lease_until=None)
    )


async def recover(tx: Tx, kind: str, *, expired_before: int | None, max_attempts: int) -> int:
    """Make ready again what a dead process left running of a kind; how many.

    With `expired_before`, only those whose leases ran out by then. A task that has taken its process down
    `max_attempts` times is buried instead.
    """
    running = (_t.kind == kind) & (_t.state == "running")
    lost = running if expired_before is None else running & (_t.lease_until < expired_before)
    gone = {"lease": None, "lease_until": None}
    await tx.execute(
        s.tasks.update()
        .where(lost, _t.attempts >= max_attempts)
        .values(
            state="dead", error=f"given up after {max_attempts} tries, the last of which ended with its process", **gone
        )
    )
    freed = await tx.execute(s.tasks.update().where(lost).values(state="ready", **gone))
    return freed.rowcount


async def bring_forward(tx: Tx, kind: str, *, due_after: int, now_ms: int) -> None:
    """Make those due now that are due only then."""
    late = (_t.kind == kind) & (_t.state == "ready") & (_t.run_at > due_after)
    await tx.execute(s.tasks.update().where(late).values(run_at=now_ms))


async def revive(tx: Tx, *, ids: Sequence[str] | None, states: Sequence[str], now_ms: int) -> int:
    """Make buried tasks ready again, with a fresh count of attempts; all of them when `ids` is None."""
    which = _t.state.in_(states) if ids is None else _t.state.in_(states) & _t.id.in_(ids)
    fresh = {"state": "ready", "attempts": 0, "run_at": now_ms, "error": None}
    return (await tx.execute(s.tasks.update().where(which).values(**fresh))).rowcount


async def discard(tx: Tx, ids: Sequence[str]) -> int:
    """Give buried tasks up for good; an event they carried stays in the inbox."""
    return (await tx.execute(s.tasks.delete().where(_t.id.in_(ids), _t.state.in_(("dead", "held"))))).rowcount


async def depth(tx: Tx) -> Depth:
    counts = {
        row.state: row.n for row in await tx.execute(select(_t.state, func.count().label("n")).group_by(_t.state))
    }
    oldest = await tx.execute(select(func.min(_t.created_at)).where(_t.state.in_(("ready", "running"))))
    return Depth(**counts, oldest_at=oldest.scalar() or 0)


async def buried(tx: Tx) -> dict[str, int]:
    """How many tasks of each restaurant wait for a person."""
    query = select(_t.restaurant_id, func.count().label("n")).where(_t.state.in_(("dead", "held")))
    return {row.restaurant_id: row.n for row in await tx.execute(query.group_by(_t.restaurant_id))}


async def oldest_at(tx: Tx, kind: str) -> int:
    """When the oldest task of a kind was made that is ready or running; 0 with none."""
    mine = (_t.kind == kind) & _t.state.in_(("ready", "running"))
    return (await tx.execute(select(func.min(_t.created_at)).where(mine))).scalar() or 0


async def dead(tx: Tx, kind: str) -> int:
    """How many tasks of a kind were given up."""
    mine = (_t.kind == kind) & (_t.state == "dead")
    return (await tx.execute(select(func.count()).select_from(s.tasks).where(mine))).scalar_one()


async def page(tx: Tx, *, state: str | None, limit: int, offset: int) -> tuple[list[TaskRow], int]:
    """The tasks, oldest first, of one state or all, and how many there are."""
    which = _t.id.is_not(None) if state is None else _t.state == state
    total = (await tx.execute(select(func.count()).select_from(s.tasks).where(which))).scalar_one()
    rows = await tx.execute(select(s.tasks).where(which).order_by(_t.id).limit(limit).offset(offset))
    return [_listed(row) for row in rows], total


async def one(tx: Tx, id_: str) -> TaskRow | None:
    row = (await tx.execute(select(s.tasks).where(_t.id == id_))).first()
    return _listed(row) if row else None


def _listed(row: Row[tuple[object, ...]]) -> TaskRow:
    return TaskRow(**{name: getattr(row, name) for name in TaskRow.__struct_fields__})
