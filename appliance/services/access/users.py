"""The people of the platform and of its restaurants: made, changed, removed by those who may."""

import re
from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from appliance.clock import Clock
from appliance.contract import NewUser, Page, UserEdit, UserRow
from appliance.domain.access import WITHOUT_FACTOR, Permission, Principal, Role, email_key, granted, may_manage
from appliance.errors import Conflict, Forbidden, Invalid, NotFound
from appliance.guard import passwords
from appliance.guard.passwords import Passwords
from appliance.services import audit
from appliance.services.views import page
from appliance.store import api_tokens, factors, sessions, users
from appliance.store.engine import Database, Tx
from appliance.store.users import User

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Users:
    def __init__(self, database: Database, clock: Clock, passwords_: Passwords) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords_

    async def of_restaurant(self, restaurant_id: str, *, limit: int, offset: int) -> Page[UserRow]:
        async with self._database.read() as tx:
            found, total = await users.page(tx, restaurant_id, limit=limit, offset=offset)
        return page([row(user) for user in found], total=total, offset=offset)

    async def everybody(self) -> Sequence[User]:
        """Operators first, then restaurant by restaurant."""
        async with self._database.read() as tx:
            return await users.everybody(tx)

    async def operators(self) -> Sequence[User]:
        """The first of them first."""
        async with self._database.read() as tx:
            return await users.of_role(tx, Role.OPERATOR)

    async def one(self, email: str) -> User:
        """Raises NotFound."""
        async with self._database.read() as tx:
            user = await users.by_email(tx, email_key(email))
        if user is None:
            raise NotFound("There is no user {email}.", email=email)
        return user

    async def add(self, actor: Principal, new: NewUser, *, restaurant_id: str = "") -> UserRow:
        """Raises Forbidden for a role above one's own, Invalid, and Conflict when the e-mail is taken."""
        role = Role(new.role)
        if not may_manage(actor, role):
            raise Forbidden("Nobody can give a role that is above their own.")
        if (role is Role.OPERATOR) != (restaurant_id == ""):
            raise Invalid("role: an operator belongs to no restaurant, everybody else to one")
        email = checked_email(new.email)
        passwords.check(new.password, email, new.name, restaurant_id)
        user = User(
            id=self._clock.new_id("user"),
            email=email,
            name=new.name,
            role=role,
            restaurant_id=restaurant_id,
            password_hash=await self._passwords.hashed(new.password),
            created_at=self._clock.now_ms(),
        )
        try:
            async with self._database.write() as tx:
                await users.add(tx, user)
                await _note(tx, self._clock, "user.added", before=None, after=user)
        except Conflict as error:
            raise Conflict("email: is somebody's already") from error
        return row(user)

    async def edit(self, actor: Principal, restaurant_id: str, user_id: str, edit: UserEdit) -> UserRow:
        """A new password, another role or a closed account end all their sessions; a new password their tokens, too."""
        async with self._database.read() as tx:
            known = _theirs(actor, restaurant_id, await users.by_id(tx, user_id))
        wanted = _edited(actor, known, edit)
        if edit.password is not UNSET:
            passwords.check(edit.password, known.email, known.name, restaurant_id)
            wanted = replace(wanted, password_hash=await self._passwords.hashed(edit.password))
        async with self._database.write() as tx:
            before = _theirs(actor, restaurant_id, await users.held(tx, user_id))
            if before != known:
                raise Conflict("Somebody else has just changed this user; look again.")
            await users.save(tx, wanted)
            await _note(tx, self._clock, "user.changed", before=before, after=wanted)
            if (before.password_hash, before.role, before.active) != (wanted.password_hash, wanted.role, wanted.active):
                await sessions.revoke_all(tx, user_id, now_ms=self._clock.now_ms())
            if before.password_hash != wanted.password_hash:
                await self._remove_tokens(tx, wanted)
        return row(wanted)

    async def sign_out(self, who: Sequence[User]) -> int:
        """End all sessions of these users, for whoever sits at the machine itself; how many there were."""
        ended = 0
        async with self._database.write() as tx:
            for user in who:
                ended += await end_sessions(tx, self._clock, user_id=user.id, restaurant_id=user.restaurant_id)
        return ended

    async def reset_factor(self, actor: Principal, user_id: str) -> None:
        """Take away the second factor that somebody has lost; their sessions end. Raises NotFound, Conflict."""
        if user_id == actor.user_id:
            raise Conflict("One's own second factor is turned off with a code, at /api/auth/factor.")
        async with self._database.write() as tx:
            user = await users.held(tx, user_id)
            if user is None:
                raise NotFound("There is no such user.")
            if not await factors.remove(tx, user_id):
                raise Conflict("There is no second factor.")
            await sessions.revoke_all(tx, user_id, now_ms=self._clock.now_ms())
            home = user.restaurant_id
            await audit.note(tx, self._clock, "user.factor_reset", subject=user_id, restaurant_id=home)

    async def _remove_tokens(self, tx: Tx, user: User) -> None:
        """Whoever has the old password may have made some."""
        if ids := await api_tokens.remove_all(tx, user.id):
            home, gone = user.restaurant_id, {"tokens": ids}
            await audit.note(tx, self._clock, "user.tokens_removed", subject=user.id, restaurant_id=home, before=gone)

    async def remove(self, actor: Principal, restaurant_id: str, user_id: str) -> None:
        if user_id == actor.user_id:
            raise Conflict("Nobody can remove themselves.")
        async with self._database.write() as tx:
            user = _theirs(actor, restaurant_id, await users.held(tx, user_id))
            await users.remove(tx, user_id)
            await _note(tx, self._clock, "user.removed", before=user, after=None)


async def end_sessions(tx: Tx, clock: Clock, *, user_id: str, restaurant_id: str, but: str = "") -> int:
    """End a user's sessions, all but one, and write that down; how many there were."""
    ended = await sessions.revoke_all(tx, user_id, but=but, now_ms=clock.now_ms())
    if ended:
        what, after = "user.sessions_ended", {"sessions": ended}
        await audit.note(tx, clock, what, subject=user_id, restaurant_id=restaurant_id, after=after)
    return ended


def checked_email(email: str) -> str:
    """As it is kept. Raises Invalid."""
    if not _EMAIL.fullmatch(email.strip()) or not email.strip().isprintable():
        raise Invalid("email: must be an address such as ana@example.com")
    return email_key(email)


def principal_of(
    user: User,
    *,
    scopes: frozenset[Permission] | None = None,
    session_id: str = "",
    token_id: str = "",
    lacks_factor: bool = False,
) -> Principal:
    """The user as who proved to be them, by a session or by a token of these scopes."""
    return Principal(
        user_id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        restaurant_id=user.restaurant_id,
        permissions=granted(user.role, WITHOUT_FACTOR if lacks_factor else scopes),
        session_id=session_id,
        token_id=token_id,
        lacks_factor=lacks_factor,
    )


def row(user: User) -> UserRow:
    return UserRow(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        restaurant_id=user.restaurant_id or None,
        active=user.active,
        created_at=user.created_at,
    )


async def _note(tx: Tx, clock: Clock, action: str, *, before: User | None, after: User | None) -> None:
    user = after or before
    assert user
    await audit.note(tx, clock, action, subject=user.id, restaurant_id=user.restaurant_id, before=before, after=after)


def _theirs(actor: Principal, restaurant_id: str, user: User | None) -> User:
    """A user of that restaurant whom they may change. Raises NotFound, Forbidden."""
    if user is None or user.restaurant_id != restaurant_id:
        raise NotFound("There is no such user.")
    if not may_manage(actor, user.role):
        raise Forbidden("This user's role is above yours.")
    return user


def _edited(actor: Principal, known: User, edit: UserEdit) -> User:
    role = known.role if edit.role is UNSET else Role(edit.role)
    active = known.active if edit.active is UNSET else edit.active
    if known.id == actor.user_id and (role, active) != (known.role, known.active):
        raise Conflict("Nobody can change their own role or close their own account.")
    if known.id == actor.user_id and edit.password is not UNSET:
        raise Conflict("One's own password is changed with the old one, at /api/auth/password.")
    if not may_manage(actor, role):
        raise Forbidden("Nobody can give a role that is above their own.")
    if (role is Role.OPERATOR) != (known.role is Role.OPERATOR):
        raise Invalid("role: an operator belongs to no restaurant, everybody else to one")
    return replace(known, name=known.name if edit.name is UNSET else edit.name, role=role, active=active)
