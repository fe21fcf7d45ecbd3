"""`maitre db`: look after the database."""

import asyncio
from typing import Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@settings_options
@json_option
def migrate(*, as_json: bool, **params: Any) -> None:
    """Bring the schema up to date. The server does this by itself when it starts."""
    from appliance.ops.database import migrated

    schema = asyncio.run(migrated(settings_from(params)))
    if as_json:
        print_json({"schema": schema})
    else:
        click.echo(f"the schema is {schema}")


@db.command()
@settings_options
@json_option
def status(*, as_json: bool, **params: Any) -> None:
    """Tell which schema the database has, and whether this program knows a newer one."""
    from appliance.ops.database import schema_status

    found = asyncio.run(schema_status(settings_from(params)))
    if as_json:
        print_json(found)
    else:
        verdict = "up to date" if found.up_to_date else f"the newest is {found.newest}: run `maitre db migrate`"
        click.echo(f"{found.database}: schema {found.current or 'none'}, {verdict}")
