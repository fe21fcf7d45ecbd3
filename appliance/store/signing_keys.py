"""What access tokens are signed with. In the database, so that several nodes share them and a rotation reaches all."""

from msgspec import Struct
from sqlalchemy import or_, select

from appliance.store import schema as s
from appliance.store.engine import Tx

_k = s.signing_keys.c


class SigningKey(Struct, frozen=True, kw_only=True):
    """One that `expires_at` is no longer signed with, and believed until then."""

    id: str
    secret: bytes
    created_at: int
    expires_at: int | None = None


async def valid(tx: Tx, *, now_ms: int) -> list[SigningKey]:
    """Those that are believed, the one that signs first."""
    still = or_(_k.expires_at.is_(None), _k.expires_at > now_ms)
    query = select(s.signing_keys).where(still).order_by(_k.expires_at.isnot(None), _k.created_at.desc(), _k.id.desc())
    names = SigningKey.__struct_fields__
    return [SigningKey(**{name: getattr(row, name) for name in names}) for row in await tx.execute(query)]


async def add(tx: Tx, key: SigningKey, *, old_until: int) -> None:
    """Sign with this one from now on; the one before is believed until then, what expired is forgotten."""
    await tx.execute(s.signing_keys.update().where(_k.expires_at.is_(None)).values(expires_at=old_until))
    await tx.execute(s.signing_keys.delete().where(_k.expires_at <= key.created_at))
    await tx.execute(s.signing_keys.insert(), {name: getattr(key, name) for name in key.__struct_fields__})
