"""What has been kept for as long as its restaurant keeps it: which rows that is, and how they are let go of."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Table, select

from appliance.store import calls as calls_
from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.personal import NAMELESS, drop_tasks


class Kept(Struct, frozen=True):
    """A kind of record. `due` finds those of a restaurant older than an instant, `remove` takes away what they hold."""

    name: str
    due: Callable[[Tx, str, int, int], Awaitable[Sequence[Any]]]
    remove: Callable[[Tx, Sequence[Any], int], Awaitable[None]]


class OldEvent(Struct, frozen=True, kw_only=True):
    id: str
    restaurant_id: str
    received_at: int


async def guests(tx: Tx, restaurant_id: str, before: int, limit: int) -> list[str]:
    """The ids of guests who have neither come nor meant to, nor been thought of, since."""
    c, r = s.customers.c, s.reservations.c
    since = select(r.id).where(r.customer_id == c.id, r.starts_at >= before).exists()
    query = select(c.id).where(c.restaurant_id == restaurant_id, c.updated_at < before, ~since)
    return list((await tx.execute(query.order_by(c.updated_at, c.id).limit(limit))).scalars())


async def events(tx: Tx, *, after: str, limit: int) -> list[OldEvent]:
    """The events received, of all restaurants, oldest first (ids sort by age)."""
    i = s.inbox.c
    query = select(i.id, i.restaurant_id, i.received_at).where(i.id > after).order_by(i.id).limit(limit)
    return [
        OldEvent(id=row.id, restaurant_id=row.restaurant_id or "", received_at=row.received_at)
        for row in await tx.execute(query)
    ]


async def remove_events(tx: Tx, ids: Sequence[str]) -> None:
    """Take events away, with what was still to be done about them; that they were applied stays in their call's log."""
    await drop_tasks(tx, ids)
    await tx.execute(s.inbox.delete().where(s.inbox.c.id.in_(ids)))


async def _calls(tx: Tx, restaurant_id: str, before: int, limit: int) -> list[calls_.CallKey]:
    c = s.calls.c
    mine = (c.restaurant_id == restaurant_id) & c.erased_at.is_(None) & (c.first_seen_at < before)
    found = await tx.execute(select(c.provider, c.call_id).where(mine).order_by(c.first_seen_at).limit(limit))
    return [(row.provider, row.call_id) for row in found]


async def _erase_calls(tx: Tx, keys: Sequence[Any], now_ms: int) -> None:
    await calls_.erase(tx, keys, now_ms=now_ms)


async def _remove_messages_sent(tx: Tx, ids: Sequence[Any], _now_ms: int) -> None:
    await drop_tasks(tx, ids)
    await tx.execute(s.outbox.delete().where(s.outbox.c.id.in_(ids)))


async def _strangers(tx: Tx, restaurant_id: str, before: int, limit: int) -> Sequence[str]:
    """Bookings that belong to no guest and still say something of one: walk-ins, guests without a number."""
    r = s.reservations.c
    mine = (r.restaurant_id == restaurant_id) & (r.starts_at < before)
    query = select(r.id).where(mine, s.STRANGERS).order_by(r.starts_at).limit(limit)
    return (await tx.execute(query)).scalars().all()


async def _forget_strangers(tx: Tx, ids: Sequence[Any], now_ms: int) -> None:
    mine = s.reservations.c.id.in_(ids)
    await tx.execute(s.reservations.update().where(mine).values(**NAMELESS, updated_at=now_ms))


async def _waiting(tx: Tx, restaurant_id: str, before: int, limit: int) -> Sequence[str]:
    w = s.waitlist.c
    mine = (w.restaurant_id == restaurant_id) & (w.date < datetime.fromtimestamp(before / 1000, UTC).date().isoformat())
    return (await tx.execute(select(w.id).where(mine).order_by(w.date).limit(limit))).scalars().all()


def _older(table: Table, at: ColumnElement[Any]) -> Callable[[Tx, str, int, int], Awaitable[Sequence[Any]]]:
    async def due(tx: Tx, restaurant_id: str, before: int, limit: int) -> Sequence[str]:
        mine = (table.c.restaurant_id == restaurant_id) & (at < before)
        return (await tx.execute(select(table.c.id).where(mine).order_by(at).limit(limit))).scalars().all()

    return due


def _gone(table: Table) -> Callable[[Tx, Sequence[Any], int], Awaitable[None]]:
    async def remove(tx: Tx, ids: Sequence[Any], _now_ms: int) -> None:
        await tx.execute(table.delete().where(table.c.id.in_(ids)))

    return remove


OF_CALLS: Sequence[Kept] = (
    Kept("calls", _calls, _erase_calls),
    Kept("tool_calls", _older(s.tool_calls, s.tool_calls.c.at), _gone(s.tool_calls)),
    Kept("tool_answers", _older(s.tool_answers, s.tool_answers.c.created_at), _gone(s.tool_answers)),
    Kept("messages", _older(s.messages, s.messages.c.created_at), _gone(s.messages)),
    Kept("outbox", _older(s.outbox, s.outbox.c.created_at), _remove_messages_sent),
)
"""What was said on the phone and passed on."""

OF_GUESTS: Sequence[Kept] = (
    Kept("reservations", _strangers, _forget_strangers),
    Kept("waitlist", _waiting, _gone(s.waitlist)),
)
"""What names people, beside the guests themselves."""
