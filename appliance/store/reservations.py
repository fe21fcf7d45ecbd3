"""The reservation book: bookings, the tables they take, and the claims that keep two parties off one table."""

from collections.abc import Collection, Sequence

from sqlalchemy import Row, and_, func, select

from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus
from appliance.domain.restaurant import QUARTER_MS
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx

_r = s.reservations.c
_PLAIN = [
    "id",
    "restaurant_id",
    "date",
    "time",
    "starts_at",
    "ends_at",
    "party_size",
    "name",
    "phone",
    "shift",
    "area_id",
    "notes",
    "source",
    "call_id",
    "created_at",
    "updated_at",
]
_HOLDING = tuple(status.value for status in HOLDING)


async def insert(tx: Tx, reservation: Reservation) -> None:
    """Write a reservation and claim its tables. Raises Conflict when a table is taken in any of the quarters."""
    row = {name: getattr(reservation, name) for name in _PLAIN}
    row |= {
        "customer_id": reservation.customer_id or None,
        "status": reservation.status.value,
        "needs": dump(reservation.needs),
    }
    await tx.execute(s.reservations.insert(), row)
    own = [{"reservation_id": reservation.id, "table_id": table_id} for table_id in reservation.table_ids]
    if own:
        await tx.execute(s.reservation_tables.insert(), own)
    if reservation.status in HOLDING:
        await _claim(tx, reservation)


async def _claim(tx: Tx, reservation: Reservation) -> None:
    first, end = reservation.starts_at // QUARTER_MS, -(-reservation.ends_at // QUARTER_MS)
    claims = [
        {
            "table_id": table_id,
            "quarter": quarter,
            "reservation_id": reservation.id,
            "restaurant_id": reservation.restaurant_id,
        }
        for table_id in reservation.table_ids
        for quarter in range(first, end)
    ]
    if claims:
        await tx.execute(s.table_claims.insert(), claims)


async def save_wishes(tx: Tx, reservation: Reservation) -> None:
    """Write its notes and needs."""
    wishes = {"notes": reservation.notes, "needs": dump(reservation.needs), "updated_at": reservation.updated_at}
    await tx.execute(s.reservations.update().where(_r.id == reservation.id).values(**wishes))


async def release(tx: Tx, reservation_id: str, status: ReservationStatus, *, now_ms: int) -> bool:
    """Move a holding reservation to a state that frees its tables. False when it held none any more."""
    changed = await tx.execute(
        s.reservations.update()
        .where(_r.id == reservation_id, _r.status.in_(_HOLDING))
        .values(status=status.value, updated_at=now_ms)
    )
    await tx.execute(s.table_claims.delete().where(s.table_claims.c.reservation_id == reservation_id))
    return bool(changed.rowcount)


async def claims(tx: Tx, restaurant_id: str, quarters: range) -> list[tuple[str, int]]:
    """(table id, quarter) of every claim in the window."""
    c = s.table_claims.c
    rows = await tx.execute(
        select(c.table_id, c.quarter).where(
            c.restaurant_id == restaurant_id, c.quarter >= quarters.start, c.quarter < quarters.stop
        )
    )
    return [(row.table_id, row.quarter) for row in rows]


async def claims_of_several(
    tx: Tx, restaurant_ids: Collection[str], quarters: range
) -> dict[str, list[tuple[str, int]]]:
    """Restaurant id → what `claims` says of it, in one question."""
    c = s.table_claims.c
    window = (c.quarter >= quarters.start) & (c.quarter < quarters.stop)
    rows = await tx.execute(
        select(c.restaurant_id, c.table_id, c.quarter).where(c.restaurant_id.in_(restaurant_ids), window)
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for restaurant_id, table_id, quarter in rows:
        found.setdefault(restaurant_id, []).append((table_id, quarter))
    return found


async def page(
    tx: Tx, restaurant_id: str, *, date: str | None, limit: int, offset: int
) -> tuple[list[Reservation], int]:
    """The reservations of one date, or of all, by start, and how many there are."""
    mine = (
        _r.restaurant_id == restaurant_id if date is None else and_(_r.restaurant_id == restaurant_id, _r.date == date)
    )
    total = (await tx.execute(select(func.count()).select_from(s.reservations).where(mine))).scalar_one()
    return await _load(tx, mine, limit=limit, offset=offset), total


async def upcoming_of_phone(
    tx: Tx, restaurant_id: str, phone: str, *, since_ms: int, states: Collection[ReservationStatus] = HOLDING
) -> list[Reservation]:
    """The reservations under a number in one of `states` that end after `since_ms`, soonest first."""
    wanted = [status.value for status in states]
    mine = and_(_r.restaurant_id == restaurant_id, _r.phone == phone, _r.status.in_(wanted), _r.ends_at > since_ms)
    return await _load(tx, mine)


async def of_call(tx: Tx, restaurant_id: str, call_id: str) -> list[Reservation]:
    return await _load(tx, and_(_r.restaurant_id == restaurant_id, _r.call_id == call_id))


async def one(tx: Tx, reservation_id: str) -> Reservation | None:
    found = await _load(tx, _r.id == reservation_id)
    return found[0] if found else None


async def _load(tx: Tx, which: object, *, limit: int | None = None, offset: int = 0) -> list[Reservation]:
    query = select(s.reservations).where(which).order_by(_r.starts_at, _r.id).limit(limit).offset(offset)  # type: ignore[arg-type]
    rows = (await tx.execute(query)).all()
    taken = await _tables_of(tx, [row.id for row in rows])
    return [_reservation(row, taken.get(row.id, ())) for row in rows]


async def _tables_of(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    t = s.reservation_tables.c
    if not ids:
        return {}
    rows = await tx.execute(select(t.reservation_id, t.table_id).where(t.reservation_id.in_(ids)).order_by(t.table_id))
    taken: dict[str, tuple[str, ...]] = {}
    for row in rows:
        taken[row.reservation_id] = (*taken.get(row.reservation_id, ()), row.table_id)
    return taken


def _reservation(row: Row[tuple[object, ...]], table_ids: tuple[str, ...]) -> Reservation:
    return Reservation(
        **{name: getattr(row, name) for name in _PLAIN},
        customer_id=row.customer_id or "",
        status=ReservationStatus(row.status),
        needs=load(row.needs, tuple[str, ...]),
        table_ids=table_ids,
    )


async def count_created_since(tx: Tx, since_ms: int) -> int:
    query = select(func.count()).select_from(s.reservations).where(_r.created_at >= since_ms)
    return (await tx.execute(query)).scalar_one()
