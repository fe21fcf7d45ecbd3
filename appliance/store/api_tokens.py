"""Tokens of machines; only their hashes are kept."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam, or_, select

from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.users import User, user_of

_t = s.api_tokens.c


class ApiToken(Struct, frozen=True, kw_only=True):
    """`scopes` are names of permissions, with spaces between; empty: all that its user may."""

    id: str
    user_id: str
    name: str
    scopes: str = ""
    created_at: int
    expires_at: int | None = None
    last_used_at: int | None = None


async def add(tx: Tx, token: ApiToken, *, token_sha256: str) -> None:
    row = {name: getattr(token, name) for name in token.__struct_fields__}
    await tx.execute(s.api_tokens.insert(), row | {"token_sha256": token_sha256})


async def owner(tx: Tx, token_sha256: str, *, now_ms: int) -> tuple[User, ApiToken] | None:
    """Whose token this is, while it and its user are good."""
    valid = or_(_t.expires_at.is_(None), _t.expires_at > now_ms)
    query = select(s.users, *_columns("token_")).join(s.api_tokens)
    row = (await tx.execute(query.where(_t.token_sha256 == token_sha256, valid, s.users.c.active))).first()
    return (user_of(row), _token(row, "token_")) if row else None


async def of_user(tx: Tx, user_id: str) -> list[ApiToken]:
    """The newest first."""
    rows = await tx.execute(select(*_columns()).where(_t.user_id == user_id).order_by(_t.created_at.desc(), _t.id))
    return [_token(row) for row in rows]


async def by_id(tx: Tx, token_id: str) -> ApiToken | None:
    row = (await tx.execute(select(*_columns()).where(_t.id == token_id))).first()
    return _token(row) if row else None


async def remove(tx: Tx, token_id: str) -> None:
    await tx.execute(s.api_tokens.delete().where(_t.id == token_id))


async def remove_all(tx: Tx, user_id: str) -> list[str]:
    """The ids of those that there were."""
    gone = await tx.execute(s.api_tokens.delete().where(_t.user_id == user_id).returning(_t.id))
    return sorted(gone.scalars())


_USED = s.api_tokens.update().where(_t.id == bindparam("token_id")).values(last_used_at=bindparam("at"))


async def mark_used(tx: Tx, used: Mapping[str, int]) -> None:
    """Note when tokens (id → Unix ms) were used last."""
    await tx.execute(_USED, [{"token_id": id_, "at": at} for id_, at in used.items()])


def _columns(prefix: str = "") -> list[Any]:
    return [_t[name].label(prefix + name) for name in ApiToken.__struct_fields__]


def _token(row: Any, prefix: str = "") -> ApiToken:
    return ApiToken(**{name: getattr(row, prefix + name) for name in ApiToken.__struct_fields__})
