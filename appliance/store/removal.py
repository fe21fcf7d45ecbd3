"""What was kept for a restaurant that is taken off, deleted little by little: others go on writing in between."""

from sqlalchemy import select

from appliance.store import schema as s
from appliance.store.engine import Tx

_KINDS = (
    s.reservations,
    s.waitlist,
    s.messages,
    s.transfers,
    s.customers,
    s.tool_calls,
    s.tool_answers,
    s.tasks,
    s.outbox,
    s.alerts,
    s.inbox,
)


async def delete_some(tx: Tx, restaurant_id: str, *, limit: int) -> bool:
    """Delete at most `limit` rows of one kind, with what hangs on them. False when nothing was left."""
    if await _delete_calls(tx, restaurant_id, limit):
        return True
    for kind in _KINDS:
        some = select(kind.c.id).where(kind.c.restaurant_id == restaurant_id).limit(limit)
        if (await tx.execute(kind.delete().where(kind.c.id.in_(some)))).rowcount:
            return True
    return await _delete_minutes(tx, restaurant_id, limit)


async def _delete_minutes(tx: Tx, restaurant_id: str, limit: int) -> bool:
    r = s.rollups.c
    some = select(r.minute).where(r.restaurant_id == restaurant_id).order_by(r.minute).limit(limit)
    mine = (r.restaurant_id == restaurant_id) & r.minute.in_(some)
    return bool((await tx.execute(s.rollups.delete().where(mine))).rowcount)


async def _delete_calls(tx: Tx, restaurant_id: str, limit: int) -> bool:
    """Calls and the notes of their events, which do not say whose they are."""
    c, e = s.calls.c, s.call_events.c
    found = await tx.execute(select(c.call_id).where(c.restaurant_id == restaurant_id).limit(limit))
    ids = found.scalars().all()
    if ids:
        await tx.execute(s.call_events.delete().where(e.call_id.in_(ids)))
        await tx.execute(s.calls.delete().where(c.restaurant_id == restaurant_id, c.call_id.in_(ids)))
    return bool(ids)
