"""`maitre user`: who may sign in."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

import click
from msgspec import UNSET

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table
from appliance.contract import RoleWord

if TYPE_CHECKING:
    from appliance.contract import UserRow

_ROLES = click.Choice(get_args(RoleWord))
_COLUMNS = ("e-mail", "name", "role", "restaurant", "open", "since")


@click.group()
def user() -> None:
    """Let people sign in: operators of this machine, owners, managers and staff of restaurants."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="What they are called.")
@click.option("--role", type=_ROLES, required=True)
@click.option("--restaurant", "restaurant_id", default="", metavar="ID", help="Theirs; an operator has none.")
@click.option("--ask-password", is_flag=True, help="Type the password instead of having one made.")
@settings_options
@json_option
def add(
    *, email: str, name: str, role: RoleWord, restaurant_id: str, ask_password: bool, as_json: bool, **params: Any
) -> None:
    """Let somebody sign in. Their password is made and shown this once, unless it is asked for."""
    from appliance.contract import NewUser
    from appliance.ops import people

    password = _typed() if ask_password else people.new_password()
    new = NewUser(email=email, name=name, role=role, password=password)
    made = asyncio.run(people.add_user(settings_from(params), new, restaurant_id=restaurant_id))
    _tell(people.UserMade(user=made, password="" if ask_password else password), as_json=as_json)


@user.command("list")
@settings_options
@json_option
def list_(*, as_json: bool, **params: Any) -> None:
    """List who may sign in, operators first."""
    from appliance.ops import people

    found = asyncio.run(people.every_user(settings_from(params)))
    if as_json:
        print_json(found)
    else:
        print_table(_COLUMNS, map(_cells, found))


@user.command()
@click.argument("email")
@click.option("--name", help="What they are called.")
@click.option("--role", type=_ROLES)
@click.option("--open/--close", "active", default=None, help="Let them in again, or not any more.")
@settings_options
@json_option
def edit(
    *, email: str, name: str | None, role: RoleWord | None, active: bool | None, as_json: bool, **params: Any
) -> None:
    """Change a user. Another role, or a closed account, ends their sessions."""
    from appliance.contract import UserEdit
    from appliance.ops import people

    given = UserEdit(
        name=UNSET if name is None else name,
        role=UNSET if role is None else role,
        active=UNSET if active is None else active,
    )
    changed = asyncio.run(people.edit_user(settings_from(params), email, given))
    if as_json:
        print_json(changed)
    else:
        print_table(_COLUMNS, [_cells(changed)])


@user.command()
@click.argument("email")
@click.option("--ask-password", is_flag=True, help="Type the password instead of having one made.")
@settings_options
@json_option
def password(*, email: str, ask_password: bool, as_json: bool, **params: Any) -> None:
    """Give a user a new password. Their sessions end."""
    from appliance.contract import UserEdit
    from appliance.ops import people

    fresh = _typed() if ask_password else people.new_password()
    changed = asyncio.run(people.edit_user(settings_from(params), email, UserEdit(password=fresh)))
    _tell(people.UserMade(user=changed, password="" if ask_password else fresh), as_json=as_json)


@user.command("reset-factor")
@click.argument("email")
@settings_options
@json_option
def reset_factor(*, email: str, as_json: bool, **params: Any) -> None:
    """Take away the second factor that a user has lost: make sure first who asks. Their sessions end."""
    from appliance.ops import people

    asyncio.run(people.reset_factor(settings_from(params), email))
    if as_json:
        print_json({"email": email})
    else:
        click.echo(f"{email} signs in with the password alone")


@user.command("sign-out")
@click.argument("email", required=False)
@click.option("--everybody", is_flag=True, help="All users, operators too.")
@settings_options
@json_option
def sign_out(*, email: str | None, everybody: bool, as_json: bool, **params: Any) -> None:
    """End a user's sessions, or everybody's, at once. They may sign in again; tokens of machines stay."""
    from appliance.ops import people

    if (email is None) != everybody:
        raise click.UsageError("Name one user, or --everybody.")
    done = asyncio.run(people.sign_out(settings_from(params), email))
    if as_json:
        print_json(done)
    else:
        click.echo(f"users: {done.users}, sessions ended: {done.sessions}")


@user.command()
@click.argument("email")
@settings_options
@json_option
def remove(*, email: str, as_json: bool, **params: Any) -> None:
    """Remove a user, with their sessions and tokens."""
    from appliance.ops import people

    asyncio.run(people.remove_user(settings_from(params), email))
    if as_json:
        print_json({"email": email})
    else:
        click.echo(f"removed {email}")


def _typed() -> str:
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _tell(made: Any, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    print_table(_COLUMNS, [_cells(made.user)])
    if made.password:
        click.echo(f"\nPassword, shown this once: {made.password}")


def _cells(one: "UserRow") -> list[str]:
    since = datetime.fromtimestamp(one.created_at / 1000, UTC).date().isoformat()
    return [one.email, one.name, one.role, one.restaurant_id or "–", "yes" if one.active else "no", since]
