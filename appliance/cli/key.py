"""`maitre key`: what sessions are signed with."""

import asyncio
from typing import Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json


@click.group()
def key() -> None:
    """Look after the key that sessions are signed with."""


@key.command()
@settings_options
@json_option
def rotate(*, as_json: bool, **params: Any) -> None:
    """Sign with a new key from now on. Nobody is signed out: what the old one signed stays good to its end."""
    from appliance.ops import people

    made = asyncio.run(people.rotate_key(settings_from(params)))
    if as_json:
        print_json({"id": made})
    else:
        click.echo(f"signing with {made}")
