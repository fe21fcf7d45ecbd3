"""`maitre db`: look after the database."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json
from appliance.contract import harmless_text


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


@db.command("save-since")
@click.argument("moment_ms", type=int, metavar="UNIX_MS")
@click.argument("file", type=click.Path(path_type=Path))
@settings_options
@json_option
def save_since(*, moment_ms: int, file: Path, as_json: bool, **params: Any) -> None:
    """Keep the events and bookings that came since a moment (Unix time in milliseconds) in a new file."""
    from appliance.ops.since import save

    counted = asyncio.run(save(settings_from(params), file, since_ms=moment_ms))
    if as_json:
        print_json(counted)
    else:
        click.echo(f"{counted.events} events and {counted.reservations} reservations are in {file}")


@db.command("take-over")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@settings_options
@json_option
def take_over(*, file: Path, as_json: bool, **params: Any) -> None:
    """Put what `save-since` has kept into this database. Run again, it changes nothing.

    The exit code is 1 when a booking found its table taken; each of these is named.
    """
    from appliance.clock import SystemClock
    from appliance.ops.since import take_over

    counted = asyncio.run(take_over(settings_from(params), file, SystemClock()))
    if as_json:
        print_json(counted)
    else:
        click.echo(f"{counted.events} events and {counted.reservations} reservations were taken over")
        for one in counted.left:
            told = f"{one.date} {one.time}, {one.party_size}, {one.name} {one.phone} ({one.restaurant_id}, {one.id})"
            click.echo(f"not booked, the table is another party's: {harmless_text(told)}", err=True)
    if counted.left:
        sys.exit(1)
