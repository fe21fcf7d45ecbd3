"""Second factors: the sealed secret of an authenticator app, and hashes of recovery codes. Each code works once."""

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import and_, func, select

from appliance.store import schema as s
from appliance.store.engine import Tx

_f, _r = s.factors.c, s.recovery_codes.c


class Factor(Struct, frozen=True, kw_only=True):
    """Somebody's. Until `enabled_at` nothing is asked for; `last_step` is that of the last code that was taken."""

    user_id: str
    sealed: bytes
    begun_at: int
    enabled_at: int | None = None
    last_step: int = 0


async def of(tx: Tx, user_id: str) -> Factor | None:
    row = (await tx.execute(select(s.factors).where(_f.user_id == user_id))).first()
    return Factor(**{name: getattr(row, name) for name in Factor.__struct_fields__}) if row else None


async def sealed(tx: Tx, *, limit: int) -> list[Factor]:
    """Those that are asked for, the newest first."""
    query = select(s.factors).where(_f.enabled_at.isnot(None)).order_by(_f.enabled_at.desc()).limit(limit)
    names = Factor.__struct_fields__
    return [Factor(**{name: getattr(row, name) for name in names}) for row in await tx.execute(query)]


async def begin(tx: Tx, factor: Factor) -> None:
    """In place of the one before, with all that belonged to it."""
    await remove(tx, factor.user_id)
    await tx.execute(s.factors.insert(), {name: getattr(factor, name) for name in factor.__struct_fields__})


async def enable(tx: Tx, user_id: str, *, now_ms: int, recovery_sha256: Iterable[str]) -> None:
    await tx.execute(s.factors.update().where(_f.user_id == user_id).values(enabled_at=now_ms))
    await tx.execute(s.recovery_codes.insert(), [{"user_id": user_id, "code_sha256": one} for one in recovery_sha256])


async def use_step(tx: Tx, user_id: str, step: int) -> bool:
    """Use up the code of that step, with all before it; false where that is done."""
    fresh = and_(_f.user_id == user_id, _f.last_step < step)
    return bool((await tx.execute(s.factors.update().where(fresh).values(last_step=step))).rowcount)


async def use_recovery_code(tx: Tx, user_id: str, code_sha256: str) -> bool:
    """Use up a recovery code; false where there is no such one, or not any more."""
    theirs = and_(_r.user_id == user_id, _r.code_sha256 == code_sha256)
    return bool((await tx.execute(s.recovery_codes.delete().where(theirs))).rowcount)


async def recovery_codes_left(tx: Tx, user_id: str) -> int:
    query = select(func.count()).select_from(s.recovery_codes).where(_r.user_id == user_id)
    return (await tx.execute(query)).scalar_one()


async def remove(tx: Tx, user_id: str) -> bool:
    """With the recovery codes; false where there was none."""
    return bool((await tx.execute(s.factors.delete().where(_f.user_id == user_id))).rowcount)
