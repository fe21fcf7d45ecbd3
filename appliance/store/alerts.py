"""Episodes of alerts: the database keeps one of a rule and a restaurant going at a time, however many nodes look."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Row, and_, func, select, update

from appliance.domain.episodes import Episode, Level, State
from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.upsert import insert_if_new

DELIVER = "alert.deliver"
"""The kind of the task that delivers a message about an alert; its id is the message's."""

_a = s.alerts.c
_GOING_ON = _a.resolved_at == 0
_IN_STATE: Mapping[State, ColumnElement[bool]] = {
    State.OPEN: and_(_GOING_ON, _a.acknowledged_at == 0),
    State.ACKNOWLEDGED: and_(_GOING_ON, _a.acknowledged_at != 0),
    State.RESOLVED: _a.resolved_at != 0,
}


class Delivery(Struct, frozen=True, kw_only=True):
    """A message about an alert to one channel. `task` is the state of its delivery in the queue, empty when done."""

    id: str
    alert_id: str
    topic: str
    destination: str
    created_at: int
    delivered_at: int | None
    task: str
    attempts: int
    error: str


async def current(tx: Tx, *, ended_since: int) -> list[Episode]:
    """Those going on, and those that ended since."""
    query = select(s.alerts).where(_GOING_ON | (_a.resolved_at >= ended_since))
    return [_episode(row) for row in await tx.execute(query)]


async def add(tx: Tx, episode: Episode) -> bool:
    """False when there is one of its rule and restaurant already."""
    done = await tx.execute(insert_if_new(tx, s.alerts), _row(episode))
    return bool(done.rowcount)


async def save(tx: Tx, before: Episode, after: Episode) -> bool:
    """Write what became of it. False when somebody else has changed it since `before` was read."""
    as_read = (_a.id == before.id) & (_a.revision == before.revision)
    row = _row(after) | {"revision": before.revision + 1}
    return bool((await tx.execute(update(s.alerts).where(as_read).values(row))).rowcount)


async def one(tx: Tx, id_: str) -> Episode | None:
    row = (await tx.execute(select(s.alerts).where(_a.id == id_))).first()
    return _episode(row) if row else None


async def held(tx: Tx, id_: str) -> Episode | None:
    """The same, held against others who would change it, to the end of the transaction."""
    row = (await tx.execute(select(s.alerts).where(_a.id == id_).with_for_update())).first()
    return _episode(row) if row else None


async def page(
    tx: Tx, *, states: Collection[State], rule: str | None, restaurant_id: str | None, limit: int, offset: int
) -> tuple[list[Episode], int]:
    """Newest first, of those states, and how many there are; of one rule and of one restaurant where that is asked."""
    which = [_a.rule == rule] if rule is not None else []
    if restaurant_id is not None:
        which.append(_a.restaurant_id == restaurant_id)
    if set(states) != set(State):
        condition = [_IN_STATE[state] for state in states]
        which.append(condition[0] if len(condition) == 1 else condition[0] | condition[1])
    total = (await tx.execute(select(func.count()).select_from(s.alerts).where(*which))).scalar_one()
    order = (_a.opened_at.desc(), _a.id.desc())
    rows = await tx.execute(select(s.alerts).where(*which).order_by(*order).limit(limit).offset(offset))
    return [_episode(row) for row in rows], total


async def deliveries(tx: Tx, alert_ids: Collection[str]) -> list[Delivery]:
    """The messages about those alerts, oldest first."""
    o, t = s.outbox.c, s.tasks.c
    query = (
        select(o.id, o.subject, o.topic, o.destination, o.created_at, o.delivered_at, t.state, t.attempts, t.error)
        .outerjoin(s.tasks, t.id == o.id)
        .where(o.subject.in_(alert_ids))
        .order_by(o.id)
    )
    return [
        Delivery(
            id=row.id,
            alert_id=row.subject,
            topic=row.topic,
            destination=row.destination,
            created_at=row.created_at,
            delivered_at=row.delivered_at,
            task=row.state or "",
            attempts=row.attempts or 0,
            error=row.error or "",
        )
        for row in await tx.execute(query)
    ]


async def delete_ended(tx: Tx, *, before: int, limit: int) -> int:
    """Delete at most `limit` episodes that ended before; how many. Messages about them go with them.

    And so do messages about the platform that are as old.
    """
    o = s.outbox.c
    query = select(_a.id).where(_a.resolved_at != 0, _a.resolved_at < before).order_by(_a.resolved_at).limit(limit)
    ids = (await tx.execute(query)).scalars().all()
    sent = o.subject.in_(ids) | ((o.restaurant_id == "") & (o.created_at < before))
    await tx.execute(s.tasks.delete().where(s.tasks.c.id.in_(select(o.id).where(sent))))
    await tx.execute(s.outbox.delete().where(sent))
    await tx.execute(s.alerts.delete().where(_a.id.in_(ids)))
    return len(ids)


def _row(episode: Episode) -> dict[str, Any]:
    return asdict(episode) | {"level": episode.level.value}


def _episode(row: Row[Any]) -> Episode:
    fields = dict(row._mapping)  # noqa: SLF001 — as documented
    return Episode(**fields | {"level": Level(fields["level"])})
