"""`maitre backup`: make backups, look at them, try them out, put one back."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import confirm, json_option, resolved_from, settings_from, settings_options
from appliance.cli.output import print_json, print_table

if TYPE_CHECKING:
    from appliance.ops.backup.finding import Listed
    from appliance.ops.backup.making import Made
    from appliance.ops.backup.restoring import Restored

_identity_option = click.option(
    "--identity",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The key that opens an encrypted backup, as age-keygen or ssh-keygen wrote it.",
)


@click.group()
def backup() -> None:
    """Make backups, while the server runs; look at them, try them out, put one back."""


@backup.command()
@click.option("--before-upgrade", is_flag=True, help="A safety copy: not encrypted, not sent, the last three are kept.")
@settings_options
@json_option
def create(*, before_upgrade: bool, as_json: bool, **params: Any) -> None:
    """Make a backup, try it out, and let go of those that have had their time.

    The exit code is 1 also when it did not get to the store elsewhere, though it lies in the folder.
    """
    from appliance.clock import SystemClock
    from appliance.ops.backup.making import create
    from appliance.ops.backup.manifest import Why

    why = Why.BEFORE_UPGRADE if before_upgrade else Why.ASKED
    made = asyncio.run(create(resolved_from(params), SystemClock(), why=why))
    if as_json:
        print_json(made)
    else:
        _tell_made(made)
    if made.remote_error:
        sys.exit(1)


@backup.command("list")
@settings_options
@json_option
def list_(*, as_json: bool, **params: Any) -> None:
    """Show the backups there are, newest first: in the folder, and at the store elsewhere where one is set."""
    from appliance.ops.backup.finding import listing

    found = asyncio.run(listing(settings_from(params)))
    if as_json:
        print_json(found)
    else:
        print_table(("name", "made", "for", "size", "rows", "schema", "where"), map(_cells, found.backups))
    if found.remote_error:
        click.echo(f"maitre: {found.remote_error}", err=True)
        sys.exit(1)


@backup.command()
@click.argument("which", default="newest")
@_identity_option
@settings_options
@json_option
def verify(*, which: str, identity: Path | None, as_json: bool, **params: Any) -> None:
    """Try a backup out where it disturbs nobody: a NAME, a file, or the newest."""
    from appliance.ops.backup.restoring import verify

    found = asyncio.run(verify(resolved_from(params), which, identity=identity))
    if as_json:
        print_json(found)
    else:
        made, tables = found.manifest, len(found.manifest.copied.rows)
        click.echo(f"{_time(made.made_at)} is sound: {found.rows} rows in {tables} tables, schema {made.copied.schema}")


@backup.command()
@click.argument("which")
@_identity_option
@click.option("--with-config", is_flag=True, help="Take the backup's maitre.toml as well, though there is one.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@settings_options
@json_option
def restore(*, which: str, identity: Path | None, with_config: bool, yes: bool, as_json: bool, **params: Any) -> None:
    """Put a backup back: a NAME, a file, or `newest`. The server has to be stopped.

    What is there is copied first. Whatever interrupts it: the old data are there or the new, and it can be begun again.
    """
    from appliance.clock import SystemClock
    from appliance.config import mask_password
    from appliance.ops.backup.restoring import restore

    resolved = resolved_from(params)
    where = mask_password(resolved.settings.resolved_database_url)
    confirm(f"Put {which} in the place of {where}?", yes=yes)
    done = asyncio.run(restore(resolved, SystemClock(), which, identity=identity, with_config=with_config))
    if as_json:
        print_json(done)
    else:
        _tell_restored(done)


def _tell_made(made: "Made") -> None:
    manifest = made.entry.manifest
    rows = sum(manifest.copied.rows.values())
    sealed = "encrypted" if made.entry.encrypted else "not encrypted"
    click.echo(made.path)
    click.echo(
        f"{_size(made.entry.bytes)}, {rows} rows, schema {manifest.copied.schema}, {sealed}; tried out, and sound"
    )
    if made.remote:
        click.echo(f"sent to {made.remote}")
    if made.remote_error:
        click.echo(f"maitre: {made.remote_error}", err=True)
    for name in made.removed:
        click.echo(f"{name} has had its time")


def _tell_restored(done: "Restored") -> None:
    click.echo(f"The data are those of {_time(done.manifest.made_at)}, with schema {done.schema}.")
    if done.safety_copy:
        click.echo(f"What was there before: {done.safety_copy}")
    print_table(("table", "rows before", "rows now"), _counts(done.rows_before, done.rows_after))
    for note in done.notes:
        click.echo(note)
    click.echo("Start the server again.")


def _counts(before: Mapping[str, int], after: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Of the tables that have or had any."""
    names = [name for name in sorted(before.keys() | after.keys()) if before.get(name) or after.get(name)]
    return [(name, str(before.get(name, "–")), str(after.get(name, "–"))) for name in names]


def _cells(one: "Listed") -> list[str]:
    manifest = one.entry.manifest
    places = ["here"] * one.here + ["elsewhere"] * one.remote
    rows = str(sum(manifest.copied.rows.values()))
    made, size = _time(manifest.made_at), _size(one.entry.bytes)
    return [one.entry.name, made, manifest.why, size, rows, manifest.copied.schema, ", ".join(places)]


def _time(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _size(size: int) -> str:
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{size / (1 << 10):.1f} kB"
