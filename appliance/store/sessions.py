"""Who is signed in, by a chain of refresh tokens of which each works once; only hashes of tokens are kept."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, or_, select

from appliance.store import schema as s
from appliance.store.engine import Tx
from appliance.store.users import User, user_of

_s, _t = s.sessions.c, s.refresh_tokens.c


class Session(Struct, frozen=True, kw_only=True):
    """`expires_at` moves on with each refresh, up to `ends_at`."""

    id: str
    user_id: str
    address: str
    agent: str
    created_at: int
    refreshed_at: int
    expires_at: int
    ends_at: int
    revoked_at: int | None = None

    def is_open(self, now_ms: int) -> bool:
        return self.revoked_at is None and now_ms < self.expires_at


async def open_(tx: Tx, session: Session, *, token_sha256: str) -> None:
    await tx.execute(s.sessions.insert(), {name: getattr(session, name) for name in session.__struct_fields__})
    await _chain(tx, session.id, token_sha256)


async def of_token(tx: Tx, token_sha256: str) -> tuple[Session, bool] | None:
    """The session that a refresh token belongs to, and whether the token was used already."""
    query = select(s.sessions, _t.used_at).join(s.refresh_tokens).where(_t.token_sha256 == token_sha256)
    row = (await tx.execute(query)).first()
    return (_session(row), row.used_at is not None) if row else None


async def refresh(tx: Tx, session: Session, *, old_sha256: str, new_sha256: str) -> bool:
    """Use up a refresh token and chain the next to it; false when somebody else has just used it."""
    used = s.refresh_tokens.update().where(_t.token_sha256 == old_sha256, _t.used_at.is_(None))
    if not (await tx.execute(used.values(used_at=session.refreshed_at))).rowcount:
        return False
    await _chain(tx, session.id, new_sha256)
    times = {"refreshed_at": session.refreshed_at, "expires_at": session.expires_at}
    await tx.execute(s.sessions.update().where(_s.id == session.id).values(**times))
    return True


async def page(tx: Tx, user_id: str, *, now_ms: int, limit: int, offset: int) -> tuple[Sequence[Session], int]:
    """Of a user's open sessions those used last, and how many there are."""
    theirs = and_(_s.user_id == user_id, _is_open(now_ms))
    query = select(s.sessions).where(theirs).order_by(_s.refreshed_at.desc(), _s.id.desc())
    rows = (await tx.execute(query.limit(limit).offset(offset))).all()
    total = (await tx.execute(select(func.count()).select_from(s.sessions).where(theirs))).scalar_one()
    return [_session(row) for row in rows], total


async def open_one(tx: Tx, user_id: str, session_id: str, *, now_ms: int) -> Session | None:
    """An open session, if it is that user's."""
    theirs = and_(_s.id == session_id, _s.user_id == user_id, _is_open(now_ms))
    row = (await tx.execute(select(s.sessions).where(theirs))).first()
    return _session(row) if row else None


async def user_of_open(tx: Tx, session_id: str, *, now_ms: int) -> User | None:
    """Who is signed in by an open session."""
    still_open = and_(_s.id == session_id, _is_open(now_ms))
    row = (await tx.execute(select(s.users).join(s.sessions).where(still_open, s.users.c.active))).first()
    return user_of(row) if row else None


async def addresses(tx: Tx, email: str) -> Sequence[str]:
    """From where the user with that e-mail signed in, as far as their sessions are remembered."""
    query = select(_s.address).distinct().join(s.users).where(s.users.c.email == email)
    return (await tx.execute(query)).scalars().all()


async def revoke(tx: Tx, session_id: str, *, now_ms: int) -> None:
    await tx.execute(s.sessions.update().where(_s.id == session_id, _s.revoked_at.is_(None)).values(revoked_at=now_ms))


async def revoke_all(tx: Tx, user_id: str, *, but: str = "", now_ms: int) -> int:
    """End a user's open sessions, all but one; how many."""
    theirs = and_(_s.user_id == user_id, _s.id != but, _is_open(now_ms))
    return (await tx.execute(s.sessions.update().where(theirs).values(revoked_at=now_ms))).rowcount


async def sweep(tx: Tx, *, before_ms: int) -> int:
    """Forget sessions that ended before that time; how many."""
    over = or_(_s.expires_at < before_ms, _s.revoked_at < before_ms)
    return (await tx.execute(s.sessions.delete().where(over))).rowcount


def _is_open(now_ms: int) -> ColumnElement[bool]:
    return and_(_s.revoked_at.is_(None), _s.expires_at > now_ms)


async def _chain(tx: Tx, session_id: str, token_sha256: str) -> None:
    await tx.execute(s.refresh_tokens.insert(), {"token_sha256": token_sha256, "session_id": session_id})


def _session(row: object) -> Session:
    return Session(**{name: getattr(row, name) for name in Session.__struct_fields__})
