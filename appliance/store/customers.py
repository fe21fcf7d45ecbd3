"""Guests: one per restaurant and phone. What they did is counted from their reservations, never kept beside them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Row, case, false, func, select

from appliance.domain.guests import GuestClass, guest_class
from appliance.domain.reservation import CAME, ReservationStatus
from appliance.domain.spoken.names import same_person
from appliance.domain.spoken.text import fold
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx
from appliance.store.upsert import upsert

T = TypeVar("T")

_TELLING_VISITS = 50
_MOST_NAMES = 20
"""Of one telephone, whose needs are kept apart."""
_c = s.customers.c
_r = s.reservations.c
_CAME = _r.status.in_([status.value for status in CAME])


class Guest(Struct, frozen=True, kw_only=True):
    """A guest. `needs` are those that whoever goes by this name always has.

    `bookings` counts all they ever made here, `visits` those they came to, the last of them at `last_visit_at`.
    """

    id: str
    phone: str
    name: str
    vip: bool
    needs: tuple[str, ...]
    notes: str
    created_at: int
    bookings: int = 0
    visits: int = 0
    no_shows: int = 0
    cancellations: int = 0
    last_visit_at: int | None = None

    @property
    def class_(self) -> GuestClass:
        return guest_class(visits=self.visits, vip=self.vip)


class Told(Struct, frozen=True, kw_only=True):
    """The needs that a call was the first to tell of those who use one telephone, by the name they were told for."""

    call_id: str = ""
    needs: dict[str, tuple[str, ...]] = {}


class Habits(Struct, frozen=True, kw_only=True):
    """What most of a guest's visits had in common; nothing before the first."""

    area_id: str = ""
    time: str = ""
    party_size: int | None = None


class Remembered(Struct, frozen=True, kw_only=True):
    """Who a booking is for, and what is known to be needed."""

    id: str
    needs: tuple[str, ...]


async def remember(
    tx: Tx,
    *,
    id_: str,
    restaurant_id: str,
    phone: str,
    name: str,
    by_owner: bool,
    now_ms: int,
    came_at: int | None = None,
) -> Remembered:
    """The guest with this phone, written down now if new, and what the one of that name needs.

    The last name given is kept; unless somebody else gave it, and not the phone's owner. How long they are kept
    counts from now; of a booking that is past, from when they came to it, unless they have been heard of since.
    """
    heard_of = now_ms if came_at is None else min(now_ms, came_at)
    kept = await _kept(tx, (_c.restaurant_id == restaurant_id) & (_c.phone == phone))
    row = {"id": id_, "restaurant_id": restaurant_id, "phone": phone, "name": name, "name_key": fold(name)}
    unknown = {"vip": False, "needs": dump({}), "notes": "", "created_at": now_ms, "updated_at": heard_of}
    statement = upsert(
        tx,
        s.customers,
        row | unknown,
        on=("restaurant_id", "phone"),
        update=("name", "name_key") if by_owner else ("phone",),  # the phone is the same: it only finds the row
    )
    found = (await tx.execute(statement.returning(_c.id))).scalar_one()
    latest = case((_c.updated_at < heard_of, heard_of), else_=_c.updated_at)
    # Before it stands beside another name: whose it is.
    await tx.execute(s.customers.update().where(_c.id == found).values(needs=dump(kept), updated_at=latest))
    return Remembered(id=found, needs=_of(kept, name))


async def known(tx: Tx, restaurant_id: str, phone: str) -> Guest | None:
    return await _one(tx, (_c.restaurant_id == restaurant_id) & (_c.phone == phone))


async def one(tx: Tx, restaurant_id: str, id_: str) -> Guest | None:
    return await _one(tx, (_c.restaurant_id == restaurant_id) & (_c.id == id_))


async def needs_of(tx: Tx, id_: str, name: str) -> tuple[str, ...]:
    """What the guest of that name always needs; nothing of a guest who is gone."""
    return _of(await _kept(tx, _c.id == id_), name)


async def needs_under(tx: Tx, restaurant_id: str, phone: str, name: str) -> tuple[str, ...]:
    """What the guest with this number and name always needs; nothing of one who is unknown."""
    return _of(await _kept(tx, (_c.restaurant_id == restaurant_id) & (_c.phone == phone)), name)


async def save_needs(tx: Tx, id_: str, name: str, needs: Sequence[str], *, now_ms: int) -> None:
    kept = _with(await _kept(tx, _c.id == id_), name, needs)
    await tx.execute(s.customers.update().where(_c.id == id_).values(needs=dump(kept), updated_at=now_ms))


async def learn_needs(
    tx: Tx, id_: str, name: str, needs: Sequence[str], *, call_id: str, new: Sequence[str], now_ms: int
) -> None:
    """Write down all that the guest of that name needs, of which that call told what is `new`."""
    before = await _told(tx, id_)
    before = before if call_id and before.call_id == call_id else Told(call_id=call_id)
    told = replace(before, needs=_with(before.needs, name, (*_of(before.needs, name), *new)))
    await save_needs(tx, id_, name, needs, now_ms=now_ms)
    await tx.execute(s.customers.update().where(_c.id == id_).values(told=dump(told)))


async def told_first(tx: Tx, id_: str, name: str, *, call_id: str) -> tuple[str, ...]:
    """The needs of the guest of that name that nobody knew of before that call."""
    told = await _told(tx, id_)
    return _of(told.needs, name) if call_id and told.call_id == call_id else ()


async def _told(tx: Tx, id_: str) -> Told:
    found = (await tx.execute(select(_c.told).where(_c.id == id_))).scalar()
    return load(found, Told) if found else Told()


async def save(tx: Tx, guest: Guest, *, now_ms: int) -> None:
    """Write what the staff say of a guest. By their name of before, should they book with it, they need the same."""
    kept = await _kept(tx, _c.id == guest.id)
    before = (await tx.execute(select(_c.name).where(_c.id == guest.id))).scalar() or guest.name
    kept = _with(_with(kept, before, guest.needs), guest.name, guest.needs)
    said = {"name": guest.name, "name_key": fold(guest.name), "vip": guest.vip, "notes": guest.notes}
    said_now = said | {"needs": dump(kept), "updated_at": now_ms}
    await tx.execute(s.customers.update().where(_c.id == guest.id).values(**said_now))


_Kept = dict[str, tuple[str, ...]]
"""What each of those who use one telephone always needs, by the name it was told for."""


async def _kept(tx: Tx, which: ColumnElement[bool]) -> _Kept:
    found = (await tx.execute(select(_c.name, _c.needs).where(which))).first()
    return _by_name(found.name, found.needs) if found else {}


def _by_name(name: str, kept: str) -> _Kept:
    """A list, as it was kept before names were told apart, is that of the name beside it."""
    if kept.startswith("{"):
        return load(kept, _Kept)
    needs = load(kept, tuple[str, ...])
    return {name: needs} if needs else {}


def _of(kept: _Kept, name: str) -> tuple[str, ...]:
    """Of two who may be meant ("Lucía") the needs of both: one too many costs a question, one too few a guest."""
    return tuple(dict.fromkeys(need for known, needs in kept.items() if same_person(known, name) for need in needs))


def _with(kept: _Kept, name: str, needs: Sequence[str]) -> _Kept:
    """With these as all that who goes by the name needs; of too many names the first are let go."""
    others = {known: theirs for known, theirs in kept.items() if not same_person(known, name)}
    return dict(list((others | {name: tuple(needs)}).items())[-_MOST_NAMES:])


async def page(
    tx: Tx, restaurant_id: str, *, name: str = "", phone: str = "", limit: int, offset: int
) -> tuple[list[Guest], int]:
    """The restaurant's guests by name, and how many there are: all, or those with that part of a name or number."""
    mine = _c.restaurant_id == restaurant_id
    if name.strip():
        # Signs alone, such as "%", are no part of any name: folded they are empty, and would be a part of all.
        key = fold(name)
        mine &= _c.name_key.contains(key, autoescape=True) if key else false()
    if phone:
        mine &= _c.phone.contains(phone, autoescape=True)
    total = (await tx.execute(select(func.count()).select_from(s.customers).where(mine))).scalar_one()
    query = select(s.customers).where(mine).order_by(_c.name_key, _c.id).limit(limit).offset(offset)
    return await _guests(tx, (await tx.execute(query)).all()), total


async def habits(tx: Tx, id_: str) -> Habits:
    """By the last visits; what two have as often is as it was the last time."""
    query = select(_r.area_id, _r.time, _r.party_size).where(_r.customer_id == id_, _CAME)
    visits = (await tx.execute(query.order_by(_r.starts_at.desc()).limit(_TELLING_VISITS))).all()
    return Habits(
        area_id=_usual((visit.area_id for visit in visits), ""),
        time=_usual((visit.time for visit in visits), ""),
        party_size=_usual((visit.party_size for visit in visits), None),
    )


def _usual(values: Iterable[T], nothing: T) -> T:
    """The one there most often, of two alike the first."""
    often = Counter(value for value in values if value).most_common(1)
    return often[0][0] if often else nothing


async def _one(tx: Tx, which: ColumnElement[bool]) -> Guest | None:
    guests = await _guests(tx, (await tx.execute(select(s.customers).where(which))).all())
    return guests[0] if guests else None


async def _guests(tx: Tx, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Guest]:
    counted = await _tallies(tx, [row.id for row in rows])
    plain = ("id", "phone", "name", "vip", "notes", "created_at")
    return [
        Guest(
            **{name: getattr(row, name) for name in plain},
            needs=_of(_by_name(row.name, row.needs), row.name),
            **counted.get(row.id, {}),
        )
        for row in rows
    ]


async def _tallies(tx: Tx, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Guest id → what their reservations count up to; without those who have none."""
    if not ids:
        return {}
    in_state = {status: _r.status == status.value for status in ReservationStatus}
    query = select(
        _r.customer_id,
        func.count().label("bookings"),
        func.count().filter(_CAME).label("visits"),
        func.count().filter(in_state[ReservationStatus.NO_SHOW]).label("no_shows"),
        func.count().filter(in_state[ReservationStatus.CANCELLED]).label("cancellations"),
        func.max(_r.starts_at).filter(_CAME).label("last_visit_at"),
    ).where(_r.customer_id.in_(ids))
    rows = (await tx.execute(query.group_by(_r.customer_id))).mappings()
    return {row["customer_id"]: {name: row[name] for name in row if name != "customer_id"} for row in rows}
