"""`maitre db`: look after the database."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table
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


@db.command()
@settings_options
@json_option
def stats(*, as_json: bool, **params: Any) -> None:
    """Show the tables with their rows and their size on the disk, the largest first."""
    from appliance.ops.upkeep import sizes

    found = asyncio.run(sizes(settings_from(params)))
    if as_json:
        print_json(found)
    else:
        rows = [
            (one.name, f"{one.rows:,}", "–" if one.size_bytes is None else _megabytes(one.size_bytes)) for one in found
        ]
        print_table(("table", "rows", "size"), rows)


@db.command()
@click.option(
    "--rewrite", is_flag=True, help="Give the room of deleted rows back to the disk; nobody can write meanwhile."
)
@settings_options
@json_option
def optimize(*, rewrite: bool, as_json: bool, **params: Any) -> None:
    """Bring up to date what the database knows of its tables, so that it finds the short way to the rows.

    With --rewrite, a SQLite file is written anew, for which the server must be stopped and the disk have room.
    """
    from appliance.ops import upkeep

    done = asyncio.run(upkeep.optimize(settings_from(params), rewrite=rewrite))
    if as_json:
        print_json(done)
    else:
        click.echo(f"{_megabytes(done.before_bytes)} before, {_megabytes(done.after_bytes)} now")


@db.command()
@settings_options
@json_option
def clean(*, as_json: bool, **params: Any) -> None:
    """Let go of what was kept for as long as its restaurant keeps it. A running server does so every hour by itself."""
    from appliance.ops import upkeep
    from appliance.watch import logs

    settings = settings_from(params)
    logs.configure(level=settings.log_level, shape=settings.log_format)  # it is logged as when the server does it
    gone = asyncio.run(upkeep.clean(settings))
    if as_json:
        print_json(dict(gone))
    else:
        click.echo(", ".join(f"{number} {kind}" for kind, number in gone.items()) or "nothing was due")


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB"
