"""The reservation book: bookings, the tables they take, and the claims that keep two parties off one table."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, or_, select, text

from appliance.domain.hours import Stay
from appliance.domain.reservation import HOLDING, Reservation, ReservationStatus, Source
from appliance.domain.restaurant import QUARTER_MS
from appliance.domain.seating import Sitting
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx

_r, _c = s.reservations.c, s.table_claims.c
_PLAIN = [
    "id",
    "restaurant_id",
    "date",
    "time",
    "starts_at",
    "ends_at",
    "free_at",
    "party_size",
    "name",
    "phone",
    "shift",
    "area_id",
    "area_wished",
    "notes",
    "high_chairs",
    "deposit_cents",
    "pending_until",
    "seated_at",
    "call_id",
    "created_at",
    "updated_at",
]
_HOLDING = tuple(status.value for status in HOLDING)
_DAY_QUARTERS = 26 * 4

# Asked all day long: a statement that is there already is not made into SQL anew.
_COMING = (
    _r.restaurant_id.in_(bindparam("ids", expanding=True)),
    _r.starts_at >= bindparam("first"),
    _r.starts_at < bindparam("end"),
    _r.status.in_(_HOLDING),
)
_SITTINGS = select(_r.restaurant_id, _r.starts_at, _r.ends_at, _r.free_at, _r.party_size, _r.high_chairs).where(
    *_COMING, _r.id != bindparam("but")
)
_PHONES = select(_r.restaurant_id, _r.phone).where(*_COMING)
_CLAIMS = select(_c.restaurant_id, _c.table_id, _c.quarter).where(
    _c.restaurant_id.in_(bindparam("ids", expanding=True)),
    _c.quarter >= bindparam("first"),
    _c.quarter < bindparam("end"),
)
# The index of the window does not say whose a claim is, so that this is read only where somebody asks.
_CLAIMS_BUT = _CLAIMS.where(_c.reservation_id != bindparam("but"))


async def insert(tx: Tx, reservation: Reservation) -> None:
    """Write a reservation and claim its tables. Raises Conflict when a table is taken in any of the quarters."""
    await tx.execute(s.reservations.insert(), _row(reservation))
    await _take(tx, reservation)


async def replace(tx: Tx, reservation: Reservation) -> None:
    """Write all of a reservation anew, its tables and claims too. Raises Conflict when a table is another party's.

    Until the commit, what it was stands: a booking that cannot be moved stays where it was.
    """
    await tx.execute(s.reservations.update().where(_r.id == reservation.id), _row(reservation))
    await tx.execute(s.table_claims.delete().where(_c.reservation_id == reservation.id))
    await tx.execute(s.reservation_tables.delete().where(s.reservation_tables.c.reservation_id == reservation.id))
    await _take(tx, reservation)


def _row(reservation: Reservation) -> Mapping[str, Any]:
    row = {name: getattr(reservation, name) for name in _PLAIN}
    return row | {
        "customer_id": reservation.customer_id or None,
        "status": reservation.status.value,
        "source": reservation.source.value,
        "needs": dump(reservation.needs),
    }


async def _take(tx: Tx, reservation: Reservation) -> None:
    """Note down its tables, and claim them while it holds."""
    own = [{"reservation_id": reservation.id, "table_id": table_id} for table_id in reservation.table_ids]
    if own:
        await tx.execute(s.reservation_tables.insert(), own)
    if reservation.status in HOLDING:
        await _claim(tx, reservation)


async def _claim(tx: Tx, reservation: Reservation) -> None:
    claims = [
        {
            "table_id": table_id,
            "quarter": quarter,
            "reservation_id": reservation.id,
            "restaurant_id": reservation.restaurant_id,
        }
        for table_id in reservation.table_ids
        for quarter in reservation.quarters
    ]
    if claims:
        await tx.execute(s.table_claims.insert(), claims)


async def release(tx: Tx, reservation_id: str, status: ReservationStatus, *, now_ms: int) -> bool:
    """Move a holding reservation to a state that frees its tables. False when it held none any more."""
    changed = await tx.execute(
        s.reservations.update()
        .where(_r.id == reservation_id, _r.status.in_(_HOLDING))
        .values(status=status.value, pending_until=None, updated_at=now_ms)
    )
    await tx.execute(s.table_claims.delete().where(_c.reservation_id == reservation_id))
    return bool(changed.rowcount)


async def claims(tx: Tx, restaurant_id: str, quarters: range, *, but: str = "") -> list[tuple[str, int]]:
    """(table id, quarter) of every claim in the window, but those of one reservation."""
    found = await claims_of_several(tx, (restaurant_id,), quarters, but=but)
    return found.get(restaurant_id, [])


async def sittings(tx: Tx, restaurant_id: str, quarters: range, *, but: str = "") -> list[Sitting]:
    """The parties that come in the window, but that of one reservation."""
    found = await sittings_of_several(tx, (restaurant_id,), quarters, but=but)
    return found.get(restaurant_id, [])


async def claims_of_several(
    tx: Tx, restaurant_ids: Collection[str], quarters: range, *, but: str = ""
) -> dict[str, list[tuple[str, int]]]:
    """Restaurant id → what `claims` says of it, in one question."""
    asked = {"ids": list(restaurant_ids), "first": quarters.start, "end": quarters.stop, "but": but}
    found: dict[str, list[tuple[str, int]]] = {}
    for restaurant_id, table_id, quarter in await tx.execute(_CLAIMS_BUT if but else _CLAIMS, asked):
        found.setdefault(restaurant_id, []).append((table_id, quarter))
    return found


async def sittings_of_several(
    tx: Tx, restaurant_ids: Collection[str], quarters: range, *, but: str = ""
) -> dict[str, list[Sitting]]:
    """Restaurant id → what `sittings` says of it, in one question."""
    found: dict[str, list[Sitting]] = {}
    for row in await tx.execute(_SITTINGS, _around(restaurant_ids, quarters) | {"but": but}):
        stay = Stay(starts_at=row.starts_at, ends_at=row.ends_at, free_at=row.free_at)
        party = Sitting(stay=stay, party_size=row.party_size, high_chairs=row.high_chairs)
        found.setdefault(row.restaurant_id, []).append(party)
    return found


def _around(restaurant_ids: Collection[str], quarters: range) -> dict[str, Any]:
    """Where to look for who is there in the window: also for who came before it, which is a day before at most."""
    first, end = (quarters.start - _DAY_QUARTERS) * QUARTER_MS, quarters.stop * QUARTER_MS
    return {"ids": list(restaurant_ids), "first": first, "end": end}


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


async def between(
    tx: Tx, restaurant_id: str, first_ms: int, end_ms: int, *, states: Collection[ReservationStatus] = ()
) -> list[Reservation]:
    """Those that begin from `first_ms` on and before `end_ms`, by start; of any state when none are given."""
    mine = and_(_r.restaurant_id == restaurant_id, _r.starts_at >= first_ms, _r.starts_at < end_ms)
    return await _load(tx, and_(mine, _r.status.in_([status.value for status in states])) if states else mine)


async def stretch(
    tx: Tx, restaurant_id: str, span: tuple[int, int], *, after: tuple[int, str], limit: int
) -> list[Reservation]:
    """The first of those that begin in the span (Unix ms, the end not included) and follow `after`: a start and an id.

    So a book of any length is read page by page, and none of its pages costs more than the first.
    """
    (first, end), (at, id_) = span, after
    in_span = and_(_r.restaurant_id == restaurant_id, _r.starts_at >= max(first, at), _r.starts_at < end)
    return await _load(tx, and_(in_span, or_(_r.starts_at > at, _r.id > id_)), limit=limit)


async def present(tx: Tx, restaurant_id: str, ids: Collection[str]) -> set[str]:
    """Those of the ids that the restaurant's book has."""
    found = await tx.execute(select(_r.id).where(_r.id.in_(ids), _r.restaurant_id == restaurant_id))
    return set(found.scalars())


async def overdue(tx: Tx, *, now_ms: int, limit: int) -> list[tuple[str, str]]:
    """(restaurant id, reservation id) of seated parties whose time and grace have passed, the longest first."""
    grace_ms = s.restaurants.c.grace_minutes * 60_000
    query = (
        select(_r.restaurant_id, _r.id)
        .join(s.restaurants, s.restaurants.c.id == _r.restaurant_id)
        # Written out, not as a parameter: only so can SQLite tell that its index of seated parties will do.
        .where(text("reservations.status = 'seated'"), _r.ends_at <= now_ms, _r.ends_at + grace_ms <= now_ms)
        .order_by(_r.ends_at)
        .limit(limit)
    )
    return [(row.restaurant_id, row.id) for row in await tx.execute(query)]


async def lapsed(tx: Tx, *, now_ms: int, limit: int) -> list[tuple[str, str]]:
    """(restaurant id, reservation id) of pending ones that nobody confirmed in time, the longest first."""
    query = select(_r.restaurant_id, _r.id).where(_r.pending_until.is_not(None), _r.pending_until <= now_ms)
    pending = query.where(_r.status == ReservationStatus.PENDING.value)
    return [(row.restaurant_id, row.id) for row in await tx.execute(pending.order_by(_r.pending_until).limit(limit))]


async def phones(tx: Tx, restaurant_ids: Collection[str], quarters: range) -> dict[str, frozenset[str]]:
    """Restaurant id → the numbers of the guests who have a table in the window, or for whom one is kept."""
    found: dict[str, set[str]] = {}
    for restaurant_id, phone in await tx.execute(_PHONES, _around(restaurant_ids, quarters)):
        found.setdefault(restaurant_id, set()).add(phone)
    return {id_: frozenset(of) for id_, of in found.items()}


class DayCount(NamedTuple):
    """What of one state a date holds. `small_hours`: it belongs to the night that began the evening before."""

    date: str
    small_hours: bool
    status: ReservationStatus
    reservations: int
    covers: int
    table_ms: int


async def day_counts(tx: Tx, restaurant_id: str, first: str, last: str, *, night_ends: str) -> list[DayCount]:
    """How many reservations and guests every date from `first` to `last` has, and how long their tables are held."""
    held = s.reservation_tables.c
    tables = select(func.count()).where(held.reservation_id == _r.id).scalar_subquery()
    small_hours = (_r.time < night_ends).label("small_hours")
    query = (
        select(
            _r.date,
            small_hours,
            _r.status,
            func.count().label("reservations"),
            func.sum(_r.party_size).label("covers"),
            func.sum((_r.free_at - _r.starts_at) * tables).label("table_ms"),
        )
        .where(_r.restaurant_id == restaurant_id, _r.date >= first, _r.date <= last)
        .group_by(_r.date, "small_hours", _r.status)
    )
    return [
        DayCount(
            date=row.date,
            small_hours=bool(row.small_hours),
            status=ReservationStatus(row.status),
            reservations=row.reservations,
            covers=int(row.covers),
            table_ms=int(row.table_ms),
        )
        for row in await tx.execute(query)
    ]


async def to_come_of_guest(tx: Tx, customer_id: str, *, since_ms: int) -> list[Reservation]:
    """The guest's holding reservations that end after `since_ms`, soonest first."""
    return await _load(tx, and_(_r.customer_id == customer_id, _r.status.in_(_HOLDING), _r.ends_at > since_ms))


async def to_come_among(tx: Tx, ids: Collection[str], *, since_ms: int) -> list[Reservation]:
    """Those of these reservations that hold a table and end after `since_ms`, soonest first."""
    return await _load(tx, and_(_r.id.in_(ids), _r.status.in_(_HOLDING), _r.ends_at > since_ms))


async def past_of_guest(tx: Tx, customer_id: str, *, before_ms: int, limit: int) -> list[Reservation]:
    """The guest's other reservations, latest first."""
    past = or_(_r.status.not_in(_HOLDING), _r.ends_at <= before_ms)
    return await _load(tx, and_(_r.customer_id == customer_id, past), limit=limit, latest_first=True)


async def upcoming(
    tx: Tx, restaurant_id: str, *, since_ms: int, states: Collection[ReservationStatus] = HOLDING
) -> list[Reservation]:
    """The reservations in one of `states` that end after `since_ms`, soonest first."""
    return await _load(tx, _upcoming(restaurant_id, since_ms, states))


async def count_upcoming(tx: Tx, restaurant_id: str, *, since_ms: int) -> int:
    """How many hold a table and end after `since_ms`."""
    which = _upcoming(restaurant_id, since_ms, HOLDING)
    return (await tx.execute(select(func.count()).select_from(s.reservations).where(which))).scalar_one()


def _upcoming(restaurant_id: str, since_ms: int, states: Collection[ReservationStatus]) -> ColumnElement[bool]:
    # None stays for longer than a day: where they start is what the index knows.
    since = and_(_r.starts_at > since_ms - _DAY_QUARTERS * QUARTER_MS, _r.ends_at > since_ms)
    return and_(_r.restaurant_id == restaurant_id, since, _r.status.in_([status.value for status in states]))


async def of_call(tx: Tx, restaurant_id: str, call_id: str) -> list[Reservation]:
    return await _load(tx, and_(_r.restaurant_id == restaurant_id, _r.call_id == call_id))


async def one(tx: Tx, reservation_id: str) -> Reservation | None:
    found = await _load(tx, _r.id == reservation_id)
    return found[0] if found else None


async def _load(
    tx: Tx, which: ColumnElement[bool], *, limit: int | None = None, offset: int = 0, latest_first: bool = False
) -> list[Reservation]:
    order = (_r.starts_at.desc(), _r.id.desc()) if latest_first else (_r.starts_at, _r.id)
    query = select(s.reservations).where(which).order_by(*order).limit(limit).offset(offset)
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
        source=Source(row.source),
        needs=load(row.needs, tuple[str, ...]),
        table_ids=table_ids,
    )


async def count_created_since(tx: Tx, since_ms: int) -> int:
    query = select(func.count()).select_from(s.reservations).where(_r.created_at >= since_ms)
    return (await tx.execute(query)).scalar_one()


async def changed_since(tx: Tx, since_ms: int) -> list[Reservation]:
    """Those of all restaurants that were made or changed since, soonest first."""
    return await _load(tx, _r.updated_at >= since_ms)
