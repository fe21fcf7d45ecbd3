"""`maitre limits`: what the restaurants have used of their limits in the running server."""

from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_options
from appliance.cli.client import Client, url_option
from appliance.cli.output import print_json, print_table

if TYPE_CHECKING:
    from appliance.contract import LimitRow

_COLUMNS = (
    "restaurant",
    "plan",
    "API used",
    "of",
    "refused",
    "minutes",
    "events/min",
    "tools/min",
    "events refused",
    "phone, % of plan",
)


@click.group()
def limits() -> None:
    """See what restaurants have used of their limits; give one its whole quota at once."""


@limits.command()
@url_option
@settings_options
@json_option
def stats(*, as_json: bool, **params: Any) -> None:
    """List the restaurants with what they used of the API and on the phone.

    Tools of the phone are never refused, and its events only where a restaurant's terms say so.
    """
    from appliance.contract import LimitRow, Page

    found = Client(**params).get("/api/admin/limits", Page[LimitRow], limit=500)
    if as_json:
        print_json(found)
    else:
        print_table(_COLUMNS, map(_cells, found.items))
        if not all(row.enforced for row in found.items):
            click.echo("Nothing is refused (limits_mode is shadow): what would be is counted as refused.")


@limits.command()
@click.argument("restaurant_id")
@url_option
@settings_options
@json_option
def clear(*, restaurant_id: str, as_json: bool, **params: Any) -> None:
    """Give a restaurant its whole quota at once."""
    from appliance.contract import LimitRow

    row = Client(**params).delete(f"/api/admin/limits/{restaurant_id}", LimitRow)
    if as_json:
        print_json(row)
    else:
        print_table(_COLUMNS, [_cells(row)])


def _cells(row: "LimitRow") -> list[str]:
    of_the_api = (row.used, row.requests, row.refused, row.window_s // 60)
    of_the_phone = (row.phone_webhooks, row.phone_tools, row.phone_refused, row.phone_percent)
    return [row.restaurant_id, row.plan, *map(str, of_the_api + of_the_phone)]
