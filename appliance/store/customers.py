"""Guests: one per restaurant and phone."""

from msgspec import Struct
from sqlalchemy import func, select

from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.upsert import upsert

_c = s.customers.c


class Guest(Struct, frozen=True, kw_only=True):
    """A guest as the inbound call needs to know them. `bookings` counts all they ever made here."""

    id: str
    name: str
    bookings: int


async def remember(tx: Tx, *, id_: str, restaurant_id: str, phone: str, name: str, by_owner: bool, now_ms: int) -> str:
    """The id of the guest with this phone, written down now if new.

    The last name given is kept; unless somebody else gave it, and not the phone's owner.
    """
    row = {"id": id_, "restaurant_id": restaurant_id, "phone": phone, "name": name, "notes": ""}
    statement = upsert(
        tx,
        s.customers,
        row | {"created_at": now_ms, "updated_at": now_ms},
        on=("restaurant_id", "phone"),
        update=("name", "updated_at") if by_owner else ("updated_at",),
    )
    found: str = (await tx.execute(statement.returning(_c.id))).scalar_one()
    return found


async def known(tx: Tx, restaurant_id: str, phone: str) -> Guest | None:
    bookings = select(func.count()).select_from(s.reservations).where(s.reservations.c.customer_id == _c.id)
    query = select(_c.id, _c.name, bookings.scalar_subquery().label("bookings"))
    row = (await tx.execute(query.where(_c.restaurant_id == restaurant_id, _c.phone == phone))).first()
    return Guest(id=row.id, name=row.name, bookings=row.bookings) if row else None
