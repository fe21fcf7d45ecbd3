"""Who changed what: rows that the database itself refuses to change or remove."""

from typing import Any

from msgspec.structs import asdict
from sqlalchemy import func, select

from appliance.contract import AuditRow
from appliance.store import schema as s
from appliance.store.codec import dump, load
from appliance.store.engine import Tx

_a = s.audit.c


async def add(tx: Tx, row: AuditRow) -> None:
    await tx.execute(s.audit.insert(), asdict(row) | {"before": dump(row.before), "after": dump(row.after)})


async def page(tx: Tx, *, restaurant_id: str | None, limit: int, offset: int) -> tuple[list[AuditRow], int]:
    """The newest first, of one restaurant or all; and how many there are."""
    theirs = [] if restaurant_id is None else [_a.restaurant_id == restaurant_id]
    total = (await tx.execute(select(func.count()).select_from(s.audit).where(*theirs))).scalar_one()
    query = select(s.audit).where(*theirs).order_by(_a.id.desc()).limit(limit).offset(offset)
    return [_row(row) for row in await tx.execute(query)], total


def _row(row: Any) -> AuditRow:
    plain = {name: getattr(row, name) for name in AuditRow.__struct_fields__}
    return AuditRow(**plain | {"before": load(row.before, dict), "after": load(row.after, dict)})
