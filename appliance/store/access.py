"""Users and the tokens of machines; only hashes of tokens are kept."""

from msgspec import Struct
from sqlalchemy import select

from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.upsert import upsert


class TokenOwner(Struct, frozen=True, kw_only=True):
    user_id: str
    email: str
    role: str


async def save_user(tx: Tx, *, id_: str, email: str, name: str, role: str, now_ms: int) -> str:
    """The id of the user with this e-mail, created if new."""
    row = {"id": id_, "email": email, "name": name, "role": role, "created_at": now_ms}
    statement = upsert(tx, s.users, row, on=("email",), update=("name", "role"))
    found: str = (await tx.execute(statement.returning(s.users.c.id))).scalar_one()
    return found


async def save_token(tx: Tx, *, id_: str, user_id: str, token_sha256: str, now_ms: int) -> None:
    row = {"id": id_, "user_id": user_id, "token_sha256": token_sha256, "created_at": now_ms}
    await tx.execute(s.api_tokens.insert(), row)


async def token_owner(tx: Tx, token_sha256: str) -> TokenOwner | None:
    query = select(s.users.c.id, s.users.c.email, s.users.c.role).join(s.api_tokens)
    row = (await tx.execute(query.where(s.api_tokens.c.token_sha256 == token_sha256))).first()
    return TokenOwner(user_id=row.id, email=row.email, role=row.role) if row else None


async def emails(tx: Tx) -> list[str]:
    """Those of all users, the first of them first."""
    return list((await tx.execute(select(s.users.c.email).order_by(s.users.c.created_at, s.users.c.id))).scalars())
