"""`maitre health` and `maitre status`: the running server, for people and for scripts."""

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
from msgspec import UNSET

from appliance.cli import json_option, settings_options
from appliance.cli.client import Client, url_option
from appliance.cli.output import print_json, print_table

if TYPE_CHECKING:
    from appliance.contract import Health, HealthCheck, Overview


@click.command()
@url_option
@settings_options
@json_option
def health(*, as_json: bool, **params: Any) -> None:
    """Ask the running server how it is. The exit code is 0 for pass and warn, 1 for fail or no answer.

    With an operator's token in MAITRE_TOKEN every check is shown.
    """
    found = Client(anybody=True, **params).health()
    if as_json:
        print_json(found)
    else:
        _tell(found)
    if found.status == "fail":
        sys.exit(1)


@click.command()
@url_option
@settings_options
@json_option
def status(*, as_json: bool, **params: Any) -> None:
    """The running server at a glance. The exit code is that of `maitre health`."""
    from appliance.contract import Overview

    client = Client(**params)
    found, glance = client.health(), client.get("/api/admin/overview", Overview)
    if as_json:
        print_json({"health": found.status, "overview": glance})
    else:
        print_table(("what", "now"), _rows(found, glance))
    if found.status == "fail":
        sys.exit(1)


def _tell(found: "Health") -> None:
    click.echo(f"{found.status}, version {found.version}")
    if found.checks is not UNSET:
        click.echo()
        rows = [_cells(name, check) for name, several in found.checks.items() for check in several]
        print_table(("status", "check", "value", "what is wrong"), rows)


def _cells(name: str, check: "HealthCheck") -> list[str]:
    value = "–" if check.observedValue is UNSET else f"{check.observedValue:g}"
    unit = "" if check.observedUnit is UNSET else check.observedUnit
    output = "" if check.output is UNSET else check.output
    return [check.status, name, f"{value} {unit}".strip(), output]


def _rows(found: "Health", glance: "Overview") -> list[tuple[str, str]]:
    queue = glance.queue
    waits = f", the oldest for {_span(queue.oldest_age_ms)}" if queue.ready + queue.running else ""
    return [
        ("health", found.status),
        ("version", glance.version),
        ("up for", _span(glance.now - glance.started_at)),
        ("restaurants", str(glance.restaurants)),
        ("calls", f"{glance.calls_now} now, {glance.calls_today} in the last 24 hours"),
        ("bookings", f"{glance.reservations_today} in the last 24 hours"),
        ("newest backup", _backup(found)),
        ("queue", f"{queue.ready} ready, {queue.running} running{waits}"),
        ("for a person", f"{queue.held} held, {queue.dead} dead letters"),
    ]


def _backup(found: "Health") -> str:
    """As the check of it tells."""
    several = () if found.checks is UNSET else found.checks.get("backup:age", ())
    for check in several:
        return "none" if check.observedValue is UNSET else f"{check.observedValue:.1f} hours old"
    return "–"


def _span(ms: int) -> str:
    return str(timedelta(seconds=ms // 1000))
