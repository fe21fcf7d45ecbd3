"""What callers want somebody at the restaurant to know."""

from msgspec import Struct
from sqlalchemy import func, select

from appliance.store import schema as s
from appliance.store.engine import Tx

_m = s.messages.c


class LeftMessage(Struct, frozen=True, kw_only=True):
    """A message left. `about`: message, callback, or wish — a booking wanted that only the analysis of a call knows."""

    id: str
    restaurant_id: str
    about: str
    name: str
    phone: str
    text: str
    call_id: str
    created_at: int
    handled_at: int | None = None


async def add(tx: Tx, message: LeftMessage) -> None:
    await tx.execute(s.messages.insert(), {name: getattr(message, name) for name in message.__struct_fields__})


async def page(
    tx: Tx, restaurant_id: str, *, open_only: bool, limit: int, offset: int
) -> tuple[list[LeftMessage], int]:
    """The restaurant's messages, newest first, and how many there are; `open_only`: those nobody has seen to."""
    mine = _m.restaurant_id == restaurant_id
    if open_only:
        mine &= _m.handled_at.is_(None)
    total = (await tx.execute(select(func.count()).select_from(s.messages).where(mine))).scalar_one()
    query = select(s.messages).where(mine).order_by(_m.created_at.desc(), _m.id.desc()).limit(limit).offset(offset)
    return [LeftMessage(**row._mapping) for row in await tx.execute(query)], total  # noqa: SLF001 — as documented


async def one(tx: Tx, restaurant_id: str, id_: str) -> LeftMessage | None:
    mine = (_m.restaurant_id == restaurant_id) & (_m.id == id_)
    row = (await tx.execute(select(s.messages).where(mine))).first()
    return LeftMessage(**row._mapping) if row else None  # noqa: SLF001 — as documented


async def of_call(tx: Tx, restaurant_id: str, call_id: str) -> list[LeftMessage]:
    mine = (_m.restaurant_id == restaurant_id) & (_m.call_id == call_id)
    rows = await tx.execute(select(s.messages).where(mine).order_by(_m.created_at, _m.id))
    return [LeftMessage(**row._mapping) for row in rows]  # noqa: SLF001 — as documented


async def mark_handled(tx: Tx, restaurant_id: str, id_: str, *, now_ms: int) -> bool:
    """False when the restaurant has no such message. When it was handled already, the first time stands."""
    mine = (_m.restaurant_id == restaurant_id) & (_m.id == id_)
    at = func.coalesce(_m.handled_at, now_ms)
    return bool((await tx.execute(s.messages.update().where(mine).values(handled_at=at))).rowcount)
