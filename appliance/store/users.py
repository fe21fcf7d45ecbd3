"""People who may sign in, or whose machines may: operators of the platform, and those of one restaurant."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from appliance.domain.access import Role
from appliance.store import schema as s
from appliance.store.engine import Tx

_u = s.users.c


class User(Struct, frozen=True, kw_only=True):
    """`restaurant_id` is empty for operators; without a `password_hash` one cannot sign in."""

    id: str
    email: str
    name: str
    role: Role
    restaurant_id: str = ""
    password_hash: str = ""
    active: bool = True
    created_at: int


async def add(tx: Tx, user: User) -> None:
    """Raises Conflict when the e-mail is somebody's."""
    await tx.execute(s.users.insert(), _values(user))


async def save(tx: Tx, user: User) -> None:
    """Write down what became of a user. Raises Conflict when the e-mail is somebody else's."""
    await tx.execute(s.users.update().where(_u.id == user.id).values(**_values(user)))


async def set_password(tx: Tx, user_id: str, password_hash: str) -> None:
    await tx.execute(s.users.update().where(_u.id == user_id).values(password_hash=password_hash))


async def remove(tx: Tx, user_id: str) -> None:
    """With their sessions and tokens."""
    await tx.execute(s.users.delete().where(_u.id == user_id))


async def by_id(tx: Tx, user_id: str) -> User | None:
    return _user((await tx.execute(select(s.users).where(_u.id == user_id))).first())


async def held(tx: Tx, user_id: str) -> User | None:
    """The user, whom nobody else changes before this transaction ends."""
    return _user((await tx.execute(select(s.users).where(_u.id == user_id).with_for_update())).first())


async def by_email(tx: Tx, email: str) -> User | None:
    return _user((await tx.execute(select(s.users).where(_u.email == email))).first())


async def of_role(tx: Tx, role: Role) -> list[User]:
    """The first of them first."""
    rows = await tx.execute(select(s.users).where(_u.role == role).order_by(_u.created_at, _u.id))
    return [user_of(row) for row in rows]


async def page(tx: Tx, restaurant_id: str, *, limit: int, offset: int) -> tuple[Sequence[User], int]:
    """Those of a restaurant by their names, and how many there are in all."""
    theirs = _u.restaurant_id == restaurant_id
    total = (await tx.execute(select(func.count()).select_from(s.users).where(theirs))).scalar_one()
    query = select(s.users).where(theirs).order_by(_u.name, _u.id).limit(limit).offset(offset)
    return [user_of(row) for row in await tx.execute(query)], total


async def first_at(tx: Tx) -> int | None:
    """When the first account there is was made; None where there is none."""
    at: int | None = (await tx.execute(select(func.min(_u.created_at)))).scalar_one()
    return at


async def everybody(tx: Tx) -> list[User]:
    rows = await tx.execute(select(s.users).order_by(_u.restaurant_id.isnot(None), _u.restaurant_id, _u.name, _u.id))
    return [user_of(row) for row in rows]


def user_of(row: Any) -> User:
    """The user in a row that has all the columns of `users`."""
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        restaurant_id=row.restaurant_id or "",
        password_hash=row.password_hash or "",
        active=row.active,
        created_at=row.created_at,
    )


def _user(row: Any) -> User | None:
    return user_of(row) if row else None


def _values(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "restaurant_id": user.restaurant_id or None,
        "password_hash": user.password_hash or None,
        "active": user.active,
        "created_at": user.created_at,
    }
