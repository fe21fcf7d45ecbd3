"""How far something has been gone through: an instant for each name."""

from sqlalchemy import select

from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.upsert import upsert

_w = s.watermarks.c


async def read(tx: Tx, name: str) -> int | None:
    return (await tx.execute(select(_w.at).where(_w.name == name))).scalar()


async def write(tx: Tx, name: str, at_ms: int) -> None:
    await tx.execute(upsert(tx, s.watermarks, {"name": name, "at": at_ms}, on=("name",), update=("at",)))
