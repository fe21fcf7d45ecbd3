"""`maitre version`: what is running, for people and for bug reports."""

import platform
import sqlite3

import click

from appliance import __version__
from appliance.cli import json_option
from appliance.cli.output import print_json


@click.command()
@json_option
def version(*, as_json: bool) -> None:
    """Show the versions of Maitre and of what it runs on."""
    versions = {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
    }
    if as_json:
        print_json(versions)
    else:
        click.echo("\n".join(f"{name:<8}  {value}" for name, value in versions.items()))
