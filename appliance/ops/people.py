"""Users, tokens and keys from the command line: the same use cases as over HTTP, on the database itself."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from msgspec import Struct

from appliance.clock import SystemClock
from appliance.config import Settings
from appliance.contract import NewToken, NewUser, TokenMade, TokenRow, UserEdit, UserRow
from appliance.domain.access import AT_THE_MACHINE
from appliance.errors import NotFound
from appliance.guard.passwords import Passwords
from appliance.ops.database import opened
from appliance.services.access import users as rows
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.access.keys import Keys
from appliance.services.access.users import Users
from appliance.services.directory import Directory
from appliance.store.engine import Database
from appliance.store.users import User


class UserMade(Struct, frozen=True, kw_only=True):
    """`password` is shown this once; empty where it was given."""

    user: UserRow
    password: str


class SignedOut(Struct, frozen=True, kw_only=True):
    """How many users were signed out, and of how many sessions."""

    users: int
    sessions: int


def new_password() -> str:
    """One that nobody guesses: 128 random bits."""
    return secrets.token_urlsafe(16)


async def add_user(settings: Settings, new: NewUser, *, restaurant_id: str) -> UserRow:
    """Raises NotFound where there is no such restaurant, and what `Users.add` raises."""
    async with opened(settings) as database:
        if restaurant_id:
            await _known(database, restaurant_id)
        return await _users(database).add(AT_THE_MACHINE, new, restaurant_id=restaurant_id)


async def every_user(settings: Settings) -> list[UserRow]:
    async with opened(settings) as database:
        return [rows.row(user) for user in await _users(database).everybody()]


async def edit_user(settings: Settings, email: str, edit: UserEdit) -> UserRow:
    async with _somebody(settings, email) as (database, user):
        return await _users(database).edit(AT_THE_MACHINE, user.restaurant_id, user.id, edit)


async def remove_user(settings: Settings, email: str) -> None:
    async with _somebody(settings, email) as (database, user):
        await _users(database).remove(AT_THE_MACHINE, user.restaurant_id, user.id)


async def reset_factor(settings: Settings, email: str) -> None:
    """Raises NotFound, and Conflict where there is none."""
    async with _somebody(settings, email) as (database, user):
        await _users(database).reset_factor(AT_THE_MACHINE, user.id)


async def sign_out(settings: Settings, email: str | None) -> SignedOut:
    """That user, or everybody. Raises NotFound."""
    async with opened(settings) as database:
        users = _users(database)
        who = await users.everybody() if email is None else [await users.one(email)]
        return SignedOut(users=len(who), sessions=await users.sign_out(who))


async def make_token(settings: Settings, email: str, new: NewToken) -> TokenMade:
    async with _somebody(settings, email) as (database, user):
        return await ApiTokens(database, SystemClock()).make_for(user, new)


async def tokens_of(settings: Settings, email: str) -> list[TokenRow]:
    async with _somebody(settings, email) as (database, user):
        return await ApiTokens(database, SystemClock()).of(user.id)


async def revoke_token(settings: Settings, token_id: str) -> None:
    async with opened(settings) as database:
        await ApiTokens(database, SystemClock()).revoke(token_id)


async def rotate_key(settings: Settings) -> str:
    async with opened(settings) as database:
        return await Keys(database, SystemClock()).rotate()


@asynccontextmanager
async def _somebody(settings: Settings, email: str) -> AsyncIterator[tuple[Database, User]]:
    async with opened(settings) as database:
        yield database, await _users(database).one(email)


def _users(database: Database) -> Users:
    return Users(database, SystemClock(), Passwords())


async def _known(database: Database, restaurant_id: str) -> None:
    directory = Directory(database)
    await directory.refresh()
    if directory.card(restaurant_id) is None:
        raise NotFound(f"There is no restaurant {restaurant_id}; `maitre restaurant list` names them.")
