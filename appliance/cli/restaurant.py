"""`maitre restaurant`: take restaurants on, and look at them."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table

if TYPE_CHECKING:
    from appliance.contract import RestaurantFile


@click.group()
def restaurant() -> None:
    """Take restaurants on, and look at them."""


@restaurant.command()
@click.argument("file", type=click.Path(path_type=Path))
@settings_options
@json_option
def add(*, file: Path, as_json: bool, **params: Any) -> None:
    """Add the restaurant that FILE describes (TOML, or JSON). docs/restaurant.toml is an example to start from."""
    from appliance.ops import restaurants

    added = asyncio.run(restaurants.add(settings_from(params), restaurants.read_file(file)))
    if as_json:
        print_json({"id": added})
    else:
        click.echo(f"added {added}; a running server takes its calls within seconds")


@restaurant.command("list")
@settings_options
@json_option
def list_(*, as_json: bool, **params: Any) -> None:
    """List the restaurants."""
    from appliance.ops import restaurants

    found = asyncio.run(restaurants.every(settings_from(params)))
    if as_json:
        print_json(found)
    else:
        print_table(("id", "name", "plan", "tables", "seats", "numbers"), map(_cells, found))


@restaurant.command()
@click.argument("restaurant_id")
@settings_options
def export(*, restaurant_id: str, **params: Any) -> None:
    """Print a restaurant as the JSON that `add` takes."""
    from appliance.ops import restaurants

    print_json(asyncio.run(restaurants.one(settings_from(params), restaurant_id)))


def _cells(one: "RestaurantFile") -> list[str]:
    tables = [table for area in one.areas for table in area.tables]
    seats = sum(table.seats for table in tables)
    return [one.id, one.name, one.plan, str(len(tables)), str(seats), ", ".join(one.numbers)]
