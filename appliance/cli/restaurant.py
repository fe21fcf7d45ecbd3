"""`maitre restaurant`: take restaurants on, look at them, change them, take them off."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table

if TYPE_CHECKING:
    from appliance.contract import AffectedRow, ImportReport, RestaurantChange, RestaurantFile


@click.group()
def restaurant() -> None:
    """Take restaurants on, look at them, change them, take them off."""


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
@json_option
def show(*, restaurant_id: str, as_json: bool, **params: Any) -> None:
    """Show a restaurant: its lines, floor, hours and closed days. `export` has all of it."""
    from appliance.ops import restaurants

    found = asyncio.run(restaurants.one(settings_from(params), restaurant_id))
    if as_json:
        print_json(found)
    else:
        print_table(("what", "it has"), _facts(found))


@restaurant.command()
@click.argument("restaurant_id")
@settings_options
def export(*, restaurant_id: str, **params: Any) -> None:
    """Print a restaurant as the JSON that `add` takes."""
    from appliance.ops import restaurants

    print_json(asyncio.run(restaurants.one(settings_from(params), restaurant_id)))


@restaurant.command()
@click.argument("file", type=click.Path(path_type=Path))
@settings_options
@json_option
def edit(*, file: Path, as_json: bool, **params: Any) -> None:
    """Write the restaurant that FILE describes anew: `export` it, change what should be different, give it back.

    Areas and tables are known by their names: those that stay keep their bookings. Whether it is paused stays as it is.
    """
    from appliance.ops import restaurants

    change = asyncio.run(restaurants.edit(settings_from(params), restaurants.read_file(file)))
    _tell(change, "changed", as_json)


@restaurant.command()
@click.argument("restaurant_id")
@settings_options
@json_option
def pause(*, restaurant_id: str, as_json: bool, **params: Any) -> None:
    """Let a restaurant's agent take no bookings until it is resumed. Those that are made stand."""
    from appliance.contract import RulesEdit
    from appliance.ops import restaurants

    change = asyncio.run(restaurants.set_rules(settings_from(params), restaurant_id, RulesEdit(status="paused")))
    _tell(change, "paused", as_json)


@restaurant.command()
@click.argument("restaurant_id")
@settings_options
@json_option
def resume(*, restaurant_id: str, as_json: bool, **params: Any) -> None:
    """Let a paused restaurant's agent take bookings again."""
    from appliance.contract import RulesEdit
    from appliance.ops import restaurants

    change = asyncio.run(restaurants.set_rules(settings_from(params), restaurant_id, RulesEdit(status="active")))
    _tell(change, "resumed", as_json)


@restaurant.command("import")
@click.argument("restaurant_id")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@settings_options
@json_option
def import_(*, restaurant_id: str, files: tuple[Path, ...], dry_run: bool, as_json: bool, **params: Any) -> None:
    """Take over the tabs of a restaurant's spreadsheet: CSV files whose names end in that of the tab.

    Those are Turnos, Horarios, Configuracion, Mesas and Reservas, taken in this order. Doing it again changes nothing.
    Exits with 1 when it failed, and when a row was refused, while the others were taken over.
    """
    from appliance.ops import sheets

    reports = asyncio.run(sheets.take_over(settings_from(params), restaurant_id, files, dry_run=dry_run))
    if as_json:
        print_json(reports)
    else:
        for report in reports:
            _tell_taken_over(report)
    if any(report.problems for report in reports):
        sys.exit(1)


@restaurant.command()
@click.argument("restaurant_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Although bookings are to come.")
@settings_options
@json_option
def remove(*, restaurant_id: str, yes: bool, force: bool, as_json: bool, **params: Any) -> None:
    """Take a restaurant off, with its book, its guests and its calls. There is no way back but a backup."""
    from appliance.ops import restaurants

    if not yes:
        _confirm(restaurant_id)
    asyncio.run(restaurants.remove(settings_from(params), restaurant_id, although_booked=force))
    if as_json:
        print_json({"id": restaurant_id})
    else:
        click.echo(f"removed {restaurant_id}")


def _tell_taken_over(report: "ImportReport") -> None:
    click.echo(f"{report.tab}: {report.imported} imported, {report.skipped} skipped")
    for problem in report.problems:
        click.echo(f"  row {problem.row}: {problem.what}")
    _warn(report.affected)


def _confirm(restaurant_id: str) -> None:
    typed = click.prompt(f"This deletes all of {restaurant_id}. Type its id to go on", err=True)
    if typed.strip() != restaurant_id:
        raise click.ClickException("That is not its id; nothing was removed.")


def _tell(change: "RestaurantChange", what: str, as_json: bool) -> None:  # noqa: FBT001 — the flag is passed on as it came
    if as_json:
        print_json(change)
        return
    click.echo(f"{what} {change.restaurant.id}; a running server goes by it within seconds")
    _warn(change.affected)


def _warn(affected: "list[AffectedRow]") -> None:
    if affected:
        click.echo("Bookings that it cannot keep now; they stand until somebody calls the guests:")
        rows = [(one.id, one.date, one.time, str(one.party_size), one.name, one.why) for one in affected]
        print_table(("id", "date", "time", "guests", "name", "why"), rows)


def _facts(one: "RestaurantFile") -> list[tuple[str, str]]:
    """Of the closed days those that are written down, past ones as well."""
    until = f" until {one.plan_until}" if one.plan_until else ""
    floor = [
        (f"area {area.name}", ", ".join(f"{table.name} for {table.seats}" for table in area.tables))
        for area in one.areas
    ]
    hours = [
        (
            f"service {shift.name}",
            f"{' '.join(shift.days)}: {shift.opens} to {shift.closes}, last at {shift.last_seating}",
        )
        for shift in one.shifts
    ]
    closed = [f"{closure.date}{f' ({closure.shift})' if closure.shift else ''}" for closure in one.closures]
    return [
        ("id", one.id),
        ("name", one.name),
        ("plan", one.plan + until),
        ("time zone", one.timezone),
        ("language", one.locale),
        ("numbers", ", ".join(one.numbers) or "none"),
        ("agents", ", ".join(one.agents) or "none"),
        ("largest party", str(one.max_party)),
        *floor,
        *hours,
        ("closed", ", ".join(closed) or "no day is written down"),
    ]


def _cells(one: "RestaurantFile") -> list[str]:
    tables = [table for area in one.areas for table in area.tables]
    seats = sum(table.seats for table in tables)
    return [one.id, one.name, one.plan, str(len(tables)), str(seats), ", ".join(one.numbers)]
