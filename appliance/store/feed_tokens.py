"""The secret in the address of each restaurant's calendar; only its hash is kept."""

from sqlalchemy import select

from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.upsert import upsert

_t = s.feed_tokens.c


async def save(tx: Tx, restaurant_id: str, token_sha256: str, *, now_ms: int) -> None:
    """The restaurant's only one from now on."""
    row = {"restaurant_id": restaurant_id, "token_sha256": token_sha256, "created_at": now_ms}
    await tx.execute(upsert(tx, s.feed_tokens, row, on=("restaurant_id",), update=("token_sha256", "created_at")))


async def drop(tx: Tx, restaurant_id: str) -> None:
    await tx.execute(s.feed_tokens.delete().where(_t.restaurant_id == restaurant_id))


async def valid(tx: Tx, restaurant_id: str, token_sha256: str) -> bool:
    query = select(_t.restaurant_id).where(_t.restaurant_id == restaurant_id, _t.token_sha256 == token_sha256)
    return (await tx.execute(query)).scalar() is not None
