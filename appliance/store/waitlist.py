"""The waiting list of each restaurant."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, text, tuple_

from appliance.domain.waitlist import OPEN, Entry, EntryState
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx

_w = s.waitlist.c
_PLAIN = (
    "id",
    "restaurant_id",
    "party_size",
    "area_id",
    "accessible",
    "high_chairs",
    "name",
    "phone",
    "notes",
    "reservation_id",
    "call_id",
    "created_at",
    "updated_at",
)
_OPEN = tuple(state.value for state in OPEN)
# Written out, not as a parameter: only so can SQLite tell that its index of those who wait will do.
_WAITS = text("waitlist.state = 'waiting'")


async def add(tx: Tx, entry: Entry) -> None:
    await tx.execute(s.waitlist.insert(), _row(entry))


async def save(tx: Tx, entry: Entry) -> None:
    """Write all of an entry anew."""
    await tx.execute(s.waitlist.update().where(_w.id == entry.id), _row(entry))


def _row(entry: Entry) -> Mapping[str, Any]:
    return {name: getattr(entry, name) for name in _PLAIN} | {
        "customer_id": entry.customer_id or None,
        "date": entry.date.isoformat(),
        "minutes": dump(entry.minutes),
        "needs": dump(entry.needs),
        "state": entry.state.value,
    }


async def waiting(tx: Tx, restaurant_id: str, days: Collection[date], *, limit: int) -> list[Entry]:
    """Those who wait for a table on one of the days, whoever came first before the others."""
    dates = [day.isoformat() for day in days]
    return await _load(tx, and_(_w.restaurant_id == restaurant_id, _w.date.in_(dates), _WAITS), limit=limit)


async def waited_for(tx: Tx, *, after: tuple[str, str], limit: int) -> list[tuple[str, date]]:
    """(restaurant, day) wherever somebody waits, in order, from what follows `after` on."""
    place = (_w.restaurant_id, _w.date)
    query = select(*place).where(_WAITS, tuple_(*place) > tuple_(*after)).distinct()
    rows = await tx.execute(query.order_by(*place).limit(limit))
    return [(row.restaurant_id, date.fromisoformat(row.date)) for row in rows]


async def of_phone(tx: Tx, restaurant_id: str, phone: str) -> list[Entry]:
    """The entries under a number that still wait or have an offer."""
    mine = and_(_w.restaurant_id == restaurant_id, _w.phone == phone, _w.state.in_(_OPEN))
    return await _load(tx, mine)


async def of_call(tx: Tx, restaurant_id: str, call_id: str) -> list[Entry]:
    return await _load(tx, and_(_w.restaurant_id == restaurant_id, _w.call_id == call_id))


async def offered(tx: Tx, reservation_id: str) -> Entry | None:
    """The entry that the reservation was offered to, while it is."""
    mine = and_(_w.reservation_id == reservation_id, _w.state == EntryState.OFFERED.value)
    return next(iter(await _load(tx, mine)), None)


async def one(tx: Tx, restaurant_id: str, id_: str) -> Entry | None:
    return next(iter(await _load(tx, and_(_w.restaurant_id == restaurant_id, _w.id == id_))), None)


async def page(
    tx: Tx, restaurant_id: str, *, day: date | None, open_only: bool, limit: int, offset: int
) -> tuple[list[Entry], int]:
    """The restaurant's entries, of one day or all, whoever came first before the others, and how many there are."""
    mine = _w.restaurant_id == restaurant_id
    if day:
        mine = and_(mine, _w.date == day.isoformat())
    if open_only:
        mine = and_(mine, _w.state.in_(_OPEN))
    total = (await tx.execute(select(func.count()).select_from(s.waitlist).where(mine))).scalar_one()
    return await _load(tx, mine, limit=limit, offset=offset), total


async def give_up(tx: Tx, restaurant_id: str, day: date, *, now_ms: int) -> int:
    """Whoever still waits for that day waits in vain; how many they were."""
    late = and_(_w.restaurant_id == restaurant_id, _w.date == day.isoformat(), _WAITS)
    missed = {"state": EntryState.MISSED.value, "updated_at": now_ms}
    return (await tx.execute(s.waitlist.update().where(late).values(**missed))).rowcount


async def _load(tx: Tx, which: ColumnElement[bool], *, limit: int | None = None, offset: int = 0) -> list[Entry]:
    query = select(s.waitlist).where(which).order_by(_w.created_at, _w.id).limit(limit).offset(offset)
    return [_entry(row) for row in await tx.execute(query)]


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        **{name: getattr(row, name) for name in _PLAIN},
        customer_id=row.customer_id or "",
        date=date.fromisoformat(row.date),
        minutes=load(row.minutes, tuple[int, ...]),
        needs=load(row.needs, tuple[str, ...]),
        state=EntryState(row.state),
    )
