"""Who changed what: rows that the database itself refuses to change or remove."""

from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx

_a = s.audit.c


class Entry(Struct, frozen=True, kw_only=True):
    """One change. `actor` is who made it, in words; `restaurant_id` is empty where it is the platform's."""

    id: str
    at: int
    actor: str
    role: str
    address: str
    restaurant_id: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]


async def add(tx: Tx, entry: Entry) -> None:
    row = {name: getattr(entry, name) for name in entry.__struct_fields__}
    await tx.execute(s.audit.insert(), row | {"before": dump(entry.before), "after": dump(entry.after)})


async def page(tx: Tx, *, restaurant_id: str | None, limit: int, offset: int) -> tuple[list[Entry], int]:
    """The newest first, of one restaurant or all; and how many there are."""
    theirs = [] if restaurant_id is None else [_a.restaurant_id == restaurant_id]
    total = (await tx.execute(select(func.count()).select_from(s.audit).where(*theirs))).scalar_one()
    query = select(s.audit).where(*theirs).order_by(_a.id.desc()).limit(limit).offset(offset)
    return [_entry(row) for row in await tx.execute(query)], total


def _entry(row: Any) -> Entry:
    plain = {name: getattr(row, name) for name in Entry.__struct_fields__}
    return Entry(**plain | {"before": load(row.before, dict), "after": load(row.after, dict)})
