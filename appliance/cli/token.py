"""`maitre token`: what machines sign in with."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

import click
from msgspec import UNSET

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table
from appliance.contract import ScopeWord

if TYPE_CHECKING:
    from appliance.contract import TokenRow

_COLUMNS = ("id", "name", "scopes", "made", "used", "ends")


@click.group()
def token() -> None:
    """Make and remove tokens for machines."""


@token.command()
@click.argument("email")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(get_args(ScopeWord)), help="All, when not given.")
@click.option("--days", type=click.IntRange(1, 3650), help="It ends after so many days; never, when not given.")
@settings_options
@json_option
def create(
    *, email: str, name: str, scopes: tuple[ScopeWord, ...], days: int | None, as_json: bool, **params: Any
) -> None:
    """Make a token that may do what the user of EMAIL may, or less. It is shown this once."""
    from appliance.contract import NewToken
    from appliance.ops import people

    new = NewToken(name=name, scopes=list(scopes), days=UNSET if days is None else days)
    made = asyncio.run(people.make_token(settings_from(params), email, new))
    if as_json:
        print_json(made)
    else:
        click.echo(made.token)


@token.command("list")
@click.argument("email")
@settings_options
@json_option
def list_(*, email: str, as_json: bool, **params: Any) -> None:
    """List a user's tokens, the newest first."""
    from appliance.ops import people

    found = asyncio.run(people.tokens_of(settings_from(params), email))
    if as_json:
        print_json(found)
    else:
        print_table(_COLUMNS, map(_cells, found))


@token.command()
@click.argument("token_id")
@settings_options
@json_option
def revoke(*, token_id: str, as_json: bool, **params: Any) -> None:
    """Remove a token; it opens nothing any more."""
    from appliance.ops import people

    asyncio.run(people.revoke_token(settings_from(params), token_id))
    if as_json:
        print_json({"id": token_id})
    else:
        click.echo(f"removed {token_id}")


def _cells(one: "TokenRow") -> list[str]:
    times = (one.created_at, one.last_used_at, one.expires_at)
    return [one.id, one.name, " ".join(one.scopes) or "all", *map(_day, times)]


def _day(at_ms: int | None) -> str:
    return "–" if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
