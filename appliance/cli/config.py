"""`maitre config`: what the settings are, where each comes from, and whether they are right."""

from typing import Any

import click

from appliance.cli import json_option, resolved_from, settings_from, settings_options
from appliance.cli.output import print_json, print_table
from appliance.config import SETTINGS


@click.group()
def config() -> None:
    """Show and check the settings."""


@config.command()
@settings_options
@json_option
def show(*, as_json: bool, **params: Any) -> None:
    """Show every setting, its value and where that comes from; secrets are masked."""
    resolved = resolved_from(params)
    rows = [
        {
            "name": setting.name,
            "value": setting.masked(getattr(resolved.settings, setting.name)),
            "source": resolved.sources[setting.name],
            "meaning": setting.meaning,
        }
        for setting in SETTINGS
    ]
    if as_json:
        print_json(rows)
    else:
        print_table([*rows[0]], [[_text(cell) for cell in row.values()] for row in rows])


@config.command()
@settings_options
def check(**params: Any) -> None:
    """Tell whether the settings are right, or every problem on a line of its own."""
    settings = settings_from(params)
    click.echo("configuration is fine")
    if not settings.retell_webhook_keys:
        click.echo("but retell_webhook_keys is empty: `maitre serve` will not start without one", err=True)


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
